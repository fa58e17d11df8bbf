"""G110: a gateway that nobody has a key for."""

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
        if gateway.per != "service" and not gateway.clients:
            message = f"no client has a key for gateways/{name}: `clients` is empty"
            hint = "add `clients: {portal: who it is}`, one line per key"
            yield Finding(message, landscape.at(f"gateways/{name}", "per"), hint)


RULE = Rule(
    "G110",
    "a gateway issues no key",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-13",
)
