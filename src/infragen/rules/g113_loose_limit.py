"""G113: a limit that another one reaches first."""

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
    for name, bff in landscape.all(Bff).items():
        gateway = landscape.all(Gateway).get(bff.gateway)
        if bff.limit and gateway and bff.limit.per_second >= gateway.limit.per_second:
            message = f"{bff.limit} changes nothing: gateways/{bff.gateway} stops a key at {gateway.limit}"
            yield Finding(message, landscape.at(f"bffs/{name}", "limit"), "write a smaller limit, or remove it")


RULE = Rule(
    "G113",
    "a BFF's limit is looser than its gateway's",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon API Gateway Developer Guide: Throttle requests",
)
