"""`infragen runs` and what `resume` refuses, from journals that are there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import Diagnostic, Location
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.journal import Journal, note_recovered
from infragen.terraform.move_journal import MoveJournal
from infragen.terraform.run_history import find_run
from infragen.terraform.run_records import Begin, End
from infragen.terraform.running_processes import Process
from tests.engine import small

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

COMMAND = ("apply", "small/dev", "--sandbox", "--yes")
POSER = """\
#!/bin/sh
case "$1" in
version) echo '{"terraform_version": "1.11.4"}' ;;
force-unlock) echo 'the state is not locked' >&2; exit 1 ;;
show) echo '{"format_version": "1.2", "terraform_version": "1.11.4"}' ;;
plan)
  for argument; do
    case "$argument" in -out=*) : > "${argument#-out=}" ;; esac
  done
  ;;
esac
"""
BEGIN = Begin(
    "apply", "small/dev", COMMAND, ("network", "security", "data-sales"), {"terraform": "1.11.4"}, sandbox=True
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small.small_project(tmp_path)


def failed_run(project: Path) -> str:
    said = Diagnostic("T020", "it broke", Location("catalog/small/databases/sales/order.yaml", 1, 7), hint="mend it")
    with Journal(project, BEGIN) as journal:
        journal.started("network")
        journal.finished(StackResult("network", Status.DONE, Counts(add=3), seconds=4))
        journal.started("security")
        journal.finished(StackResult("security", Status.FAILED, None, (said,), seconds=2))
        journal.finished(StackResult("data-sales", Status.NOT_STARTED, waits_for=("security",)))
        journal.end(End.FAILED)
    return journal.id


def cut_off_run(project: Path) -> str:
    journal = Journal(project, BEGIN)
    journal.started("network")
    journal.event("network", Event(EventKind.STARTED, "creating", "aws_ssm_parameter.cidr", "create"))
    journal.close()
    return journal.id


def test_no_run_yet(infragen: Infragen, project: Path) -> None:
    outcome = infragen("runs", "-C", project)
    assert (outcome.code, outcome.out) == (0, "no run yet: `infragen apply` and `infragen destroy` leave one\n")


def test_runs_are_listed_the_latest_first(infragen: Infragen, project: Path) -> None:
    ids = sorted([failed_run(project), cut_off_run(project)], reverse=True)
    lines = infragen("runs", "-C", project).out.splitlines()
    assert [line.split()[0] for line in lines] == ids
    assert any("failed, 1 of 3 stacks done (on the sandbox)" in line for line in lines)
    assert any("cut off, 0 of 3 stacks done" in line for line in lines)


def test_a_run_is_shown_with_its_stacks_and_what_went_wrong(infragen: Infragen, project: Path) -> None:
    run = failed_run(project)
    said = infragen("runs", run[-6:], "-C", project).out
    assert "infragen apply small/dev --sandbox --yes" in said
    assert "network     done         3 added, 0 changed, 0 destroyed, 4 s" in said
    assert "data-sales  not started  it needs security" in said
    assert "catalog/small/databases/sales/order.yaml:1:7: error T020 it broke" in said
    assert "name: order" in said
    assert f"to continue: infragen resume {run}" in said


def test_a_run_that_left_nothing_behind_is_not_to_be_continued_once_another_came_after_it(
    infragen: Infragen, project: Path
) -> None:
    first, second = failed_run(project), failed_run(project)
    assert first < second
    assert (
        f"nothing of it is left to continue: run {second} came after it" in infragen("runs", first, "-C", project).out
    )
    assert f"to continue: infragen resume {second}" in infragen("runs", second, "-C", project).out
    cut_off, _ = cut_off_run(project), failed_run(project)
    assert f"to continue: infragen resume {cut_off}" in infragen("runs", cut_off, "-C", project).out


def test_what_was_under_way_when_a_run_was_killed_is_named(infragen: Infragen, project: Path) -> None:
    said = infragen("runs", cut_off_run(project), "-C", project).out
    assert "network     cut off      0 changes done; in progress: aws_ssm_parameter.cidr" in said


def test_what_is_under_way_was_not_cut_off(infragen: Infragen, project: Path) -> None:
    journal = Journal(project, BEGIN)
    journal.started("network")
    journal.event("network", Event(EventKind.STARTED, "creating", "aws_ssm_parameter.cidr", "create"))
    said = infragen("runs", journal.id, "-C", project).out
    listed = json.loads(infragen("runs", journal.id, "--format", "json", "-C", project).out)
    journal.close()
    assert "network     running      0 changes done; in progress: aws_ssm_parameter.cidr" in said
    assert "cut off" not in said
    assert listed["stacks"][0]["status"] == "running"


def test_what_was_put_right_is_said(infragen: Infragen, project: Path) -> None:
    run = find_run(project, cut_off_run(project))
    note_recovered(run)
    assert "cut off, 0 of 3 stacks done, then recovered" in infragen("runs", "-C", project).out
    assert json.loads(infragen("runs", "--format", "json", "-C", project).out)[0]["recovered"] is True


def test_scripts_read_json(infragen: Infragen, project: Path) -> None:
    run = failed_run(project)
    (listed,) = json.loads(infragen("runs", "--format", "json", "-C", project).out)
    shown = json.loads(infragen("runs", run, "--format", "json", "-C", project).out)
    assert listed == shown
    assert (shown["id"], shown["end"], shown["arguments"], shown["sandbox"]) == (run, "failed", list(COMMAND), True)
    assert [stack["status"] for stack in shown["stacks"]] == ["done", "failed", "not started"]
    assert shown["stacks"][1]["diagnostics"][0]["code"] == "T020"


def test_a_run_that_is_not_there_is_an_error(infragen: Infragen, project: Path) -> None:
    assert "J001" in infragen("runs", "nonsense", "-C", project).err
    assert "J001 no run is recorded" in infragen("resume", "-C", project).err


def test_a_run_that_is_done_needs_no_resume(infragen: Infragen, project: Path) -> None:
    with Journal(project, BEGIN):
        pass
    outcome = infragen("resume", "-C", project)
    assert outcome.code == 0
    assert "is done: nothing to resume" in outcome.err


def test_a_run_under_way_is_not_resumed(infragen: Infragen, project: Path) -> None:
    journal = Journal(project, BEGIN)
    outcome = infragen("resume", "-C", project)
    journal.close()
    assert outcome.code == 1
    assert "J002" in outcome.err


def test_a_run_is_resumed_from_any_folder(
    infragen: Infragen, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Begin("apply", "small/dev", ("apply", "small/dev"), ("network",), place=str(project / "catalog"))
    journal = Journal(project, begin)
    journal.started("network")
    journal.close()
    monkeypatch.chdir(tmp_path.parent)
    outcome = infragen("resume", "-C", project.relative_to(tmp_path.parent))
    assert "P007 generated/small/dev/ is not up to date" in outcome.err  # it found the project


@pytest.fixture
def posed(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A rendered project, and a terraform that finds nothing to do."""
    program = tmp_path / "terraform"
    program.write_text(POSER)
    program.chmod(0o755)
    monkeypatch.setenv("INFRAGEN_TERRAFORM", str(program))
    monkeypatch.setattr("infragen.workflow.session.sandbox_of", lambda *_: {})
    small.render(project)
    return project


@pytest.mark.parametrize(("own", "again"), [((), "--yes"), (("--yes",), "--yes"), (("-y",), "-y")])
def test_who_resumes_may_say_yes_for_a_run_that_asked(
    infragen: Infragen, posed: Path, own: tuple[str, ...], again: str
) -> None:
    arguments = ("destroy", "small/dev/network", "--sandbox", "-C", str(posed), *own)
    with Journal(posed, Begin("destroy", "small/dev/network", arguments, ("network",), sandbox=True)) as failed:
        failed.started("network")
        failed.finished(StackResult("network", Status.FAILED, None, (), seconds=2))
        failed.end(End.FAILED)
    said = infragen("resume", "-C", posed).err
    asked = f"running again: infragen destroy small/dev/network --sandbox -C {posed}"
    assert f"{asked}{' ' if own else ''}{' '.join(own)}\n" in said
    assert f"{asked} {again}\n" in infragen("resume", "--yes", "-C", posed).err


def test_a_run_that_is_put_right_is_not_told_to_be_resumed(infragen: Infragen, posed: Path) -> None:
    project = posed
    with Journal(project, Begin("plan", "small/dev", ("runs",), ("network",), sandbox=True)) as failed:
        failed.started("network")
        failed.finished(StackResult("network", Status.FAILED, None, (), seconds=2))
        failed.end(End.FAILED)
    outcome = infragen("resume", failed.id, "-C", project)
    assert f"run {failed.id} left nothing behind" in outcome.err
    run = cut_off_run(project)
    notice = f"a run was interrupted in network; `infragen resume {run} -C {project}`"
    assert notice in infragen("unlock", "small/dev/network", "--sandbox", "-C", project).err
    resumed = infragen("resume", run, "-C", project).err
    assert f"run {run} left behind: 1 object (to look for, listed above)" in resumed
    assert notice not in resumed


def test_that_a_run_was_cut_off_is_said_whatever_is_refused_next(infragen: Infragen, project: Path) -> None:
    run = cut_off_run(project)
    outcome = infragen("apply", "small/dev/gone", "--sandbox", "--yes", "-C", project)
    assert "P007 generated/small/dev/ is not up to date" in outcome.err
    assert f"a run was interrupted in network; `infragen resume {run}" in outcome.err


def interrupted_move(project: Path) -> None:
    folder = project / ".infragen/moves/small/dev/20261120T010203-000001"
    folder.mkdir(parents=True)
    MoveJournal(folder).write("begun", stacks=["network", "security"])


def test_a_state_move_that_was_interrupted_is_not_passed_over(infragen: Infragen, project: Path) -> None:
    with Journal(project, Begin("apply", "small/dev", (), ("network",))):
        pass
    assert infragen("resume", "-C", project).code == 0
    interrupted_move(project)
    outcome = infragen("resume", "-C", project)
    assert outcome.code == 1
    assert "M002 a state move of network, security was interrupted" in outcome.err
    assert "infragen state moves small/dev --apply" in outcome.err


@pytest.mark.terraform
def test_a_lock_that_an_interrupted_move_waits_for_can_be_released(
    infragen: Infragen, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.render(project)
    interrupted_move(project)
    place = project / ".infragen/work/small/dev/network"
    terraform = Process(7, 1, 7, 1, 0, "terraform", ("terraform",), place, terminal=True)
    monkeypatch.setattr("infragen.workflow.recovery.repair.all_processes", lambda: (terraform,))
    assert "M002" in infragen("plan", "small/dev", "-C", project).err
    assert (
        "T038 terraform (process 7, in a terminal) is working on small/dev/network"
        in infragen("unlock", "small/dev", "-C", project).err
    )


@pytest.mark.parametrize("text", ["soon", "-1", "5 minutes", "1.5h", ""])
def test_a_lock_timeout_that_is_none_is_refused(infragen: Infragen, project: Path, text: str) -> None:
    outcome = infragen("plan", "small/dev", f"--lock-timeout={text}", "-C", project)
    assert outcome.code == 1
    assert "X013" in outcome.err


def test_what_was_left_in_an_environment_that_is_gone_is_named_with_the_way_on(
    infragen: Infragen, project: Path
) -> None:
    journal = Journal(project, BEGIN)
    journal.started("network")
    for address, identifier in (("aws_vpc.a", "vpc-1"), ("aws_vpc.b", None)):
        journal.event("network", Event(EventKind.STARTED, "creating", address, "create"))
        if identifier:
            journal.event("network", Event(EventKind.DONE, "created", address, "create", identifier=identifier))
    journal.close()
    (project / "environments/small/dev.yaml").unlink()
    outcome = infragen("resume", "-C", project)
    assert outcome.code == 1
    assert f"J006 environments/small/dev.yaml no longer exists, but run {journal.id} left behind" in outcome.err
    assert "network: its lock may be held; created: aws_vpc.a (vpc-1); in progress: aws_vpc.b" in outcome.err
    assert "restore that file (`git log -- environments/small/dev.yaml`)" in outcome.err
    assert f"`infragen resume {journal.id} -C {project}`" in outcome.err


def test_what_was_put_right_in_an_environment_that_is_gone_needs_it_no_more(infragen: Infragen, project: Path) -> None:
    run = find_run(project, failed_run(project))
    note_recovered(run, unclear={run.id: ["network: aws_eip.a was being created: check AWS"]})
    (project / "environments/small/dev.yaml").unlink()
    outcome = infragen("resume", "-C", project)
    assert outcome.code == 0
    assert (
        f"run {run.id}: what it left behind was put right; without environments/small/dev.yaml there is" in outcome.err
    )
    assert "network: aws_eip.a was being created: check AWS" in outcome.err
