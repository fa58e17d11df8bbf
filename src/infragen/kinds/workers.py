"""Workers: containers on ECS Fargate that nobody connects to; they take their work from queues."""

from __future__ import annotations

from typing import ClassVar, Final

from infragen.core.kind import Kind
from infragen.kinds.services import (
    Container,
    build,
    costs,
    quotas,
    registry,
    rollouts,
    stand_in,
    takeover,
    task,
    tells,
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
    watches=build.watches,
    groups=task.groups,
    relations=build.relations,
    arns=build.arns,
    roles=task.roles,
    costs=costs.costs,
    tells=tells.tells,
    images=registry.images,
    rollouts=rollouts.rollouts,
    releases=rollouts.releases,
    quotas=quotas.TASKS,
    example=EXAMPLE,
    stand_in=stand_in.stand_in,
    waiting=NO_TASKS,
    takes_over=takeover.takeover,
)
