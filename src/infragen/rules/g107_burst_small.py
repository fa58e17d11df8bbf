"""G107: a bucket that is empty before the second is over."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        least = ceil(gateway.limit.per_second)
        if gateway.burst < least:
            message = f"a burst of {gateway.burst} is less than a second's worth of {gateway.limit}, {least}"
            yield Finding(message, landscape.at(f"gateways/{name}", "burst"), f"write `burst: {least}` or more")


RULE = Rule(
    "G107",
    "a burst is smaller than one second's worth of the limit",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon API Gateway Developer Guide: Throttle requests (token bucket)",
)
