"""The process's start and end; an answer that is kept needs nothing else.

No module of a command, nor Typer, is imported for that.
"""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

from infragen.cli.streams import CLOSED_PIPE, ReaderGoneError, Stream, UnwritableError, discard, lost, opened

if TYPE_CHECKING:
    from infragen.cli.kept_answer import KeptAnswer


def main() -> NoReturn:
    """Run the console script."""
    kept = None
    if sys.argv[1:2] in (["validate"], ["render"]):
        from infragen.cli.kept_answer import KeptAnswer

        kept = KeptAnswer(sys.argv[1:])
    out, err = (kept.noting(1), kept.noting(2)) if kept else (None, None)
    sys.stdout = cast("TextIO", Stream(opened(sys.stdout, 1), lost, out))
    # Without stderr it goes on: what is told about the work must not end the work.
    sys.stderr = cast("TextIO", Stream(opened(sys.stderr, 2), lambda _error: discard(2), err))
    code = _given(kept) if kept else None
    if code is None:
        from infragen.cli import app

        code = app.run_once(sys.argv[1:], kept)
    try:
        sys.stdout.flush()
    except ReaderGoneError:
        discard(1)
        code = CLOSED_PIPE
    except UnwritableError as error:
        from infragen.cli import app

        code = app.unwritable(error)
    sys.stderr.flush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: one more Ctrl-C would only spoil the exit code
    gc.freeze()  # the interpreter would search everything for garbage once more before it ends
    sys.exit(code)


def _given(kept: KeptAnswer) -> int | None:
    """Print an answer that is kept, and return its exit code; None where there is none."""
    if (answer := kept.answer()) is None:
        return None
    try:
        for stream, text in answer.said:
            (sys.stdout if stream == 1 else sys.stderr).write(text)
            sys.stdout.flush()
    except (ReaderGoneError, UnwritableError) as error:
        from infragen.cli import app

        return app.ended_by(error)
    return answer.code
