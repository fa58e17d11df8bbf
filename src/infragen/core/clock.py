"""Clock times of the catalogue, which are local, as AWS wants them: in UTC with a remark, or as cron expressions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from infragen.core.expressions import Remarked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001 -- wall clock time of a week in winter, in whatever zone is asked for
_HALF_A_YEAR: Final = timedelta(weeks=26)


def backup_window(window: str, time_zone: str) -> Remarked:
    """Return a daily window `03:00-04:00` in UTC, `18:00-19:00`, with the local one as its remark.

    AWS keeps windows in UTC the whole year: in a zone with summer time they stand as in January.
    """
    begin, end = _window("mon", window, time_zone)
    return Remarked(f"{begin:%H:%M}-{end:%H:%M}", _remark(begin, end, time_zone, is_weekly=False))


def maintenance_window(day: str, window: str, time_zone: str) -> Remarked:
    """Return a weekly window (`sun`, `04:30-05:30`) in UTC, `sat:19:30-sat:20:30`, with the local one as its remark."""
    begin, end = _window(day, window, time_zone)
    text = "-".join(f"{DAYS[moment.weekday()]}:{moment:%H:%M}" for moment in (begin, end))
    return Remarked(text, _remark(begin, end, time_zone, is_weekly=True))


def _window(day: str, window: str, time_zone: str) -> tuple[datetime, datetime]:
    """Return the begin and the end of a window, in UTC."""
    begin, end = (_moment(day, clock) for clock in window.split("-"))
    if end <= begin:
        end += timedelta(days=1)
    return _utc(begin, time_zone), _utc(end, time_zone)


def _moment(day: str, clock: str) -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    return _MONDAY + timedelta(days=DAYS.index(day), hours=hours, minutes=minutes)


def _utc(moment: datetime, time_zone: str) -> datetime:
    return moment.replace(tzinfo=_zone(time_zone)).astimezone(UTC)


def _remark(begin: datetime, end: datetime, time_zone: str, *, is_weekly: bool) -> str:
    """Return a window as it is in a zone, `Sun 04:30-05:30 Asia/Tokyo`; nothing where that is as in UTC."""
    zone = _zone(time_zone)
    utc = _span(begin, end, is_weekly=is_weekly)
    winter = _span(begin.astimezone(zone), end.astimezone(zone), is_weekly=is_weekly)
    later, latest = ((moment + _HALF_A_YEAR).astimezone(zone) for moment in (begin, end))
    summer = _span(later, latest, is_weekly=is_weekly)
    if winter == summer:
        return "" if winter == utc else f"{winter} {time_zone}"
    return f"{winter} {time_zone} in January, {summer} in July"


def _span(begin: datetime, end: datetime, *, is_weekly: bool) -> str:
    if not is_weekly:
        return f"{begin:%H:%M}-{end:%H:%M}"
    first, last = (DAYS[moment.weekday()].capitalize() for moment in (begin, end))
    return f"{first} {begin:%H:%M}-{'' if first == last else f'{last} '}{end:%H:%M}"


@lru_cache
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)


DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
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


def days_of_a_year() -> Iterator[datetime]:
    """Yield the days of a year, at midnight."""
    yield from (_MONDAY + timedelta(days=day) for day in range(7 * _WEEKS))
