"""Progress without a terminal: a line when something begins, fails or ends, and a sign of life in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.terraform.events import EventKind
from infragen.text import visible

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, TextIO

    from infragen.report.progress.status import Board, Row
    from infragen.terraform.engine import StackResult
    from infragen.terraform.events import Event

_SIGN_OF_LIFE = 30.0


class LineProgress:
    """Writes lines to a stream; at most one sign of life a stack in 30 seconds."""

    def __init__(self, board: Board, stream: TextIO) -> None:
        self._board = board
        self._stream = stream
        self._last: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.flush()

    def started(self, stack: str) -> None:
        """Say that a stack's work begins."""
        row = self._board.started(stack)
        self._write(row, row.state)

    def event(self, stack: str, event: Event) -> None:
        """Say what failed; else give a sign of life when there was none for a while."""
        row = self._board.event(stack, event)
        if event.kind is EventKind.FAILED:
            self._write(row, f"failed: {event.address or event.message}")
        elif self._board.now() - self._last.get(stack, row.began or 0.0) >= _SIGN_OF_LIFE:
            self._write(row, _still(row, self._board.now()))

    def finished(self, result: StackResult[object]) -> None:
        """Say how a stack's work ended."""
        row = self._board.finished(result)
        if row.waits_for:
            self._write(row, f"{row.state}: it needs {', '.join(row.waits_for)}")
            return
        counts = f", {row.count()}" if row.count() else ""
        self._write(row, f"{row.state}{counts}, {seconds(row.elapsed(self._board.now()))}")

    def _write(self, row: Row, text: str) -> None:
        self._last[row.stack] = self._board.now()
        self._stream.write(f"{visible(row.stack)}: {visible(text)}\n")
        self._stream.flush()


def seconds(elapsed: float) -> str:
    """Return `42 s` or `3 min 05 s`."""
    whole = int(elapsed)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def _still(row: Row, now: float) -> str:
    parts = [f"still {row.state}", row.count(), seconds(row.elapsed(now))]
    oldest = row.oldest()
    if oldest:
        parts.append(f"{oldest[0]} for {seconds(now - oldest[1])}")
    return ", ".join(part for part in parts if part)
