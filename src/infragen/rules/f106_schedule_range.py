"""F106: a schedule whose limits cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape
    from infragen.kinds.services import Schedule

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        for name, schedule in container.scaling.schedules.items():
            found = _problem(container, schedule)
            if found:
                field, message, hint = found
                place = landscape.at(owner, "scaling", "schedules", name, field)
                yield Finding(f"schedule `{name}`: {message}", place, hint)


def _problem(container: Container, schedule: Schedule) -> tuple[str, str, str] | None:
    """Return the field to change, what is wrong, and how to mend it."""
    most = container.tasks.max
    if schedule.min is not None and schedule.min_factor is not None:
        return "min_factor", "`min` and `min_factor` exclude each other", "remove one of the two"
    if schedule.min is None and schedule.max is None and schedule.min_factor is None:
        return "why", "it changes nothing", "give `min`, `max` or `min_factor`"
    if schedule.max is not None and schedule.max > most:
        return "max", f"{schedule.max} tasks are more than the service's own {most}", f"write `max: {most}` or less"
    least = schedule.min if schedule.min is not None else 0
    top = schedule.max if schedule.max is not None else most
    if least > top:
        return "min", f"at least {least} tasks, but at most {top}", f"write `min: {top}` or less, or raise the maximum"
    return None


RULE = Rule(
    "F106",
    "a schedule's limits contradict each other or the service's own",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Application Auto Scaling API: PutScheduledAction; TN-05",
)
