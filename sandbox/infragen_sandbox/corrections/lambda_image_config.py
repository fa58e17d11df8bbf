"""A function's image runs what it says itself, unless something else was asked for.

AWS: GetFunction returns an ImageConfigResponse where CreateFunction was given an ImageConfig, and none otherwise (AWS
Lambda API Reference, FunctionConfiguration). moto returns an empty one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.models import LambdaFunction

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _configuration(original: Callable[..., dict[str, Any]], function: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    found = original(function, *args, **kwargs)
    if not any(found.get("ImageConfigResponse", {}).get("ImageConfig", {}).values()):
        found.pop("ImageConfigResponse", None)
    return found


def apply() -> None:
    """Install the correction."""
    around(LambdaFunction, "get_configuration", _configuration)
