"""Cost: more is paid from now on. Words without prices, since prices depend on regions and contracts."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import became, numbers, sides, switched_on
from infragen.plan.risks.types import rows, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.view import View

_NOTABLY = 2
"""How many times as much a figure must become to be shown."""

# EC2 User Guide "Amazon EC2 instance type naming conventions": each size has twice the capacity of the one before.
_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")
_CLASS = re.compile(
    r"(?:(?:db|cache|kafka|mq|ml|dms|dax)\.)?([a-z])[a-z0-9-]*\.(\d{0,3})(nano|micro|small|medium|large|xlarge)"
    r"(?:\.(?:search|elasticsearch))?"
)
_MEMORY = {"c": 2, "m": 4, "r": 8, "t": 4}
"""GiB for each vCPU of a family (Amazon EC2 Instance Types: compute, general purpose, memory optimized, burstable)."""


def _paid(reason: str) -> Risk:
    return Risk(Level.LOW, RiskKind.COST, reason)


def _more(view: View, path: str, unit: str, _gone: str = "") -> Iterator[Risk]:
    """Judge a figure that is raised notably."""
    name = path.rpartition(".")[2]
    change = None if view.is_whole else numbers(view, path)
    if change and change[1] > change[0] and change[1] >= change[0] * _NOTABLY:
        yield _paid(f"{name} {change[0]:g} -> {change[1]:g} {unit}".rstrip())


def _grown(view: View) -> Iterator[Risk]:
    """Judge storage that grows a little: it cannot be made smaller again.

    Source: RDS User Guide "Increasing DB instance storage capacity".
    """
    change = numbers(view, "allocated_storage")
    if change and change[0] < change[1] and not view.is_whole:
        before, after = change
        yield _paid(f"storage cannot be made smaller again: allocated_storage {before:g} -> {after:g} GiB")


def _resized(view: View, path: str) -> Iterator[Risk]:
    """Judge an instance class or type that becomes larger, or smaller."""
    before, after = sides(view, path)
    old, new = _capacity(before), _capacity(after)
    if not old or not new:
        return
    (old_size, old_memory), (new_size, new_memory) = old, new
    change = f"{path.rpartition('.')[2]} {became(before, after)}"
    if new_size > old_size:
        yield _paid(f"{change}: {new_size / old_size} times the size")
    elif left := next((one for one in (new_size / old_size, new_memory / old_memory) if one < 1), None):
        level = Level.MEDIUM if left * _NOTABLY <= 1 and not view.is_drift else Level.LOW
        what = "size" if new_size < old_size else "memory"
        yield Risk(level, RiskKind.DOWNTIME, f"there is less to serve with: {change}, {left} of the {what}")


def _capacity(name: object) -> tuple[Fraction, Fraction] | None:
    """Return the size of a class, where a `large` is 1, and the memory of its family."""
    match = _CLASS.fullmatch(name) if isinstance(name, str) else None
    if not match:
        return None
    family, times, size = match.groups()
    capacity = Fraction(2) ** (_SIZES.index(size) - _SIZES.index("large")) * (
        int(times or 1) if size == "xlarge" else 1
    )
    return capacity, Fraction(_MEMORY.get(family, 1))


def _created(view: View, words: str) -> Iterator[Risk]:
    """Judge types that cost as long as they exist, used or not."""
    if view.action is Action.CREATE:
        yield _paid(words)


def _doubled(view: View) -> Iterator[Risk]:
    if not view.is_whole and switched_on(view, "multi_az"):
        yield _paid("a standby in another zone is billed as well")


def _endpoint(view: View) -> Iterator[Risk]:
    """Judge an endpoint; source: AWS PrivateLink Guide "Gateway endpoints", which cost nothing."""
    if view.after("vpc_endpoint_type") not in (None, "Gateway"):
        yield from _created(view, "it is billed by the hour, used or not")


JUDGES = table(
    *rows("cost", created=_created, resized=_resized, more=_more),
    *rows("capacity", paid=_more),
    (_grown, "db_instance"),
    (_doubled, "db_instance"),
    (_endpoint, "vpc_endpoint"),
)
