"""R110: a database outside its service's domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.services import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, service in landscape.all(Service).items():
        database = landscape.all(Database).get(service.database) if service.database else None
        if database is None or service.domain is None or not landscape.knows("domains", service.domain):
            continue
        if database.domain != service.domain:
            message = (
                f"services/{name} is in the domain {service.domain}, its database databases/{database.name}"
                f" in {database.domain}"
            )
            hint = f"write `domain: {service.domain}`"
            yield Finding(message, landscape.at(f"databases/{database.name}", "domain"), hint)


RULE = Rule(
    "R110",
    "a service and its database are in different domains",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-01: the domain is the security boundary",
)
