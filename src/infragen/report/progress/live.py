"""Progress on a terminal: one table that stays in place, a row a stack."""

from threading import Lock
from typing import Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from infragen.report.progress import seconds
from infragen.report.progress.status import WAITING, Board, Row
from infragen.terraform.engine import StackResult
from infragen.terraform.events import Event, EventKind
from infragen.text import shorten, visible

_BAR = 12
_STYLES = {"failed": "bold red", "stopped": "yellow", "not started": "yellow", "partly done": "yellow", WAITING: "dim"}


class LiveProgress:
    """Draws the board four times a second; the last picture stays when the run is over."""

    def __init__(self, board: Board, stream: TextIO) -> None:
        self._board = board
        self._lock = Lock()
        self._console = Console(file=stream, highlight=False)
        self._live = Live(console=self._console, get_renderable=self._draw, refresh_per_second=4, transient=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def started(self, stack: str) -> None:
        with self._lock:
            self._board.started(stack)

    def event(self, stack: str, event: Event) -> None:
        with self._lock:
            self._board.event(stack, event)
        if event.kind is EventKind.FAILED:
            text = f"{visible(stack)}: failed: {visible(self._board.shown(event))}"
            self._console.print(text, style="bold red", markup=False)

    def finished(self, result: StackResult[object]) -> None:
        with self._lock:
            self._board.finished(result)
            lines = self._board.why(result)
        for line in lines:
            self._console.print(f"{visible(result.stack)}: {visible(line)}", style="bold red", markup=False)

    def _draw(self) -> Table:
        with self._lock:
            return table(self._board, self._console.width)


def table(board: Board, width: int) -> Table:
    now = board.now()
    rows = list(board.rows.values())
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False, width=width)
    name_width = max((len(row.stack) for row in rows), default=0)
    grid.add_column(no_wrap=True, min_width=min(name_width, width // 3))
    grid.add_column(no_wrap=True, min_width=11)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True, ratio=1)
    for row in rows:
        style = _STYLES.get(row.state, "green" if row.is_over else "cyan")
        passed = seconds(row.elapsed(now)) if row.began is not None else ""
        detail = Text(_detail(row, now, max(width - name_width - 36, 10)), "dim")
        grid.add_row(Text(visible(row.stack), "bold"), Text(row.state, style), Text(row.count()), Text(passed), detail)
    total = f"{sum(row.is_over for row in rows)} of {len(rows)} stacks"
    grid.add_row(Text(total, "bold"), Text(""), Text(""), Text(seconds(now - board.began)), Text(""))
    return grid


def _detail(row: Row, now: float, room: int) -> str:
    if row.waits_for:
        return shorten(f"needs {visible(', '.join(row.waits_for))}", room)
    if row.is_over or row.began is None:
        return ""
    filled = min(row.done * _BAR // max(row.total or 1, 1), _BAR)
    bar = f"{'#' * filled}{'.' * (_BAR - filled)}  " if row.total and room >= 45 else ""
    oldest = row.oldest()
    if not oldest:
        return bar
    passed = seconds(now - oldest[1])
    address = visible(oldest[0])
    left = room - len(bar) - len(passed) - 2
    if len(address) > left:
        address = shorten(address.rpartition(".aws_")[2], left)
    return f"{bar}{address} {passed}"
