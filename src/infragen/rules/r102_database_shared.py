"""R102: two services that use one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    users: dict[str, str] = {}
    for name, service in landscape.all(Service).items():
        if service.database is None:
            continue
        first = users.setdefault(service.database, name)
        if first != name:
            message = f"databases/{service.database} already belongs to services/{first}"
            hint = f"give services/{name} its own database, or let it call `{first}` with `access: read`"
            yield Finding(message, landscape.at(f"services/{name}", "database"), hint)


RULE = Rule(
    "R102",
    "two services share one database",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-07: one cluster per service",
)
