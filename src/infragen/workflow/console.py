"""Printing what every command prints alike."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.diagnostics import InfragenError
from infragen.workflow.invocation import PROJECT, as_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TextIO

    from infragen.diagnostics import Diagnostic

__all__ = [
    "LOG_COLUMNS",
    "announce",
    "can_be_asked",
    "columns",
    "confirm",
    "diagnostics",
    "errors",
    "first_of",
    "out",
    "source_of",
    "to_stderr",
    "wants_colour",
    "width_of",
]

LOG_COLUMNS = 100


def out(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
    sys.stdout.flush()


def to_stderr(text: str) -> None:
    """Print something about the work, not its result."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
    sys.stderr.flush()


def announce(text: str) -> None:
    """Tell a person at a terminal what takes a while; a log has no need of it."""
    if sys.stderr.isatty():
        to_stderr(text)


def can_be_asked() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()  # None where the shell closed it (`<&-`)


def confirm(question: str) -> bool:
    """Ask a person; only `yes` is a yes, and without a terminal nobody is there to say it."""
    if not can_be_asked():
        to_stderr(f"{question} Nobody is there to answer: add --yes")
        return False
    sys.stderr.write(f"{question} Only `yes` is taken as one: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() == "yes":
        return True
    to_stderr("nothing was done")
    return False


def errors(error: InfragenError) -> int:
    """Print an error's diagnostics and return 1."""
    to_stderr(diagnostics(error.diagnostics, colour=wants_colour(sys.stderr)))
    return 1


def diagnostics(found: Iterable[Diagnostic], *, colour: bool = False, root: Path | None = None) -> str:
    """Return findings as text with the lines they concern, and hints that can be typed."""
    from infragen.report.diagnostics import text

    typed = tuple(one if one.hint is None else replace(one, hint=as_typed(one.hint)) for one in found)
    return text.render(typed, colour=colour, source=source_of(root), width=width_of(sys.stderr))


def source_of(root: Path | None) -> Callable[[str], str | None]:
    """Return a reader of the files that findings speak of, relative to a project: by default, the command's own."""
    folder = root or PROJECT.get() or Path()

    def read(file: str) -> str | None:
        from infragen.storage import read_inside  # only where there is something to say

        try:
            return read_inside(folder, folder / file).decode()
        except (OSError, InfragenError, ValueError):
            return None

    return read


def first_of(names: Sequence[str], most: int, joint: str = ", ") -> str:
    """Return the first of some names, and how many more there are."""
    more = len(names) - most
    return joint.join(names[:most]) + (f" and {more} more" if more > 0 else "")


def columns() -> int:
    """Return the columns of the terminal, or those of a log where there is none."""
    return shutil.get_terminal_size((LOG_COLUMNS, 24)).columns


def width_of(stream: TextIO) -> int | None:
    """Return the columns of a terminal; None where a line may be as long as it likes."""
    return columns() if stream.isatty() else None


def wants_colour(stream: object) -> bool:
    """Say whether a stream shows colours (NO_COLOR is heard, and TERM=dumb)."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
