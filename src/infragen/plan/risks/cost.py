"""Cost: more is paid from now on. Words without prices, since prices depend on regions and contracts."""

from collections.abc import Iterator

from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import became, numbers, sides, size_of, switched_on
from infragen.plan.risks.types import rows, table
from infragen.plan.view import View


def _paid(reason: str) -> Risk:
    return Risk(Level.LOW, RiskKind.COST, reason)


def _more(view: View, path: str, unit: str, _gone: str = "") -> Iterator[Risk]:
    name = path.rpartition(".")[2]
    change = None if view.is_whole else numbers(view, path)
    if change and change[1] > change[0] and change[1] >= change[0] * 2:  # less is not shown
        yield _paid(f"{name} {change[0]:g} -> {change[1]:g} {unit}".rstrip())


def _grown(view: View) -> Iterator[Risk]:
    """Source: RDS User Guide "Increasing DB instance storage capacity": it cannot be made smaller again."""
    change = numbers(view, "allocated_storage")
    if change and change[0] < change[1] and not view.is_whole:
        before, after = change
        yield _paid(f"storage cannot be made smaller again: allocated_storage {before:g} -> {after:g} GiB")


def _larger(view: View, path: str) -> Iterator[Risk]:
    before, after = sides(view, path)
    old, new = size_of(before), size_of(after)
    if old and new and new.units > old.units:
        yield _paid(f"{path.rpartition('.')[2]} {became(before, after)}: {new.units / old.units} times the size")


def _created(view: View, words: str) -> Iterator[Risk]:
    if view.action is Action.CREATE:
        yield _paid(words)


def _doubled(view: View) -> Iterator[Risk]:
    if not view.is_whole and switched_on(view, "multi_az"):
        yield _paid("a standby in another zone is billed as well")


def _endpoint(view: View) -> Iterator[Risk]:
    """AWS PrivateLink Guide "Gateway endpoints": they cost nothing."""
    if view.after("vpc_endpoint_type") not in (None, "Gateway"):
        yield from _created(view, "it is billed by the hour, used or not")


JUDGES = table(
    *rows("cost", created=_created, more=_more),
    *rows("capacity", classes=_larger, paid=_more),
    (_grown, "db_instance"),
    (_doubled, "db_instance"),
    (_endpoint, "vpc_endpoint"),
)
