"""How much care a change set needs, with the reason in words.

The plan floor judges each change (`change.risks`); here the worst of them is found and put into a headline.
"""

from collections.abc import Iterable

from infragen.plan import Action, Change, ChangeSet, Level, Risk, RiskKind
from infragen.plan.risk import REVISIONS
from infragen.plan.risks import precedence

NOT_JUDGED = "not judged"
_KINDS = {kind: place for place, kind in enumerate(RiskKind)}
_LEAVES_BEHIND = frozenset({Action.FORGET, Action.REPLACE_FORGET})


def severity(risk: Risk) -> tuple[int, int]:
    """Return a sort key: the smallest is the worst."""
    return -risk.level, _KINDS[risk.kind]


def urgency(resource_type: str, risk: Risk) -> tuple[int, tuple[int, int]]:
    return -risk.level, precedence(resource_type, risk)


def _worst(found: Iterable[tuple[Change, Risk]]) -> Risk | None:
    worst = min(found, key=lambda one: (urgency(one[0].type, one[1]), one[1].reason), default=None)
    return worst and worst[1]


def grade(change_set: ChangeSet, risk: Risk) -> str:
    """Return the grade in words: where a part is missing it is the least, and no grade where nothing was judged."""
    if change_set.without_state and risk.level <= Level.LOW:
        return NOT_JUDGED
    return f"{'at least ' if change_set.partial or change_set.without_state else ''}{risk.level.name}"


def risk_of(change_set: ChangeSet) -> Risk:
    """Return the worst that can come of a change set. It asks every change: a format that has groups asks those."""
    return overall_risk(change_set, _worst((change, change.risks[0]) for change in change_set.changes))


def overall_risk(change_set: ChangeSet, of_changes: Risk | None) -> Risk:
    """Return the worst of what comes of its changes, which is given, and of what apply does besides.

    Of a plan that does nothing it is that of what was done outside of terraform, if anything was. A plan that does not
    list all changes is never without risk.
    """
    effect = min(change_set.effects, key=lambda one: (severity(one.risk), one.name), default=None)
    found = [risk for risk in (of_changes, effect and effect.risk) if risk is not None]
    worst = min(found, key=severity, default=None) or _worst(drifted(change_set))
    if worst is not None and worst.level > Level.NONE:
        return worst
    if change_set.partial:
        return Risk(Level.MEDIUM, RiskKind.UNKNOWN, "not all changes are listed")
    if found and worst is not None:
        return worst
    does = (("outputs", change_set.outputs), ("drift", change_set.drift), ("deferred changes", change_set.deferred))
    reason = next((f"only {words}" for words, found in does if found), "no changes")
    return Risk(Level.NONE, RiskKind.HARMLESS, reason)


def drifted(change_set: ChangeSet) -> list[tuple[Change, Risk]]:
    found = [(change, change.risks[0]) for change in change_set.drift]
    found.sort(key=lambda one: (urgency(one[0].type, one[1]), one[0].action.rank, one[0].stack or "", one[0].address))
    return found


def unseen_drift(change_set: ChangeSet) -> str:
    changed = {change.address for change in change_set.changes}
    listed = sum(address in changed for address in change_set.hidden)
    counts = {"among the changes": listed, "without effect on this plan": change_set.hidden_drift - listed}
    return ", ".join(f"{count:,} {words}" for words, count in counts.items() if count)


def destroys_something(change: Change) -> bool:
    """Whether something real goes or is left behind unmanaged; the next revision of what is never changed is not."""
    if change.action in _LEAVES_BEHIND or change.action is Action.DELETE:
        return True
    return change.action.destroys and change.type not in REVISIONS
