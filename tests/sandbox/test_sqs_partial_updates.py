from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = '{"Version":"2012-10-17","Statement":[]}'


def test_another_attribute_leaves_the_policy_alone(aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    queue = sqs.create_queue(QueueName="orders", Attributes={"Policy": POLICY})["QueueUrl"]

    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
    seen = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert seen["Policy"] == POLICY

    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    assert not sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"].get("Policy")
