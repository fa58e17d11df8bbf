"""R111: two answers to one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.bffs import Bff
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    taken: dict[tuple[str, str], str] = {}
    for name, gateway in landscape.all(Gateway).items():
        for path, service in gateway.routes.items():
            taken[name, path] = f"the route to services/{service}"
    for name, bff in landscape.all(Bff).items():
        first = taken.setdefault((bff.gateway, bff.path), f"bffs/{name}")
        if first != f"bffs/{name}":
            message = f"/{bff.path} of gateways/{bff.gateway} is already taken by {first}"
            yield Finding(message, landscape.at(f"bffs/{name}", "path"), "choose another path, or another gateway")


RULE = Rule(
    "R111",
    "two entries use one path of a gateway",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon API Gateway API: CreateResource, path parts are unique",
)
