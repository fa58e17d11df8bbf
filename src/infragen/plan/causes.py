"""Why an object is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.display import path_text
from infragen.plan.model import Cause

if TYPE_CHECKING:
    from infragen.plan.model import Change
    from infragen.plan.view import View

__all__ = ["causes_of"]


def causes_of(change: Change, view: View) -> tuple[Cause, ...]:
    """Return one cause for each attribute that forces the replacement, else the one that terraform gives."""
    if not change.action.is_replace:
        return ()
    forcing = dict.fromkeys(path_text(path) for path in view.replace_paths if path)
    if forcing:
        return tuple(Cause(path, f"{path} cannot be changed in place") for path in forcing)
    return (Cause(None, change.reason or "terraform gives no reason"),)
