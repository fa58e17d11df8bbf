"""R101: a service whose database does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.services import Service
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, service in landscape.all(Service).items():
        database = service.database
        if database is not None and not landscape.knows("databases", database):
            message = f"services/{name} uses a database `{database}`, which does not exist"
            hint = nearest(database, landscape.all(Database), "databases")
            yield Finding(message, landscape.at(f"services/{name}", "database"), hint)


RULE = Rule(
    "R101",
    "a service's database does not exist",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-07",
)
