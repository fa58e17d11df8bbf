"""D102: a capacity that the document, or Aurora, does not have."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_LEAST: Final = Decimal("0.5")
"""Aurora also has 0, which pauses a cluster; RDS Proxy keeps one awake, so infragen does not offer it."""
_MOST: Final = Decimal(128)
"""The document's upper end; newer releases of Aurora go to 256."""


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        least, most = database.capacity.min, database.capacity.max
        if not _LEAST <= least <= _MOST:
            place = landscape.at(f"databases/{name}", "capacity", "min")
            yield Finding(f"{least} ACU is not within 0.5 to 128 ACU", place, "write `min: 0.5 ACU` or more")
        elif not 1 <= most <= _MOST:
            place = landscape.at(f"databases/{name}", "capacity", "max")
            yield Finding(f"{most} ACU is not within 1 to 128 ACU", place, "write `max: 1 ACU` or more, up to 128")


RULE = Rule(
    "D102",
    "a database's capacity is outside 0.5 to 128 ACU",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-10; Amazon RDS API: ServerlessV2ScalingConfiguration (Aurora itself has 0 to 256)",
)
