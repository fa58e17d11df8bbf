"""Autoscaling of one container: which module, with which figures."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import zip_longest
from typing import ClassVar

from msgspec import Struct

from infragen.core.build_context import BuildContext, value
from infragen.core.expressions import Joined, Record
from infragen.core.system import WorkingHours
from infragen.core.tracing import Read
from infragen.kinds import load_balancer, mesh, mutual_tls
from infragen.kinds.balancers.build import Measured, measured
from infragen.kinds.queues import Queue, QueueView
from infragen.kinds.services import queues
from infragen.kinds.workloads import task
from infragen.kinds.workloads.model import Container
from infragen.kinds.workloads.timetable import timetable


class ScalingPlan(Struct, frozen=True):
    """How many tasks run, and what changes their number."""

    ctx: BuildContext
    container: Container

    @property
    def module(self) -> str:
        schedules = self.container.scaling.schedules.values()
        if self._working_hours is not None or any(schedule.max is not None for schedule in schedules):
            return "../modules/ecs_scaling_scheduled_range"
        return "../modules/ecs_scaling_scheduled" if schedules else "../modules/ecs_scaling"

    _working_hours: ClassVar[WorkingHours | None] = value(lambda self: self.ctx.settings.working_hours)

    @property
    def is_moved(self) -> bool:
        return self.container.is_scaled or (self._working_hours is not None and self.container.most_tasks > 0)

    @property
    def most(self) -> tuple[int]:
        """The most tasks, alone in a tuple: a template that loops over it reads the one field that says so."""
        tasks = self.container.tasks
        return (tasks.max,) if self.container.is_scaled else (tasks.min,)

    @property
    def schedules(self) -> dict[str, Record]:
        owner, moves_maximum = f"{self.container.KIND}/{self.container.name}", self.module.endswith("_range")
        return {
            name: Record(
                {
                    "expression": f"cron({one.cron})",
                    **({"max_tasks": one.max} if moves_maximum else {}),
                    "min_tasks": one.min,
                },
                Read("environment", ("working_hours",)) if "_" in name else Read(owner, ("scaling", "schedules", name)),
            )
            for name, one in timetable(self.container, self._working_hours).items()
        }

    @property
    def target_percent(self) -> dict[str, Decimal]:
        scaling = self.container.scaling
        return {name: percent for name, percent in (("cpu", scaling.cpu), ("memory", scaling.memory)) if percent}

    @property
    def sudden_load_alarm(self) -> str:
        return f"{self.ctx.names.container(self.container)}-sudden-load" if self.container.scaling.steps else ""

    @property
    def sudden_load(self) -> dict[str, object] | None:
        if not (steps := sorted(self.container.scaling.steps, key=lambda step: step.above)):
            return None
        return {
            "alarm_name": self.sudden_load_alarm,
            "cpu_percent": (self.container.scaling.cpu or Decimal(0)) + steps[0].above,
            "steps": list(_steps([(step.above, step.change) for step in steps])),
        }

    @property
    def response_time(self) -> dict[str, object] | None:
        target = getattr(self.container.scaling, "response_time", None)
        alarms = self.slow_answers_alarms
        return {"added_percent": target.change, "alarms": alarms} if target is not None and alarms else None

    @property
    def slow_answers_alarms(self) -> dict[str, Record]:
        """By the name of the alarm; each measures what passes it."""
        target = getattr(self.container.scaling, "response_time", None)
        name, alarms = self.ctx.names.container(self.container), dict[str, Record]()
        if target is None:
            return alarms

        def watch(end: str, namespace: str, threshold: Decimal, dimensions: dict[str, object]) -> None:
            found = {"namespace": namespace, "threshold": threshold, "dimensions": dimensions}
            alarms[f"{name}-{end}"] = Record(found, target.target)

        if (measured := self._measured()) is not None:
            for colour, group in measured.groups.items():
                dimensions: dict[str, object] = {"LoadBalancer": measured.balancer, "TargetGroup": group}
                end = "-".join(filter(None, ("slow-answers", colour)))
                watch(end, "AWS/ApplicationELB", Decimal(target.target) / 1000, dimensions)
        if mutual_tls.verifies(self.ctx):
            verified: dict[str, object] = {**mutual_tls.measured(self.ctx)}
            watch("slow-answers-verified", "AWS/ApplicationELB", Decimal(target.target) / 1000, verified)
        if mesh.measures(self.ctx):
            slow = mesh.Slowness.than(target.target)
            watch("slow-answers-to-services", "AWS/ECS", slow.threshold, {"TargetDiscoveryName": name})
        return alarms

    @property
    def requests(self) -> dict[str, object] | None:
        wanted = getattr(self.container.scaling, "requests_per_target", None)
        # What callers from outside use goes before the internal load balancer.
        if wanted is None or (before := measured(self.ctx) or self._measured()) is None:
            return None
        per_minute = Decimal(wanted.requests * 60) / wanted.seconds
        found: dict[str, object] = {"per_minute": per_minute}
        if self.counts_two_groups:
            return {**found, "load_balancer": before.balancer, "target_groups": before.groups}
        return {**found, "resource_label": Joined.of(before.balancer, "/", *before.groups.values())}

    counts_two_groups: ClassVar[bool] = value(lambda self: getattr(self.container, "blue_green", None) is not None)
    """AWS's metric for target tracking knows only one target group."""

    @property
    def requests_module(self) -> str:
        return f"../modules/ecs_scaling_requests{'_blue_green' if self.counts_two_groups else ''}"

    @property
    def adjustments(self) -> dict[str, Record]:
        owner, scaling = f"{self.container.KIND}/{self.container.name}", self.container.scaling
        found = {}
        for name, one in scaling.adjustments.items():
            for limit, percent in one.limits[:1]:  # F137 speaks of one that does not say when
                metric, _, side = limit.partition("_")
                said: dict[str, object] = {
                    "alarm_name": self.adjustment_alarms[name],
                    "description": one.why,
                    "metric": metric,
                    side: percent,
                    "minutes": one.lasting // 60,
                    "tasks": one.add if one.remove is None else -one.remove,
                    "cooldown": scaling.scale_out_cooldown if one.remove is None else scaling.scale_in_cooldown,
                }
                found[name] = Record(said, Read(owner, ("scaling", "adjustments", name)))
        return found

    @property
    def adjustment_alarms(self) -> dict[str, str]:
        name = self.ctx.names.container(self.container)
        return {one: f"{name}-scaling-{one}" for one in self.container.scaling.adjustments}

    def _measured(self) -> Measured | None:
        if load_balancer.stands_before(self.ctx):
            group = task.service(self.ctx).target_group_arn_suffix
            return Measured(load_balancer.balancer(self.ctx).arn_suffix, {"": group})
        return measured(self.ctx)

    @property
    def queue(self) -> dict[str, object] | None:
        if (wanted := self.container.scaling.queue) is None or self.counted_queue:
            return None
        return {"name": queues.queue(self.ctx).name, "events_per_task": wanted.per_task}

    @property
    def counted_queue(self) -> object:
        """Container Insights count tasks only where there are some, so that they start no first task."""
        if self.container.scaling.queue is None or self.container.tasks.max == 0:
            return None
        if (name := self.container.counted_queue) is None:
            is_counted = self.ctx.settings.container_insights and not self.starts_from_zero
            return None if is_counted else queues.queue(self.ctx).name
        return QueueView(self.ctx.of(f"{Queue.KIND}/{name}")).name

    starts_from_zero: ClassVar[bool] = value(lambda self: self.container.tasks.min == 0)

    @property
    def queue_module(self) -> str:
        return f"../modules/ecs_scaling_queue{'_from_zero' if self.starts_from_zero else ''}"


def _steps(above: list[tuple[Decimal, int]]) -> Iterator[dict[str, object]]:
    for (begin, change), following in zip_longest(above, above[1:]):
        step: dict[str, object] = {"above": begin - above[0][0], "added_percent": change}
        yield {**step, "below": following[0] - above[0][0]} if following else step
