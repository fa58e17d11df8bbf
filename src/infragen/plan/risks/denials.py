"""What policies let through by a change: a statement that denied is removed, or one that allows more is there."""

import re
from collections.abc import Iterator

from infragen.effort import spend
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.conditions import narrower, tests
from infragen.plan.risks.policy_documents import MOST_NAMES, Statement, allowed, covered, denied, each, sentence, unsaid
from infragen.plan.risks.types import POLICY_OWNERS
from infragen.plan.view import View
from infragen.redaction.values import holds_unknown
from infragen.text import first_of

_MOST = 4
_WHO = "aws:principalarn"
_ALL_ROLES = re.compile(r"\*|arn:[^:]*:(?:iam|sts)::[^:]*:(?:\*|role/\*|\*role/\*)")


def denials_lost(view: View, kind: RiskKind, name: str = "policy") -> Iterator[Risk]:
    before = () if view.action is Action.CREATE else denied(view.before(name))
    if not before or holds_unknown(view.after(name)):
        return
    is_whole = bool(allowed(view.before(name))) or not view.type.endswith("_policy")
    named, owner = POLICY_OWNERS.get(view.type, ("", ""))
    is_gone = view.action.destroys and not (view.action.is_replace or (named and view.held_by((named,), (owner,))))
    if is_gone and (is_whole or goes_along(view)):
        return  # of one that only denies, more is allowed without it, whosever it is
    after = denied(view.after(name))
    kept = frozenset(after)
    lost = [one for one in before if one not in kept]
    lost = [
        one
        for one in lost
        if not any(reaches_all_of(other, one) and not narrower(other.condition, one.condition) for other in after)
    ]
    for one in lost[:_MOST]:
        asked = _asked(one)
        left = [other for other in after if reaches_all_of(other, one) and _asked(other) >= asked]
        level, words = Level.MEDIUM, "denied to fewer" if left else "no longer denied"
        if left and not _spares_all_roles(one) and all(map(_spares_all_roles, left)):
            level, words = Level.HIGH, "denied to no role of the account any more"
        keys = first_of(sorted({test.key for test in tests(one.condition)}), MOST_NAMES)
        yield Risk(level, kind, f"{words}: {sentence(one, f', by {keys}' if keys else '')}")
    if len(lost) > _MOST:
        yield Risk(Level.MEDIUM, kind, f"no longer denied: what {len(lost) - _MOST} more statements said")


def widened(view: View, kind: RiskKind, name: str = "policy", *, through: str = "") -> Iterator[Risk]:
    # In one account it needs no other policy (IAM User Guide, "Policy evaluation logic"). What it allows anybody has a
    # judge of its own; with `through`, it is about what is called through it, and all have a share.
    if view.action is not Action.UPDATE or holds_unknown(view.after(name)):
        return
    if through and not view.before(name):
        return  # without one it allows everything
    old, new = ((*each(allowed, (side(name),)),) for side in (view.before, view.expected))
    found = [one for one in unsaid(old, new) if through or not one.is_for_anybody]
    for one in found[:_MOST]:
        whom = first_of(sorted({text for _, text in one.principals}), MOST_NAMES)
        yield Risk(Level.MEDIUM, kind, f"{through or f'{whom} may do more'}: {sentence(one)}")
    if len(found) > _MOST:
        yield Risk(Level.MEDIUM, kind, f"{len(found) - _MOST} more statements are new or wider")


def goes_along(view: View) -> bool:
    name, owner = POLICY_OWNERS.get(view.type, ("", ""))
    return bool(name and view.held_by_lost((name,), (owner,)))


def reaches_all_of(statement: Statement, former: Statement) -> bool:
    spend(3 + (len(statement.actions) + len(former.actions) + len(statement.principals) + len(former.principals) >> 2))
    if statement.but or former.but:
        same = (statement.but, {*statement.actions}) == (former.but, {*former.actions})
    else:
        same = covered(former.actions, statement.actions)
    whom = statement.is_for_anybody or {*former.principals} <= {*statement.principals}
    return same and whom and covered(former.resources, statement.resources)


def _asked(statement: Statement) -> set[tuple[str, str]]:
    return {(test.operator, test.key) for test in tests(statement.condition)}


def _spares_all_roles(statement: Statement) -> bool:
    return any(
        test.key.lower() == _WHO and "Not" in test.operator and any(map(_ALL_ROLES.fullmatch, test.values))
        for test in tests(statement.condition)
    )
