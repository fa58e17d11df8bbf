"""E102: where both sides prove themselves, and where only the server does."""

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
        if gateway.mutual_tls:
            message = (
                "App Mesh ended on 30 September 2026: both sides are proved where services call the internal load"
                " balancer, which verifies client certificates; between services Service Connect proves the server only"
            )
            hint = "nothing to do; a check of callers inside the services closes the rest"
            yield Finding(message, landscape.at(f"gateways/{name}", "mutual_tls"), hint)


RULE = Rule(
    "E102",
    "mutual TLS through a mesh is no longer offered; where both sides are proved instead",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "AWS App Mesh User Guide: end of support 30 September 2026; Amazon ECS Developer Guide: Service Connect TLS; TN-13",
)
