"""A run while it happens: `status` knows how far each stack is, `live` draws it; elsewhere it is printed as lines."""

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Self, TextIO

from infragen.report.progress.status import Board, Row
from infragen.terraform.engine import Progress, StackResult
from infragen.terraform.events import Event, EventKind
from infragen.text import printed, visible

_SIGN_OF_LIFE = 30.0


class LineProgress:
    """Writes lines to a stream; a sign of life of each stack that says nothing for 30 seconds.

    `wait` waits so many seconds, and says whether all is over by then; a thread of its own calls it, since what runs
    may be silent for minutes.
    """

    def __init__(self, board: Board, stream: TextIO, wait: Callable[[float], bool] | None = None) -> None:
        self._board = board
        self._stream = stream
        self._last: dict[str, float] = {}
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look_after, args=(wait or self._over.wait,), daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()
        self._stream.flush()

    def started(self, stack: str) -> None:
        with self._lock:
            row = self._board.started(stack)
            self._write(row, row.state)

    def event(self, stack: str, event: Event) -> None:
        with self._lock:
            row = self._board.event(stack, event)
            if event.kind is EventKind.FAILED:
                self._write(row, f"failed: {self._board.shown(event)}")

    def finished(self, result: StackResult[object]) -> None:
        with self._lock:
            row = self._board.finished(result)
            if row.waits_for:
                self._write(row, f"{row.state}: it needs {', '.join(row.waits_for)}")
                return
            counts = f", {row.count()}" if row.count() else ""
            self._write(row, f"{row.state}{counts}, {seconds(row.elapsed(self._board.now()))}")
            for line in self._board.why(result):
                self._write(row, line)

    def _look_after(self, wait: Callable[[float], bool]) -> None:
        while not wait(self._until_next()):
            with self._lock:
                now = self._board.now()
                for row in self._board.rows.values():
                    if row.is_at_work and now - self._last[row.stack] >= _SIGN_OF_LIFE:
                        parts = [f"still {row.state}", row.count(), seconds(row.elapsed(now))]
                        if oldest := row.oldest():
                            parts.append(f"{oldest[0]} for {seconds(now - oldest[1])}")
                        self._write(row, ", ".join(part for part in parts if part))

    def _until_next(self) -> float:
        with self._lock:
            now = self._board.now()
            silences = [now - self._last[row.stack] for row in self._board.rows.values() if row.is_at_work]
            return max(_SIGN_OF_LIFE - max(silences, default=0.0), 1.0)

    def _write(self, row: Row, text: str) -> None:
        self._last[row.stack] = self._board.now()
        self._stream.write(f"{printed(visible(f'{row.stack}: {text}'))}\n")
        self._stream.flush()


def seconds(elapsed: float) -> str:
    whole = int(elapsed)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def open_progress(
    stacks: Sequence[str], verb: str, *, totals: Mapping[str, int] | None = None, stream: TextIO | None = None
) -> AbstractContextManager[Progress]:
    """Return a Progress for a run of some stacks, to be used in a `with`.

    `verb` is what is done (`plan`, `apply`, `destroy`), `totals` how many changes each stack has, where that is known.
    On a terminal it is a table that stays in place, elsewhere a line a step; both go to `stream` (standard error).
    """
    stream = stream or sys.stderr
    board = Board(stacks, verb, totals or {})
    if not stream.isatty():
        return LineProgress(board, stream)
    from infragen.report.progress.live import LiveProgress

    return LiveProgress(board, stream)
