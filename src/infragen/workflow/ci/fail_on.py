"""`--fail-on`: which changes a pipeline does not let pass."""

import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import Action, Change, ChangeSet, Level

_RISK = re.compile(r"risk\s*>=\s*(low|medium|high)\Z")
_OF_CHANGES: Mapping[str, Callable[[Change], bool]] = {
    "destroy": lambda change: change.action.destroys,
    "replace": lambda change: change.action.is_replace,
    "forget": lambda change: change.action in {Action.FORGET, Action.REPLACE_FORGET},
    "change": lambda change: not change.is_no_op,
}
_OF_PLANS: Mapping[str, Callable[[ChangeSet], int]] = {
    "drift": lambda plan: plan.summary.drift,
    "check": lambda plan: sum(check.status != "unknown" for check in plan.checks),  # those are for apply to decide
    "errored": lambda plan: int(plan.errored),
}
_TOLD_BY_ANY_PLAN = frozenset({"check", "errored"})
CONDITIONS = (*_OF_CHANGES, *_OF_PLANS, "risk>=low", "risk>=medium", "risk>=high")


class FailConditions(Struct, frozen=True):
    """Conditions of which none may be met."""

    conditions: tuple[str, ...]

    def failures(self, change_set: ChangeSet) -> tuple[str, ...]:
        told = {"errored"} if change_set.partial else _TOLD_BY_ANY_PLAN if change_set.without_state else CONDITIONS
        why = change_set.partial or "planned without a state"
        counts = ((condition, _count(change_set, condition)) for condition in self.conditions)
        failed = ((one, count) for one, count in counts if count or one not in told)
        return tuple(f"{condition} ({count or f'cannot be told: {why}'})" for condition, count in failed)


def parse_fail_on(texts: Iterable[str]) -> FailConditions:
    """Read `destroy,risk>=high` and the like; InfragenError X008 for a condition there is not."""
    written = ("".join(word.lower().split()) for text in texts for word in re.split(r"[,|]", text))
    words = tuple(dict.fromkeys(filter(None, written)))
    if wrong := [word for word in words if word not in CONDITIONS]:
        message = f"--fail-on knows no {', '.join(map(repr, wrong))}"
        raise InfragenError(Diagnostic("X008", message, hint=f"write one or more of {', '.join(CONDITIONS)}"))
    return FailConditions(words)


def _count(change_set: ChangeSet, condition: str) -> int:
    risk = _RISK.match(condition)
    if risk:
        level = Level[risk[1].upper()]
        risks = (*(change.risks[0] for change in change_set.changes), *(one.risk for one in change_set.effects))
        return sum(found.level >= level for found in risks)
    if condition in _OF_CHANGES:
        others = len(change_set.effects) if condition == "change" else 0
        return sum(map(_OF_CHANGES[condition], change_set.changes)) + others
    return _OF_PLANS[condition](change_set)
