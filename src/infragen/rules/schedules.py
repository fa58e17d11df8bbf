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

    from infragen.core.resolved_system import ResolvedSystem


@rule("F150")
def _never_due(resolved: ResolvedSystem, today: date) -> Findings:
    due: dict[str, bool] = {}
    for owner, cron, path in _crons(resolved):
        if cron not in due:
            due[cron] = problem(cron) is not None or is_ever_due(cron, today)  # F107 and D139 say what is wrong
        if not due[cron]:
            message = f"`{cron}` is never due: none of the days that it names comes"
            hint = "name days that come, such as `0 3 L * ? *`: the last day of each month"
            yield Finding(message, resolved.at(owner, *path), hint)


def _crons(resolved: ResolvedSystem) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what is due when: an entry, the cron expression, and where that is written."""
    for owner, workload in resolved.each(Workload):
        yield from ((owner, cron, path) for cron, path in workload.crons())
    for owner, database in resolved.each(Database):
        for name, schedule in sorted(database.backup.schedules.items()):
            yield owner, schedule.cron, ("backup", "schedules", name, "cron")
