"""A function says where its dead letters go.

AWS: GetFunction returns the DeadLetterConfig that CreateFunction and UpdateFunctionConfiguration were given, and none
once its target was emptied (AWS Lambda API Reference, FunctionConfiguration). moto forgets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.awslambda.models import LambdaFunction

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_MEMBER: Final = "DeadLetterConfig"


def _made(original: Callable[..., None], function: Any, account_id: str, spec: Any, *args: Any, **kwargs: Any) -> None:
    function.dead_letter_config = spec.get(_MEMBER) or {}
    original(function, account_id, spec, *args, **kwargs)


def _updated(original: Callable[..., dict[str, Any]], function: Any, updates: dict[str, Any]) -> dict[str, Any]:
    if _MEMBER in updates:
        function.dead_letter_config = updates[_MEMBER]
    return original(function, updates)


def _configuration(original: Callable[..., dict[str, Any]], function: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    found = original(function, *args, **kwargs)
    if function.dead_letter_config.get("TargetArn"):
        found[_MEMBER] = function.dead_letter_config
    return found


def apply() -> None:
    """Install the correction."""
    around(LambdaFunction, "__init__", _made)
    around(LambdaFunction, "update_configuration", _updated)
    around(LambdaFunction, "get_configuration", _configuration)
