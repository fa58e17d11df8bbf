"""Rules about what moves the number of tasks: adjustments, and schedules that stop something or never go back."""

from decimal import ROUND_FLOOR, Decimal
from typing import Final

from infragen.core.resolved_system import Environment
from infragen.core.rule import At, Finding, Findings, rule
from infragen.kinds.services.task_rules import an_hour_later, free_name
from infragen.kinds.workloads.model import Container
from infragen.kinds.workloads.scaling_model import Adjustment
from infragen.text import counted

_TARGETS: Final = ("cpu", "memory", "requests_per_target", "queue")
_MINUTE: Final = 60
_LONGEST: Final = 86_400
"""Amazon CloudWatch API, PutMetricAlarm: a period times their number is a day at most."""


@rule("F137", of=Container)
def _adjustment_impossible(container: Container, at: At) -> Findings:
    for name, adjustment in container.scaling.adjustments.items():
        if found := _wrong(adjustment):
            field, message, hint = found
            yield Finding(f"adjustment `{name}`: {message}", at("scaling", "adjustments", name, field), hint)


def _wrong(adjustment: Adjustment) -> tuple[str, str, str] | None:
    if not (limits := [name for name, _ in adjustment.limits]):
        return "why", "it does not say when", "add `cpu_above: 90 %`, or `cpu_below`, `memory_above`, `memory_below`"
    if len(limits) > 1:
        return (
            limits[1],
            f"`{limits[0]}` and `{limits[1]}` are two",
            f"keep one, and write another adjustment with `{limits[1]}`",
        )
    if adjustment.add is not None and adjustment.remove is not None:
        return "remove", "it adds and removes tasks", "keep one of the two"
    if adjustment.add is None and adjustment.remove is None:
        return "why", "it changes nothing", "add `remove: 1`" if limits[0].endswith("below") else "add `add: 1`"
    if limits[0].endswith("below") and adjustment.add is not None:
        return "add", "it adds tasks at low load", f"write `remove: {adjustment.add}`"
    if limits[0].endswith("above") and adjustment.remove is not None:
        return "remove", "it removes tasks at high load", f"write `add: {adjustment.remove}`"
    if adjustment.lasting % _MINUTE or adjustment.lasting > _LONGEST:
        whole = min(max(adjustment.lasting // _MINUTE, 1), _LONGEST // _MINUTE)
        return "lasting", "CloudWatch counts in whole minutes, up to a day", f"write `lasting: {whole} min`"
    return None


@rule("F138", of=Container)
def _adjustment_fights(container: Container, at: At) -> Findings:
    scaling = container.scaling
    for name, adjustment in scaling.adjustments.items():
        if adjustment.remove is None or _wrong(adjustment):
            continue
        (field, percent), removed = adjustment.limits[0], adjustment.remove
        most = container.tasks.min + removed
        own, target = field.partition("_")[0], getattr(scaling, field.partition("_")[0])
        left = max(most - removed, 1)
        after = percent * most / left
        if target is not None and after > target:
            below = (target * left / most).to_integral_value(ROUND_FLOOR)
            message = (
                f"adjustment `{name}`: {counted(most, 'task')} at {_figure(percent)} % {own.replace('cpu', 'CPU')}"
                f" are {left} at {_figure(after)} %, above the target of {_figure(target)} %, which adds them again"
            )
            yield Finding(message, at("scaling", "adjustments", name, field), f"write `{field}: {below} %` or less")
        elif others := [f"`{one}`" for one in _TARGETS if one != own and getattr(scaling, one, None) is not None]:
            of_others = f"{' and '.join(others)}, whose targets may add them again"
            message = f"adjustment `{name}`: it removes tasks regardless of {of_others}"
            hint = "targets shrink by themselves once all agree: remove it, unless it is required"
            yield Finding(message, at("scaling", "adjustments", name, "remove"), hint)


def _figure(percent: Decimal) -> str:
    return f"{percent.quantize(Decimal('0.1')).normalize():f}"


@rule("F139", of=Container)
def _never_raised(container: Container, at: At) -> Findings:
    usual, schedules = container.tasks.max, container.scaling.schedules
    most = {name: usual if one.max is None else one.max for name, one in schedules.items()}
    if not most or max(most.values()) >= usual:
        return  # one of them raises it again, or none lowers it
    name, tasks = next(iter(most.items()))
    back = f'{{cron: "{an_hour_later(schedules[name].cron)}", max: {usual}, why: all may run again}}'
    message = f"schedule `{name}`: at most {counted(tasks, 'task')} from then on, and nothing goes back to {usual}"
    place = at("scaling", "schedules", name, "max")
    yield Finding(message, place, f"add a second one: `schedules: {{{free_name(schedules)}: {back}}}`")


@rule("F140", of=Container)
def _stops_production(container: Container, at: At, environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    for name, schedule in container.scaling.schedules.items():
        if schedule.max != 0 or container.tasks.max == 0:
            continue
        message = f"schedule `{name}`: no task of {at.owner} runs from then on, and this is production"
        own = f"{container.KIND}: {{{container.name}: {{scaling: {{schedules: {{{name}: null}}}}}}}}"
        where = environment.source("environment")
        hint = f"write `max: {container.tasks.min or 1}` or more, or `{own}` in {where}"
        yield Finding(message, at("scaling", "schedules", name, "max"), hint)
