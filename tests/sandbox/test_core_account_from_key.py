from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_access_key_is_the_account(aws: Callable[[str], Any], account: str) -> None:
    assert aws("sts").get_caller_identity()["Account"] == account


def test_accounts_do_not_see_each_other(aws: Callable[[str], Any], account: str) -> None:
    queue = aws("sqs").create_queue(QueueName="orders")["QueueUrl"]

    assert f"/{account}/" in queue
