from __future__ import annotations

import io

from rich.console import Console

from infragen.report.progress import open_progress
from infragen.report.progress.live import LiveProgress, table
from infragen.report.progress.plain import LineProgress, seconds
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


def test_without_a_terminal_each_step_is_a_line_and_silence_is_broken() -> None:
    clock, stream = Clock(), io.StringIO()
    run(LineProgress(Board(["network", "data"], "apply", {"network": 3}, clock), stream), clock)
    assert stream.getvalue().splitlines() == [
        "network: applying",
        "network: still applying, 1/3, 44 s, aws_subnet.b for 36 s",
        "network: failed: aws_subnet.c",
        "network: failed, 1/3, 2 min 04 s",
        "data: not started: it needs network",
    ]


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
