"""Images of a repository are no longer scanned when they are pushed, once that is switched off.

AWS: `scanOnPush` is false unless it is given (ECR API Reference, ImageScanningConfiguration), and the provider leaves
out a `false`. The emulator takes the empty configuration for none, and keeps what it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ecr.models import ECRBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _put(
    original: Callable[..., dict[str, Any]], *args: Any, image_scan_config: dict[str, Any], **kwargs: Any
) -> dict[str, Any]:
    return original(*args, image_scan_config={"scanOnPush": False} | image_scan_config, **kwargs)


def apply() -> None:
    """Let a configuration without `scanOnPush` switch it off."""
    around(ECRBackend, "put_image_scanning_configuration", _put)
