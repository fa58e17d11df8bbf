"""The id of a hosted zone begins with `Z`, as people write it into a catalogue.

AWS: ids of hosted zones are as `Z1PA6795UKMFR9` in every example of the Route 53 API Reference (CreateHostedZone). moto
draws one with any letter or digit first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.route53 import models

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _zone_id(original: Callable[..., str], *arguments: Any, **named: Any) -> str:
    return f"Z{original(*arguments, **named)[1:]}"


def apply() -> None:
    """Install the correction."""
    around(models, "create_route53_zone_id", _zone_id)
