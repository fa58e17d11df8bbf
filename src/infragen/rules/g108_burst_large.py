"""G108: a burst that the account never lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_BUCKET: Final = 5000
"""Requests that an account takes at once; AWS sets it from the account's rate."""


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        if gateway.burst > _BUCKET:
            message = f"a burst of {gateway.burst:,} is more than an account allows at once ({_BUCKET:,})"
            yield Finding(message, landscape.at(f"gateways/{name}", "burst"), f"write `burst: {_BUCKET}` or less")


RULE = Rule(
    "G108",
    "a burst is larger than the account's bucket",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon API Gateway Developer Guide: Account-level quotas (5,000 requests)",
)
