"""Clock times of the catalogue, which are local, as AWS wants them: in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001 -- wall clock time of a week in winter, in whatever zone is asked for


def backup_window(window: str, time_zone: str) -> str:
    """Return a daily window `03:00-04:00` in UTC, `18:00-19:00`.

    AWS keeps windows in UTC the whole year: in a zone with summer time they stand as in winter.
    """
    return "-".join(moment[4:] for moment in _window("mon", window, time_zone))


def maintenance_window(day: str, window: str, time_zone: str) -> str:
    """Return a weekly window (`sun`, `04:30-05:30`) in UTC, `sat:19:30-sat:20:30`."""
    return "-".join(_window(day, window, time_zone))


def _window(day: str, window: str, time_zone: str) -> tuple[str, str]:
    begin, end = (_moment(day, clock) for clock in window.split("-"))
    if end <= begin:
        end += timedelta(days=1)
    return _utc(begin, time_zone), _utc(end, time_zone)


def _moment(day: str, clock: str) -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    return _MONDAY + timedelta(days=_DAYS.index(day), hours=hours, minutes=minutes)


def _utc(moment: datetime, time_zone: str) -> str:
    utc = moment.replace(tzinfo=_zone(time_zone)).astimezone(UTC)
    return f"{_DAYS[utc.weekday()]}:{utc:%H:%M}"


@lru_cache
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)
