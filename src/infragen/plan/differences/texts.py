"""Long texts compared by line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infragen.plan.values import Value

__all__ = ["line_difference"]

_CONTEXT = 2


def line_difference(before: Value, after: Value) -> tuple[str, ...]:
    """Return how two texts of several lines differ, with two lines around each difference; empty for other values."""
    if not isinstance(before, str) or not isinstance(after, str) or "\n" not in before + after:
        return ()
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=_CONTEXT)
    return tuple("@" if line.startswith("@@") else line for line in list(lines)[2:])
