"""The journal of a run: complete, readable after any crash, and without secrets."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.json import encode

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.storage import confined_path
from infragen.storage.journal import append
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.findings import Finding
from infragen.terraform.journal import (
    Journal,
    Planning,
    Touch,
    both,
    made_and_not_read,
    note_recovered,
    note_recovering,
    note_taken_over,
    touched_and_not_stored,
)
from infragen.terraform.run_files import SavedTree
from infragen.terraform.run_history import find_run, latest_run, list_runs, open_runs, run_to_resume
from infragen.terraform.run_records import Begin, End
from infragen.terraform.runner import Folder
from infragen.terraform.running_processes import Started
from infragen.workflow.runs.execution import begun
from tests.waiting import calls

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

TREE = SavedTree({"network": (), "security": ("network",)}, {"network/main.tf": "# nothing"})
BEGIN = Begin("apply", "small/dev", ("apply", "small/dev", "--yes"), ("network", "security"), {"terraform": "1.11.4"})


def event(kind: EventKind, address: str, action: str = "create", identifier: str | None = None) -> Event:
    return Event(kind, f"{address}: {kind}", address, action, identifier=identifier)


def a_run(project: Path) -> Journal:
    journal = Journal(project, BEGIN)
    journal.started("network")
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a"))
    journal.event("network", event(EventKind.STARTED, "aws_vpc.b"))
    journal.event("network", event(EventKind.STARTED, "aws_vpc.c"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", identifier="vpc-1"))
    return journal


def test_a_run_is_read_as_it_was(tmp_path: Path) -> None:
    problem = Diagnostic("T020", "it broke", Location("a.tf", 3, 4), hint="mend it")
    with Journal(tmp_path, BEGIN) as journal:
        journal.started("network")
        journal.state("network", "lineage", 7)
        journal.finished(StackResult("network", Status.DONE, Counts(add=3), seconds=1.5))
        journal.finished(StackResult("security", Status.FAILED, None, (problem,), ("network",)))
        journal.end(End.FAILED)
    (run,) = list_runs(tmp_path)
    assert (run.id, run.begin, run.end, run.pid) == (journal.id, BEGIN, End.FAILED, os.getpid())
    network, security = run.stacks
    assert (network.status, network.counts, network.serial, network.seconds) == (Status.DONE, Counts(add=3), 7, 1.5)
    assert (security.status, security.diagnostics, security.waits_for) == (Status.FAILED, (problem,), ("network",))
    assert [one for one in run.stacks if one.status is not Status.DONE] == [security]


def test_a_run_under_way_is_told_from_one_that_was_killed(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    assert list_runs(tmp_path)[0].end is End.RUNNING
    journal.close()
    run = list_runs(tmp_path)[0]
    assert run.end is End.CUT_OFF
    network = run.stacks[0]
    assert network.status is None
    assert (network.open, network.made, network.done) == (("aws_vpc.b", "aws_vpc.c"), {"aws_vpc.a": "vpc-1"}, 1)


def test_what_a_stop_cut_short_may_have_been_made(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    journal.event("network", event(EventKind.FAILED, "aws_vpc.b"))
    journal.event("network", event(EventKind.FAILED, "aws_vpc.c"))
    said = (
        Finding("T020", "creating VPC: context canceled", address="aws_vpc.b"),
        Finding("T020", "creating VPC: AccessDenied", address="aws_vpc.c"),
    )
    journal.finished(StackResult("network", Status.STOPPED, None, said))
    journal.close()
    network = list_runs(tmp_path)[0].stacks[0]
    assert (network.cut, network.open) == (("aws_vpc.b",), ())
    assert network.possibly_created == {"aws_vpc.b"}


def test_what_was_deleted_again_was_not_made(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a", "delete"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", "delete"))
    journal.close()
    assert list_runs(tmp_path)[0].stacks[0].made == {}


def test_what_is_said_to_be_made_twice_was_made_once(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", identifier="vpc-2"))
    journal.close()
    network = list_runs(tmp_path)[0].stacks[0]
    assert (network.done, network.made) == (1, {"aws_vpc.a": "vpc-1"})


def test_what_was_made_is_on_the_disk_before_anything_else_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut nothing else tells of it; what was changed or deleted, a state has."""
    journal = a_run(tmp_path)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    journal.event("network", event(EventKind.DONE, "aws_vpc.b", identifier="vpc-2"))
    assert len(synced) == 1
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a", "update"))
    assert len(synced) == 1
    journal.close()


def test_with_create_before_destroy_the_new_object_stays_made(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a", "delete", "vpc-0"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", "delete"))
    journal.close()
    network = list_runs(tmp_path)[0].stacks[0]
    assert (network.made, network.done) == ({"aws_vpc.a": "vpc-1"}, 2)


def test_what_is_only_read_is_no_change(tmp_path: Path) -> None:
    with Journal(tmp_path, BEGIN) as journal:
        journal.started("network")
        journal.event("network", event(EventKind.DONE, "data.aws_vpc.a", "read"))
        journal.event("network", event(EventKind.PROGRESS, "aws_vpc.a"))
    assert list_runs(tmp_path)[0].stacks[0].done == 0
    assert "data.aws_vpc.a: done" in (journal.folder / "logs/network.log").read_text()


@pytest.mark.parametrize("cut", range(0, 1200, 7))
def test_a_journal_cut_at_any_byte_is_read(tmp_path: Path, cut: int) -> None:
    a_run(tmp_path).close()
    path = next(tmp_path.glob(".infragen/runs/*/journal.jsonl"))
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    runs = list_runs(tmp_path)
    assert bool(runs) == (cut >= whole.index(b"\n"))
    for run in runs:
        assert run.end is End.CUT_OFF
        assert run.begin == BEGIN


def test_lines_that_a_later_infragen_writes_are_passed_over(tmp_path: Path) -> None:
    a_run(tmp_path).close()
    path = next(tmp_path.glob(".infragen/runs/*/journal.jsonl"))
    place = confined_path(path)
    for line in ({"what": "novel", "at": "x"}, {"what": "novelty", "stack": "network"}, {"what": 7}, {}):
        append(*place, line)
    assert list_runs(tmp_path)[0].stacks[0].made == {"aws_vpc.a": "vpc-1"}


@pytest.mark.parametrize(
    "line",
    [
        {"what": "ended", "at": "x", "end": "evaporated"},
        {"what": "finished", "stack": "network", "status": "gone"},
        {"what": "event", "stack": "network"},
        {"what": "started", "stack": ["network"]},
    ],
)
def test_a_line_that_makes_no_sense_hides_no_other(tmp_path: Path, line: dict[str, object]) -> None:
    a_run(tmp_path).close()
    append(*confined_path(next(tmp_path.glob(".infragen/runs/*/journal.jsonl"))), line)
    (run,) = list_runs(tmp_path)
    assert run.stacks[0].made == {"aws_vpc.a": "vpc-1"}


@pytest.mark.parametrize("torn", ["\0" * 4096, "\udcff", '{"what": "st'])
def test_what_a_power_cut_left_hides_nothing(tmp_path: Path, torn: str) -> None:
    a_run(tmp_path).close()
    path = next(tmp_path.glob(".infragen/runs/*/journal.jsonl"))
    path.write_bytes(path.read_bytes() + torn.encode("utf-8", "surrogateescape"))
    append(*confined_path(path), {"what": "recovered"})
    (run,) = list_runs(tmp_path)
    assert run.stacks[0].made == {"aws_vpc.a": "vpc-1"}
    assert run.recovered


@pytest.mark.parametrize("first", ['{"what": "run"}', '{"what": "run", "verb": 1, "at": "yesterday"}', "[]", ""])
def test_a_journal_without_its_beginning_is_no_run(tmp_path: Path, first: str) -> None:
    a_run(tmp_path).close()
    next(tmp_path.glob(".infragen/runs/*/journal.jsonl")).write_text(first)
    assert list_runs(tmp_path) == ()
    assert latest_run(tmp_path, "small/dev", sandbox=False) is None


def test_secrets_are_masked_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENG")
    with Journal(tmp_path, BEGIN, lambda text: text.replace("hunter2", "(sensitive)")) as journal:
        journal.started("network")
        journal.event("network", Event(EventKind.NOTE, "password hunter2, key wJalrXUtnFEMIK7MDENG"))
        journal.event("network", event(EventKind.STARTED, "aws_x.a"))
        journal.event("network", event(EventKind.DONE, "aws_x.a", identifier="hunter2"))
        said = Diagnostic("T020", "hunter2 is no password")
        journal.finished(StackResult("network", Status.FAILED, None, (said,)))
    text = "".join(path.read_text() for path in journal.folder.rglob("*") if path.is_file())
    assert "hunter2" not in text
    assert "wJalrXUtnFEMIK7MDENG" not in text
    assert "(sensitive)" in text


def test_only_the_owner_reads_a_run(tmp_path: Path) -> None:
    with a_run(tmp_path) as journal:
        pass
    assert journal.folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in journal.folder.rglob("*") if path.is_file())
    assert (tmp_path / ".infragen/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (InfragenError(Diagnostic("T020", "no")), End.FAILED),
        (KeyboardInterrupt(), End.STOPPED),
        (ZeroDivisionError(), End.FAILED),
    ],
)
def test_however_a_run_ends_the_journal_says_so(tmp_path: Path, error: BaseException, end: End) -> None:
    with pytest.raises(type(error)), Journal(tmp_path, BEGIN):
        raise error
    assert list_runs(tmp_path)[0].end is end


def test_a_full_disk_stops_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, BEGIN)
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        journal.started("network")
    journal.finished(StackResult("network", Status.DONE, Counts()))
    journal.close()
    assert journal.trouble == f"the journal of run {journal.id} is incomplete: No space left on device"
    assert list_runs(tmp_path)[0].stacks[0].status is Status.DONE


def test_a_journal_that_was_removed_while_the_run_worked_is_said(tmp_path: Path) -> None:
    with a_run(tmp_path) as journal:
        shutil.rmtree(tmp_path / ".infragen/runs")
    assert journal.trouble == f"the journal of run {journal.id} is gone: it was removed while the run was active"


def test_where_no_journal_can_be_kept_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath(".infragen").mkdir()
    with monkeypatch.context() as full:
        full.setattr(os, "mkdir", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        journal = a_run(tmp_path)
    journal.close()
    assert journal.trouble is not None
    assert journal.trouble.startswith("no journal is written: ")
    assert list_runs(tmp_path) == ()


def test_a_log_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infragen.terraform.journal.LONGEST_LOG", 1000)
    with Journal(tmp_path, BEGIN) as journal:
        for _ in range(1000):
            journal.event("network", Event(EventKind.NOTE, "x" * 50))
    log = (journal.folder / "logs/network.log").read_text()
    assert len(log) < 2000
    assert log.count("the log is full") == 1


def test_a_word_that_no_file_can_hold_stops_no_run(tmp_path: Path) -> None:
    with Journal(tmp_path, BEGIN) as journal:
        journal.event("network", Event(EventKind.NOTE, "half of a pair: \ud800"))
    assert "half of a pair" in (journal.folder / "logs/network.log").read_text()


def test_a_run_is_found_by_parts_of_its_id(tmp_path: Path) -> None:
    with pytest.raises(InfragenError, match="J001 no run is recorded"):
        find_run(tmp_path, None)
    first, second = a_run(tmp_path), a_run(tmp_path)
    for journal in (first, second):
        journal.close()
    assert find_run(tmp_path, first.id).id == first.id
    assert find_run(tmp_path, second.id[-6:]).id == second.id
    with pytest.raises(InfragenError, match="J001 there is no run 'x'"):
        find_run(tmp_path, "x")
    with pytest.raises(InfragenError, match="J001 2 runs"):
        find_run(tmp_path, first.id[:4])


def test_a_listener_that_cannot_write_silences_no_other(tmp_path: Path) -> None:
    class Closed:
        calls = 0

        def started(self, stack: str) -> None:
            Closed.calls += 1
            raise OSError(5, "Input/output error")

        event = finished = started  # type: ignore[assignment]

    journal = Journal(tmp_path, BEGIN)
    told = both(Closed(), journal)  # type: ignore[arg-type]
    told.started("network")
    told.started("security")
    journal.close()
    assert Closed.calls == 1
    assert [stack.status for stack in list_runs(tmp_path)[0].stacks] == [None, None]


def test_a_killed_writer_leaves_what_it_wrote(tmp_path: Path) -> None:
    script = f"""
import os, pathlib, signal
from infragen.terraform.journal import Journal
from infragen.terraform.run_records import Begin
journal = Journal(pathlib.Path({str(tmp_path)!r}), Begin("apply", "small/dev", (), ("network",)))
journal.started("network")
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    (run,) = list_runs(tmp_path)
    assert (run.end, run.stacks[0].status) == (End.CUT_OFF, None)


def test_what_was_cut_off_is_said_until_it_is_put_right(tmp_path: Path) -> None:
    assert latest_run(tmp_path, "small/dev", sandbox=False) is None
    a_run(tmp_path).close()
    run = latest_run(tmp_path, "small/dev", sandbox=False)
    assert run is not None
    assert run.left_behind == ("network",)
    assert latest_run(tmp_path, "small/dev", sandbox=True) is None
    assert latest_run(tmp_path, "small/de", sandbox=False) is None
    note_recovered(run)
    run = latest_run(tmp_path, "small/dev", sandbox=False)
    assert run is not None
    assert run.left_behind == ()


def run_of(project: Path, target: str, stack: str, *, done: bool = False) -> str:
    time.sleep(0.002)  # an id is as fine as a millisecond
    journal = Journal(project, Begin("apply", target, (), (stack,)))
    journal.keep_shown(b"{}", {})  # nothing was to be made
    journal.started(stack)
    if done:
        journal.finished(StackResult(stack, Status.DONE, Counts()))
        journal.end(End.DONE)
    journal.close()
    return journal.id


def left_in(project: Path, target: str = "small/dev") -> tuple[str, ...]:
    run = latest_run(project, target, sandbox=False)
    return run.left_behind if run else ()


def test_a_run_of_one_stack_hides_nothing_that_was_left_behind_in_another(tmp_path: Path) -> None:
    first = run_of(tmp_path, "small/dev", "security")
    run_of(tmp_path, "small/dev/network", "network", done=True)
    run_of(tmp_path, "small/prod", "security", done=True)
    assert left_in(tmp_path) == ("security",)
    assert run_to_resume(tmp_path).id == first
    run_of(tmp_path, "small/dev/security", "security", done=True)
    assert left_in(tmp_path) == ()


@pytest.mark.parametrize(("action", "left"), [("create", ("network",)), ("update", ()), ("delete", ())])
def test_a_destruction_settles_what_was_made_and_it_deleted_unless_something_was_being_made(
    tmp_path: Path, action: str, left: tuple[str, ...]
) -> None:
    journal = Journal(tmp_path, BEGIN)
    journal.started("network")
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", identifier="vpc-1"))
    journal.event("network", event(EventKind.STARTED, "aws_vpc.b", action, "vpc-2"))
    journal.finished(StackResult("network", Status.FAILED, None, (Diagnostic("T035", "killed"),)))
    journal.close()
    network = list_runs(tmp_path)[0].stacks[0]
    assert (network.open, network.possibly_created) == (("aws_vpc.b",), {"aws_vpc.b"} if left else set())
    with Journal(tmp_path, Begin("destroy", "small/dev", (), ("network",))) as destroyed:
        destroyed.started("network")
        destroyed.event("network", event(EventKind.STARTED, "aws_vpc.a", "delete", "vpc-1"))
        destroyed.event("network", event(EventKind.DONE, "aws_vpc.a", "delete"))
        destroyed.finished(StackResult("network", Status.DONE, Counts(remove=1)))
    assert left_in(tmp_path) == left


@pytest.mark.parametrize("verb", ["apply", "destroy"])
@pytest.mark.parametrize(
    "ends",
    [
        "by itself",
        "another run was since",
        "infragen is killed",
        "terraform is killed",
        "got no lock since it is killed",
    ],
)
def test_what_a_run_deleted_or_changed_is_its_own_until_a_state_says_so(tmp_path: Path, verb: str, ends: str) -> None:
    journal = Journal(tmp_path, replace(BEGIN, verb=verb))
    journal.started("network")
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a", "delete", "vpc-1"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", "delete"))
    journal.event("network", event(EventKind.STARTED, "aws_vpc.b", "delete", "vpc-2"))
    journal.event("network", event(EventKind.STARTED, "aws_vpc.c", "update", "vpc-3"))
    if not ends.startswith("infragen"):
        said = () if ends == "by itself" else (Diagnostic("T035", "killed"),)
        journal.finished(StackResult("network", Status.FAILED, None, said))
    journal.close()
    if ends == "another run was since":
        run_of(tmp_path, "small/dev", "network", done=True)
    if "no lock" in ends:
        with Journal(tmp_path, BEGIN) as refused:
            refused.started("network")
            refused.finished(StackResult("network", Status.FAILED, None, (Diagnostic("T022", "it is locked"),)))
    touched = touched_and_not_stored(tmp_path, ("small/dev", False))
    ids = {"aws_vpc.a": "vpc-1", "aws_vpc.b": "vpc-2", "aws_vpc.c": "vpc-3"}
    own = {address: Touch(f"run {journal.id} was cut off", identifier=known) for address, known in ids.items()}
    assert touched == ({"network": own} if ends.endswith("killed") else {})
    assert touched_and_not_stored(tmp_path, ("small/dev", True)) == {}
    assert touched_and_not_stored(tmp_path, ("small/prod", False)) == {}


def test_what_a_run_changed_stays_its_own_when_the_resume_is_killed_too(tmp_path: Path) -> None:
    runs = []
    for address in ("aws_vpc.a", "aws_vpc.b"):
        journal = Journal(tmp_path, BEGIN)
        runs.append(Touch(f"run {journal.id} was cut off", identifier="vpc-1"))
        journal.started("network")
        journal.event("network", event(EventKind.STARTED, address, "update", "vpc-1"))
        journal.event("network", event(EventKind.DONE, address, "update"))
        journal.close()
    own = touched_and_not_stored(tmp_path, ("small/dev", False))
    assert own == {"network": dict(zip(("aws_vpc.a", "aws_vpc.b"), runs, strict=True))}
    run_of(tmp_path, "small/dev", "network", done=True)
    assert touched_and_not_stored(tmp_path, ("small/dev", False)) == {}


def test_what_terraform_may_have_changed_unheard_is_its_own_too(tmp_path: Path) -> None:
    journal = Journal(tmp_path, BEGIN)
    journal.keep_shown(b"{}", {}, {"network": ("aws_vpc.a",)})
    journal.started("network")
    journal.close()
    own = touched_and_not_stored(tmp_path, ("small/dev", False))
    assert own == {"network": {"aws_vpc.a": Touch(f"run {journal.id} was cut off")}}


@pytest.mark.parametrize("unstored", [True, False])
def test_a_change_that_failed_may_be_the_run_s_own(tmp_path: Path, unstored: bool) -> None:
    """AWS had taken it; with expired credentials, the read afterwards failed, and so did storing the state."""
    said = (Diagnostic("T031", "the state was not stored"),) if unstored else (Diagnostic("T028", "expired"),)
    with Journal(tmp_path, BEGIN) as journal:
        journal.started("network")
        for address, kind in (("aws_vpc.a", EventKind.DONE), ("aws_vpc.b", EventKind.FAILED)):
            journal.event("network", event(EventKind.STARTED, address, "update", address))
            journal.event("network", event(kind, address, "update"))
        journal.event("network", event(EventKind.STARTED, "aws_vpc.new", "create"))
        journal.event("network", event(EventKind.DONE, "aws_vpc.new", "create", "vpc-9"))
        journal.finished(StackResult("network", Status.FAILED, None, said))
        journal.end(End.FAILED)
    own = touched_and_not_stored(tmp_path, ("small/dev", False))
    addresses = ("aws_vpc.a", "aws_vpc.b") if unstored else ("aws_vpc.b",)
    assert own == {"network": {one: Touch(f"run {journal.id} failed", not unstored, one) for one in addresses}}
    made = {"network": {"aws_vpc.new": Touch(f"run {journal.id} failed")}}
    assert made_and_not_read(tmp_path, ("small/dev", False)) == made
    assert made_and_not_read(tmp_path, ("small/dev", True)) == {}
    run_of(tmp_path, "small/dev", "network", done=True)
    assert made_and_not_read(tmp_path, ("small/dev", False)) in ({}, {"network": {}})


@pytest.mark.parametrize(
    ("creates", "holds", "left"),
    [
        (None, "vpc-1 eip-1", ("network",)),  # what was to be made nobody knows
        (("aws_vpc.a", "aws_eip.a"), "vpc-1 eip-2", ("network",)),  # terraform may have made an eip-1 since
        (("aws_vpc.a",), "vpc-1 eip-2", ()),
        (("aws_vpc.a",), "eip-2", ("network",)),
    ],
)
def test_what_terraform_may_have_made_unheard_is_not_settled_by_a_later_apply(
    tmp_path: Path, creates: tuple[str, ...] | None, holds: str, left: tuple[str, ...]
) -> None:
    journal = Journal(tmp_path, BEGIN)
    if creates is not None:
        journal.keep_shown(b"{}", {"network": creates})
    journal.started("network")
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", identifier="vpc-1"))
    journal.close()  # infragen alone was killed
    with Journal(tmp_path, BEGIN) as later:
        later.started("network")
        later.holds("network", holds.split)
        later.finished(StackResult("network", Status.DONE, Counts()))
    assert left_in(tmp_path) == left


@pytest.mark.parametrize(
    ("looked_at", "objects", "left"),
    [
        (True, {"aws_vpc.a": "vpc-1", "aws_s3_bucket.b": "states", "aws_eip.c": "eip-1"}, ()),
        (True, {"aws_vpc.a": "vpc-1", "aws_s3_bucket.b": "states"}, ("network",)),
        (True, {"aws_vpc.a": "vpc-2", "aws_s3_bucket.b": "states", "aws_eip.c": "eip-1"}, ("network",)),
        (False, {"aws_vpc.a": "vpc-1", "aws_s3_bucket.b": "states", "aws_eip.c": "eip-1"}, ("network",)),
    ],
)
def test_what_resume_named_and_a_person_had_taken_over_is_settled(
    tmp_path: Path, looked_at: bool, objects: dict[str, str], left: tuple[str, ...]
) -> None:
    journal = Journal(tmp_path, BEGIN)
    journal.keep_shown(b"{}", {"network": ("aws_vpc.a", "aws_s3_bucket.b", "aws_eip.c")})
    journal.started("network")
    journal.event("network", event(EventKind.STARTED, "aws_vpc.a"))
    journal.event("network", event(EventKind.DONE, "aws_vpc.a", identifier="vpc-1"))
    journal.event("network", event(EventKind.STARTED, "aws_s3_bucket.b"))
    journal.close()
    if looked_at:
        note_recovering(list_runs(tmp_path)[0], ["network"])
    with Journal(tmp_path, BEGIN) as adopting:
        adopting.started("network")
        adopting.finished(StackResult("network", Status.DONE, Counts()))
        note_taken_over(tmp_path, adopting.id, "network", objects)
    assert left_in(tmp_path) == left


def test_what_was_put_right_once_is_put_right(tmp_path: Path) -> None:
    run_of(tmp_path, "small/dev", "security")
    second = run_of(tmp_path, "small/dev", "security")
    note_recovered(find_run(tmp_path, second))
    assert left_in(tmp_path) == ()


def test_the_run_to_go_on_with_is_one_that_waits_for_it(tmp_path: Path) -> None:
    with pytest.raises(InfragenError, match="J001"):
        run_to_resume(tmp_path)
    with Journal(tmp_path, BEGIN) as failed:
        failed.finished(StackResult("network", Status.FAILED))
        failed.end(End.FAILED)
    other = run_of(tmp_path, "small/prod", "network", done=True)
    assert run_to_resume(tmp_path).id == failed.id
    again = run_of(tmp_path, "small/dev", "network", done=True)
    assert run_to_resume(tmp_path).id == again != other
    time.sleep(0.002)
    at_work = Journal(tmp_path, BEGIN)
    assert run_to_resume(tmp_path).end is End.RUNNING
    cut_off = run_of(tmp_path, "small/prod", "network")
    assert run_to_resume(tmp_path).id == cut_off
    at_work.close()


@pytest.mark.parametrize(("code", "left"), [("T035", ("network",)), ("T031", ("network",)), ("T020", ())])
def test_a_killed_terraform_leaves_something_behind_and_a_refusal_does_not(
    tmp_path: Path, code: str, left: tuple[str, ...]
) -> None:
    with a_run(tmp_path) as journal:
        journal.finished(StackResult("network", Status.FAILED, None, (Diagnostic(code, "no"),)))
        journal.end(End.FAILED)
    assert list_runs(tmp_path)[0].left_behind == left


def test_every_line_is_json_with_a_time(tmp_path: Path) -> None:
    a_run(tmp_path).close()
    for line in next(tmp_path.glob(".infragen/runs/*/journal.jsonl")).read_text().splitlines():
        assert {"at", "what"} <= json.loads(line).keys()


def test_nothing_unfinished_ages_out(tmp_path: Path) -> None:
    first = run_of(tmp_path, "small/dev", "security")
    for _ in range(30):
        run_of(tmp_path, "small/dev/network", "network", done=True)
    assert left_in(tmp_path) == ("security",)
    assert [run.id for run in open_runs(tmp_path)] == [first]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_jumps_changes_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    first = run_of(tmp_path, "small/dev", "security")

    class Jumped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(days=days)

    with monkeypatch.context() as clock:
        clock.setattr("infragen.terraform.journal.datetime", Jumped)
        jumped = run_of(tmp_path, "small/dev", "security")
    last = run_of(tmp_path, "small/dev", "network")
    assert [run.id for run in list_runs(tmp_path)] == [last, jumped, first]
    assert find_run(tmp_path, None).id == last
    assert run_to_resume(tmp_path).id == last
    note_recovered(find_run(tmp_path, jumped))
    assert find_run(tmp_path, first).left_behind == ()
    assert find_run(tmp_path, last).left_behind == ("network",)


@pytest.mark.parametrize(("timeout", "waits"), [(60, 60), (0, 60), (600, 600)])
def test_how_long_a_terraform_of_a_run_may_have_waited_for_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timeout: int, waits: int
) -> None:
    """A `resume` waits a minute; what is told while terraform works on starts none that waits."""
    hours = iter(range(24))
    monkeypatch.setattr("infragen.terraform.journal._now", lambda: f"2026-11-20T{next(hours):02}:00:00+00:00")
    journal = Journal(tmp_path, replace(BEGIN, lock_timeout=timeout))
    journal.started("network")
    journal.process(Folder(tmp_path, "generated/small/dev/network"), Started(1, 1, "boot"))
    journal.event("network", Event(EventKind.STARTED, "creating", "aws_vpc.a", "create"))
    journal.close()
    [run] = list_runs(tmp_path)
    assert run.lock_windows[-1][1] == datetime(2026, 11, 20, 2, tzinfo=UTC) + timedelta(seconds=waits)
    note_recovering(run, ["network"])
    assert list_runs(tmp_path)[0].lock_windows[-1][1] == datetime(2026, 11, 20, 4, tzinfo=UTC) + timedelta(
        seconds=waits
    )


def test_runs_that_begin_at_once_have_numbers_of_their_own(tmp_path: Path) -> None:
    begin = Begin("apply", "small/dev", (), ("network",))
    with ThreadPoolExecutor(8) as pool:
        for journal in pool.map(lambda _: Journal(tmp_path, begin), range(24)):
            journal.close()
    assert sorted(run.number for run in list_runs(tmp_path)) == list(range(1, 25))


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"\0" * 21])
def test_a_number_that_was_lost_is_found_again(tmp_path: Path, content: bytes | None) -> None:
    for _ in range(3):
        run_of(tmp_path, "small/dev", "network", done=True)
    kept = tmp_path / ".infragen/runs/sequence"
    if content is None:
        kept.unlink()
    else:
        kept.write_bytes(content)
    run_of(tmp_path, "small/dev", "network")
    assert [run.number for run in list_runs(tmp_path)] == [4, 3, 2, 1]


def test_runs_of_an_infragen_that_kept_no_marks_are_marked(tmp_path: Path) -> None:
    first = run_of(tmp_path, "small/dev", "security")
    run_of(tmp_path, "small/prod", "network", done=True)
    shutil.rmtree(tmp_path / ".infragen/runs/open")
    assert left_in(tmp_path) == ("security",)
    assert [path.name for path in (tmp_path / ".infragen/runs/open").iterdir()] == [first]


def test_a_look_at_what_is_open_costs_nothing_however_many_runs_are_done(tmp_path: Path) -> None:
    run_of(tmp_path, "small/dev", "network", done=True)
    left = run_of(tmp_path, "small/dev", "security")
    runs = tmp_path / ".infragen/runs"
    done = next(path for path in runs.glob("2*") if path.name != left)
    reads: list[str] = []

    def look() -> None:
        reads.extend(run.id for run in open_runs(tmp_path))

    look()
    before = calls(look)
    for number in range(2000):
        (runs / f"20200101-{number:09}-abcdef").symlink_to(done)  # to read even one of them would be an error
    assert calls(look) == before
    assert reads == [left] * 3


def test_a_later_run_takes_the_place_of_one_that_failed(tmp_path: Path) -> None:
    with Journal(tmp_path, BEGIN) as failed:
        failed.keep_shown(b"shown", {})
        failed.keep_tree(TREE)
        failed.finished(StackResult("network", Status.FAILED))
        failed.end(End.FAILED)
    (run,) = open_runs(tmp_path)
    assert (run.shown, run.tree) == (b"shown", TREE)
    run_of(tmp_path, "small/dev", "network", done=True)
    assert open_runs(tmp_path) == ()
    assert not list(failed.folder.glob("*.z"))


def test_a_run_in_which_nothing_was_begun_takes_no_place(tmp_path: Path) -> None:
    with Journal(tmp_path, BEGIN) as failed:
        failed.keep_shown(b"shown", {})
        failed.finished(StackResult("network", Status.FAILED))
        failed.end(End.FAILED)
    with begun(tmp_path, BEGIN, TREE):
        pass
    (run,) = open_runs(tmp_path)
    assert (run.id, run.shown) == (failed.id, b"shown")


def test_what_a_run_keeps_is_its_owners_and_goes_when_it_is_done(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    journal.keep_tree(TREE)
    kept = [path.stat().st_mode & 0o777 for path in journal.folder.glob("*.z")]
    journal.finished(StackResult("network", Status.DONE, Counts(add=3)))
    journal.end(End.DONE)
    journal.close()
    assert kept == [0o600]
    assert not list(journal.folder.glob("*.z"))


def test_a_tree_that_somebody_changed_is_not_the_runs_own(tmp_path: Path) -> None:
    journal = a_run(tmp_path)
    journal.keep_tree(TREE)
    journal.close()
    (packed,) = journal.folder.glob("*.z")
    packed.write_bytes(zlib.compress(encode(SavedTree({}, {"network/main.tf": "evil"}))))
    assert list_runs(tmp_path)[0].tree is None


def test_a_run_in_which_nothing_was_begun_leaves_nothing(tmp_path: Path) -> None:
    with begun(tmp_path, BEGIN, TREE) as journal:
        telling = Planning(journal)
        telling.started("network")
        assert open_runs(tmp_path)[0].end is End.RUNNING
        telling.finished(StackResult("network", Status.DONE))
    assert (list_runs(tmp_path), open_runs(tmp_path)) == ((), ())


def test_a_plan_that_is_killed_may_have_left_its_lock(tmp_path: Path) -> None:
    killed = Diagnostic("T035", "terraform was killed")
    with begun(tmp_path, BEGIN, TREE) as journal:
        telling = Planning(journal)
        telling.started("network")
        telling.finished(StackResult("network", Status.FAILED, None, (killed,)))
        journal.end(End.FAILED, (killed,))
    assert left_in(tmp_path) == ("network",)
    planning = Journal(tmp_path, BEGIN)
    planning.planning("security")
    planning.close()
    assert left_in(tmp_path) == ("security",)


def test_a_number_is_more_than_that_of_whatever_is_unfinished(tmp_path: Path) -> None:
    for _ in range(3):
        run_of(tmp_path, "small/dev", "network")
    (tmp_path / ".infragen/runs/sequence").write_bytes(b"0" * 20 + b"\n")  # somebody put an old copy there
    last = run_of(tmp_path, "small/dev", "network")
    assert (list_runs(tmp_path)[0].id, list_runs(tmp_path)[0].number) == (last, 4)
