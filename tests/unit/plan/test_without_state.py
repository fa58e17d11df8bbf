"""Two plans from nothing: what differs between them is told part by part, and what nobody can tell is said."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from infragen.commands.formats import FORMATS, Options
from infragen.plan import Action, open_plan
from infragen.plan.without_state import difference, mark_without_state
from infragen.report import terminal
from infragen.report.labels import headline_counts

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan import ChangeSet, OpenPlan

QUEUE = 'resource "aws_sqs_queue" "this" {\n  name = "jobs"\n}\n'
LATER = {
    "aws_ecs_task_definition": (
        "container_definitions",
        'jsonencode([{ name = "app", environment = [{ name = "LEVEL", value = "%s ${aws_sqs_queue.this.url}" }] }])',
    ),
    "aws_iam_role_policy": (
        "policy",
        'jsonencode({ Statement = [{ Effect = "Allow", Action = ["sqs:%s"], Resource = aws_sqs_queue.this.arn }] })',
    ),
    "aws_sns_topic_subscription": ("endpoint", '"%s-${aws_sqs_queue.this.arn}"'),
    "aws_ssm_parameter": ("description", '"%s of ${aws_sqs_queue.this.id}"'),
}
"""By type, an argument that is known after apply, and what it is made of."""


def item(kind: str, after: dict[str, Any], unknown: tuple[str, ...] = (), action: str = "create") -> dict[str, Any]:
    return {
        "address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": [action], "before": None, "after": after,
            "after_unknown": dict.fromkeys(("id", "arn", *unknown), True), "after_sensitive": {},
        },
    }  # fmt: skip


def plan(folder: Path, name: str, items: list[dict[str, Any]], files: dict[str, str], sets: str = "") -> OpenPlan:
    resources = [
        {
            "address": one["address"], "mode": "managed", "type": one["type"], "name": "this",
            "expressions": {sets: {"references": ["aws_sqs_queue.this.arn", "aws_sqs_queue.this"]}} if sets else {},
        }
        for one in items
    ]  # fmt: skip
    document = {
        "format_version": "1.2", "resource_changes": items, "configuration": {"root_module": {"resources": resources}},
    }  # fmt: skip
    file = folder / name
    file.write_text(json.dumps(document), "utf-8")
    mark_without_state(file, files)
    return open_plan(file)


def pair(folder: Path, kind: str, before: str, after: str, *, files: bool = True) -> tuple[OpenPlan, OpenPlan]:
    name, made_of = LATER[kind]
    items = [item("aws_sqs_queue", {"name": "jobs"}, ("url",)), item(kind, {"family": "web"}, (name,))]
    old, new = (
        plan(
            folder, f"{number}.json", items,
            {"main.tf": f'{QUEUE}resource "{kind}" "this" {{\n  {name} = {made_of % word}\n}}\n'} if files else {},
            name,
        )
        for number, word in enumerate((before, after))
    )  # fmt: skip
    return old, new


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("aws_db_instance", {"db_name": "delivery_db"}, {"db_name": "delivery"}),
        ("aws_elasticache_replication_group", {"kms_key_id": None}, {"kms_key_id": "a"}),
        ("aws_ecr_repository", {"encryption_configuration": []}, {"encryption_configuration": [{"kms_key": "a"}]}),
        ("google_sql_database_instance", {"region": "europe-west1"}, {"region": "europe-west3"}),
    ],
)
def test_nobody_is_told_that_what_differs_is_only_updated(
    kind: str, before: dict[str, Any], after: dict[str, Any], tmp_path: Path
) -> None:
    """AWS makes each of these anew."""
    old, new = (plan(tmp_path, f"{number}.json", [item(kind, one)], {}) for number, one in enumerate((before, after)))
    found = difference(old, new)
    for name in ("terminal", "markdown", "html"):
        said = FORMATS[name](found, "demo/prod", Options(is_printed=False))
        assert "update" not in re.sub(r"(?s)<(style|script)>.*?</\1>", "", said), name
    assert f"≠ differs {kind}.this" in terminal.render(found, "demo/prod", width=100)


def told(found: ChangeSet) -> str:
    return " ".join(f"{one.path} {one.before} {one.after}" for change in found.changes for one in change.attributes)


@pytest.mark.parametrize("kind", LATER)
def test_what_is_known_after_apply_in_both_is_compared_by_what_it_is_made_of(kind: str, tmp_path: Path) -> None:
    old, new = pair(tmp_path, kind, "info", "debug")
    found = difference(old, new)
    assert [(change.type, change.action) for change in found.changes] == [(kind, Action.UPDATE)]
    assert "info" in told(found)
    assert "debug" in told(found)
    assert found.summary.is_difference
    assert found.unchanged == 1


@pytest.mark.parametrize("kind", LATER)
def test_what_is_made_of_the_same_is_no_difference(kind: str, tmp_path: Path) -> None:
    old, new = pair(tmp_path, kind, "info", "info")
    found = difference(old, new)
    assert found.is_empty
    assert found.summary.untold == 0


@pytest.mark.parametrize("kind", LATER)
def test_what_nobody_can_tell_is_never_called_the_same(kind: str, tmp_path: Path) -> None:
    old, new = pair(tmp_path, kind, "info", "debug", files=False)
    found = difference(old, new)
    assert found.changes == ()
    assert f"{kind}.this.{LATER[kind][0]}" in found.notices[0]
    assert headline_counts(found.summary) == "no known difference in the configuration, 1 value cannot be told"


def test_what_is_new_and_what_is_gone_is_counted_and_what_stays_is_not(tmp_path: Path) -> None:
    stays = item("aws_sqs_queue", {"name": "jobs"})
    old = plan(tmp_path, "old.json", [stays, item("aws_db_instance", {"identifier": "main"})], {"main.tf": QUEUE})
    new = plan(tmp_path, "new.json", [stays, item("aws_s3_bucket", {"bucket": "files"})], {"main.tf": QUEUE})
    found = difference(old, new)
    assert [(change.type, change.action) for change in found.changes] == [
        ("aws_db_instance", Action.DELETE), ("aws_s3_bucket", Action.CREATE),
    ]  # fmt: skip
    assert (found.summary.add, found.summary.destroy, found.unchanged) == (1, 1, 1)


def test_a_store_that_aws_makes_anew_is_a_loss(tmp_path: Path) -> None:
    old, new = (
        plan(tmp_path, f"{name}.json", [item("aws_db_instance", {"db_name": name})], {"main.tf": QUEUE})
        for name in ("delivery_db", "delivery")
    )
    reason = difference(old, new).changes[0].risks[0].reason
    assert reason == "it is made anew by db_name: its data is lost with it: no final snapshot is named"


def test_what_one_plan_marks_as_sensitive_is_hidden_in_the_difference(tmp_path: Path) -> None:
    items = [
        item("aws_ssm_parameter", {"value": word, "description": f"it is {word}"}) for word in ("hunter-2", "hunter-3")
    ]
    items[0]["change"]["after_sensitive"] = {"value": True}
    old, new = (plan(tmp_path, f"{number}.json", [one], {"main.tf": QUEUE}) for number, one in enumerate(items))
    assert "hunter-2" not in told(difference(old, new))


def test_reads_and_outputs_of_both_are_no_difference(tmp_path: Path) -> None:
    read = item("aws_vpc", {"id": "x"}, action="read") | {"mode": "data", "address": "data.aws_vpc.this"}
    old, new = (plan(tmp_path, f"{number}.json", [read], {"main.tf": QUEUE}) for number in range(2))
    assert difference(old, new).is_empty
