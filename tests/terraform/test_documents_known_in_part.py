"""What `infragen plan` says of containers and policies that terraform's own plan says nothing of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.terraform.test_costs_agree import FILES
from tests.unit.stacks.systems import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

LATER = "(known after apply)"


@pytest.mark.terraform
@pytest.mark.usefixtures("kept_plans")
def test_a_plan_tells_the_variables_and_statements_of_what_reads_a_new_queue(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    write(tmp_path, FILES)
    assert infragen("render", "-C", tmp_path).code == 0
    raw = tmp_path / "plan.json"
    planned = infragen("plan", "demo/dev", "--offline", "--format", "json", "--json-out", str(raw), "-C", tmp_path)
    assert planned.code == 0, planned.err
    tasks = [
        one for one in json.loads(raw.read_bytes())["resource_changes"] if one["type"] == "aws_ecs_task_definition"
    ]
    (task,) = [one for one in tasks if ".module.service_web." in one["address"]]
    assert task["change"]["after_unknown"]["container_definitions"] is True
    changes = {one["address"]: one["attributes"] for one in json.loads(planned.out)["changes"]}
    (variables,) = [one for one in changes[task["address"]] if one["path"].endswith(": env")]
    assert 'MINUTES "15"' in variables["after"]
    assert f"ARRIVALS_URL {LATER}" in variables["after"]
    (queue,) = [address for address in changes if address.endswith("queue_arrivals.aws_sqs_queue.this")]
    assert queue in variables["comes_from"]
    (statement,) = [one for many in changes.values() for one in many if "sqs:SendMessage" in (one["after"] or "")]
    assert statement["after"].endswith(f"on {LATER}")
    assert statement["comes_from"] == [queue]
