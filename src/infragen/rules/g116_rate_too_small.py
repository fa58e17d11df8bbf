"""G116: a rate that comes to nothing in a second."""

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
        if not rate.per_second:
            message = f"{rate} is less than a hundredth of a request per second: no request would ever get through"
            yield Finding(message, landscape.at(owner, "limit"), "write `limit: 36 req/h` or more")


RULE = Rule(
    "G116",
    "a rate is less than API Gateway can count",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon API Gateway API: CreateUsagePlan, `throttle.rateLimit`",
)
