"""The reader of plans finds resources at any depth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .planned import Resource, by_value, one, planned_resources, task_size

if TYPE_CHECKING:
    from pathlib import Path


def resource(address: str, mode: str = "managed", **values: object) -> dict[str, object]:
    return {"address": address, "mode": mode, "type": address.split(".")[-2], "name": "this", "values": values}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    deep = {
        "address": "module.a.module.b",
        "resources": [resource("module.a.module.b.aws_ecs_task_definition.this", family="x", cpu="512", memory="1024")],
    }
    child = {
        "address": "module.a",
        "resources": [resource("module.a.aws_vpc.this", cidr_block="10.0.0.0/16")],
        "child_modules": [deep],
    }
    root = {"resources": [resource("data.aws_iam_policy_document.this", mode="data")], "child_modules": [child]}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"planned_values": {"root_module": root}}), encoding="utf-8")
    return path


def test_managed_resources_are_found_in_modules_of_modules_and_data_is_left_out(plan: Path) -> None:
    assert [found.type for found in planned_resources(plan)] == ["aws_vpc", "aws_ecs_task_definition"]


def test_a_resource_is_found_by_the_name_aws_sees(plan: Path) -> None:
    task = by_value(planned_resources(plan), "aws_ecs_task_definition", "family")["x"]
    assert task_size(task) == (512, 1024)


def test_two_resources_of_one_name_are_a_mistake() -> None:
    twice = [Resource("a", "aws_ecs_cluster", {"name": "x"}), Resource("b", "aws_ecs_cluster", {"name": "x"})]
    with pytest.raises(AssertionError, match="both called x"):
        by_value(twice, "aws_ecs_cluster", "name")


def test_one_wants_exactly_one_block() -> None:
    with pytest.raises(ValueError, match="unpack"):
        one([])
