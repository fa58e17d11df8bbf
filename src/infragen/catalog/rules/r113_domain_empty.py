"""R113: a cluster without a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog.rules.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.catalog.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    if landscape.broken:
        return  # what is broken may belong to it
    used = {container.domain for _, container in landscape.containers()}
    used |= {database.domain for database in landscape.databases.values()}
    for name in landscape.domains:
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
