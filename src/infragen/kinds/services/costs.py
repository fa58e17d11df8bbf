"""What containers on Fargate cost a month."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.billing import Cost
from infragen.kinds.services import log_route, queues
from infragen.kinds.services.fargate import gigabytes, round_up, vcpu
from infragen.kinds.services.model import Container, Service, Task
from infragen.kinds.services.scaling import ScalingPlan
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place

_SPOT: Final = Decimal("0.3")
"""What Fargate Spot costs at the least of the usual price: it is up to 70 % less (AWS Fargate pricing)."""


def costs(container: Container, place: Place) -> Iterator[Cost]:
    """Yield its tasks between the least and the most of them, its logs, its images, its queue."""
    least, most = container.tasks.min, container.most_tasks
    share, where = (_SPOT, " on Spot") if container.spot else (Decimal(1), "")
    tasks = f"{_tasks(least, most)}{where}"
    for what, price, units in _sizes(container):
        yield Cost(f"{what} of {tasks}", price, units * least * share, units * most, stops=True)
    own = ScalingPlan(place, container)
    steps = len(own.slow_answers_alarms) + bool(own.sudden_load_alarm) if container.is_scaled else 0
    steps += len(own.adjustment_alarms) if container.is_scaled else 0
    if alarms := steps + bool(own.counted_queue and own.starts_from_zero):
        yield Cost(f"{counted(alarms, 'alarm')} of its scaling", "alarm", alarms)
    if place.settings.container_insights and most:
        yield Cost("metrics of its tasks", "metric")
    yield Cost("logs", "logs")
    if container.tracing:
        yield Cost("traces", "traces")
    yield from log_route.costs(place)
    yield Cost("images", "image-storage")
    if isinstance(container, Service) and container.name in queues.consumers(place.environment):
        yield Cost("its event queue", "queue-requests")


def running(task: Task) -> Iterator[Cost]:
    """Yield what each task costs while it runs, where nobody knows how long that is."""
    for what, price, _ in _sizes(task):
        yield Cost(f"{what} while it runs{', up to 70 % less on Spot' if task.spot else ''}", price)


def _sizes(task: Task) -> Iterator[tuple[str, str, Decimal]]:
    """Yield what a task has, the price of that, and how many units of it."""
    size = task.sizes[task.active_profile]
    cpu, memory = round_up(size.cpu, size.memory)
    architecture = "fargate-arm" if task.architecture == "arm64" else "fargate"
    yield vcpu(cpu), f"{architecture}-vcpu", Decimal(cpu) / 1024
    yield gigabytes(memory), f"{architecture}-memory", Decimal(memory) / 1024


def _tasks(least: int, most: int) -> str:
    return counted(most, "task") if least == most else f"{least} to {counted(most, 'task')}"
