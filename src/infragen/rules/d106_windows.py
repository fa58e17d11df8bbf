"""D106: windows that AWS refuses: shorter than half an hour, or overlapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_DAY: Final = 24 * 60


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        owner = f"databases/{name}"
        backup, maintenance = _minutes(database.backup.window), _minutes(database.maintenance.window)
        for field, (start, length) in (("backup", backup), ("maintenance", maintenance)):
            if length < 30:
                message = f"the {field} window from {_clock(start)} lasts {length} minutes; AWS requires at least 30"
                hint = f"write `window: {_clock(start)}-{_clock(start + 30)}` or longer"
                yield Finding(message, landscape.at(owner, field, "window"), hint)
        if _overlap(backup, maintenance):
            message = f"the maintenance window {database.maintenance.window} overlaps backups, {database.backup.window}"
            later = sum(backup)
            hint = f"write `window: {_clock(later)}-{_clock(later + max(30, maintenance[1]))}`"
            yield Finding(message, landscape.at(owner, "maintenance", "window"), hint)


def _minutes(window: str) -> tuple[int, int]:
    """Return start and length of `HH:MM-HH:MM`; the end may lie on the next day."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in window.split("-"))
    return first, (last - first) % _DAY


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return (other[0] - one[0]) % _DAY < one[1] or (one[0] - other[0]) % _DAY < other[1]


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes % _DAY, 60)
    return f"{hours:02}:{rest:02}"


RULE = Rule(
    "D106",
    "the backup and maintenance windows conflict with each other or with AWS' limits",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon RDS API: CreateDBCluster, `PreferredBackupWindow`, `PreferredMaintenanceWindow`",
)
