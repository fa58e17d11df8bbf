"""The process's start and end: its streams, its exit code; and an answer that is kept needs nothing else.

No module of a command, nor Typer, is imported here.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, NoReturn, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.cli.kept_answer import KeptAnswer

CLOSED_PIPE: Final = 141
"""What a shell says of a program whose reader has gone: 128 and SIGPIPE. What would have come of it is not known."""


class UnwritableError(OSError):
    """The result cannot be written."""


class ReaderGoneError(Exception):
    """Who read the result has gone; no OSError, of which Click would make exit code 1."""


def discard(descriptor: int) -> None:
    """Let go of what is still to be written to a stream that fails; Python would fail at it once more at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


class _Stream:
    """A standard stream that says by `_fails` what becomes of a text which cannot be written."""

    def __init__(
        self, stream: TextIO, fails: Callable[[OSError | ValueError], None], note: Callable[[str], None] | None = None
    ) -> None:
        self._stream = stream
        self._fails = fails
        self._note = note

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if self._note is not None:
            self._note(text)
        try:
            return self._stream.write(text)
        except (OSError, ValueError) as error:
            self._fails(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError) as error:
            self._fails(error)


def _lost(error: OSError | ValueError) -> None:
    """Take no more of stdout: a result that is not written is an error."""
    if isinstance(error, BrokenPipeError):
        raise ReaderGoneError from error
    if isinstance(error, UnicodeError):  # it has all that was to be written in its arguments
        raise UnwritableError(errno.EILSEQ, os.strerror(errno.EILSEQ)) from error
    raise UnwritableError(*error.args)


def _opened(stream: TextIO | None, descriptor: int) -> TextIO:
    """Return a stream; one that the shell closed (`2>&-`) keeps its number, which the next file would get, and fails.

    What an encoding lacks is written as an escape.
    """
    if stream is None:
        nowhere = os.open(os.devnull, os.O_RDONLY)
        if nowhere != descriptor:
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        return os.fdopen(descriptor, "w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def main() -> NoReturn:
    """Run the console script."""
    kept = None
    if sys.argv[1:2] in (["validate"], ["render"]):
        from infragen.cli.kept_answer import KeptAnswer

        kept = KeptAnswer(sys.argv[1:])
    out, err = (kept.noting(1), kept.noting(2)) if kept else (None, None)
    sys.stdout = cast("TextIO", _Stream(_opened(sys.stdout, 1), _lost, out))
    # Without stderr it goes on: what is told about the work must not end the work.
    sys.stderr = cast("TextIO", _Stream(_opened(sys.stderr, 2), lambda _error: discard(2), err))
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
