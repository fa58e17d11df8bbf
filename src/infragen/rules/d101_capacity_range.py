"""D101: a range of capacity that is upside down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        capacity = database.capacity
        if capacity.min > capacity.max:
            message = f"capacity: at least {capacity.min} ACU, but at most {capacity.max} ACU"
            hint = f"exchange them: `capacity: {{min: {capacity.max} ACU, max: {capacity.min} ACU}}`"
            yield Finding(message, landscape.at(f"databases/{name}", "capacity", "min"), hint)


RULE = Rule(
    "D101",
    "a database's least capacity is above its greatest",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon RDS API: ServerlessV2ScalingConfiguration",
)
