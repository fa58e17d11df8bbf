"""What a plan destroys in the state alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan_contract.planned_changes import left_standing, managed
from infragen.redaction.decode import OpenPlan, decode_plan


@pytest.mark.parametrize(
    ("actions", "before", "left"),
    [
        (["delete"], {"skip_destroy": True}, ["aws_ecs_task_definition"]),
        (["create", "delete"], {"skip_destroy": True}, ["aws_ecs_task_definition"]),
        (["delete"], {"skip_destroy": False}, []),
        (["delete"], {}, []),
        (["update"], {"skip_destroy": True}, []),
    ],
)
def test_what_skips_its_destruction_is_left_standing(
    actions: list[str], before: dict[str, Any], left: list[str]
) -> None:
    change = {"actions": actions, "before": before, "after": None}
    item = {"address": "aws_ecs_task_definition.a", "mode": "managed", "type": "aws_ecs_task_definition", "name": "a"}
    content = {"format_version": "1.2", "resource_changes": [{**item, "change": change}]}
    found = left_standing(OpenPlan(decode_plan(json.dumps(content).encode(), "p"), "p"))
    assert list(found) == [("aws_ecs_task_definition.a", kind) for kind in left]


@pytest.mark.parametrize("word", ["open", "renew", "close"])
def test_an_ephemeral_resource_is_no_promise(word: str) -> None:
    change = {"actions": [word], "before": None, "after": None}
    item = {"address": "ephemeral.aws_x.a", "mode": "ephemeral", "type": "aws_x", "name": "a", "change": change}
    content = {"format_version": "1.2", "terraform_version": "1.11.5", "resource_changes": [item]}
    assert not list(managed(OpenPlan(decode_plan(json.dumps(content).encode(), "p"), "p")))
