"""Harmless: what to say of a change in which nobody sees a risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind

if TYPE_CHECKING:
    from infragen.plan.view import View

__all__ = ["judge"]

_WORDS = {
    Action.CREATE: (Level.LOW, "only additions"),
    Action.READ: (Level.NONE, "only reads"),
    Action.FORGET: (Level.MEDIUM, "something is left behind unmanaged"),
    Action.REPLACE_FORGET: (Level.MEDIUM, "something is left behind unmanaged"),
    Action.IMPORT: (Level.LOW, "only the state changes"),
    Action.MOVE: (Level.LOW, "only the state changes"),
}


def judge(view: View) -> Risk:
    """Return the risk of the action alone."""
    level, reason = _WORDS.get(view.action, (Level.LOW, "nothing is lost"))
    return Risk(level, RiskKind.HARMLESS, reason)
