"""R109: a gateway's route to a service that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Service
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        for path, service in gateway.routes.items():
            if not landscape.knows("services", service):
                message = f"gateways/{name} routes /{path} to a service `{service}`, which does not exist"
                hint = nearest(service, landscape.all(Service), "services")
                yield Finding(message, landscape.at(f"gateways/{name}", "routes", path), hint)


RULE = Rule(
    "R109",
    "a gateway's route leads to a service that does not exist",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-13",
)
