"""A plan from nothing: every format says at its head that nobody can tell what is replaced, destroyed or lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.commands.formats import FORMATS, Options
from infragen.plan import WITHOUT_STATE, parse_plan
from infragen.plan.without_state import mark_without_state
from infragen.report import json as json_report
from infragen.report import markdown, terminal
from infragen.workflow.ci.fail_on import CONDITIONS, parse_fail_on

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan import ChangeSet

MADE = {
    "aws_db_instance": {"identifier": "main"},
    "aws_ecs_service": {"name": "web"},
    "aws_s3_bucket": {"bucket": "files"},
    "google_sql_database_instance": {"name": "main"},
}
OPEN = {"aws_vpc_security_group_ingress_rule": {"cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1"}}


def document(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    changes = [
        {
            "address": f"{kind}.this", "mode": "managed", "type": kind, "name": "this",
            "provider_name": f"registry.terraform.io/hashicorp/{kind.partition('_')[0]}",
            "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True}},
        }
        for kind, after in made.items()
    ]  # fmt: skip
    return {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}


def stateless(folder: Path, made: dict[str, dict[str, Any]]) -> ChangeSet:
    plan = folder / "plan.json"
    plan.write_text(json.dumps(document(made), indent=1) + "\n", "utf-8")
    mark_without_state(plan, {"main.tf": 'resource "aws_s3_bucket" "this" {}\n'})
    return parse_plan(plan.read_bytes())


@pytest.mark.parametrize("made", [*({kind: after} for kind, after in MADE.items()), MADE, MADE | OPEN, {}], ids=str)
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_says_it_and_reassures_nobody(name: str, made: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    said = FORMATS[name](stateless(tmp_path, made), "demo/prod", Options(is_printed=False))
    plain = said.replace("\u00a0", " ").replace("&#160;", " ")
    assert WITHOUT_STATE in plain
    for word in ("✅", "0 to destroy", "to destroy", "risk: LOW", "risk LOW", "nothing will be lost", "only additions"):
        assert word not in plain, word


def test_the_head_comes_before_all_else_and_counts_the_configuration_alone(tmp_path: Path) -> None:
    plan = stateless(tmp_path, MADE)
    first, second, *_ = terminal.render(plan, "demo/prod", width=100).splitlines()
    assert first.split() == ["demo/prod", "4", "in", "the", "configuration", "risk:", "not", "judged"]
    assert second == f"  ! {WITHOUT_STATE}"
    head = markdown.render(plan, "demo/prod").splitlines()
    assert head[0] == "### `demo/prod` 4 in the configuration · risk ⚠️ **not judged**"
    assert head[2] == f"> ⚠️ **{WITHOUT_STATE}**"
    assert markdown.render(plan, "demo/prod", budget=120).startswith("planned without a state: 4 in the configuration")


def test_what_the_configuration_itself_opens_is_the_least_that_can_come_of_it(tmp_path: Path) -> None:
    said = terminal.render(stateless(tmp_path, OPEN), "demo/prod", width=120)
    assert "risk: at least HIGH (exposure: " in said


def test_programs_get_null_where_nobody_can_tell(tmp_path: Path) -> None:
    report = json.loads(json_report.render(stateless(tmp_path, MADE), "demo/prod"))
    assert report["without_state"] == WITHOUT_STATE
    assert report["risk"] == {"level": "unknown", "kind": None, "reason": WITHOUT_STATE}
    assert report["summary"]["add"] == 4
    untold = ("change", "destroy", "drift", "forget", "import", "move", "replace")
    assert {report["summary"][name] for name in untold} == {None}


def test_a_gate_never_passes_what_nobody_judged(tmp_path: Path) -> None:
    plan = stateless(tmp_path, MADE)
    untold = [one for one in CONDITIONS if one not in {"change", "check", "errored", "risk>=low"}]
    assert parse_fail_on(untold).failures(plan) == tuple(
        f"{one} (cannot be told: planned without a state)" for one in untold
    )
    assert parse_fail_on(["check, errored"]).failures(plan) == ()
    assert parse_fail_on(["change"]).failures(plan) == ("change (4)",)


def test_a_plan_with_a_state_is_as_it_was() -> None:
    plan = parse_plan(json.dumps(document(MADE)).encode())
    assert "risk: LOW" in terminal.render(plan, "demo/prod", width=100)
    assert parse_fail_on(["destroy", "risk>=high"]).failures(plan) == ()
