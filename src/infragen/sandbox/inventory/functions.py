"""AWS Lambda: functions, and the queues that they take messages from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends

from infragen.sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def collect(account: str, region: str) -> Iterator[Found]:
    """Yield functions, who may invoke them, and event source mappings."""
    backend: Any = lambda_backends[account][region]
    for one in backend.list_functions():
        yield Found("lambda", "aws_lambda_function", one.function_name, one.function_arn, tags_of(one.tags))
        for statement in one.policy.statements:
            yield Found("lambda", "aws_lambda_permission", statement["Sid"])
    for mapping in backend.list_event_source_mappings(None, None):
        yield Found("lambda", "aws_lambda_event_source_mapping", mapping.uuid, mapping.arn)
