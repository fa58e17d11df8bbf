"""What terraform has to report as done when it applies a plan: so much is owed, and no exit code pays for it.

Of an update that hangs on unknown values alone, terraform may find in the middle of the apply that there is nothing to
do; it says nothing then. An object that is moved or forgotten changes in the state only, and is reported by no one.
"""

from collections import Counter

from msgspec import UNSET, Struct, field

from infragen.plan_contract.planned_changes import UPDATE, managed
from infragen.redaction.decode import OpenPlan
from infragen.redaction.document import ChangeBody, members_of, opened
from infragen.redaction.exact_json import object_or_empty
from infragen.redaction.marks import is_marked

_REPORTED = frozenset({"create", "delete"})


class ExpectedEvents(Struct, frozen=True):
    """How often each change (address and action) is to be reported, and how many objects are imported."""

    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    imports: int = 0

    def missing(self, reported: Counter[tuple[str, str]], imports: int) -> tuple[str, ...]:
        lacking = [f"{address} ({action})" for address, action in (self.changes - reported).elements()]
        imported = self.imports - imports
        return (*lacking, *([f"{imported} to import"] if imported > 0 else []))


def expected_events(plan: OpenPlan) -> ExpectedEvents:
    items = list(managed(plan))
    changes: Counter[tuple[str, str]] = Counter()
    for item in items:
        actions = [*_REPORTED.intersection(item.change.actions)]  # a replacement is reported as two
        if tuple(item.change.actions) == UPDATE and _is_sure(item.change):
            actions.append("update")
        changes.update((item.address or "", action) for action in actions)
    return ExpectedEvents(changes, sum(opened(item.change.importing) is not None for item in items))


def _is_sure(change: ChangeBody) -> bool:
    unknown = object_or_empty(opened(change.after_unknown))
    before, after = members_of(change.before), members_of(change.after)
    return any(
        not is_marked(unknown.get(name)) and opened(before.get(name, UNSET)) != opened(after.get(name, UNSET))
        for name in {*before, *after}
    )
