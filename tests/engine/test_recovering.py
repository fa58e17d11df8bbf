"""What runs left behind, added up over runs; what may be found by its name; whose lock it is."""

from __future__ import annotations

import os
import pwd
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan_contract.contract import Contract, ReviewedChange, StackContract
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.journal import Journal, note_recovered, note_recovering
from infragen.terraform.locks import Lock
from infragen.terraform.run_history import list_runs
from infragen.terraform.run_records import Begin, End
from infragen.terraform.runner import Folder
from infragen.terraform.running_processes import Process
from infragen.workflow.recovery import repair
from infragen.workflow.recovery.orphans import Recovered

BEGIN = Begin("apply", "small/dev", (), ("network",))
MINE = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"
NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)


def a_run(
    project: Path, made: dict[str, str], under_way: tuple[str, ...] = (), *, done: bool = False, holds: str = ""
) -> None:
    journal = Journal(project, BEGIN)
    journal.keep_shown(b"{}", {"network": (*made, *under_way)})
    journal.started("network")
    for address in (*made, *under_way):
        journal.event("network", Event(EventKind.STARTED, "creating", address, "create"))
    for address, identifier in made.items():
        journal.event("network", Event(EventKind.DONE, "created", address, "create", identifier=identifier))
    if done:
        journal.finished(StackResult("network", Status.DONE, Counts()))
        journal.holds("network", holds.split)
        journal.end(End.DONE)
    journal.close()


def left(project: Path) -> list[tuple[dict[str, str], set[str]]]:
    """Return what is to be looked for, of the latest run first: what was made, and what may have been."""
    session: Any = SimpleNamespace(project=SimpleNamespace(root=project))
    parts = repair.left_behind(session, list_runs(project)[0])
    assert {part.stack for part in parts} <= {"network"}
    return [(dict(part.made), set(part.possibly_created)) for part in parts]


def test_what_several_runs_made_is_looked_for_run_by_run(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_eip.a": "eip-1", "aws_vpc.a": "vpc-1"}, ("aws_vpc.b",))
    a_run(tmp_path, {"aws_eip.a": "eip-2"}, ("aws_vpc.c",))
    assert left(tmp_path) == [
        ({"aws_eip.a": "eip-2"}, {"aws_vpc.c"}),
        ({"aws_eip.a": "eip-1", "aws_vpc.a": "vpc-1"}, {"aws_vpc.b"}),
    ]


def test_what_a_later_run_has_in_its_state_is_not_looked_for(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"})
    a_run(tmp_path, {}, done=True, holds="vpc-1")
    assert left(tmp_path) == []


@pytest.mark.parametrize("under_way", [(), ("aws_vpc.b",)])
def test_a_later_good_end_makes_nobody_forget_what_no_state_has(tmp_path: Path, under_way: tuple[str, ...]) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"}, under_way)
    a_run(tmp_path, {"aws_vpc.a": "vpc-2"}, done=True, holds="vpc-2" + " vpc-1" * len(under_way))
    assert left(tmp_path) == [({"aws_vpc.a": "vpc-1"}, set(under_way))]


@pytest.mark.parametrize(
    ("heard", "unheard"), [(True, {"aws_vpc.c"}), (False, {"aws_vpc.a", "aws_vpc.b", "aws_vpc.c"})]
)
def test_what_a_stack_that_died_was_about_to_make_may_have_been_begun(
    tmp_path: Path, heard: bool, unheard: set[str]
) -> None:
    creates = [ReviewedChange(f"aws_vpc.{name}", ("create",)) for name in "abc"]
    stack = StackContract((*creates, ReviewedChange("aws_vpc.d", ("update",))))
    journal = Journal(tmp_path, BEGIN)
    contract = Contract(b"k" * 32, {"network": stack})
    journal.keep_shown(contract.to_json(), contract.creations)
    journal.started("network")
    if heard:
        for address in ("aws_vpc.a", "aws_vpc.b"):
            journal.event("network", Event(EventKind.STARTED, "creating", address, "create"))
        journal.event("network", Event(EventKind.DONE, "created", "aws_vpc.a", "create", identifier="vpc-1"))
    journal.close()
    session: Any = SimpleNamespace(project=SimpleNamespace(root=tmp_path))
    (part,) = repair.left_behind(session, list_runs(tmp_path)[0])
    assert part.possibly_begun - part.possibly_created - part.made.keys() == unheard


def test_what_was_put_right_is_not_looked_for_again(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"})
    a_run(tmp_path, {"aws_vpc.b": "vpc-2"})
    note_recovered(list_runs(tmp_path)[0])
    assert left(tmp_path) == []


def test_a_resume_that_is_killed_is_known_by_what_it_looked_at(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"})
    note_recovered(list_runs(tmp_path)[0])
    note_recovering(list_runs(tmp_path)[0], ["network", "security"])
    assert list_runs(tmp_path)[0].left_behind == ("network", "security")
    note_recovered(list_runs(tmp_path)[0])
    assert list_runs(tmp_path)[0].left_behind == ()


def test_what_nobody_could_tell_is_said_again_until_an_apply_has_come_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A resume that named it may be killed right after; so may the apply that it went on with."""
    perhaps = "network: aws_eip.a was being created, and AWS may or may not have done it: check AWS"

    def looks(*said: str) -> tuple[str, int]:
        run, found = list_runs(tmp_path)[0], Recovered()
        for what in said:
            found.tell(run, what)
        repair.close_recovery(run, ("network",), found)
        return capsys.readouterr().err, found.unclear

    a_run(tmp_path, {}, ("aws_eip.a",))
    assert looks(perhaps) == ("", 1)
    again = looks()
    assert again == (f"an earlier `resume` named these, and nothing tells what became of them:\n  {perhaps}\n", 1)
    assert looks() == again
    assert looks(perhaps) == ("", 1)
    a_run(tmp_path, {})
    assert looks() == looks() == again
    a_run(tmp_path, {}, done=True)
    a_run(tmp_path, {})
    assert looks() == ("", 0)


def test_an_object_in_whose_place_the_state_has_another_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(tmp_path, {"aws_eip.a": "eip-1", "aws_eip.b": "eip-3", "aws_eip.c": "eip-5", "aws_eip.d": "eip-7"})
    a_run(tmp_path, {"aws_eip.a": "eip-2"})
    state = (("aws_eip.a", "eip-2"), ("aws_eip.b", "eip-3"), ("aws_eip.d", "eip-8"))
    world = SimpleNamespace(tree={}, composed=SimpleNamespace(stacks=()))
    monkeypatch.setattr(repair, "_in_world_of", lambda *_: world)
    monkeypatch.setattr(repair, "parse_state", lambda *_: SimpleNamespace(objects=lambda: state))
    journal = Journal(tmp_path, BEGIN)
    journal.started("network")
    journal.event("network", Event(EventKind.STARTED, "deleting", "aws_eip.d", "delete", identifier="eip-7"))
    journal.event("network", Event(EventKind.DONE, "deleted", "aws_eip.d", "delete"))
    journal.close()
    session: Any = SimpleNamespace(
        project=SimpleNamespace(root=tmp_path), environment=SimpleNamespace(target="small/dev"), on_sandbox=False,
        folders=SimpleNamespace(prepare_states=lambda *_: {}, stack=str), runner=SimpleNamespace(state_pull=str),
    )  # fmt: skip
    found = Recovered()
    repair._print_replaced(session, repair.left_behind(session, list_runs(tmp_path)[0]), found)
    assert (
        "network: aws_eip.a (eip-1) was created, but the state has another object in its place: check AWS"
        in capsys.readouterr().err
    )
    assert found == Recovered(unclear=1)


@dataclass(frozen=True)
class Worked:
    """A run whose last terraform may have taken a lock within ten minutes of its beginning."""

    began: datetime = NOW
    lock_windows: tuple[tuple[datetime, datetime], ...] = (
        (NOW, NOW + timedelta(minutes=10)),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=2, minutes=10)),  # a `resume` of it
    )


@pytest.mark.parametrize(
    ("who", "age", "ours"),
    [
        (MINE, timedelta(seconds=5), True),
        (MINE, timedelta(seconds=-30), True),  # its clock was put right
        (MINE, timedelta(hours=-1), False),
        (MINE, timedelta(minutes=10, seconds=59), True),
        (MINE, timedelta(minutes=10, seconds=61), False),  # of another container, or of another checkout's later run
        (MINE, timedelta(hours=1), False),  # of a later run, before the run was looked at
        (MINE, timedelta(hours=2, minutes=5), True),
        ("ann@laptop", timedelta(seconds=5), False),
    ],
)
def test_a_lock_is_ours_when_this_user_took_it_here_in_that_run(who: str, age: timedelta, ours: bool) -> None:
    assert repair._is_ours(Lock("1", who, "apply", NOW + age, "1.11.4"), [Worked()]) is ours


def test_whose_lock_it_is_does_not_hang_on_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "ann")
    assert repair._is_ours(Lock("1", MINE, "apply", NOW, "1.11.4"), [Worked()])


def test_a_lock_of_later_than_the_run_is_named_with_the_command_that_releases_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(repair, "all_processes", tuple)
    runner = Runner(NOW + timedelta(hours=1))
    session = a_session(runner, on_sandbox=True)
    with pytest.raises(InfragenError, match=r"T022 the lock of network is not this run's: .*14:00:00 UTC") as refused:
        repair.release_own_lock(session, "network", Folder(Path(), ""), [Worked()], Recovered())
    assert runner.released == []
    assert "`infragen unlock small/dev/network --sandbox`" in str(refused.value.diagnostics[0].hint)


def test_what_was_deleted_under_a_lock_is_of_the_run_that_had_taken_it(tmp_path: Path) -> None:
    """Another run may have asked for it in vain a moment later."""
    with Journal(tmp_path, BEGIN) as killed:
        killed.started("network")
        for kind, said in ((EventKind.STARTED, "deleting"), (EventKind.DONE, "deleted")):
            killed.event("network", Event(kind, said, "aws_eip.a", "delete", identifier="eip-1"))
    lock = Lock("1", MINE, "apply", datetime.now(UTC), "1.11.4")
    time.sleep(0.002)
    with Journal(tmp_path, BEGIN) as refused:
        refused.keep_shown(b"{}", {"network": ("aws_eip.a",)})
        refused.started("network")
    session: Any = SimpleNamespace(
        project=SimpleNamespace(root=tmp_path), environment=SimpleNamespace(target="small/dev"), on_sandbox=False
    )
    assert repair._deleted_under(session, "network", lock) == {("aws_eip.a", "eip-1")}


class Runner:
    """Holds one lock, of a stack without a state."""

    def __init__(self, created: datetime = NOW) -> None:
        self.released: list[Lock] = []
        self.created = created

    def lock_of(self, _folder: object) -> Lock:
        return Lock("1", MINE, "apply", self.created, "1.11.4")

    def unlock(self, _folder: object, lock: Lock) -> None:
        self.released.append(lock)

    def state_pull(self, _folder: object) -> bytes:
        return b""


def a_session(runner: Runner, *, on_sandbox: bool = False) -> Any:
    def stack(name: str) -> SimpleNamespace:
        return SimpleNamespace(path=Path("/project/.infragen/work/small/dev") / name)

    def state(name: str) -> SimpleNamespace:
        return SimpleNamespace(path=stack("states").path / name)

    folders, environment = SimpleNamespace(stack=stack, state=state), SimpleNamespace(target="small/dev")
    return SimpleNamespace(runner=runner, folders=folders, environment=environment, on_sandbox=on_sandbox)


@pytest.mark.parametrize(("place", "on_sandbox", "released"), [
    (None, False, 1),
    ("/other/.infragen/work/small/dev/network", False, 0),
    ("/other/.infragen/work/small/dev/network", True, 1),
    ("/project/.infragen/work/small/dev/network", False, 0),
    ("/project/.infragen/work/small/dev/network", True, 0),
])  # fmt: skip
def test_the_lock_of_a_terraform_that_works_here_or_in_another_checkout_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, place: str | None, on_sandbox: bool, released: int
) -> None:
    terraform = Process(7, 1, 7, 1, 0, "terraform", ("terraform",), Path(place or "/"), terminal=True)
    monkeypatch.setattr(repair, "all_processes", lambda: (terraform,))
    runner = Runner()
    session, folder, found = a_session(runner, on_sandbox=on_sandbox), Folder(Path(), ""), Recovered()
    if released:
        repair.release_own_lock(session, "network", folder, [Worked()], found)
    else:
        with pytest.raises(InfragenError, match=r"T038 terraform \(process 7, in a terminal\)"):
            repair.release_own_lock(session, "network", folder, [Worked()], found)
    assert len(runner.released) == found.locks == released


def test_nobody_waits_for_what_is_stopped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A provider that is stopped holds up its terraform forever."""
    folder = Path("/project/.infragen/work/small/dev/network")
    terraform = Process(7, 1, 7, 1, 0, "terraform", ("terraform",), folder, terminal=False)
    provider = Process(8, 7, 7, 2, 0, "terraform-provider-aws_v5", ("",), folder, terminal=False, stopped=True)
    monkeypatch.setattr(repair, "all_processes", lambda: (terraform, provider))
    with pytest.raises(InfragenError, match="of which process 8 is stopped, is working on small/dev/network") as said:
        repair.await_terraforms(a_session(Runner(), on_sandbox=True), ["network"])
    assert "`kill -CONT 8` continues it" in (said.value.diagnostics[0].hint or "")
    assert capsys.readouterr().err == ""

    seen = iter([(terraform,), ()])  # it ends by itself
    monkeypatch.setattr(repair, "all_processes", lambda: next(seen))
    repair.await_terraforms(a_session(Runner(), on_sandbox=True), ["network"])
    assert "network: terraform (process 7) is still running; waiting for it to end" in capsys.readouterr().err


def test_what_was_found_is_one_line() -> None:
    assert not Recovered()
    found = Recovered(locks=1, states=1, objects=2, unclear=1)
    assert str(found) == (
        "1 lock (released), 1 state (stored), 2 objects (imported into the state), 1 object (to look for, listed above)"
    )
