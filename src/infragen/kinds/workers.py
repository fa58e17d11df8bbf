"""Workers: containers on ECS Fargate that nobody connects to; they take their work from queues."""

from typing import ClassVar, Final

from msgspec.structs import replace

from infragen.core.kind import Kind, Scaffold
from infragen.kinds.services import build, facets
from infragen.kinds.workloads import fargate
from infragen.kinds.workloads.model import EXAMPLE, Container
from infragen.kinds.workloads.sidecars import HealthCommand


class Worker(Container):
    """A container without a port: it reads queues, or keeps its own schedule."""

    KIND: ClassVar = "workers"
    SINGULAR: ClassVar = "worker"

    INSTEAD: ClassVar = {
        **Container.INSTEAD,
        "port": "workers have no port: what answers requests is an entry of the kind services, in its folder",
        "database": "write `uses: {databases/NAME: {prefix: DATABASE}}`",
        "promise": "nobody waits for a worker's answers: what answers requests is an entry of the kind services",
    }

    health: HealthCommand | None = None
    """A command that checks its health; without one, a task is healthy as long as it runs."""

    @property
    def path_parts(self) -> tuple[str, ...]:
        return ("worker", self.identity)


KIND: Final = Kind(
    model=Worker,
    title="worker",
    parts=build.parts,
    network=facets.NETWORK,
    permissions=facets.PERMISSIONS,
    delivery=facets.DELIVERY,
    cost=facets.COST,
    operations=replace(facets.OPERATIONS, quotas=fargate.TASKS),
    failover=facets.FAILOVER,
    scaffold=Scaffold(example=EXAMPLE),
)
