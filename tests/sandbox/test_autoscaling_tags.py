from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}


def test_a_scalable_target_is_tagged_and_untagged(aws: Callable[[str], Any]) -> None:
    scaling = aws("application-autoscaling")
    arn = scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=5, Tags={"Entry": "a"})[
        "ScalableTargetARN"
    ]

    scaling.tag_resource(ResourceARN=arn, Tags={"Owner": "b"})
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Entry": "a", "Owner": "b"}

    scaling.untag_resource(ResourceARN=arn, TagKeys=["Entry"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Owner": "b"}
