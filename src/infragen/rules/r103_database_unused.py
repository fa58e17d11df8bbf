"""R103: a database that no service uses."""

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
    if any(owner.startswith("services/") for owner in landscape.broken):
        return  # a broken service may be the one that uses it
    used = {service.database for service in landscape.all(Service).values()}
    for name in landscape.all(Database):
        if name not in used:
            hint = f"write `database: {name}` in the service it is for, or remove the file"
            yield Finding(f"no service uses databases/{name}", landscape.at(f"databases/{name}", "name"), hint)


RULE = Rule(
    "R103",
    "a database is used by no service",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-07: one cluster per service",
)
