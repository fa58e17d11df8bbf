"""AWS Lambda: functions, the queues that they take messages from, and the rules of events that start them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.events.models import events_backends

from infragen_sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def collect(account: str, region: str) -> Iterator[Found]:
    """Yield functions, who may invoke them, event source mappings, and rules of events with their targets."""
    backend: Any = lambda_backends[account][region]
    for one in backend.list_functions():
        yield Found("lambda", "aws_lambda_function", one.function_name, one.function_arn, tags_of(one.tags))
        if one.event_invoke_config:
            yield Found("lambda", "aws_lambda_function_event_invoke_config", one.function_name)
        for statement in one.policy.statements:
            yield Found("lambda", "aws_lambda_permission", f"{one.function_name}|{statement['Sid']}")
    for mapping in backend.list_event_source_mappings(None, None):
        yield Found("lambda", "aws_lambda_event_source_mapping", mapping.uuid, mapping.arn)
    for bus in events_backends[account][region].event_buses.values():
        for rule in bus.rules.values():
            yield Found("events", "aws_cloudwatch_event_rule", rule.name, rule.arn)
            for target in rule.targets:
                yield Found("events", "aws_cloudwatch_event_target", f"{rule.name}-{target['Id']}")
