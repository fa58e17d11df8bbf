"""What people do for the tasks of services and workers when another environment takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.takeover import Command, Step
from infragen.kinds.services.rollouts import ecs_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.core.takeover import Takeover
    from infragen.kinds.services.model import Container

_CLOCKS: Final = "schedules of functions and jobs go on there, and write into data that is left"


def takeover(container: Container, change: Takeover) -> Iterator[Step]:
    """Yield how its tasks stop where they are left, start where it takes over, and are counted."""
    if change.action == "restore":
        return
    left = ecs_service(change.left)
    yield Step(
        "stop", f"no task in {left.region}", tuple(_stopped(container, change.left)), 5, _CLOCKS, needs=left.region
    )
    taking, tasks = ecs_service(change.taking), container.tasks.min
    if not tasks:
        return
    where = f"--cluster {taking.cluster} --region {taking.region}"
    begun = Command(
        f"aws ecs update-service {where} --service {taking.name} --desired-count {tasks} --query service.desiredCount",
        str(tasks),
    )
    waited = Command(f"aws ecs wait services-stable {where} --services {taking.name}")
    yield Step("start", f"tasks in {taking.region}", (begun, waited), 10)
    counted = Command(
        f"aws ecs describe-services {where} --services {taking.name}"
        " --query 'services[].[serviceName, runningCount]' --output text",
        f"{taking.name} {tasks}, or more",
    )
    yield Step("verify", f"tasks in {taking.region}", (counted,), 2)


def _stopped(container: Container, place: Place) -> Iterator[Command]:
    own = ecs_service(place)
    if container.is_scaled or container.scaling.schedules:
        yield Command(
            "aws application-autoscaling register-scalable-target --service-namespace ecs"
            f" --scalable-dimension ecs:service:DesiredCount --resource-id service/{own.cluster}/{own.name}"
            f" --min-capacity 0 --max-capacity 0 --suspended-state ScheduledScalingSuspended=true --region {own.region}"
        )
    yield Command(
        f"aws ecs update-service --cluster {own.cluster} --service {own.name} --desired-count 0 --region {own.region}"
        " --query service.desiredCount",
        "0",
    )
