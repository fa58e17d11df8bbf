"""Each feature of a detector keeps its status when another one is updated.

AWS: UpdateDetector changes the features that it is given, and leaves the others (Amazon GuardDuty API Reference,
UpdateDetector; DetectorFeatureConfiguration). moto takes the list for all that the detector has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.guardduty.models import Detector

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _update(original: Callable[..., None], detector: Any, *settings: Any) -> None:
    *others, features = settings
    if features is not None:
        given = {feature["name"]: feature for feature in features}
        kept = [feature for feature in detector.features if feature["name"] not in given]
        features = [*kept, *given.values()]
    original(detector, *others, features)


def apply() -> None:
    """Install the correction."""
    around(Detector, "update", _update)
