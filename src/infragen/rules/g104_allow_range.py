"""G104: an allowed range that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import problem
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        for index, cidr in enumerate(gateway.allow):
            found = problem(cidr)
            if found:
                message = f"`{cidr}` is not an address range: {found[0]}"
                yield Finding(message, landscape.at(f"gateways/{name}", "allow", index), found[1])


RULE = Rule(
    "G104",
    "an address range of an allow-list is not valid",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "RFC 4632",
)
