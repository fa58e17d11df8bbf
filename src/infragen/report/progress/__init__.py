"""A run while it happens: `status` knows how far each stack is, `live` draws it, `plain` prints it as lines."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TextIO

from infragen.report.progress.plain import LineProgress
from infragen.report.progress.status import Board
from infragen.terraform.engine import Progress


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
