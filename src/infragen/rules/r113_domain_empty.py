"""R113: a cluster without a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.domains import Domain
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    if landscape.broken:
        return  # what is broken may belong to it
    used = {container.domain for _, container in landscape.each(Container)}
    used |= {database.domain for database in landscape.all(Database).values()}
    for name in landscape.all(Domain):
        if name not in used:
            hint = f"write `domain: {name}` in a service, or remove the file"
            yield Finding(f"no entry belongs to domains/{name}", landscape.at(f"domains/{name}", "name"), hint)


RULE = Rule(
    "R113",
    "a business domain owns nothing",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-01",
)
