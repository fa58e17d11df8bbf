from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _arn(sqs: Any, queue: str) -> str:
    arn: str = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return arn


def test_a_redrive_policy_comes_back_letter_for_letter(aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    written = json.dumps({"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": 5}, separators=(",", ":"))
    queue = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": written})["QueueUrl"]

    seen = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert seen["RedrivePolicy"] == written


def test_who_may_use_a_dead_letter_queue_is_kept(aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    written = '{"redrivePermission":"denyAll"}'
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": written})

    seen = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])["Attributes"]
    assert seen == {"RedriveAllowPolicy": written}

    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": ""})
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])
