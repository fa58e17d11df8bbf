"""Tasks on Fargate: the published pairs of CPU and memory, what each costs, and what they need of quotas."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext
from infragen.core.operations import quota_of
from infragen.core.resolved_system import Environment
from infragen.core.tracing import once
from infragen.kinds.workloads.model import Container, Task

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
    """`1.5 vCPU`."""
    return f"{units / 1024:g} vCPU"


def gigabytes(mib: int) -> str:
    """`3 GB`, `0.5 GB`, `2500 MB`."""
    return f"{mib / _GIB:g} GB" if mib % (_GIB // 2) == 0 else f"{mib} MB"


def running(task: Task) -> Iterator[Cost]:
    """Per task, as its duration is unknown."""
    for what, price, _ in sizes(task):
        yield Cost(f"{what} while it runs{', up to 70 % less on Spot' if task.spot else ''}", price)


def sizes(task: Task) -> Iterator[tuple[str, str, Decimal]]:
    size = task.sizes[task.active_profile]
    cpu, memory = round_up(size.cpu, size.memory)
    architecture = "fargate-arm" if task.architecture == "arm64" else "fargate"
    yield vcpu(cpu), f"{architecture}-vcpu", Decimal(cpu) / 1024
    yield gigabytes(memory), f"{architecture}-memory", Decimal(memory) / 1024


def _vcpu_of(task: Task, ctx: BuildContext, *, spot: bool) -> Decimal:
    # At their maximum while it is deployed; Spot has its own quota. CodeDeploy keeps both sets of a blue/green service,
    # which `room_for` counts. ECS starts up to as many new tasks as there are (`deployment_maximum_percent` 200) and
    # tries again where there is no room (Amazon ECS Developer Guide: Service throttle logic), so that of all services
    # that it deploys only the largest is counted once more
    if task.spot != spot:
        return Decimal(0)
    own = _at_most(task)
    return 2 * own if _largest(ctx.environment)[spot] == (task.KIND, task.identity) else own


@once
def _largest(environment: Environment) -> Mapping[bool, tuple[str, str] | None]:
    found: dict[bool, tuple[str, str] | None] = {}
    for spot in (False, True):
        replaced = (
            one
            for _, one in environment.each(Container)
            if one.spot == spot and getattr(one, "blue_green", None) is None
        )
        largest = max(replaced, key=lambda one: (_at_most(one), one.identity, one.KIND), default=None)
        found[spot] = (largest.KIND, largest.identity) if largest is not None else None
    return found


def _at_most(task: Task) -> Decimal:
    if (size := task.sizes.get(task.active_profile)) is None:
        return Decimal(0)
    try:
        cpu, _ = round_up(size.cpu, size.memory)
    except ValueError:
        return Decimal(0)
    return Decimal(cpu * task.room_for) / 1024


TASKS: Final = (
    quota_of("fargate-vcpus", lambda task, ctx: _vcpu_of(task, ctx, spot=False)),
    quota_of("fargate-spot-vcpus", lambda task, ctx: _vcpu_of(task, ctx, spot=True)),
)
"""What tasks need that nobody connects to."""
QUOTAS: Final = (*TASKS, quota_of("discovered-tasks", lambda container, _: container.tasks.max))
