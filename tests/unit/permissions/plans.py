"""Plans of a few resources, written as configuration: offline plans that know nothing but that they will be."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from infragen.hcl.index import Index
from infragen.hcl.modules import Module, key_text
from infragen.permissions import Setting, permissions_of
from infragen.plan import open_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.permissions import Declared, Permissions, Subject

ACCOUNT, REGION = "111122223333", "eu-west-1"


def found(text: str, *declared: Declared, changes: Mapping[str, Mapping[str, Any]] | None = None) -> Permissions:
    """Return who may do what; a resource is its name's, up to a `_` or `[`: `aws_sqs_queue.orders_dead` is of `orders`.

    `changes` say by address what the plan knows in spite of all.
    """
    plan = open_plan(io.BytesIO(_plan(text, changes or {})), "plan.json")
    setting = Setting("shop/dev", ACCOUNT, REGION, declared)
    return permissions_of(plan, {"main.tf": text}, setting, lambda one: re.split(r"[_\[]", one.split(".")[1])[0])


def role(text: str, *declared: Declared, name: str = "api role") -> Subject:
    """Return one role or one resource with a policy by its name."""
    (subject,) = (one for one in found(text, *declared).subjects if one.name == name)
    return subject


def verdicts(subject: Subject) -> set[str]:
    """Return what is unused, wider than needed or missing, as one line each."""
    unused = {f"{'wider' if one.wider else 'unused'} {one.action} on {one.resource}" for one in subject.unused}
    return unused | {f"missing {one.action} on {one.resource}" for one in subject.missing}


def _plan(text: str, known: Mapping[str, Mapping[str, Any]]) -> bytes:
    root = Module.root({"main.tf": text})
    changes: list[dict[str, Any]] = []
    for block in Index(text).blocks:
        if block.kind != "resource":
            continue
        names = {*block.arguments, *(one.labels[0] if one.kind == "dynamic" else one.kind for one in block.blocks)}
        change = {
            "actions": ["create"],
            "before": None,
            "after": {},
            "after_unknown": dict.fromkeys((names | {"arn", "id"}) - {"for_each"}, True),
        }
        for key in root.keys(block):
            address = f"{block.address}{key_text(key)}"
            kind, name = block.labels
            changes.append({"address": address, "mode": "managed", "type": kind, "name": name})
            changes[-1]["change"] = change | known.get(address, {})
    return json.dumps({"format_version": "1.2", "resource_changes": changes}).encode()


TRUST = """jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })"""


def task(environment: str = "[]", **more: str) -> str:
    """Return a task with a role, `api`, and the role that starts it, `start`."""
    container = (
        f'{{ name = "app", environment = {environment}{"".join(f", {key} = {it}" for key, it in more.items())} }}'
    )
    return f"""
resource "aws_iam_role" "api" {{
  name               = "api"
  assume_role_policy = {TRUST}
}}
resource "aws_iam_role" "start" {{
  name               = "start"
  assume_role_policy = {TRUST}
}}
resource "aws_ecs_task_definition" "api" {{
  task_role_arn         = aws_iam_role.api.arn
  execution_role_arn    = aws_iam_role.start.arn
  container_definitions = jsonencode([{container}])
}}
"""


def inline(statements: str, name: str = "own", role: str = "aws_iam_role.api.name") -> str:
    """Return a policy of the role."""
    return f"""
resource "aws_iam_role_policy" "{name}" {{
  role   = {role}
  policy = jsonencode({{ Statement = {statements} }})
}}
"""
