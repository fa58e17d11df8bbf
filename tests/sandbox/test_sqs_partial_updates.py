from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

STATEMENT = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def test_another_attribute_leaves_the_policy_alone(aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    queue = sqs.create_queue(QueueName="orders", Attributes={"Policy": json.dumps(POLICY)})["QueueUrl"]

    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
    seen = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert json.loads(seen["Policy"]) == POLICY

    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
    assert not sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"].get("Policy")
