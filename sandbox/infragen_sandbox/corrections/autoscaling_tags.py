"""A scalable target has tags.

AWS: RegisterScalableTarget takes Tags; ListTagsForResource, TagResource and UntagResource read and change them
(Application Auto Scaling API Reference). moto has none of the four, and the provider lists tags at every refresh.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _target(response: Any) -> Any:
    arn = parameter(response, "ResourceARN")
    for targets in response.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise AWSValidationException(f"No scalable target found for resource ARN: {arn}")


def _tags(target: Any) -> dict[str, str]:
    tags: dict[str, str] = target.__dict__.setdefault("infragen_tags", {})
    return tags


def _register(original: Callable[[Any], str], response: Any) -> str:
    answer = original(response)
    given = parameter(response, "Tags")
    if given:
        arn = json.loads(answer)["ScalableTargetARN"]
        for targets in response.applicationautoscaling_backend.targets.values():
            for target in targets.values():
                if target.arn == arn:
                    _tags(target).update(given)
    return answer


def _list(response: Any) -> str:
    return json.dumps({"Tags": _tags(_target(response))})


def _tag(response: Any) -> str:
    _tags(_target(response)).update(parameter(response, "Tags"))
    return "{}"


def _untag(response: Any) -> str:
    tags = _tags(_target(response))
    for key in parameter(response, "TagKeys"):
        tags.pop(key, None)
    return "{}"


def apply() -> None:
    """Install the correction."""
    around(ApplicationAutoScalingResponse, "register_scalable_target", _register)
    add(ApplicationAutoScalingResponse, "list_tags_for_resource", _list)
    add(ApplicationAutoScalingResponse, "tag_resource", _tag)
    add(ApplicationAutoScalingResponse, "untag_resource", _untag)
