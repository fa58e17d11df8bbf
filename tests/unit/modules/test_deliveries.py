"""What AWS hands over by itself has dead letters, or stands here with what tells that it was given up.

A resource that this table does not name is new: give it dead letters, an alarm, or an `Ending` with its reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.catalog import Project
from infragen.stacks.signals import signals_of
from infragen.workflow.target import resolve_one
from tests.conftest import ROOT
from tests.unit.stacks.packaged import installed
from tests.unit.stacks.promises import blocks, every_module, shipped_and_brought

if TYPE_CHECKING:
    from infragen.hcl.index import Block

HANDS_OVER = {
    "aws_cloudwatch_event_target": "dead_letter_config",
    "aws_lambda_function": "dead_letter_config",
    "aws_pipes_pipe": "dead_letter_config",
    "aws_scheduler_schedule": "dead_letter_config",
    "aws_sns_topic_subscription": "redrive_policy",
}
"""What hands events over that nobody waits for, and what keeps those that it gives up."""
ALARM = "its alarm"
CALLER = "Secrets Manager waits for it, and the alarm `rotation` tells of it"
ENDS = {
    "alerts_email aws_sns_topic_subscription.this": "mail that an address does not take",
    "alerts_function aws_lambda_function.this": "a destination of failures",
    "alerts_function aws_sns_topic_subscription.this": "messages that the function does not take from a topic",
    "alerts_level aws_sns_topic_subscription.mail": "mail that an address does not take",
    "certificate_events aws_cloudwatch_event_target.this": "certificates that end, if topic or bus refuse them",
    "config_findings aws_cloudwatch_event_target.this": "findings, where the topic refuses them",
    "database_password_rotation aws_lambda_function.this": CALLER,
    "deployment_failures aws_cloudwatch_event_target.this": "failed deployments and starts, if the topic refuses them",
    "ecs_job aws_scheduler_schedule.this": ALARM,
    "ecs_job_outcomes aws_cloudwatch_event_target.this": "how a run ended, where the topic refuses it",
    "elasticache_token_user aws_lambda_function.this": CALLER,
    "event_forwarding aws_cloudwatch_event_target.this": "certificates that end, if topic or bus refuse them",
    "guardduty_findings aws_cloudwatch_event_target.this": "findings, where the topic refuses them",
    "lambda_function aws_scheduler_schedule.this": ALARM,
    "lambda_function_outcomes aws_cloudwatch_event_target.this": "how a run ended, where the topic refuses it",
    "state_machine aws_scheduler_schedule.this": ALARM,
    "working_hours aws_scheduler_schedule.start": "a stop or a start that AWS refuses for an hour",
    "working_hours aws_scheduler_schedule.stop": "a stop or a start that AWS refuses for an hour",
}
"""Those without dead letters, and what tells of what is lost; the words of an `Ending` are what `signals` shows."""


def _found() -> dict[str, Block]:
    with installed():
        templates = shipped_and_brought()
        return {
            f"{module} {block.address}": block
            for module in every_module(templates)
            for block in blocks(templates, module)
            if block.kind == "resource" and block.labels[0] in HANDS_OVER
        }


def test_what_hands_over_events_keeps_those_that_it_gives_up_or_something_tells_of_them() -> None:
    found = _found()
    kept = {name for name, block in found.items() if re.search(rf"\b{HANDS_OVER[block.labels[0]]}\b", block.body)}
    assert kept == {
        "event_bus aws_cloudwatch_event_target.this",
        "lambda_function aws_lambda_function.this",
        "lambda_function aws_cloudwatch_event_target.objects",
    }
    assert found.keys() - kept == ENDS.keys()


def test_what_ends_without_dead_letters_is_shown_with_its_reason() -> None:
    shown = set()
    for target in ("delivery-tracking/prod", "delivery-tracking/stg", "technova/prod"):
        _, environment = resolve_one(Project.find(ROOT), target)
        shown |= {one.ending.what for one in signals_of(environment).ends}
    assert shown >= {*ENDS.values()} - {ALARM, CALLER, "a destination of failures"}
