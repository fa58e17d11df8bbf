"""Working hours: what can be stopped is stopped when nobody works, and started before somebody does."""

from collections.abc import Iterator
from typing import Any, Final

from infragen.core import clock
from infragen.core.build_context import BuildContext, ResourceView, call, named_by, of, part_of
from infragen.core.clock import DAYS
from infragen.core.kind import CannotStop, Capability, StopAction, free_of_charge
from infragen.core.part import ENVIRONMENT, LIMITS, Reason, named, pattern
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.core.signals import Ending, Signalling
from infragen.core.system import WorkingHours
from infragen.diagnostics import Location
from infragen.kinds import kinds
from infragen.kinds.workloads.model import Container, Workload
from infragen.kinds.workloads.timetable import with_hours
from infragen.text import first_of

NAME: Final = "working-hours"


def _stop_actions(ctx: BuildContext) -> Iterator[tuple[str, StopAction | CannotStop]]:
    for owner, entry in ctx.environment.every():
        for one in kinds()[entry.KIND].cost.stop_actions(entry, ctx.of(owner)):
            yield owner, one


_REFUSED: Final = Ending(
    "a stop or a start that AWS refuses for an hour",
    "it is due again the next working day; who comes to work misses what did not start, and production never stops",
)


def _cron(hours: Any, end: int) -> str:
    return f"cron({clock.cron_at(hours.data_minutes[end], hours.weekdays)})"


class WorkingHoursView(ResourceView, Signalling):
    """The schedules that stop and start things, their group, and the role that does."""

    module = call("monitoring", "working_hours")

    group_name = named_by(lambda ctx: ctx.names.plain(NAME), LIMITS["schedules"])
    role_name = pattern("{own.group_name}", LIMITS["role"])
    endings = (_REFUSED,)
    stops = of(lambda ctx: tuple(one for _, one in _stop_actions(ctx) if isinstance(one, StopAction)))

    @named(LIMITS["schedules"])
    def longest_schedule_name(self) -> str:
        return max((f"{one.name}-start" for one in self.stops), key=len, default="")

    start = of(lambda ctx: _cron(ctx.settings.working_hours, 0))
    stop = of(lambda ctx: _cron(ctx.settings.working_hours, 1))

    @property
    def stopped(self) -> dict[str, dict[str, object]]:
        return {
            one.name: {
                "stop": f"arn:aws:scheduler:::aws-sdk:{one.stop}",
                "start": f"arn:aws:scheduler:::aws-sdk:{one.start}",
                "arguments": dict(one.arguments),
                "actions": list(one.actions),
                "arn": one.arn,
                **({"lists": {name: list(values) for name, values in one.lists.items()}} if one.lists else {}),
                **({} if one.key is None else {"kms_key_arn": one.key}),
            }
            for one in self.stops
        }


def _reasons(environment: Environment) -> Iterator[Reason]:
    if (working := environment.settings.working_hours) is not None and any(_stopped(environment)):
        yield Reason(ENVIRONMENT, ("working_hours",), working.why)


def _stopped(environment: Environment) -> Iterator[str]:
    every = _stop_actions(BuildContext(environment, {}))
    return (owner for owner, one in every if isinstance(one, StopAction))


def _sound(environment: Environment) -> WorkingHours | None:
    working = environment.settings.working_hours
    if working is None or environment.settings.production or not working.weekdays:
        return None
    return working if working.minutes[0] < working.minutes[1] else None


@rule("A131")
def _production_stops(environment: Environment) -> Findings:
    if environment.settings.production and environment.settings.working_hours is not None:
        message = "production would be stopped outside its working hours"
        hint = "remove `working_hours`, or `production: true` where this is none"
        yield Finding(message, environment.at("environment", "working_hours", key=True), hint)


@rule("A132")
def _backwards(environment: Environment) -> Findings:
    if (working := environment.settings.working_hours) is None:
        return
    begin, end = working.minutes
    if not working.weekdays:
        first, _, last = working.days.partition("-")
        place = environment.at("environment", "working_hours", "days")
        yield Finding(f"the week begins on Monday: {first} is after {last}", place, "write `days: mon-sun`, or fewer")
    if begin >= end:
        message = f"they end at {working.end}, and start at {working.start}: nothing would ever run"
        hint = f'exchange them: `start: "{working.end}"`, `end: "{working.start}"`; they end on the day they start'
        if begin == end:
            hint = "write a later `end`, on the day they start"
        yield Finding(message, environment.at("environment", "working_hours", "end"), hint)


@rule("A133")
def _cannot_stop(environment: Environment) -> Findings:
    if _sound(environment) is None:
        return
    for owner, one in _stop_actions(BuildContext(environment, {}, ENVIRONMENT)):
        if isinstance(one, CannotStop):
            message = f"{owner} cannot be stopped outside the working hours: {one.why}"
            yield Finding(message, environment.at(owner, *one.path), one.hint)


@rule("A134")
def _goes_on(environment: Environment) -> Findings:
    if _sound(environment) is None:
        return
    for owner, entry in environment.every():
        if why := kinds()[entry.KIND].cost.cannot_stop_reason:
            message = f"{owner} goes on outside the working hours, and is billed: {why}"
            yield Finding(message, environment.at("environment", "working_hours", key=True))


@rule("A135")
def _windows(environment: Environment) -> Findings:
    if (working := _sound(environment)) is None:
        return
    found: dict[tuple[Location, str], list[tuple[str, str]]] = {}
    for owner, one in _stop_actions(BuildContext(environment, {}, ENVIRONMENT)):
        entry: Any = environment.find(owner)
        for field, window, days, when in _written(entry, working) if isinstance(one, StopAction) else ():
            begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in window.split("-"))
            end += clock.DAY if end <= begin else 0
            if not any(working.has(day, begin, end) for day in days):
                found.setdefault((environment.at(owner, field, "window"), field), []).append((owner, when))
    for (location, field), owners in found.items():
        is_backup, names = field == "backup", [owner for owner, _ in owners]
        later = 0 if is_backup else 60
        begin, end = working.minutes
        middle = min((begin + end) // 2 // 30 * 30 + later, end - 30)
        window = "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (middle, middle + 30))
        day = "" if is_backup else f"day: {DAYS[working.weekdays[0]]}, "
        mend = f'every: {{{names[0].partition("/")[0]}: {{{field}: {{{day}window: "{window}"}}}}}}'
        lost = "no backup is ever made" if is_backup else "AWS never maintains it by itself"
        message = f"the {field} window {owners[0][1]} of {first_of(names)} is outside the working hours: {lost}"
        yield Finding(message, location, f"write `{mend}` in {environment.source('environment')}")


def _written(entry: Any, working: WorkingHours) -> Iterator[tuple[str, str, tuple[int, ...], str]]:
    """Yield the windows of an entry that has any: the field, its time, on which days one must do, and how it reads."""
    if backup := getattr(entry, "backup", None):
        yield "backup", backup.window, working.weekdays, backup.window
    if maintenance := getattr(entry, "maintenance", None):
        day, window = maintenance.when(entry)
        yield "maintenance", window, (DAYS.index(day),), f"{day} {window}"


@rule("A136")
def _against_the_hours(environment: Environment) -> Findings:
    if (working := _sound(environment)) is None:
        return
    for owner, container in environment.each(Container):
        if not container.scaling.schedules or container.tasks.max == 0:
            continue
        found = with_hours(container, working)
        for name in found.across:
            minutes = clock.minutes_of(container.scaling.schedules[name].cron)
            hint = f'write `cron: "{clock.cron_at(minutes[0], working.weekdays)}"`, or unset it here: '
            hint += f"`{container.KIND}: {{{container.name}: {{scaling: {{schedules: {{{name}: null}}}}}}}}`"
            message = f"schedule `{name}` is due within the working hours and outside them, where it would start tasks"
            yield Finding(message, environment.at(owner, "scaling", "schedules", name, "cron"), hint)
        if found.changing:
            days = first_of([DAYS[day] for day in found.changing])
            message = f"with how many tasks {owner} starts on {days} depends on the date: working hours say one number"
            hint = "unset the schedules of single days here: "
            hint += f"`{container.KIND}: {{{container.name}: {{scaling: {{schedules: null}}}}}}`"
            yield Finding(message, environment.at(owner, "scaling", "schedules"), hint)


@rule("A137")
def _due_in_vain(environment: Environment) -> Findings:
    if (working := _sound(environment)) is None:
        return
    stopped = {*_stopped(environment)}
    for owner, workload in environment.each(Workload):
        used = [used for used, _, _ in workload.used() if used in stopped]
        if isinstance(workload, Container) or not used:
            continue
        for expression, path in workload.crons():
            if clock.cron_problem(expression) is None and _is_due_in_vain(working, expression):
                stands = "is" if len(used) == 1 else "are"
                message = f"{owner} is due by `{expression}` also while {first_of(used)} {stands} stopped"
                own = f'"{_due_within(working, expression)}"'
                for name in reversed((workload.KIND, workload.name, *path)):
                    own = f"{{{name}: {own}}}"
                hint = f"write `{own[1:-1]}` in {environment.source('environment')}"
                yield Finding(message, environment.at(owner, *path), hint)


def _due_within(working: WorkingHours, expression: str) -> str:
    minutes, (begin, end) = clock.minutes_of(expression)[0], working.minutes
    _, _, day, month, weekdays, year = expression.split()
    due = clock.cron_at(minutes if begin <= minutes < end else begin, working.weekdays)
    if day.isdecimal() and working.days == "mon-fri":
        return f"{' '.join(due.split()[:2])} {day}W {month} ? {year}"  # the nearest day from Monday to Friday
    return due if weekdays in ("?", "*") else f"{' '.join(due.split()[:2])} ? {month} {weekdays} {year}"


def _is_due_in_vain(working: WorkingHours, expression: str) -> bool:
    weekdays = {day.weekday() for day in clock.days_of_a_year() if clock.falls_on(expression, day.date())}
    minutes = clock.minutes_of(expression)
    return any(not working.has(weekday, minute, minute) for weekday in weekdays for minute in minutes)


CAPABILITY: Final = Capability(
    name=NAME,
    title="working hours",
    reasons=_reasons,
    setting='working_hours: {days: mon-fri, start: "08:00", end: "20:00", why: nobody tests at night}',
    monthly_costs=free_of_charge,
    parts=part_of("monitoring", "kinds/working_hours/main.tf", WorkingHoursView),
    rules=(_production_stops, _backwards, _cannot_stop, _goes_on, _windows, _against_the_hours, _due_in_vain),
)
