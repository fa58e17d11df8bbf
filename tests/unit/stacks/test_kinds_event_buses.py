"""Event buses: what a rule takes and leads to, what its role may start, and who may send."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.stacks.systems import DEV, SERVICE, environment, job, rendered
from tests.unit.stacks.test_kinds_workflows import FUNCTION, QUEUE

if TYPE_CHECKING:
    from pathlib import Path

FILE = "orchestration/event-bus-orders.tf"
NIGHT = "definition: |\n  StartAt: Do\n  States: {Do: {Type: Pass, End: true}}\n"
FLOW = {"workflows/night.yaml": f"name: night\ntitle: Night\n{NIGHT}"}


def bus(rule: str = "", more: str = "") -> dict[str, str]:
    rules = f"rules:\n  paid: {{source: [shop.orders], {rule}}}\n" if rule else ""
    return {"event-buses/orders.yaml": f"name: orders\ntitle: Orders\n{more}{rules}"}


def made(path: Path, files: dict[str, str]) -> str:
    return rendered(environment(path, {"dev.yaml": DEV, **files})).files[FILE]


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("to: [queues/failures]", {"source": ["shop.orders"]}),
        (
            'detail_type: [Paid, Sent], detail: {size: [large], at: ["1"]}, to: [queues/failures]',
            {"source": ["shop.orders"], "detail-type": ["Paid", "Sent"], "detail": {"at": ["1"], "size": ["large"]}},
        ),
    ],
)
def test_a_rule_takes_what_fits_all_that_it_says(rule: str, pattern: dict[str, Any], tmp_path: Path) -> None:
    [said] = re.findall(r'event_pattern = ("(?:[^"\\]|\\.)*")', made(tmp_path, {**QUEUE, **bus(rule)}))
    assert json.loads(json.loads(said)) == pattern


def test_a_source_that_ends_with_a_star_is_all_that_begin_so(tmp_path: Path) -> None:
    """Amazon EventBridge User Guide: Comparison operators for use in event patterns, prefix matching."""
    files = bus("to: [queues/failures]")
    files = {name: text.replace("shop.orders", "'shop.*', shop") for name, text in files.items()}
    assert r"{\"source\": [{\"prefix\": \"shop.\"}, \"shop\"]}" in made(tmp_path, {**QUEUE, **files})


@pytest.mark.parametrize(
    ("to", "files", "lines"),
    [
        ("functions/check", FUNCTION, ['actions   = ["lambda:InvokeFunction"]', "arn = local.app.function_check_arn"]),
        ("workflows/night", FLOW, ['actions   = ["states:StartExecution"]', "arn = module.workflow_night.arn"]),
        ("queues/failures", QUEUE, ['actions   = ["sqs:SendMessage"]', "arn = local.data.sqs_queue_failures_arn"]),
        (
            "jobs/tidy",
            job("tidy"),
            [
                'resources = ["arn:aws:ecs:ap-northeast-1:111122223333:task-definition/demo-dev-job-tidy:*"]',
                "resources = [local.app.job_tidy_execution_role_arn, local.app.job_tidy_task_role_arn]",
                "arn = local.app.cluster_arn",
                "task_definition_arn = local.app.job_tidy_task_definition_arn",
                "security_group_ids  = [local.network.security_group_job_tidy_id]",
            ],
        ),
    ],
)
def test_its_role_may_start_just_what_a_rule_leads_to(
    to: str, files: dict[str, str], lines: list[str], tmp_path: Path
) -> None:
    text = made(tmp_path, {**files, **bus(f"to: [{to}]")})
    for line in lines:
        assert line in text, line
    assert '"*"' not in text
    assert "AwaitTask" not in text, "nobody waits for its end"


def test_what_is_not_taken_waits_in_a_queue_that_its_rules_alone_may_send_to(tmp_path: Path) -> None:
    text = made(tmp_path, {**QUEUE, **bus("to: [queues/failures]", "retries: {attempts: 3, within: 1 h}\n")})
    assert "maximum_retry_attempts       = 3" in text
    assert "maximum_event_age_in_seconds = 3600" in text
    arn = "arn:aws:events:ap-northeast-1:111122223333:rule/demo-dev-event-bus-orders/demo-dev-event-bus-orders-paid"
    assert f'rule_arns         = ["{arn}"]' in text
    default = made(tmp_path / "default", {**QUEUE, **bus("to: [queues/failures]", "bus: default\n")})
    assert (
        'rule_arns         = ["arn:aws:events:ap-northeast-1:111122223333:rule/demo-dev-event-bus-orders-paid"]'
        in default
    )
    assert 'name = "demo-dev-event-bus-orders"' not in default


@pytest.mark.parametrize(("more", "name"), [("", "demo-dev-event-bus-orders"), ("bus: default\n", "default")])
def test_who_uses_it_knows_its_name_and_may_send_to_it_alone(more: str, name: str, tmp_path: Path) -> None:
    service = SERVICE + "uses: {event-buses/orders: {access: send, why: they are paid}}\n"
    found = rendered(environment(tmp_path, {"dev.yaml": DEV, "services/web.yaml": service, **bus("", more)}))
    text = found.files["app/service-web.tf"]
    assert re.search(rf'ORDERS_BUS += "{name}"', text)
    assert f'resources = ["arn:aws:events:ap-northeast-1:111122223333:event-bus/{name}"]' in text
    assert text.count("events:PutEvents") == 1
