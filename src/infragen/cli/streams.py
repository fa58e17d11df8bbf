"""Standard output and error: write failures, and streams that were closed before the start."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import Final, TextIO

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


class Stream:
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


def lost(error: OSError | ValueError) -> None:
    """Take no more of stdout: a result that is not written is an error."""
    if isinstance(error, BrokenPipeError):
        raise ReaderGoneError from error
    if isinstance(error, UnicodeError):  # it has all that was to be written in its arguments
        raise UnwritableError(errno.EILSEQ, os.strerror(errno.EILSEQ)) from error
    raise UnwritableError(*error.args)


def opened(stream: TextIO | None, descriptor: int) -> TextIO:
    """Return a stream, with escapes for what its encoding lacks; a closed one (`2>&-`) keeps its number, and fails."""
    if stream is None:
        nowhere = os.open(os.devnull, os.O_RDONLY)
        if nowhere != descriptor:
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        return os.fdopen(descriptor, "w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
