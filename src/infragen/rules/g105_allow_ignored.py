"""G105: addresses that change nothing."""

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
        if gateway.allow and gateway.reach != "allow-list":
            message = f"`allow` changes nothing: gateways/{name} is reached from {_where(gateway.reach)}"
            hint = "write `reach: allow-list`, or remove `allow`"
            yield Finding(message, landscape.at(f"gateways/{name}", "allow"), hint)


def _where(reach: str) -> str:
    return "the whole internet" if reach == "internet" else "inside the VPC only"


RULE = Rule(
    "G105",
    "a gateway that everyone can reach has an allow-list",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-13",
)
