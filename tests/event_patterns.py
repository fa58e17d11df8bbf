"""Whether an event matches a pattern of EventBridge, by what AWS documents of the operators that are used here.

Fields of one element of an array belong together (github.com/aws/event-ruler, "JSON Array Matching"): each element is
tried as if it stood there alone.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MISSING = object()


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether all fields of a pattern match."""
    return any(_matches(pattern, alone) for alone in _alone(event))


def _alone(value: Any) -> Iterator[Any]:
    """Yield an event with each array of objects replaced by one of its elements."""
    if isinstance(value, dict):
        for some in product(*(tuple(_alone(part)) for part in value.values())):
            yield dict(zip(value, some, strict=True))
    elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
        for part in value:
            yield from _alone(part)
    else:
        yield value


def _matches(pattern: Mapping[str, Any], event: Any) -> bool:
    for name, wanted in pattern.items():
        if name == "$or":
            if not any(_matches(one, event) for one in wanted):
                return False
        elif isinstance(wanted, dict):
            if not isinstance(found := event.get(name), dict) or not _matches(wanted, found):
                return False
        elif not any(_fits(one, event.get(name, _MISSING)) for one in wanted):
            return False
    return True


def _fits(wanted: Any, value: Any) -> bool:
    if isinstance(value, list):
        return any(_fits(wanted, one) for one in value)
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    ((operator, operand),) = wanted.items()
    if operator == "exists":
        return (value is not _MISSING) is operand
    if value is _MISSING:
        return False
    if operator == "prefix":
        return cast("str", value).startswith(operand)
    if operator == "suffix":
        return cast("str", value).endswith(operand)
    assert operator == "anything-but", operator
    return bool(value != operand)


def task_event(family: str, *exit_codes: int | None, stop: str = "EssentialContainerExited", **more: Any) -> Any:
    """Return what ECS says of a task that stopped: its own container `app`, then `one`, `two`, and their exit codes."""
    containers = [
        {"name": name, "lastStatus": "STOPPED", **({} if code is None else {"exitCode": code})}
        for name, code in zip(("app", "one", "two"), exit_codes, strict=False)
    ]
    region, account = "ap-northeast-1", "123456789012"
    detail = {
        "containers": containers,
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "stopCode": stop,
        "taskDefinitionArn": f"arn:aws:ecs:{region}:{account}:task-definition/{family}:7",
        **more,
    }
    return {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail}


def run_event(function: str, condition: str) -> Any:
    """Return what Lambda says of an invocation that nobody waited for."""
    arn = f"arn:aws:lambda:ap-northeast-1:123456789012:function:{function}:$LATEST"
    context = {"requestId": "r", "functionArn": arn, "condition": condition, "approximateInvokeCount": 1}
    return {
        "source": "lambda",
        "detail-type": "Lambda Function Invocation Result",
        "detail": {"requestContext": context},
    }
