"""T104: a total that the gateways' own limits do not reach, or an account does not allow."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway
from infragen.rules.quotas import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    stated = landscape.system.declared.throughput
    gateways = landscape.all(Gateway).values()
    if stated is None or landscape.broken or not gateways:
        return
    allowed = sum((gateway.limit.per_second * keys_of(landscape, gateway) for gateway in gateways), Decimal(0))
    if allowed < stated.per_second:
        message = (
            f"{stated} is {stated.per_second} a second; all keys of all gateways together may ask {allowed} a second"
        )
        hint = "give out more keys or larger limits, or ask the document's author what the total counts"
        yield Finding(message, landscape.at("system", "declared", "throughput"), hint)


RULE = Rule(
    "T104",
    "the keys' limits do not add up to the throughput that the document states",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "TN-16",
)
