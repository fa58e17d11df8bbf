"""L101: a number of days that CloudWatch Logs refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.logs import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_ACCEPTED: Final = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, path, days in kept(landscape):
        if days not in _ACCEPTED:
            following = next((accepted for accepted in _ACCEPTED if accepted >= days), _ACCEPTED[-1])
            message = f"CloudWatch Logs cannot keep logs for {days} days"
            yield Finding(message, landscape.at(owner, *path), f"write `{following} days`, the next supported value")


RULE = Rule(
    "L101",
    "a log is kept for a number of days that CloudWatch Logs does not support",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon CloudWatch Logs API: PutRetentionPolicy, `retentionInDays`",
)
