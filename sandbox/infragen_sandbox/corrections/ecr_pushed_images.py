"""Every image is in its repository: nobody pushes any to the emulated AWS.

AWS: BatchGetImage returns the images that are there, and names the others in `failures` (ECR API Reference,
BatchGetImage). infragen asks before it applies what runs them; without this, nothing that runs an image of its own
could be applied here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ecr.models import ECRBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _batch_get_image(original: Callable[..., dict[str, Any]], *args: Any, **kwargs: Any) -> dict[str, Any]:
    found = original(*args, **kwargs)
    found["failures"] = [one for one in found["failures"] if one["failureCode"] != "ImageNotFound"]
    return found


def apply() -> None:
    """Let no image be missing from a repository that is there."""
    around(ECRBackend, "batch_get_image", _batch_get_image)
