"""F107: a cron expression that AWS does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.cron import problem
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    known: dict[str, str | None] = {}
    for owner, container in landscape.each(Container):
        for name, schedule in container.scaling.schedules.items():
            if schedule.cron not in known:
                known[schedule.cron] = problem(schedule.cron)
            found = known[schedule.cron]
            if found:
                place = landscape.at(owner, "scaling", "schedules", name, "cron")
                hint = "six fields, such as `30 7 ? * MON-FRI *` for weekdays at 07:30"
                yield Finding(f"AWS does not accept the cron expression `{schedule.cron}`: {found}", place, hint)


RULE = Rule(
    "F107",
    "a cron expression is not one of AWS' six fields",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon EventBridge Scheduler User Guide: Schedule types; TN-05",
)
