"""Tasks on Fargate: the published pairs of CPU and memory, what each costs, and what they need of quotas."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from infragen.core.billing import Cost
from infragen.core.operations import quota_of
from infragen.kinds.workloads.model import Task

_GIB: Final = 1024

SIZES: Final[dict[int, tuple[int, ...]]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
    32768: (60 * _GIB, 120 * _GIB, 244 * _GIB),
}
"""CPU units (1024 a vCPU) to the MiB that may go with them (Amazon ECS Developer Guide: Amazon ECS task definition
parameters for Fargate, Task size)."""


def round_up(cpu: int, mib: int) -> tuple[int, int]:
    """Return the smallest Fargate size, in CPU units and MiB, with at least so much of both.

    CPU grows first: a memory figure that no size with this CPU reaches takes the next CPU. ValueError beyond 32 vCPU or
    244 GB.
    """
    for units, memories in SIZES.items():
        if units >= cpu:
            for memory in memories:
                if memory >= mib:
                    return units, memory
    raise ValueError(f"{vcpu(cpu)} with {gigabytes(mib)} is more than Fargate's largest task, 32 vCPU with 244 GB")


def vcpu(units: int) -> str:
    """Return CPU units as people write them: `1.5 vCPU`."""
    return f"{units / 1024:g} vCPU"


def gigabytes(mib: int) -> str:
    """Return MiB as the catalogue writes them: `3 GB`, `0.5 GB`, `2500 MB`."""
    return f"{mib / _GIB:g} GB" if mib % (_GIB // 2) == 0 else f"{mib} MB"


def running(task: Task) -> Iterator[Cost]:
    """Yield what each task costs while it runs, where nobody knows how long that is."""
    for what, price, _ in sizes(task):
        yield Cost(f"{what} while it runs{', up to 70 % less on Spot' if task.spot else ''}", price)


def sizes(task: Task) -> Iterator[tuple[str, str, Decimal]]:
    """Yield what a task has, the price of that, and how many units of it."""
    size = task.sizes[task.active_profile]
    cpu, memory = round_up(size.cpu, size.memory)
    architecture = "fargate-arm" if task.architecture == "arm64" else "fargate"
    yield vcpu(cpu), f"{architecture}-vcpu", Decimal(cpu) / 1024
    yield gigabytes(memory), f"{architecture}-memory", Decimal(memory) / 1024


def _vcpu_of(container: Task, *, spot: bool) -> Decimal:
    """Count the vCPU of its tasks at their maximum, in the active size; Spot has a quota of its own."""
    size = container.sizes.get(container.active_profile)
    if size is None or container.spot != spot:
        return Decimal(0)
    try:
        cpu, _ = round_up(size.cpu, size.memory)
    except ValueError:
        return Decimal(0)
    return Decimal(cpu * container.room_for) / 1024


TASKS: Final = (
    quota_of("fargate-vcpus", lambda container, _: _vcpu_of(container, spot=False)),
    quota_of("fargate-spot-vcpus", lambda container, _: _vcpu_of(container, spot=True)),
)
"""What tasks need that nobody connects to."""
QUOTAS: Final = (*TASKS, quota_of("discovered-tasks", lambda container, _: container.tasks.max))
