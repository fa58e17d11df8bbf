"""What people do for the tasks of services and workers when another environment takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from infragen.core.takeover import Command, Step
from infragen.kinds.services.delivery import ecs_service
from infragen.kinds.workloads.task import TaskView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.build_context import BuildContext
    from infragen.core.delivery import EcsService
    from infragen.core.takeover import Takeover
    from infragen.kinds.workloads.model import Container

_CLOCKS: Final = "schedules of functions and jobs go on there, and write into data that is left"


def failover_steps(container: Container, change: Takeover) -> Iterator[Step]:
    """Yield how its tasks stop where they are left, start where it takes over, and are counted."""
    if change.action == "restore":
        return
    yield from _release(container, change)
    left = ecs_service(change.left)
    commands = tuple(_stopped(container, change))
    why = "" if change.is_return else _CLOCKS
    yield Step("stop", f"no task in {left.region}", commands, 5, why, needs=left.region)
    taking, tasks = ecs_service(change.taking), container.tasks.min
    if not tasks:
        return
    where = _where(taking)
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


def _release(container: Container, change: Takeover) -> Iterator[Step]:
    """Yield how one sees which image a pipeline brought to each side: nobody makes the two the same."""
    if container.deploy != "pipeline":
        return
    left, taking = change.left.environment.target, change.taking.environment.target
    yield Step("measure", f"which release runs in {left}", (_image(change.left),), 2, needs=change.left.region)
    shows = f"the release of {left}, or release that one here: infragen release {taking} --tag TAG"
    yield Step("measure", f"which release starts in {taking}", (replace(_image(change.taking), shows=shows),), 2)


def _image(ctx: BuildContext) -> Command:
    """Return what tells the image of a service's tasks; those of CodeDeploy stand in task sets (ECS API, Service)."""
    own, container = ecs_service(ctx), TaskView(ctx).container_name
    revision = "not_null(services[0].taskSets[?status=='PRIMARY'] | [0].taskDefinition, services[0].taskDefinition)"
    asked = f'aws ecs describe-services {_where(own)} --services {own.name} --output text --query "{revision}"'
    image = f"taskDefinition.containerDefinitions[?name=='{container}'].image"
    return Command(
        f'aws ecs describe-task-definition --region {own.region} --output text --query "{image}"'
        f' --task-definition "$({asked})"'
    )


def _where(service: EcsService) -> str:
    return f"--cluster {service.cluster} --region {service.region}"


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
