"""What tasks on Fargate need of the account's quotas."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.operations import Quota
from infragen.kinds.services.fargate import round_up

if TYPE_CHECKING:
    from infragen.core.place import Place
    from infragen.kinds.services.model import Task


def _vcpu(container: Task, _place: Place) -> Decimal:
    return _vcpu_of(container, spot=False)


def _spot_vcpu(container: Task, _place: Place) -> Decimal:
    return _vcpu_of(container, spot=True)


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


_FARGATE: Final = "AWS General Reference: AWS Fargate service quotas"

TASKS: Final = (
    Quota("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6, _FARGATE, _vcpu),
    Quota("fargate", "L-36FBB829", "Fargate Spot vCPU resource count", 6, _FARGATE, _spot_vcpu),
)
"""What tasks need that nobody connects to."""

QUOTAS: Final = (
    *TASKS,
    Quota(
        "AWSCloudMap",
        None,
        "Instances per service",
        1000,
        "AWS Cloud Map Developer Guide: Quotas",
        lambda container, _: container.tasks.max,
        "one",
    ),
)
