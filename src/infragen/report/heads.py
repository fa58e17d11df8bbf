"""What goes with what: of the objects of one entry that are destroyed, the one that serves people stands for the rest.

A service's log group, roles and alarms go because the service does; a headline that names one of them hides that.
"""

from collections.abc import Iterable
from typing import Final

from infragen.hcl.addresses import without_keys
from infragen.plan import Change, Level, Risk, RiskKind
from infragen.plan.risks import precedence
from infragen.plan.risks.types import FIRST_LOST, HELPS, LAST_LOST, SERVES, WATCHES
from infragen.report.severity import destroys_something, urgency

_Rated = tuple[Change, Risk]
_HELPING: Final = LAST_LOST.union(HELPS, WATCHES)
_SERVES: Final = 1
"""Up to this rank is what people lose by itself: data, and what runs, answers or holds."""


class Heads:
    """The heads of what is destroyed, by entry and by module."""

    def __init__(self, rated: Iterable[_Rated]) -> None:
        self._heads: dict[tuple[str, str], _Rated] = {}
        for one in filter(_is_lost, rated):
            homes = [*_homes(one[0])]
            if _rank(one)[0] <= _SERVES:
                homes += [_link("block", one[0].address), *(_link("needed", need) for need in one[0].needs)]
            for home in homes:
                known = self._heads.get(home)
                if known is None or _rank(one) < _rank(known):
                    self._heads[home] = one

    def of(self, change: Change, risk: Risk) -> _Rated:
        """Return what a change goes with, or itself: whatever serves people or holds data stands for itself."""
        one = change, risk
        if not _is_lost(one) or _rank(one)[0] <= _SERVES:
            return one
        for place, home in enumerate(_homes(change)):
            head = self._heads.get(home, one)
            serves = _rank(head)[0] <= _SERVES
            if serves or (place == 0 and head[0].type != change.type and _rank(head) < _rank(one)):
                return head
        linked = (_link("needed", change.address), *(_link("block", need) for need in change.needs))
        return min((self._heads[home] for home in linked if home in self._heads), key=_rank, default=one)

    def urgency(self, change: Change, risk: Risk) -> tuple[object, ...]:
        head = self.of(change, risk)
        return urgency(head[0].type, head[1]), head[0] is not change, urgency(change.type, risk)


def _is_lost(one: _Rated) -> bool:
    return one[1].level > Level.LOW and destroys_something(one[0])


def _link(way: str, address: str) -> tuple[str, str]:
    return way, without_keys(address)


def _homes(change: Change) -> tuple[tuple[str, str], ...]:
    stack = change.stack or ""
    module = ((stack, change.module_address),) if "." in change.module_address else ()
    return (*module, *((("", change.entry.id),) if change.entry else ()))


def _rank(one: _Rated) -> tuple[int, tuple[int, int], int, int, str]:
    """Return a sort key: what people lose by itself, what else is told of, what only helps.

    Of equals what is told first, then the shortest type: others are named after it.
    """
    change, risk = one
    place = precedence(change.type, risk)
    if risk.kind is RiskKind.DATA_LOSS and place[1] < len(FIRST_LOST):
        group = 0
    elif change.type in SERVES:
        group = _SERVES
    else:
        group = 2 + (change.type in _HELPING or risk.kind is RiskKind.DATA_LOSS)
    return group, place, -risk.level, len(change.type), change.address
