"""Working hours as cron expressions, as a share of the week, and as the moments of a year in which they begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.clock import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.core.system import WorkingHours

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
_MONDAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001 -- wall clock time of whatever zone the hours are in
_WEEKS: Final = 52
"""What is looked at where dates matter: a year from a Monday, the 29th of February in it."""


def cron_at(minutes: int, weekdays: Iterable[int]) -> str:
    """Return AWS's six fields for a minute of some days, Monday being 0; one below 0 is on the days before."""
    days, minute = divmod(minutes, DAY)
    wanted = sorted((day + days + 1) % 7 for day in weekdays)  # AWS's week begins on Sunday
    hour, minute = divmod(minute, 60)
    if len(wanted) == len(DAYS):
        return f"{minute} {hour} * * ? *"
    names = [DAYS[day - 1].upper() for day in wanted]
    is_range = len(wanted) > 1 and wanted[-1] - wanted[0] == len(wanted) - 1
    text = f"{names[0]}-{names[-1]}" if is_range else ",".join(names)
    return f"{minute} {hour} ? * {text} *"


def hours_a_week(hours: WorkingHours, *, of_data: bool = False) -> Decimal:
    """Return how many hours of a week something runs: tasks, or what they store data in."""
    begin, end = hours.data_minutes if of_data else hours.minutes
    return Decimal(min(len(hours.weekdays) * (end - begin), WEEK)) / 60


def is_within(hours: WorkingHours, weekday: int, begin: int, end: int) -> bool:
    """Whether a span of a day, in its minutes, lies in the time in which databases run."""
    first, last = hours.data_minutes
    for day in hours.weekdays:
        offset = ((day - weekday + 3) % 7 - 3) * DAY
        if first + offset <= begin and end <= last + offset:
            return True
    return len(hours.weekdays) == len(DAYS) and last - first >= DAY


def days_of_a_year() -> Iterator[datetime]:
    """Yield the days of a year, at midnight."""
    yield from (_MONDAY + timedelta(days=day) for day in range(7 * _WEEKS))
