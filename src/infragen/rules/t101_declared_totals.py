"""T101: a total that the document states and its own rows do not give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    from infragen.core.landscape import Environment

    declared = landscape.system.declared.databases
    if declared is None or isinstance(landscape, Environment):
        return  # the document's totals are about its rows, not about what an environment makes of them
    if any(owner.startswith("databases/") for owner in landscape.broken):
        return
    rows = landscape.all(Database).values()
    for field, what, stated, counted in (
        ("clusters", "clusters", declared.clusters, len(rows)),
        ("readers", "read replicas", declared.readers, sum(row.readers for row in rows)),
        ("data", "GB of data", declared.data, sum(row.data or 0 for row in rows)),
        ("connections", "connections", declared.connections, sum(row.connections or 0 for row in rows)),
    ):
        if stated != counted and not (field == "data" and _rounded(counted, stated)):
            message = f"the document states {stated:,} {what} in total, but its rows add up to {counted:,}"
            place = landscape.at("system", "declared", "databases", field)
            yield Finding(message, place, "the rows are built; ask the document's author which of the two is meant")


def _rounded(exact: int, stated: int) -> bool:
    """Say whether `stated` is `exact` rounded to the digits it is written with: 2,900 for 2,880, but not 2,890."""
    unit = 1
    while stated and stated % (unit * 10) == 0:
        unit *= 10
    return abs(exact - stated) * 2 <= unit


RULE = Rule(
    "T101",
    "a total that the document states differs from the sum of its rows",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-07",
)
