"""What is said when a run ends: whose each finding is, and the command to go on with."""

from __future__ import annotations

import re
from contextlib import nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.engine import small
from tests.waiting import until

from infragen.commands.runs import runs
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.terraform.apply_records import Applied
from infragen.terraform.child_process import Stopper
from infragen.terraform.engine import Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.journal import Journal
from infragen.terraform.run_history import list_runs
from infragen.terraform.run_records import Begin, End, StackRun
from infragen.workflow.invocation import ARGUMENTS
from infragen.workflow.recovery.repair import left_behind
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.runs import execution
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from pathlib import Path

GRAPH = {"network": (), "security": ("network",), "data-plant": ("security",), "data-sales": ()}
DENIED = Diagnostic("T020", "Failed to load state: AccessDenied")
DEVIATES = Diagnostic("K010", "security would not do what was reviewed")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.small_project(tmp_path_factory.mktemp("running"), aws=small.STACKS)


@pytest.fixture
def session(project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = open_project(project)
    _, environment = resolve_one(opened, small.TARGET)
    monkeypatch.setattr(execution, "record_applied", lambda *_, **__: None)
    return SimpleNamespace(
        project=opened,
        target=small.TARGET,
        environment=environment,
        composed=compose(opened, environment, templates_of(opened)),
        tree={},
        runner=SimpleNamespace(binary=SimpleNamespace(version="1.11.4"), on_process_start=lambda _: nullcontext()),
        on_sandbox=True,
        stopper=Stopper(),
        stacks=(),
    )


def carried_out(session: Any, said: dict[str, Diagnostic], *words: str) -> int:
    def step(name: str, _on_event: object) -> Counts:
        if name in said:
            raise InfragenError(said[name])
        return Counts(add=1)

    token = ARGUMENTS.set(words)
    try:
        return execution.execute(session, "apply", GRAPH, step, jobs=2)
    finally:
        ARGUMENTS.reset(token)


def test_what_failed_stops_what_needs_it_and_each_finding_says_whose_it_is(
    session: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    placed = Diagnostic("T020", "no", Location("catalog/small/system.yaml", 2, 1))
    code = carried_out(session, {"security": DENIED, "data-sales": placed}, "apply", "small/dev", "--yes")
    said = capsys.readouterr().err
    assert code == 1
    assert "1 of 4 stacks done: 1 added" in said
    assert "data-plant  not started  it needs security" in said
    assert "error T020 security: Failed to load state: AccessDenied" in said
    assert "catalog/small/system.yaml:2:1: error T020 no" in said
    assert said.endswith("to continue: infragen apply small/dev --yes\n")


@pytest.mark.parametrize(
    ("words", "again"),
    [
        (("apply", "prod.plan", "--sandbox", "--yes"), "apply small/dev --sandbox -C {project}"),
        (("apply", "small/dev", "--plan", "prod.plan", "-C", "../x"), "apply small/dev --sandbox -C {project}"),
        (("apply", "small/dev", "--sandbox", "--yes"), "apply small/dev --sandbox --yes"),
    ],
)
def test_a_kept_plan_that_cannot_be_kept_is_not_told_to_be_applied_again(
    session: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], again: str
) -> None:
    assert carried_out(session, {"security": DEVIATES}, *words) == 1
    said = capsys.readouterr().err
    assert "error K010 security would not do" in said
    assert said.endswith(f"to continue: infragen {again.format(project=session.project.root)}\n")


@pytest.mark.parametrize(
    ("target", "left"), [("small/prod", "security"), (small.TARGET, "network"), (small.TARGET, "security")]
)
def test_what_a_killed_run_still_locks_is_not_told_to_be_tried_again(
    session: Any, capsys: pytest.CaptureFixture[str], target: str, left: str
) -> None:
    """It would be refused each time: `resume` releases the lock and takes in what was made."""
    killed = Journal(session.project.root, Begin("apply", target, ("apply", target), (left,), sandbox=True))
    killed.started(left)
    killed.close()
    locked = Diagnostic("T022", "the state of generated/small/dev/security is locked by root@vm")
    assert carried_out(session, {"security": locked}, "apply", "small/dev", "--yes") == 1
    is_ours = (target, left) == (small.TARGET, "security")
    again = f"resume {list_runs(session.project.root)[0].id}" if is_ours else "apply small/dev --yes"
    assert f"to continue: infragen {again}" in capsys.readouterr().err


def test_one_ctrl_c_is_answered_and_the_summary_still_comes(session: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def step(name: str, _on_event: object) -> Counts:
        session.stopper.stop()
        return Counts(add=1)

    assert execution.execute(session, "apply", {"network": (), "security": ("network",)}, step, jobs=1) == 130
    heard: list[str] = []

    def is_answered() -> bool:  # a thread of its own says it
        heard.append(capsys.readouterr().err)
        return (
            "stopping: terraform waits for nothing more and saves its states, and AWS goes on with what it was asked; "
            "Ctrl-C again stops at once" in "".join(heard)
        )

    until(is_answered)
    said = "".join(heard) + capsys.readouterr().err
    assert "security  not started" in said
    assert "to continue: infragen apply small/dev --sandbox" in said
    assert list_runs(session.project.root)[0].end is End.STOPPED


def in_two_passes(
    session: Any, monkeypatch: pytest.MonkeyPatch, broken: str = "", changed: int = 1
) -> tuple[int, list[str], list[str]]:
    """Carry out an apply in which network and security remove something last; return its code, steps and records."""
    steps: list[str] = []
    recorded: list[str] = []
    monkeypatch.setattr(execution, "record_applied", lambda _session, name, *_, **__: recorded.append(name))

    def step(word: str) -> Any:
        def doing(name: str, _on_event: object) -> Counts:
            steps.append(f"{word} {name}")
            if broken == steps[-1]:
                raise InfragenError(DENIED)
            return Counts(add=changed) if word == "first" else Counts(remove=2)

        return doing

    last = {"network": ("security",), "security": ()}
    code = execution.execute(session, "apply", GRAPH, step("first"), jobs=1, second=(last, step("then")))
    return code, steps, recorded


def test_a_second_pass_begins_when_all_are_done_and_only_then_a_stack_is(
    session: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, steps, recorded = in_two_passes(session, monkeypatch)
    assert code == 0
    assert sorted(steps[:4]) == sorted(f"first {name}" for name in GRAPH)
    assert steps[4:] == ["then security", "then network"]
    assert recorded[-2:] == ["security", "network"]
    assert sorted(recorded) == sorted(GRAPH)
    assert "4 of 4 stacks done: 4 added, 0 changed, 4 destroyed" in capsys.readouterr().err
    run = list_runs(session.project.root)[0]
    counts = {stack.stack: stack.counts for stack in run.stacks}
    assert (run.end, counts["network"]) == (End.DONE, Counts(add=1, remove=2))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("first data-plant", "data-plant  failed"),
        ("then security", "network  partly done  1 added, 0 changed, 0 destroyed; its removals need security"),
    ],
)
def test_a_second_pass_that_cannot_be_is_no_end(
    session: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], broken: str, said: str
) -> None:
    code, steps, recorded = in_two_passes(session, monkeypatch, broken)
    assert code == 1
    assert steps[-1] == broken or broken.startswith("first")
    assert "then network" not in steps
    assert "network" not in recorded
    assert said in re.sub(r" {2,}", "  ", capsys.readouterr().err)
    assert list_runs(session.project.root)[0].end is End.FAILED


def test_what_only_goes_last_is_not_done_before(session: Any, capsys: pytest.CaptureFixture[str]) -> None:
    def step(name: str, _on_event: object) -> Counts:
        if name == "data-plant":
            raise InfragenError(DENIED)
        return Counts() if name == "data-sales" else Counts(add=1)

    last: Any = {"data-sales": (), "network": ()}
    assert execution.execute(session, "apply", GRAPH, step, jobs=1, second=(last, step)) == 1
    said = re.sub(r" {2,}", "  ", capsys.readouterr().err)
    assert "1 of 4 stacks done" in said
    assert "data-sales  partly done  0 added, 0 changed, 0 destroyed; its removals are left" in said


@pytest.mark.parametrize("changed", [1, 0])
@pytest.mark.parametrize(
    ("broken", "left"), [("first data-plant", "its removals are left"), ("then security", "its removals need security")]
)
def test_a_stack_whose_removals_are_left_is_not_done_on_the_terminal_nor_in_the_journal(  # noqa: PLR0917
    session: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: str,
    left: str,
    changed: int,
) -> None:
    in_two_passes(session, monkeypatch, broken, changed)
    said = re.sub(r" {2,}", "  ", capsys.readouterr().err)
    others = 1 if broken.startswith("first") else 2
    assert f"{others} of 4 stacks done" in said
    assert f"  network  partly done  {changed} added, 0 changed, 0 destroyed; {left}\n" in said
    run = list_runs(session.project.root)[0]
    stacks = {stack.stack: stack for stack in run.stacks}
    assert sum(stack.status is Status.DONE for stack in run.stacks) == others
    assert (stacks["network"].status, stacks["network"].counts) == (Status.PARTLY_DONE, Counts(add=changed))
    assert runs(run.id, folder=session.project.root) == 0
    shown = re.sub(r" {2,}", "  ", capsys.readouterr().out)
    assert f"failed, {others} of 4 stacks done" in shown
    assert f"  network  partly done  {changed} added, 0 changed, 0 destroyed, 0 s; {left}\n" in shown
    to_look_at = [part.stack for part in left_behind(session, run) if part.run.id == run.id]
    assert to_look_at == [broken.partition(" ")[2]], "what ended orderly left nothing"


def test_no_record_of_files_holds_while_an_apply_is_at_work(session: Any) -> None:
    records = execution.applied_records(session)
    records.put_all({name: Applied("d", "l", 7) for name in GRAPH})
    seen = {}

    def step(name: str, _on_event: object) -> Counts:
        seen.update({name: dict(records.all())})
        raise InfragenError(DENIED)

    assert execution.execute(session, "destroy", {"network": (), "security": ("network",)}, step, jobs=1) == 1
    assert seen["network"] == {**dict.fromkeys(GRAPH, Applied("d", "l", 7)), "network": Applied("", "l", 7)}
    assert records.all() == seen["network"]
    records.put_all(dict.fromkeys(GRAPH))


def earlier_run(session: Any, end: End, target: str = small.TARGET, **made: tuple[str, ...]) -> None:
    """Leave the journal of a run of an environment that made some objects and came to an end."""
    begin = Begin("apply", target, ("apply", target), tuple(GRAPH), sandbox=True)
    with Journal(session.project.root, begin) as journal:
        for name, addresses in made.items():
            journal.started(name)
            for address in addresses:
                for kind in (EventKind.STARTED, EventKind.DONE):
                    journal.event(name, Event(kind, "x", address, "create", identifier="i"))
        journal.end(end)


def test_what_runs_made_that_came_to_no_end_is_looked_after_with_what_this_one_changed(session: Any) -> None:
    seen: dict[str, Any] = {}

    def step(name: str, on_event: Any) -> Counts:
        for kind in (EventKind.STARTED, EventKind.DONE):
            on_event(Event(kind, "x", "aws_thing.now", "create"))
            on_event(Event(kind, "x", "aws_thing.gone", "delete"))
        return Counts(add=1)

    earlier_run(session, End.FAILED, network=("aws_thing.before_a_run_that_ended",))
    earlier_run(session, End.DONE, network=("aws_thing.of_a_run_that_ended",))
    earlier_run(session, End.FAILED, network=("aws_thing.failed",), security=("aws_thing.other_stack",))
    earlier_run(session, End.FAILED, "small/prod", network=("aws_thing.of_another_environment",))
    graph = {"network": ()}
    session.stacks = [SimpleNamespace(name=name) for name in ("network", "security")]
    execution.execute(session, "apply", graph, step, jobs=1, afterwards=lambda _, __, changed: seen.update(changed))
    assert seen == {"network": {"aws_thing.now", "aws_thing.failed"}, "security": {"aws_thing.other_stack"}}


def test_a_stack_is_heard_of_when_it_is_done_and_nothing_is_looked_after_unless_all_are(session: Any) -> None:
    told: list[str] = []
    looked_after: list[object] = []

    def step(name: str, _on_event: object) -> Counts:
        if name == "security":
            raise InfragenError(DENIED)
        return Counts(add=1)

    shown = SimpleNamespace(to_json=lambda: b"shown", creations={"network": ("aws_vpc.a",)}, alterations={})
    code = execution.execute(
        session,
        "apply",
        GRAPH,
        step,
        jobs=1,
        on_done=lambda name, _: told.append(name),
        shown=cast("Any", shown),
        afterwards=lambda *_: looked_after.append(_),
    )
    assert (code, sorted(told), looked_after) == (1, ["data-sales", "network"], [])
    run = list_runs(session.project.root)[0]
    assert (run.shown, run.stacks[0].creates) == (b"shown", ("aws_vpc.a",))


def test_what_a_killed_run_had_begun_is_its_own_after_a_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own additions to it are no change of anybody else, now or in later runs."""
    left = StackRun(
        "app",
        None,
        open=("a.changed",),
        made={"a.made": "1"},
        cut=("a.cut",),
        begun=True,
        creates=("a.b",),
        touched=frozenset({"a.updated"}),
    )
    begin = SimpleNamespace(environment=("shop/dev", True), stacks=("app",))
    monkeypatch.setattr(
        execution, "list_runs", lambda _: [SimpleNamespace(begin=begin, id="1", end=End.CUT_OFF, stacks=(left,))]
    )
    session = SimpleNamespace(stacks=(SimpleNamespace(name="app"),), project=SimpleNamespace(root=None))
    journal = SimpleNamespace(environment=("shop/dev", True), id="2")
    found = execution._with_unfinished(cast("Any", session), cast("Any", journal), {})
    assert found == {"app": {"a.changed", "a.made", "a.cut", "a.b", "a.updated"}}
