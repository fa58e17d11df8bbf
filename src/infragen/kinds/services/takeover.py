"""What people do for the tasks of services and workers when another environment takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.takeover import Command, Step
from infragen.kinds.services.rollouts import ecs_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.takeover import Takeover
    from infragen.kinds.services.model import Container

_CLOCKS: Final = "schedules of functions and jobs go on there, and write into data that is left"


def takeover(container: Container, change: Takeover) -> Iterator[Step]:
    """Yield how its tasks stop where they are left, start where it takes over, and are counted."""
    if change.action == "restore":
        return
    left = ecs_service(change.left)
    commands = tuple(_stopped(container, change))
    why = "" if change.is_return else _CLOCKS
    yield Step("stop", f"no task in {left.region}", commands, 5, why, needs=left.region)
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


def _stopped(container: Container, change: Takeover) -> Iterator[Command]:
    own = ecs_service(change.left)
    is_scaled = container.is_scaled or container.scaling.schedules
    if is_scaled and not change.is_return:  # on the way back the environment waits, and is not scaled any more
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
