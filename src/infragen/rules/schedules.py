"""Rules about what is due by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.cron import is_ever_due, problem
from infragen.core.rule import Finding, Findings, rule
from infragen.kinds.databases import Database
from infragen.kinds.workloads.model import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from infragen.core.landscape import Landscape


@rule("F150")
def _never_due(landscape: Landscape, today: date) -> Findings:
    due: dict[str, bool] = {}
    for owner, cron, path in _crons(landscape):
        if cron not in due:
            due[cron] = problem(cron) is not None or is_ever_due(cron, today)  # F107 and D139 say what is wrong
        if not due[cron]:
            message = f"`{cron}` is never due: none of the days that it names comes"
            hint = "name days that come, such as `0 3 L * ? *`: the last day of each month"
            yield Finding(message, landscape.at(owner, *path), hint)


def _crons(landscape: Landscape) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what is due when: an entry, the cron expression, and where that is written."""
    for owner, workload in landscape.each(Workload):
        yield from ((owner, cron, path) for cron, path in workload.crons())
    for owner, database in landscape.each(Database):
        for name, schedule in sorted(database.backup.schedules.items()):
            yield owner, schedule.cron, ("backup", "schedules", name, "cron")
