"""Harmless: what to say of a change in which no one sees a risk."""

from collections.abc import Mapping

from infragen.plan.risk import Action, Level, Risk, RiskKind


def of_action(action: Action) -> tuple[Risk, ...]:
    return _RISKS.get(action, _NOTHING_LOST)


def _one(level: Level, kind: RiskKind, reason: str) -> tuple[Risk, ...]:
    return (Risk(level, kind, reason),)


_NOTHING_LOST = _one(Level.LOW, RiskKind.HARMLESS, "nothing will be lost")
_LEFT_BEHIND = _one(Level.MEDIUM, RiskKind.COST, "it stays as it is, and terraform forgets it")
WITHOUT_STATE = _one(Level.LOW, RiskKind.HARMLESS, "not judged without a state")
"""What a plan from nothing tells of a change in which no one sees a risk."""
_RISKS: Mapping[Action, tuple[Risk, ...]] = {
    Action.CREATE: _one(Level.LOW, RiskKind.HARMLESS, "only additions"),
    Action.READ: _one(Level.NONE, RiskKind.HARMLESS, "only reads"),
    **dict.fromkeys(
        (Action.OPEN, Action.RENEW, Action.CLOSE), _one(Level.NONE, RiskKind.HARMLESS, "no state holds it")
    ),
    Action.UNKNOWN: _one(Level.MEDIUM, RiskKind.UNKNOWN, "infragen does not know this action"),
    Action.NO_OP: _one(Level.NONE, RiskKind.HARMLESS, "nothing changes"),
    Action.FORGET: _LEFT_BEHIND,
    Action.REPLACE_FORGET: _LEFT_BEHIND,
    Action.IMPORT: _one(Level.LOW, RiskKind.HARMLESS, "only the state changes"),
    Action.MOVE: _one(Level.LOW, RiskKind.HARMLESS, "only the state changes"),
}
