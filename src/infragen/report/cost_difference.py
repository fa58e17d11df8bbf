"""What a change set costs more or less a month, at list prices: in all, and by entry."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from infragen.plan import ChangeSet
from infragen.prices import Amount
from infragen.report.labels import entry_label
from infragen.text import first_of, visible

_UNTOLD: Final = "cannot tell whether it rises or falls; what is counted: "


class CostDifference(Struct, frozen=True):
    """What changing objects cost before and after, and the difference by entry or stack, the largest first."""

    before: Amount
    after: Amount
    owners: Mapping[str, Amount]
    left_out: Mapping[str, tuple[str, ...]]
    """What is in no sum, and whose it is: classes and rows without a known price, and what the plan does not say."""
    may_fall: bool = False
    """Whether something in no sum may cost less than before, so that the sum is no least."""
    is_difference: bool = True
    """Whether there is a before: of a plan from nothing it is not known."""

    @property
    def words(self) -> str:
        """`cost: +14.90 USD a month at list prices, before usage (20.00 USD -> 34.90 USD): service web +14.90`."""
        written = (lambda amount: amount.signed) if self.is_difference else str
        named = [f"{visible(owner)} {written(amount)}" for owner, amount in self.owners.items()]
        missing = [*self._missing()]
        left_out = f"not counted: {first_of(missing)}" if missing else ""
        if not named:
            return f"cost: not known; there is no known price for {first_of(missing)}"
        least = "" if not missing else _UNTOLD if self.may_fall else "at least "
        total, times = f"{least}{written(self.after - self.before)}", "" if missing else self._times()
        change = (
            f" ({self.before} -> {self.after}{times})" if self.is_difference else ", for what is in the configuration"
        )
        said = "; ".join(filter(None, (left_out, first_of(named))))
        return f"cost: {total} a month at list prices, before usage{change}: {said}"

    def _missing(self) -> Iterator[str]:
        by_owner: dict[tuple[str, ...], list[str]] = {}
        for what, whose in self.left_out.items():
            by_owner.setdefault(whose, []).append(what)
        for whose, kinds in by_owner.items():
            owners = first_of([*map(visible, whose)], 1)
            says_type = len(kinds) == 1 and whose[0].startswith(f"{kinds[0]}.")
            yield owners if says_type else f"{first_of([*map(visible, kinds)])} ({owners})"

    def _times(self) -> str:
        if not all((self.before.least, self.before.most, self.after.most)):
            return ""
        least, most = sorted((self.after.least / self.before.least, self.after.most / self.before.most))
        low, high = f"{least:.1f}", f"{most:.1f}"
        return f", {low if low == high else f'{low} to {high}'} times"


def cost_difference(change_set: ChangeSet) -> CostDifference | None:
    """Return what a change set costs more or less; None where that is nothing. It asks every change."""
    before, after, owners, left_out = Amount(), Amount(), dict[str, Amount](), dict[str, dict[str, None]]()
    may_fall = False
    for change in change_set.changes:
        if (cost := change.cost) is not None:
            before, after = before + cost.before, after + cost.after
            owner = f"stack {change.stack}" if change.stack else change.module_address or change.address
            owner = entry_label(change.entry.id) if change.entry is not None else owner
            may_fall |= cost.may_fall
            for what in cost.left_out:
                left_out.setdefault(what, {})[owner] = None
            owners[owner] = owners.get(owner, Amount()) + cost.after - cost.before
    kept = {owner: amount for owner, amount in owners.items() if amount != Amount()}
    if not kept and not left_out:
        return None
    ordered = sorted(kept.items(), key=lambda item: (-abs(item[1].most), -abs(item[1].least), item[0]))
    missing = {what: tuple(whose) for what, whose in left_out.items()}
    is_difference = not change_set.without_state or change_set.summary.is_difference
    return CostDifference(before, after, dict(ordered), missing, may_fall, is_difference)
