"""What services, BFFs and workers share as kinds: containers that are kept running."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Billing, Delivery, Failover, Network, Permissions
from infragen.kinds.services import build, delivery, failover, operations
from infragen.kinds.workloads import compose_service, registry, task
from infragen.kinds.workloads.model import NO_TASKS

NETWORK: Final = Network(security_groups=task.groups, connections=build.relations)
PERMISSIONS: Final = Permissions(resource_arns=build.resource_arns, roles=task.roles)
DELIVERY: Final = Delivery(
    images=registry.images,
    rollouts=delivery.rollouts,
    releases=delivery.releases,
    compose_service=compose_service.compose_service,
)
COST: Final = Billing(monthly=operations.costs)
FAILOVER: Final = Failover(standby_overrides=NO_TASKS, steps=failover.failover_steps)
