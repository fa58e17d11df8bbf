"""G106: a rate in another unit than AWS'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.places import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, rate in limits(landscape):
        if rate.requests % rate.seconds and rate.per_second:
            message = f"API Gateway counts in seconds: {rate} is built as {rate.per_second} per second"
            near = round(rate.requests / rate.seconds) or 1
            unit = {1: "s", 60: "min", 3600: "h"}[rate.seconds]
            hint = f"nothing to do; a limit that AWS counts exactly is `limit: {near * rate.seconds} req/{unit}`"
            yield Finding(message, landscape.at(owner, "limit"), hint)


RULE = Rule(
    "G106",
    "a rate is rounded to what API Gateway counts, requests per second",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "Amazon API Gateway API: CreateUsagePlan, `throttle.rateLimit`; TN-13",
)
