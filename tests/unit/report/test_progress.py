from __future__ import annotations

import io
import threading

from rich.console import Console

from infragen.diagnostics import Diagnostic, Severity
from infragen.report.progress import LineProgress, open_progress, seconds
from infragen.report.progress.live import LiveProgress, table
from infragen.report.progress.status import Board
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Event, EventKind


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def event(kind: EventKind, address: str | None = None) -> Event:
    return Event(kind, "a message", address)


def run(progress: LineProgress | LiveProgress, clock: Clock) -> None:
    progress.started("network")
    for name in "abc":
        progress.event("network", event(EventKind.STARTED, f"aws_subnet.{name}"))
        clock.now += 8
    progress.event("network", event(EventKind.DONE, "aws_subnet.a"))
    clock.now += 20
    progress.event("network", event(EventKind.PROGRESS, "aws_subnet.b"))
    progress.event("network", event(EventKind.FAILED, "aws_subnet.c"))
    clock.now += 80
    progress.finished(StackResult("network", Status.FAILED))
    progress.finished(StackResult("data", Status.NOT_STARTED, waits_for=("network",)))


def test_without_a_terminal_each_step_is_a_line() -> None:
    clock, stream = Clock(), io.StringIO()
    run(LineProgress(Board(["network", "data"], "apply", {"network": 3}, clock), stream), clock)
    assert stream.getvalue().splitlines() == [
        "network: applying",
        "network: failed: aws_subnet.c",
        "network: failed, 1/3, 2 min 04 s",
        "data: not started: it needs network",
    ]


def test_why_a_stack_failed_is_told_while_others_go_on_and_not_twice_at_the_end() -> None:
    found = tuple(Diagnostic("T020", f"bucket {name} exists\nin another account") for name in "abcde")
    warned = Diagnostic("T001", "deprecated", severity=Severity.WARNING)
    failed = StackResult("network", Status.FAILED, diagnostics=(warned, *found))
    told = [
        "network: failed, 0 s",
        *(f"network: error T020 bucket {name} exists" for name in "abc"), "network: and 2 more errors",
    ]  # fmt: skip
    stream = io.StringIO()
    progress = LineProgress(Board(["network", "data"], "apply", {}, Clock()), stream)
    progress.started("network")
    progress.finished(failed)
    assert stream.getvalue().splitlines() == ["network: applying", *told]

    stream = io.StringIO()
    progress = LineProgress(Board(["network"], "apply", {}, Clock()), stream)
    progress.started("network")
    progress.finished(failed)
    assert stream.getvalue().splitlines() == ["network: applying", *told[:1]]


class Waits:
    """Waits that move a clock instead, and that are over after some."""

    def __init__(self, clock: Clock, count: int) -> None:
        self._clock = clock
        self._left = count
        self.asked: list[float] = []

    def __call__(self, seconds: float) -> bool:
        self.asked.append(seconds)
        self._clock.now += seconds
        self._left -= 1
        return self._left < 0


def test_what_says_nothing_gives_a_sign_of_life_every_thirty_seconds() -> None:
    clock, stream = Clock(), io.StringIO()
    waits = Waits(clock, 3)
    progress = LineProgress(Board(["all stacks together"], "plan", {}, clock), stream, waits)
    progress.started("all stacks together")
    with progress:
        pass  # leaving it waits for the thread
    assert stream.getvalue().splitlines() == [
        "all stacks together: planning",
        "all stacks together: still planning, 30 s",
        "all stacks together: still planning, 1 min 00 s",
        "all stacks together: still planning, 1 min 30 s",
    ]
    assert waits.asked == [30.0] * 4


def test_a_plan_that_waits_for_one_object_names_it() -> None:
    """The provider looks for one that is gone for minutes: an eventually consistent API may only not know it yet."""
    clock, stream = Clock(), io.StringIO()
    progress = LineProgress(Board(["network"], "plan", {}, clock), stream, Waits(clock, 1))
    progress.started("network")
    for kind, name in ((EventKind.READING, "a"), (EventKind.READING, "b"), (EventKind.READ, "a")):
        progress.event("network", event(kind, f"aws_subnet.{name}"))
    with progress:
        pass
    assert stream.getvalue().splitlines()[-1] == "network: still planning, 1 read, 30 s, aws_subnet.b for 30 s"


def test_only_what_is_at_work_gives_signs_and_each_in_its_own_time() -> None:
    clock, stream = Clock(), io.StringIO()
    waits = Waits(clock, 3)
    progress = LineProgress(Board(["a", "b", "c", "d"], "apply", {"b": 3}, clock), stream, waits)
    progress.started("a")
    progress.finished(StackResult("a", Status.DONE))
    progress.started("b")
    clock.now += 8
    progress.event("b", event(EventKind.STARTED, "aws_subnet.b"))
    clock.now += 12
    progress.started("c")
    with progress:
        pass
    assert stream.getvalue().splitlines()[4:] == [
        "b: still applying, 0/3, 30 s, aws_subnet.b for 22 s",
        "c: still applying, 30 s",
        "b: still applying, 0/3, 1 min 00 s, aws_subnet.b for 52 s",
    ]
    assert waits.asked == [10.0, 20.0, 10.0, 20.0]


def test_leaving_ends_the_signs_at_once() -> None:
    with LineProgress(Board(["a"], "plan", {}), io.StringIO()) as progress:
        progress.started("a")
    assert [one.name for one in threading.enumerate() if "_look_after" in one.name] == []


def test_the_table_shows_every_stack_with_its_state_count_and_time() -> None:
    clock = Clock()
    board = Board(["network", "security", "data"], "apply", {"network": 3}, clock)
    board.started("network")
    for name in "ab":
        board.event("network", event(EventKind.STARTED, f"module.x.aws_subnet.{name}"))
    clock.now = 65
    board.event("network", event(EventKind.DONE, "module.x.aws_subnet.a"))
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(table(board, 100))
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert lines == [
        "network        applying     1/3  1 min 05 s  ####........  module.x.aws_subnet.b 1 min 05 s",
        "security       waiting",
        "data           waiting",
        "0 of 3 stacks                    1 min 05 s",
    ]


def test_a_plan_counts_what_it_finds_while_the_total_is_unknown() -> None:
    board = Board(["network"], "plan", {}, Clock())
    row = board.started("network")
    board.event("network", event(EventKind.READ))
    assert row.count() == "1 read"
    board.event("network", event(EventKind.PLANNED))
    assert (row.state, row.count()) == ("planning", "1")
    board.finished(StackResult("network", Status.DONE))
    assert row.state == "planned"


def test_the_stream_decides_between_table_and_lines() -> None:
    assert isinstance(open_progress(["a"], "plan", stream=io.StringIO()), LineProgress)
    stream = Terminal()
    with open_progress(["network"], "apply", stream=stream) as progress:
        assert isinstance(progress, LiveProgress)
        progress.started("network")
        progress.event("network", event(EventKind.FAILED, "[bold]aws_subnet.a[/]"))
        progress.finished(StackResult("network", Status.FAILED))
    assert "[bold]aws_subnet.a[/]" in stream.getvalue()
    assert "1 of 1 stacks" in stream.getvalue()


def test_a_name_with_escape_sequences_reaches_no_terminal() -> None:
    stream = io.StringIO()
    progress = LineProgress(Board(["n"], "apply", {}, Clock()), stream)
    progress.started("n")
    progress.event("n", event(EventKind.FAILED, 'aws_x.a["\x1b[31m\n::error::"]'))
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 2


def test_seconds_read_like_a_person_says_them() -> None:
    assert [seconds(value) for value in (0, 59.9, 60, 605)] == ["0 s", "59 s", "1 min 00 s", "10 min 05 s"]


def test_an_apply_counts_changes_and_neither_reads_nor_moves() -> None:
    board = Board(["network"], "apply", {}, Clock())
    row = board.started("network")
    for name, action in (("a", "create"), ("b", "replace"), ("c", "read"), ("d", "noop"), ("e", "move")):
        for _ in range(2):  # the plan says them, and the apply of the saved plan says them again
            board.event("network", Event(EventKind.PLANNED, "a message", name, action))
    for name, action in (("a", "create"), ("b", "delete"), ("b", "create"), ("c", "read")):
        board.event("network", Event(EventKind.STARTED, "a message", name, action))
        board.event("network", Event(EventKind.DONE, "a message", name, action))
    assert row.count() == "3/3"


def test_what_another_pass_does_is_not_told_as_applied() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = LineProgress(Board(["network"], "apply", {"network": 8}, clock), stream)
    progress.started("network")
    progress.event("network", event(EventKind.STARTED, "aws_subnet.a"))
    progress.event("network", event(EventKind.DONE, "aws_subnet.a"))
    progress.finished(StackResult("network", Status.PARTLY_DONE))
    assert stream.getvalue().splitlines()[-1] == "network: partly done, 1 of 8 in this pass, 0 s"
    progress.started("network")
    assert progress._board.rows["network"].is_at_work, "its second pass"
    progress.finished(StackResult("network", Status.PARTLY_DONE, waits_for=("app",)))
    assert stream.getvalue().splitlines()[-1] == "network: partly done: it needs app"
