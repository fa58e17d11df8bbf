"""Printing what every command prints alike."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from infragen.diagnostics import Diagnostic, InfragenError

__all__ = ["errors", "out", "to_stderr", "wants_colour"]


def out(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
    sys.stdout.flush()


def to_stderr(text: str) -> None:
    """Print something about the work, not its result."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
    sys.stderr.flush()


def errors(error: InfragenError) -> int:
    """Print an error's diagnostics and return 1."""
    to_stderr(diagnostics(error.diagnostics, colour=wants_colour(sys.stderr)))
    return 1


def diagnostics(found: Iterable[Diagnostic], *, colour: bool = False, root: Path | None = None) -> str:
    """Return findings as text with the lines they concern."""
    from infragen.report.diagnostics import text

    return text.render(tuple(found), colour=colour, root=root)


def wants_colour(stream: object) -> bool:
    """Say whether a stream shows colours (NO_COLOR is heard)."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and "NO_COLOR" not in os.environ
