"""G109: a client that stays within its limit, and is blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        limit = gateway.firewall.rate_limit if gateway.firewall else None
        allowed = gateway.limit.requests * 300 // gateway.limit.seconds
        if limit is not None and limit < allowed:
            message = (
                f"the firewall blocks an address at {limit:,} requests in five minutes; one key may send {allowed:,}"
            )
            place = landscape.at(f"gateways/{name}", "firewall", "rate_limit")
            yield Finding(message, place, f"write `rate_limit: {allowed}` or more")


RULE = Rule(
    "G109",
    "the firewall stops a client before its own limit does",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "AWS WAF Developer Guide: Rate-based rule statement (five minutes)",
)
