"""The terminal: how wide it is, whether it shows colours, and findings as text on it."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.diagnostics import InfragenError
from infragen.workflow.invocation import PROJECT, typeable_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

    from infragen.diagnostics import Diagnostic

__all__ = ["LOG_COLUMNS", "columns", "findings_text", "source_of", "wants_colour", "width_of"]

LOG_COLUMNS = 100


def findings_text(found: Iterable[Diagnostic], *, colour: bool = False, root: Path | None = None) -> str:
    """Return findings as text with the lines they concern, and hints that can be typed."""
    from infragen.report.diagnostics import text

    typeable_command = tuple(one if one.hint is None else replace(one, hint=typeable_hint(one.hint)) for one in found)
    return text.render(typeable_command, colour=colour, source=source_of(root), width=width_of(sys.stderr))


def source_of(root: Path | None) -> Callable[[str], str | None]:
    """Return a reader of the files that findings speak of, relative to a project: by default, the command's own."""
    folder = root or PROJECT.get() or Path()

    def read(file: str) -> str | None:
        from infragen.storage import read_project_file  # only where there is something to say

        try:
            return read_project_file(folder, folder / file).decode()
        except (OSError, InfragenError, ValueError):
            return None

    return read


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
