"""F108: a time zone that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog.loader import did_you_mean
from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    from zoneinfo import ZoneInfo, available_timezones

    zone = landscape.system.time_zone
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        known = available_timezones()
        if known:  # without time zone data this machine cannot judge
            hint = did_you_mean(zone, known) or "write an IANA name, such as `Asia/Tokyo`"
            yield Finding(f"there is no time zone `{zone}`", landscape.at("system", "time_zone"), hint)


RULE = Rule(
    "F108",
    "the time zone is not in the IANA database",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Application Auto Scaling API: PutScheduledAction, `Timezone`",
)
