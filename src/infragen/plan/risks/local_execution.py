"""Programs: what a change runs on someone's machine, with the keys of whoever applies it, whatever its type is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.view import View

_AS_DATA = frozenset({"external", "local_command"})
_NO_RUN = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT, Action.FORGET, Action.UPDATE, Action.READ})
"""What a provisioner does not run at."""
_SQL = "infragen sql"
"""infragen itself, with statements that the plan shows."""


def programs(view: View) -> Iterator[Risk]:
    """Yield a risk for every program that a change runs; a plan does not tell which provisioner is for the end."""
    if view.action is Action.READ and view.type in _AS_DATA:
        yield _high("runs a program with this run's credentials whenever it is read")
    if view.action in _NO_RUN:
        return
    runs = "may run" if view.action is Action.DELETE else "runs"
    for kind, command in view.programs():
        if kind == "local-exec" and command == _SQL:
            yield Risk(Level.MEDIUM, RiskKind.PRIVILEGE, f"runs SQL as a database's master user ({_SQL})")
            continue
        shown = f": {command}" if command else ", whose command the plan does not show"
        where = "with this run's credentials" if kind == "local-exec" else "on another machine"
        yield _high(f"{runs} a program {where} ({kind}{shown if kind != 'file' else ''})")


def _high(reason: str) -> Risk:
    return Risk(Level.HIGH, RiskKind.PRIVILEGE, reason)
