"""Which stacks a plan is made of: a program that poses as terraform finds no change in any of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import STACKS, edit, small_project
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import Diagnostic
from infragen.terraform.child_process import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

POSER = """\
#!/bin/sh
case "$1" in
version) echo '{"terraform_version": "1.11.4"}' ;;
state) cat "%(states)s/$(basename "$PWD")" && echo ;;
plan)
  echo . >> "%(states)s/plans"
  if [ -e "%(states)s/failing" ]; then echo 'Error: Invalid index' >&2; exit 1; fi
  for argument; do
    case "$argument" in -out=*) : > "${argument#-out=}" ;; esac
  done
  ;;
show) echo . >> "%(states)s/shows"; cat "%(states)s/shown" && echo ;;
esac
"""
READS = {
    "network": (),
    "security": ("network",),
    "data-plant": ("network", "security"),
    "data-sales": ("network", "security"),
    "observability": ("network", "security", "data-plant", "data-sales"),
}
PUBLISHED = {name: {"type": "string", "value": name} for name in ("cidr", "role_arn", "topic_arn", "topic_name")}


def state(stack: str) -> dict[str, Any]:
    """Return the state of a stack that was applied when its upstreams published what they publish now."""
    values = {name: one["value"] for name, one in PUBLISHED.items()}
    read = [
        {
            "mode": "data", "type": "terraform_remote_state", "name": name.replace("-", "_"), "provider": "x",
            "instances": [{"attributes": {"outputs": {"value": values, "type": "dynamic"}}}],
        }
        for name in READS[stack]
    ]  # fmt: skip
    own = {"mode": "managed", "type": "aws_sns_topic", "name": "own", "provider": "x", "instances": [{}]}
    return {"version": 4, "serial": 3, "lineage": stack, "outputs": PUBLISHED, "resources": [own, *read]}


@pytest.fixture
def project(tmp_path: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All stacks are applied, and a first plan has just found them as they should be; one line was changed since."""
    project = small_project(tmp_path / "project", aws=STACKS)
    states = tmp_path / "states"
    states.mkdir()
    for stack in STACKS:
        (states / stack).write_text(json.dumps(state(stack)))
    (states / "shown").write_text(plan().decode())
    program = tmp_path / "terraform"
    program.write_text(POSER % {"states": states})
    program.chmod(0o755)
    monkeypatch.setenv("INFRAGEN_TERRAFORM", str(program))
    monkeypatch.setenv("COLUMNS", "300")
    assert infragen("render", "-C", project).code == 0
    first = infragen("plan", "small/dev", "-C", project)
    assert first.code == 0, first.err
    assert planned(project) == set(STACKS)
    edit(project, "catalog/small/databases/sales/order.yaml", "max: 8 ACU", "max: 16 ACU")
    assert infragen("render", "-C", project).code == 0
    return project


def planned(project: Path) -> set[str]:
    """Return the stacks that the combined root was made of the last time."""
    return {name.replace("_", "-") for name in re.findall(r'^module "(\w+)"', root(project), re.MULTILINE)}


def root(project: Path) -> str:
    return (project / ".infragen/work/small/dev/combined/main.tf").read_text()


def count(project: Path, what: str) -> int:
    return (project.parent / "states" / what).read_text().count(".")


def test_what_nothing_changed_since_its_apply_stays_out(project: Path, infragen: Infragen) -> None:
    change = resource("module.data_sales.aws_sns_topic.own", ["update"], {"name": "a"}, {"name": "b"})
    (project.parent / "states/shown").write_text(plan(change).decode())
    shown = infragen("plan", "small/dev", "-C", project)
    assert shown.code == 0, shown.err
    assert planned(project) == {"data-sales", "observability"}
    assert "not planned, because nothing changed since their last apply: network, security, data-plant" in shown.out


def test_no_changes_is_said_of_all_stacks(project: Path, infragen: Infragen) -> None:
    """A database that was restored behind Terraform's back was left out, and `--detailed-exitcode` ended with 0."""
    shown = infragen("plan", "small/dev", "--detailed-exitcode", "-C", project)
    assert shown.code == 0, shown.err
    assert planned(project) == set(STACKS)
    assert "not planned" not in shown.out


def test_all_plans_that_too(project: Path, infragen: Infragen) -> None:
    shown = infragen("plan", "small/dev", "--all", "-C", project)
    assert shown.code == 0, shown.err
    assert planned(project) == set(STACKS)
    assert "not planned" not in shown.out
    applied = infragen("apply", "small/dev", "--all", "--yes", "-C", project)
    assert applied.code == 0, applied.err
    assert planned(project) == set(STACKS)


def test_a_plan_is_shown_once(project: Path, infragen: Infragen) -> None:
    before = count(project, "plans"), count(project, "shows")
    infragen("plan", "small/dev", "--all", "-C", project, "--format", "json", "--report", project / "report.md")
    assert (count(project, "plans"), count(project, "shows")) == (before[0] + 1, before[1] + 1)


def test_drift_of_one_stack_is_looked_for_in_that_stack_on_what_others_publish(
    project: Path, infragen: Infragen
) -> None:
    found = infragen("drift", "small/dev/security", "-C", project)
    assert found.code == 0, found.err
    assert planned(project) == {"security"}
    assert "network__topic_arn = var.network__topic_arn" in root(project)


def test_drift_leaves_out_what_was_never_applied(project: Path, infragen: Infragen) -> None:
    (project.parent / "states" / "observability").write_text("")
    gone = infragen("drift", "small/dev", "-C", project)
    assert gone.code == 1
    assert "T046 the state of observability is gone" in gone.err
    assert "never applied" not in gone.out
    (project.parent / "states" / "failing").touch()  # what reads of the state that is gone fails, and is not the cause
    failed = infragen("drift", "small/dev", "-C", project)
    assert (failed.code, failed.out) == (1, "")
    assert failed.err.index("T046 the state of observability is gone") < failed.err.index("Invalid index")
    (project.parent / "states" / "failing").unlink()
    (project / ".infragen/applied/small/dev.json").unlink()  # as its hint says
    found = infragen("drift", "small/dev", "-C", project)
    assert found.code == 0, found.err
    assert planned(project) == set(STACKS) - {"observability"}
    assert "in no state, so not checked: observability" in found.out


@pytest.mark.parametrize("lost", [True, False])
def test_a_drift_that_a_person_stopped_was_stopped(
    project: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    def stopped(*_: object, **__: object) -> object:
        raise StoppedError(Diagnostic("T030", "stopped"))

    monkeypatch.setattr("infragen.commands.drift.drift_plan", stopped)
    if lost:
        (project.parent / "states" / "observability").write_text("")
    assert infragen("drift", "small/dev", "-C", project).code == 130


@pytest.mark.parametrize(
    ("other", "how"), [({"lineage": "another"}, "is another one"), ({"serial": 1}, "is an older one (serial 1)")]
)
def test_a_state_that_is_not_the_stored_one_is_told_until_a_person_forgets_that_one(
    project: Path, infragen: Infragen, other: dict[str, Any], how: str
) -> None:
    record = project / ".infragen/applied/small/dev.json"
    (project.parent / "states" / "observability").write_text(json.dumps(state("observability") | other))
    for _ in range(2):  # no plan records what it found as applied
        shown = infragen("plan", "small/dev", "--all", "-C", project)
        assert f"the state of observability {how}" in shown.out
        assert "only a part of the changes" in "".join(shown.out.splitlines()[:2])  # never LOW, or none
        assert json.loads(record.read_text())["stacks"]["observability"]["lineage"] == "observability"
    drift = infragen("drift", "small/dev", "-C", project)
    assert (drift.code, f"T046 the state of observability {how}" in drift.err) == (1, True)
    assert f"replaced on purpose, `rm {record}` forgets it" in drift.err
    record.unlink()
    shown = infragen("plan", "small/dev", "--all", "-C", project)
    assert "the state of observability" not in shown.out
    assert "only a part" not in shown.out


def test_drift_looks_at_an_upstream_too_that_does_not_publish_what_is_read(project: Path, infragen: Infragen) -> None:
    (project.parent / "states" / "network").write_text(json.dumps(state("network") | {"outputs": {}}))
    found = infragen("drift", "small/dev/security", "-C", project)
    assert found.code == 0, found.err
    assert planned(project) == {"network", "security"}


def test_a_kept_plan_is_applied_as_it_is_and_not_with_all(project: Path, infragen: Infragen) -> None:
    refused = infragen("apply", "small/dev", "--plan", project / "kept", "--all", "-C", project)
    assert refused.code == 1
    assert "X007" in refused.err
