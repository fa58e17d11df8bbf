"""A trail is deleted by its ARN as well as by its name.

AWS: DeleteTrail takes "the name or the CloudTrail ARN of the trail" (AWS CloudTrail API Reference, DeleteTrail). moto
deletes nothing where it is given an ARN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudtrail.models import CloudTrailBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _delete(original: Callable[..., None], backend: Any, name: str) -> None:
    original(backend, name.rpartition(":trail/")[2])


def apply() -> None:
    """Install the correction."""
    around(CloudTrailBackend, "delete_trail", _delete)
