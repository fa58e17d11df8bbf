"""G102: a gateway that lets nobody in."""

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
        if gateway.reach == "allow-list" and not gateway.allow:
            message = f"gateways/{name} allows only the ranges in `allow`, which is empty"
            place = landscape.at(f"gateways/{name}", "allow" if _is_written(landscape, name) else "reach")
            yield Finding(message, place, "add `allow: [...]` with your office's or VPN's addresses")


def _is_written(landscape: Landscape, name: str) -> bool:
    return bool(landscape.origins[f"gateways/{name}"].setting(("allow",)))


RULE = Rule(
    "G102",
    "an allow-list is empty",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-13",
)
