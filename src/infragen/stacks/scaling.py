"""Autoscaling of one container: which modules, with which figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from infragen.stacks.model import Reference
from infragen.stacks.shell import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.landscape import Environment
    from infragen.kinds.services import Container, Schedule

__all__ = ["ScalingPlan", "plan"]

_MODULES = {
    "scaling_tracking": "ecs_scaling_tracking",
    "scaling_step": "ecs_scaling_step",
    "scaling_response_time": "ecs_scaling_response_time",
    "scaling_queue": "ecs_scaling_queue",
}


@dataclass(frozen=True, slots=True)
class ScalingPlan:
    """How many tasks run and what changes their number."""

    container: str
    module: str
    is_on: bool
    min_tasks: int
    max_tasks: int
    time_zone: str
    schedules: Mapping[str, Mapping[str, object]]
    target_percent: Mapping[str, Decimal]
    scale_out_cooldown: int
    scale_in_cooldown: int
    step_alarm_name: str
    step_cpu_percent: Decimal
    steps: tuple[Mapping[str, object], ...]
    response_seconds: Decimal | None
    events_per_task: int | None

    @property
    def label(self) -> str:
        """The label of the scalable target."""
        return identifier("scaling", self.container)

    @property
    def tracking_label(self) -> str:
        """The label of target tracking."""
        return identifier("scaling_tracking", self.container)

    @property
    def step_label(self) -> str:
        """The label of step scaling."""
        return identifier("scaling_step", self.container)

    @property
    def response_time_label(self) -> str:
        """The label of scaling on response times."""
        return identifier("scaling_response_time", self.container)

    @property
    def queue_label(self) -> str:
        """The label of scaling on the queue."""
        return identifier("scaling_queue", self.container)

    @property
    def resource_id(self) -> Reference:
        """What policies hang on."""
        return Reference(f"module.{self.label}.resource_id")

    @property
    def has_schedules(self) -> bool:
        """Whether a timetable moves the limits."""
        return bool(self.schedules)

    @property
    def has_tracking(self) -> bool:
        """Whether a use of CPU or memory is kept."""
        return bool(self.target_percent)

    @property
    def has_steps(self) -> bool:
        """Whether sudden load is answered in steps."""
        return bool(self.steps)

    @property
    def has_response_time(self) -> bool:
        """Whether slow answers add tasks."""
        return self.response_seconds is not None

    @property
    def has_queue(self) -> bool:
        """Whether waiting events add tasks."""
        return self.events_per_task is not None

    def label_kinds(self) -> Iterator[str]:
        """Yield what the labels of the modules in use begin with."""
        if not self.is_on:
            return
        yield "scaling"
        wanted = (self.has_tracking, self.has_steps, self.has_response_time, self.has_queue)
        yield from (kind for kind, used in zip(_MODULES, wanted, strict=True) if used)

    def modules(self) -> Iterator[str]:
        """Yield the modules in use."""
        for kind in self.label_kinds():
            yield _MODULES.get(kind, self.module.removeprefix("../modules/"))


def plan(environment: Environment, container: Container, label: str, name: str) -> ScalingPlan:
    """Return the autoscaling of a container; one with no tasks at all has none."""
    scaling = container.scaling
    base = scaling.cpu or Decimal(0)
    steps = sorted(scaling.steps, key=lambda step: step.above)
    response = scaling.response_time
    return ScalingPlan(
        container=label,
        module=f"../modules/{_target_module(container)}",
        is_on=container.tasks.max > 0,
        min_tasks=container.tasks.min,
        max_tasks=container.tasks.max,
        time_zone=environment.system.time_zone,
        schedules={situation: _schedule(container, entry) for situation, entry in scaling.schedules.items()},
        target_percent={
            metric: percent for metric, percent in (("cpu", scaling.cpu), ("memory", scaling.memory)) if percent
        },
        scale_out_cooldown=scaling.scale_out_cooldown,
        scale_in_cooldown=scaling.scale_in_cooldown,
        step_alarm_name=f"{name}-sudden-load",
        step_cpu_percent=base + steps[0].above if steps else base,
        steps=tuple(_steps([(step.above, step.change) for step in steps])),
        response_seconds=Decimal(response.target) / 1000 if response else None,
        events_per_task=scaling.queue.per_task if scaling.queue else None,
    )


def _target_module(container: Container) -> str:
    schedules = container.scaling.schedules.values()
    if any(schedule.max is not None for schedule in schedules):
        return "ecs_scaling_target_scheduled_range"
    return "ecs_scaling_target_scheduled" if schedules else "ecs_scaling_target"


def _schedule(container: Container, schedule: Schedule) -> dict[str, object]:
    """Return a timetable's entry; a multiple of the minimum never exceeds the maximum."""
    least, most = container.tasks.min, container.tasks.max
    fewest = least if schedule.min is None else schedule.min
    if schedule.min_factor is not None:
        fewest = min(least * schedule.min_factor, most)
    limits = {"expression": f"cron({schedule.cron})", "min_tasks": fewest}
    moves_maximum = _target_module(container) == "ecs_scaling_target_scheduled_range"
    return limits | ({"max_tasks": most if schedule.max is None else schedule.max} if moves_maximum else {})


def _steps(above: list[tuple[Decimal, int]]) -> Iterator[dict[str, object]]:
    """Yield the steps, counted from the first one, where the alarm goes off."""
    for (begin, change), following in zip_longest(above, above[1:]):
        step: dict[str, object] = {"above": begin - above[0][0], "added_percent": change}
        yield {**step, "below": following[0] - above[0][0]} if following else step
