"""R107: an entry of a business domain that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.domains import Domain
from infragen.kinds.services import Container
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, domain in _members(landscape):
        if not landscape.knows("domains", domain):
            message = f"{owner} belongs to a domain `{domain}`, which does not exist"
            yield Finding(message, landscape.at(owner, "domain"), nearest(domain, landscape.all(Domain), "domains"))


def _members(landscape: Landscape) -> Iterator[tuple[str, str]]:
    for owner, container in landscape.each(Container):
        if container.domain is not None:
            yield owner, container.domain
    for name, database in landscape.all(Database).items():
        if database.domain is not None:
            yield f"databases/{name}", database.domain


RULE = Rule(
    "R107",
    "an entry's business domain does not exist",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-01",
)
