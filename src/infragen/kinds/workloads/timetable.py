"""The timetable of a container's limits: its own schedules, and the working hours of its environment."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from infragen.core import clock
from infragen.core.clock import DAYS
from infragen.core.system import WorkingHours
from infragen.kinds.workloads.model import Container

START: Final = "working_hours_start"
END: Final = "working_hours_end"
"""No name of a schedule in the catalogue has an underscore."""


class Limits(NamedTuple):
    """How many tasks run at least and at most, from a moment on."""

    cron: str
    min: int
    max: int


class Range(NamedTuple):
    """The same, without a moment."""

    min: int
    max: int


class Hours(Struct, frozen=True):
    """What working hours make of a container's own schedules.

    `kept` are those that are due within them. `starts` are the limits with which it starts, by weekdays: those that its
    own schedules have brought about by then, so that one which is due while it is stopped moves to the start. `across`
    are due within the hours and outside them, and `changing` are weekdays on which the limits depend on the date.
    """

    kept: tuple[str, ...]
    starts: Mapping[tuple[int, ...], Range]
    across: tuple[str, ...]
    changing: tuple[int, ...]


def usual(container: Container) -> Range:
    return Range(container.tasks.min, container.most_tasks)


def own_limits(container: Container) -> dict[str, Limits]:
    tasks = container.tasks
    return {
        name: Limits(one.cron, one.fewest(tasks), tasks.max if one.max is None else one.max)
        for name, one in container.scaling.schedules.items()
    }


def with_hours(container: Container, working: WorkingHours) -> Hours:
    """Working hours are those of a year."""
    sound = {name: one for name, one in own_limits(container).items() if clock.cron_problem(one.cron) is None}
    spans = (working.weekdays, *working.minutes)
    return _with_hours(tuple((name, Limits(*one)) for name, one in sound.items()), usual(container), spans)


@lru_cache(maxsize=256)
def _with_hours(
    schedules: tuple[tuple[str, Limits], ...], own: Range, working: tuple[tuple[int, ...], int, int]
) -> Hours:
    weekdays, begin, end = working
    kept, across = [], []
    for name, one in schedules:
        inside = {begin < minute < end for minute in clock.minutes_of(one.cron)}
        days = {day.weekday() in weekdays for day in clock.days_of_a_year() if clock.falls_on(one.cron, day.date())}
        if inside == {True} and days == {True}:
            kept.append(name)
        elif True in inside and True in days:
            across.append(name)
    found: dict[int, Counter[Range]] = {day: Counter() for day in weekdays}
    for day in clock.days_of_a_year() if schedules else ():
        if day.weekday() in weekdays:
            moment = day + timedelta(minutes=begin)
            due = [(last, one) for _, one in schedules if (last := clock.last_due(one.cron, moment)) is not None]
            latest = max(due, key=lambda pair: pair[0], default=None)
            found[day.weekday()][own if latest is None else Range(latest[1].min, latest[1].max)] += 1
    starts: dict[Range, list[int]] = {}
    for weekday, limits in found.items():
        starts.setdefault(limits.most_common(1)[0][0] if limits else own, []).append(weekday)
    changing = tuple(weekday for weekday, limits in found.items() if len(limits) > 1)
    return Hours(tuple(kept), {tuple(days): limits for limits, days in starts.items()}, tuple(across), changing)


def timetable(container: Container, working: WorkingHours | None) -> dict[str, Limits]:
    own = own_limits(container)
    if working is None or container.tasks.max == 0:
        return own
    found, (begin, end) = with_hours(container, working), working.minutes
    limits = {name: own[name] for name in found.kept}
    for days, (least, most) in found.starts.items():
        name = START if len(found.starts) == 1 else f"{START}_{'_'.join(DAYS[day] for day in days)}"
        limits[name] = Limits(clock.cron_at(begin, days), least, most)
    return {**limits, END: Limits(clock.cron_at(end, working.weekdays), 0, 0)}


def greatest_minimum(container: Container, working: WorkingHours | None) -> int:
    # A schedule acts at its own moment alone
    return max(container.tasks.min, *(one.min for one in timetable(container, working).values()), 0)
