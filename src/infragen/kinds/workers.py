"""Workers: containers on ECS Fargate that nobody connects to; they take their work from queues."""

from __future__ import annotations

from typing import ClassVar, Final

from infragen.core.kind import Billing, Delivery, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.kinds.services import (
    Container,
    build,
    compose_service,
    costs,
    failover,
    outputs,
    quotas,
    registry,
    rollouts,
    task,
)
from infragen.kinds.services.model import EXAMPLE, NO_TASKS
from infragen.kinds.services.sidecars import HealthCommand

__all__ = ["KIND", "Worker"]


class Worker(Container):
    """A container without port: it reads queues, or works by a clock of its own."""

    KIND: ClassVar = "workers"
    SINGULAR: ClassVar = "worker"

    INSTEAD: ClassVar = {
        **Container.INSTEAD,
        "port": "workers have no port: what answers requests is an entry of the kind services, in its folder",
        "database": "write `uses: {databases/NAME: {prefix: DATABASE}}`",
        "promise": "nobody waits for a worker's answers: what answers requests is an entry of the kind services",
    }

    health: HealthCommand | None = None
    """A command that tells whether it is well; without one, a task is well as long as it runs."""

    @property
    def path_parts(self) -> tuple[str, ...]:
        """How it is called in the names of log groups."""
        return ("worker", self.identity)


KIND: Final = Kind(
    model=Worker,
    title="worker",
    parts=build.parts,
    network=Network(security_groups=task.groups, connections=build.relations),
    permissions=Permissions(resource_arns=build.resource_arns, roles=task.roles),
    delivery=Delivery(
        images=registry.images,
        rollouts=rollouts.rollouts,
        releases=rollouts.releases,
        compose_service=compose_service.compose_service,
    ),
    cost=Billing(monthly=costs.costs),
    operations=Operations(metrics=build.metrics, outputs=outputs.outputs, quotas=quotas.TASKS),
    failover=Failover(standby_overrides=NO_TASKS, steps=failover.failover_steps),
    scaffold=Scaffold(example=EXAMPLE),
)
