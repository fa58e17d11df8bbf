"""R107: an entry of a business domain that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog.rules.places import nearest
from infragen.catalog.rules.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.catalog.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, domain in _members(landscape):
        if not landscape.knows("domains", domain):
            message = f"{owner} belongs to a domain `{domain}`, which does not exist"
            yield Finding(message, landscape.at(owner, "domain"), nearest(domain, landscape.domains, "domains"))


def _members(landscape: Landscape) -> Iterator[tuple[str, str]]:
    for owner, container in landscape.containers():
        yield owner, container.domain
    for name, database in landscape.databases.items():
        yield f"databases/{name}", database.domain


RULE = Rule(
    "R107",
    "an entry's business domain does not exist",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-01",
)
