"""Clock times of the catalogue, which are local, as AWS wants them; AWS's cron expressions, read as strictly as there.

Source of the latter: Amazon EventBridge Scheduler User Guide, `Schedule types`; Application Auto Scaling takes the same
fields.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from infragen.core.expressions import Remarked

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001 -- wall clock time of a week in winter, in whatever zone is asked for
_EVENING: Final = 22
_MORNING: Final = 6


def backup_window(window: str, time_zone: str) -> Remarked:
    """Convert a daily window to UTC, as in January: AWS keeps it in UTC all year, also in zones with summer time."""
    begin, end = _window("mon", window, time_zone)
    return Remarked(f"{begin:%H:%M}-{end:%H:%M}", _remark(begin, end, time_zone, is_weekly=False))


def maintenance_window(day: str, window: str, time_zone: str) -> Remarked:
    begin, end = _window(day, window, time_zone)
    text = "-".join(f"{DAYS[moment.weekday()]}:{moment:%H:%M}" for moment in (begin, end))
    return Remarked(text, _remark(begin, end, time_zone, is_weekly=True))


def by_day(day: str, window: str, time_zone: str) -> str:
    """Show a weekly UTC window in a zone in January, `Sun 13:30-14:30`; empty at night (22:00 to 06:00)."""
    begin, end = (moment.astimezone(ZoneInfo(time_zone)) for moment in _window(day, window, "UTC"))
    is_night = (begin.hour >= _EVENING or begin.hour < _MORNING) and (
        end.hour >= _EVENING or (end.hour, end.minute) <= (_MORNING, 0)
    )
    return "" if is_night else _span(begin, end, is_weekly=True)


def _window(day: str, window: str, time_zone: str) -> tuple[datetime, datetime]:
    begin, end = (
        _MONDAY + timedelta(days=DAYS.index(day), hours=int(clock[:2]), minutes=int(clock[3:]))
        for clock in window.split("-")
    )
    if end <= begin:
        end += timedelta(days=1)
    zone = ZoneInfo(time_zone)
    return begin.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)


def _remark(begin: datetime, end: datetime, time_zone: str, *, is_weekly: bool) -> str:
    zone = ZoneInfo(time_zone)
    utc = _span(begin, end, is_weekly=is_weekly)
    winter = _span(begin.astimezone(zone), end.astimezone(zone), is_weekly=is_weekly)
    later, latest = ((moment + timedelta(weeks=26)).astimezone(zone) for moment in (begin, end))
    summer = _span(later, latest, is_weekly=is_weekly)
    if winter == summer:
        return "" if winter == utc else f"{winter} {time_zone}"
    return f"{winter} {time_zone} in January, {summer} in July"


def _span(begin: datetime, end: datetime, *, is_weekly: bool) -> str:
    if not is_weekly:
        return f"{begin:%H:%M}-{end:%H:%M}"
    first, last = (DAYS[moment.weekday()].capitalize() for moment in (begin, end))
    return f"{first} {begin:%H:%M}-{'' if first == last else f'{last} '}{end:%H:%M}"


DAY: Final = 24 * 60
WEEK: Final = 7 * DAY


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
    yield from (_MONDAY + timedelta(days=day) for day in range(7 * 52))  # the 29th of February is among them


class _Field(Struct, frozen=True):
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    special: str | None = None

    def number(self, text: str) -> int | None:
        if text in self.words:
            return self.words.index(text) + self.low
        if not text.isdecimal() or len(text) > 4:
            return None
        number = int(text)
        return number if self.low <= number <= self.high else None


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_SATURDAY: Final = 5
_FIELDS: Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day-of-month", 1, 31, special=r"L|LW|([1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 1, 7, _DAYS, special=r"L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])"),
    _Field("year", 1970, 2199),
)


def cron_problem(expression: str) -> str | None:
    """Explain why AWS refuses an expression: minutes hours day-of-month month day-of-week year, without `cron()`."""
    given = expression.split()
    if len(given) != len(_FIELDS):
        return f"it has {len(given)} fields, not six (minutes hours day-of-month month day-of-week year)"
    if (given[2] == "?") == (given[4] == "?"):
        return "exactly one of day-of-month and day-of-week must be `?`"
    for field, text in zip(_FIELDS, given, strict=True):
        if text == "?" and field.name.startswith("day-"):
            continue
        for part in (parts := text.split(",")):
            found = _part_problem(field, part)
            if not found and parts[1:] and field.special and re.fullmatch(field.special, part):
                found = f"{part!r} cannot be one of a list"
            if found:
                return f"{field.name} {text!r}: {found}"
    return None


def _part_problem(field: _Field, part: str) -> str | None:
    if field.special and re.fullmatch(field.special, part):
        return None
    span, slash, step = part.partition("/")
    if slash and field.name == "day-of-week":
        return "it has no steps"
    if slash and not (step.isdecimal() and 0 < int(step) <= field.high):
        return f"a step is a number from 1 to {field.high}"
    if span == "*":
        return None
    first, dash, last = span.partition("-")
    start, end = field.number(first), field.number(last) if dash else None
    if start is None or (dash and end is None):
        words = f" or {field.words[0]} to {field.words[-1]}" if field.words else ""
        return f"{span!r} is not {field.low} to {field.high}{words}"
    if end is not None and end < start:
        return f"{span!r} ends before it starts"
    return None


def falls_on(expression: str, day: date) -> bool:
    _, _, days, month, weekdays, year = expression.split()
    if day.month not in _numbers(_FIELDS[3], month) or day.year not in _numbers(_FIELDS[5], year):
        return False
    if days != "?":
        return day.day in _days_of_month(days, day)
    return any(_is_weekday(part, day) for part in weekdays.split(","))


def is_ever_due(expression: str, today: date) -> bool:
    _, _, _, month, _, year = expression.split()
    return any(
        falls_on(expression, day)
        for one in sorted(_numbers(_FIELDS[5], year))
        if one >= today.year
        for number in sorted(_numbers(_FIELDS[3], month))
        for day in (today.replace(one, number, day + 1) for day in range(monthrange(one, number)[1]))
        if day >= today
    )


def minutes_of(expression: str) -> tuple[int, ...]:
    minutes, hours = expression.split()[:2]
    return tuple(
        60 * hour + minute
        for hour in sorted(_numbers(_FIELDS[1], hours))
        for minute in sorted(_numbers(_FIELDS[0], minutes))
    )


def last_due(expression: str, moment: datetime) -> datetime | None:
    times = minutes_of(expression)
    for back in range(2 * 366):
        day = (moment - timedelta(days=back)).replace(hour=0, minute=0)
        due = [found for one in times if (found := day + timedelta(minutes=one)) <= moment]
        if due and falls_on(expression, day.date()):
            return due[-1]
    return None


@lru_cache(maxsize=1024)
def _numbers(field: _Field, text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        low = field.low if first == "*" else field.number(first) or 0
        high = (field.number(last) or 0) if dash else field.high if step or first == "*" else low
        found.update(range(low, high + 1, int(step or 1)))
    return frozenset(found)


def _days_of_month(text: str, day: date) -> frozenset[int]:
    """Return the days of a day's month that a field names; `W` is the nearest day from Monday to Friday."""
    last = monthrange(day.year, day.month)[1]
    if text in ("L", "LW"):
        return frozenset({last if text == "L" else _nearest_weekday(day, last, last)})
    if text.endswith("W"):
        wanted = int(text[:-1])
        return frozenset({_nearest_weekday(day, wanted, last)} if wanted <= last else ())
    return _numbers(_FIELDS[2], text)


def _nearest_weekday(day: date, wanted: int, last: int) -> int:
    weekday = day.replace(day=wanted).weekday()
    if weekday < _SATURDAY:
        return wanted
    if weekday == _SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    return wanted + 1 if wanted < last else wanted - 2


def _is_weekday(part: str, day: date) -> bool:
    """Whether a part of the day-of-week field is a day: `MON-FRI`, `6L` (the last Friday), `2#1` (the first Monday)."""
    field, weekday = _FIELDS[4], day.isoweekday() % 7 + 1
    if part == "L":
        return weekday == field.high
    name, hash_, which = part.partition("#")
    if hash_:
        return field.number(name) == weekday and (day.day - 1) // 7 + 1 == int(which)
    if part.endswith("L"):
        return field.number(part[:-1]) == weekday and day.day + 7 > monthrange(day.year, day.month)[1]
    return weekday in _numbers(field, part)
