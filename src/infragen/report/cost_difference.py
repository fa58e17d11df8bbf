"""What a change set costs more or less a month, at list prices: in all, and by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.prices import Amount
from infragen.report.labels import entry_label
from infragen.text import first_of, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.plan import Change, ChangeSet

_MOST_NAMED: Final = 3


class CostDifference(Struct, frozen=True):
    """What changing objects cost before and after, and the difference by entry or stack, the largest first."""

    before: Amount
    after: Amount
    owners: Mapping[str, Amount]
    left_out: Mapping[str, tuple[str, ...]]
    """What is in no sum, and whose it is: classes and rows without a known price, and what the plan does not say."""

    @property
    def words(self) -> str:
        """In one sentence: `cost: +14.90 USD a month at list prices, before usage: service web +14.90 USD`."""
        named = [f"{visible(owner)} {amount.signed}" for owner, amount in self.owners.items()]
        missing = [f"{visible(what)} ({first_of([*map(visible, whose)], 1)})" for what, whose in self.left_out.items()]
        left_out = first_of(missing, _MOST_NAMED)
        if not named:
            return f"cost: not known; there is no known price for {left_out}"
        without = f"; not counted: {left_out}" if left_out else ""
        return (
            f"cost: {(self.after - self.before).signed} a month at list prices, before usage: "
            f"{first_of(named, _MOST_NAMED)}{without}"
        )


def cost_difference(change_set: ChangeSet) -> CostDifference | None:
    """Return what a change set costs more or less; None where that is nothing. It asks every change."""
    before, after, owners, left_out = Amount(), Amount(), dict[str, Amount](), dict[str, dict[str, None]]()
    for change in change_set.changes:
        cost = change.cost
        if cost is not None:
            before, after = before + cost.before, after + cost.after
            owner = _owner(change)
            for what in cost.left_out:
                left_out.setdefault(what, {})[owner] = None
            owners[owner] = owners.get(owner, Amount()) + cost.after - cost.before
    kept = {owner: amount for owner, amount in owners.items() if amount != Amount()}
    if not kept and not left_out:
        return None
    ordered = sorted(kept.items(), key=lambda item: (-abs(item[1].most), -abs(item[1].least), item[0]))
    return CostDifference(before, after, dict(ordered), {what: tuple(whose) for what, whose in left_out.items()})


def _owner(change: Change) -> str:
    if change.entry is not None:
        return entry_label(change.entry.id)
    return f"stack {change.stack}" if change.stack else change.module_address or change.address
