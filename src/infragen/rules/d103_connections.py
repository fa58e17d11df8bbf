"""D103: more connections than the capacity allows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.databases.aurora import max_connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        expected, proxy = database.connections, database.proxy
        if expected is None or proxy is None:
            continue
        limit = max_connections(database.capacity.max)
        usable = int(limit * proxy.max_connections / 100)
        if expected > usable:
            message = (
                f"{expected} connections are expected; with {database.capacity.max} ACU at most an instance"
                f" takes {limit}, of which the proxy may use {usable} ({proxy.max_connections} %)"
            )
            hint = f"write `capacity: {{max: {_enough(expected, proxy.max_connections)} ACU}}`"
            yield Finding(message, landscape.at(f"databases/{name}", "connections"), hint)


def _enough(connections: int, share: Decimal) -> int:
    sizes = (1, 4, 8, 16, 32, 64, 128)
    return next((size for size in sizes if max_connections(Decimal(size)) * share / 100 >= connections), sizes[-1])


RULE = Rule(
    "D103",
    "a database's range does not allow the connections it expects",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon Aurora User Guide: Maximum connections for Aurora Serverless v2",
)
