"""Number of tasks, and how it scales: schedules, load, queue length."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from infragen.core.entry import Model, Slug, Text, written_as
from infragen.core.units import Milliseconds, Percent, Rate, Seconds


class Tasks(Model):
    """The minimum and maximum of tasks; `min: 0` and `max: 0` define a service that is switched off."""

    _map = written_as(lambda value: f"{{min: {value}, max: {value}}}")

    min: Annotated[int, Field(ge=0, le=5000)]
    max: Annotated[int, Field(ge=0, le=5000)]
    desired: Annotated[int, Field(ge=0, le=5000)] | None = None
    """How many a service that is scaled starts with; `min` when left out. Then scaling decides."""


class Step(Model):
    """At this distance above the target, add (or remove) a percentage of the tasks."""

    above: Annotated[Percent, Field(examples=["15 %"])]
    change: Annotated[int, Field(ge=-100, le=500, examples=[50])]


Cron = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z*,/?L#W -]+$", max_length=120)]


class Schedule(Model):
    """Task limits from a certain time, in the system's time zone."""

    cron: Cron
    """AWS' six fields without `cron(...)`: minutes hours day-of-month month day-of-week year."""
    min: Annotated[int, Field(ge=0, le=5000)] | None = None
    """Minimum of tasks; the service's own when left out."""
    max: Annotated[int, Field(ge=0, le=5000)] | None = None
    min_factor: Annotated[int, Field(ge=1, le=10)] | None = None
    """Minimum of tasks as a multiple of the service's own, at most halfway to its maximum, for room to scale."""
    why: Text

    def fewest(self, tasks: Tasks) -> int:
        if self.min_factor is not None:
            return min(tasks.min * self.min_factor, (tasks.min + tasks.max) // 2)
        return tasks.min if self.min is None else self.min


_MORNING: Final = {"cron": "30 7 ? * MON-FRI *", "min_factor": 2, "why": "people get up"}
_EVENING: Final = {"cron": "0 20 ? * MON-FRI *", "min_factor": 1, "why": "people have left"}
_OVERLOADED: Final = {"cpu_above": "90 %", "add": 5, "why": "a sudden rush"}
_IDLE: Final = {"cpu_below": "30 %", "lasting": "10 min", "remove": 1, "why": "nobody needs them"}


class Adjustment(Model):
    """Add tasks when CPU or memory is above a figure, or remove tasks when it is below one."""

    cpu_above: Percent | None = None
    """Average CPU of all tasks."""
    cpu_below: Percent | None = None
    memory_above: Percent | None = None
    """Average memory of all tasks."""
    memory_below: Percent | None = None
    lasting: Annotated[Seconds, Field(examples=["10 min"])] = 60
    """How long that must last, in whole minutes: one, the period of ECS's metrics, when left out."""
    add: Annotated[int, Field(ge=1, le=5000)] | None = None
    """Tasks to add at once; again after `scale_out_cooldown`, while that lasts."""
    remove: Annotated[int, Field(ge=1, le=5000)] | None = None
    """Tasks to remove at once; again after `scale_in_cooldown`, while that lasts."""
    why: Text

    @property
    def limits(self) -> tuple[tuple[str, Percent], ...]:
        fields = ("cpu_above", "cpu_below", "memory_above", "memory_below")
        return tuple((name, found) for name in fields if (found := getattr(self, name)) is not None)


SCALING: Final = {
    "cpu": "70 %",
    "memory": "80 %",
    "adjustments": {"overloaded": _OVERLOADED, "idle": _IDLE},
    "schedules": {"morning": _MORNING, "evening": _EVENING},
    "scale_in_cooldown": 300,
    "scale_out_cooldown": 60,
}


class ResponseScaling(Model):
    """Add tasks when responses are slow: by p90 of the response times, as load balancers and the mesh measure them."""

    target: Milliseconds
    change: Annotated[int, Field(ge=1, le=500)] = 25
    """By what percentage to add tasks, at least one, whenever p90 was above the target for three minutes."""


class QueueScaling(Model):
    """Scale on the number of messages waiting in a queue."""

    _map = written_as(lambda value: f"{{per_task: {value}}}")

    name: Slug | None = None
    """Which queue in `uses`; when left out, the only one that it receives from, or a service's own events."""
    per_task: Annotated[int, Field(ge=1, le=1_000_000)]
    """Messages waiting per task."""


class Scaling(Model):
    """Autoscaling by `cpu`, `memory`, `steps`, `adjustments`, `queue` or `schedules`."""

    cpu: Percent | None = None
    memory: Percent | None = None
    steps: tuple[Step, ...] = ()
    schedules: dict[Slug, Annotated[Schedule, Field(examples=[_MORNING])]] = Field(
        default_factory=dict, examples=[{"morning": _MORNING, "evening": _EVENING}]
    )
    adjustments: dict[Slug, Annotated[Adjustment, Field(examples=[_OVERLOADED])]] = Field(
        default_factory=dict, examples=[{"overloaded": _OVERLOADED, "idle": _IDLE}]
    )
    """Whole numbers of tasks to add or remove, by purpose: step scaling in addition to the targets."""
    queue: QueueScaling | None = None
    scale_in_cooldown: Annotated[int, Field(ge=0, le=3600)] = 300
    """Seconds."""
    scale_out_cooldown: Annotated[int, Field(ge=0, le=3600)] = 60
    """Seconds."""

    @property
    def moves(self) -> bool:
        return any((self.cpu, self.memory, self.steps, self.adjustments, self.schedules, self.queue))


class ServerScaling(Scaling):
    """Autoscaling, also by what callers see: `requests_per_target` and `response_time`."""

    requests_per_target: Annotated[Rate, Field(examples=["1000 req/min"])] | None = None
    """The request rate per task to scale for, measured per minute by the load balancer in front of it."""
    response_time: ResponseScaling | None = None

    @property
    def moves(self) -> bool:
        return super().moves or self.response_time is not None or self.requests_per_target is not None
