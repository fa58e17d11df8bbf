"""G101: an API open to the internet without AWS WAF."""

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
        if gateway.reach == "internet" and gateway.firewall is None:
            message = f"gateways/{name} is open to the internet and has no firewall"
            hint = "add `firewall: {managed: [core, known-bad-inputs, ip-reputation], rate_limit: 10000}`"
            yield Finding(message, landscape.at(f"gateways/{name}", "reach"), hint)


RULE = Rule(
    "G101",
    "a public gateway has no firewall",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "AWS WAF Developer Guide: protecting API Gateway; TN-13",
)
