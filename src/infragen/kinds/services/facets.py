"""What services, BFFs and workers share as kinds: their costs, outputs and promises, how another takes over."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext
from infragen.core.delivery import EcsService
from infragen.core.kind import Billing, Delivery, Failover, Network, Operations, Permissions
from infragen.core.operations import OutputLine
from infragen.core.promises import Promised
from infragen.core.standby import Held
from infragen.core.takeover import Command, Step, Takeover, polled
from infragen.kinds import clusters, dead_letters, mesh, secrets
from infragen.kinds.alarms import error_budget
from infragen.kinds.balancers.model import leading_to
from infragen.kinds.queues import what_a_standby_has
from infragen.kinds.services import build, delivery, loads, queues
from infragen.kinds.services.build import ContainerView
from infragen.kinds.services.delivery import ecs_service
from infragen.kinds.services.scaling import ScalingPlan
from infragen.kinds.workloads import fargate, log_route, registry, task
from infragen.kinds.workloads.model import NO_TASKS, Container, Server, Service
from infragen.kinds.workloads.task import TaskView
from infragen.kinds.workloads.timetable import greatest_minimum
from infragen.text import counted


def costs(container: Container, ctx: BuildContext) -> Iterator[Cost]:
    least, most = container.tasks.min, container.most_tasks
    # Fargate Spot is up to 70 % less (AWS Fargate pricing)
    share, where = (Decimal("0.3"), " on Spot") if container.spot else (Decimal(1), "")
    tasks = counted(most, "task") if least == most else f"{least} to {counted(most, 'task')}"
    for what, price, units in fargate.sizes(container):
        yield Cost(f"{what} of {tasks}{where}", price, units * least * share, units * most, stops=True)
    own = ScalingPlan(ctx, container)
    steps = len(own.slow_answers_alarms) + bool(own.sudden_load_alarm) if container.is_scaled else 0
    steps += len(own.adjustment_alarms) if container.is_scaled else 0
    if alarms := steps + bool(own.counted_queue and own.starts_from_zero):
        yield Cost(f"{counted(alarms, 'alarm')} of its scaling", "alarm", alarms)
    if ctx.settings.container_insights and most:
        yield Cost("metrics of its tasks", "metric")
    yield from log_route.costs(ctx)
    yield Cost("images", "image-storage", usage="stored")
    if isinstance(container, Service) and container.name in queues.consumers(ctx.environment):
        yield Cost("its event queue", "queue-requests", usage="requests")


def outputs(container: Container, ctx: BuildContext) -> Iterator[OutputLine]:
    own, region = ContainerView(ctx), ctx.region
    is_pipeline = container.deploy == "pipeline"
    then = "the first run of its pipeline starts it" if is_pipeline else "it is applied once that is there"
    yield from registry.pushed(ctx, container.image, then)
    if is_pipeline and (static := delivery.static_files(container, ctx)) is not None:
        image = f"{registry.address(ctx)}/{registry.repository_name(ctx)}:{container.image.tag}"
        what = "before its image runs, upload the static files in it"
        yield OutputLine("next", what, static.upload(image), is_command=True)
    yield task.log(own)
    if own.blue_green is not None:
        named = f"--application-name {own.application_name} --deployment-group-name {own.application_name}"
        command = f"aws deploy list-deployments {named} --region {region}"
        yield OutputLine("detail", "list what CodeDeploy delivered", command, is_command=True)
    if isinstance(container, Service) and own.queue is not None:
        names = (own.queue_names.name, own.dead_letter_name)
        yield from dead_letters.tried_again(ctx, names, container.events.dead_letters, own.messages_key)
    if container.exec:
        cluster = clusters.cluster_name(ctx, container)
        shell = f"--container {own.container_name} --interactive --command /bin/sh --region {region}"
        command = f"aws ecs execute-command --cluster {cluster} --task TASK {shell}"
        yield OutputLine("detail", "open a shell in one of its tasks", command, is_command=True)


_NEWEST: Final = (
    "for when the other region answers nothing; what failed or went back was pushed as well, which the record of"
    " releases says (the runs of CI)"
)
_CLOCKS: Final = "schedules of functions and jobs go on there, and write into data that is left"
_CAME_BACK: Final = "a region that did not answer before starts its tasks when it comes back, and customers reach them"
_GREATEST: Final = (
    "as many as any schedule asks for at least: a schedule that was due while nothing ran acts at its next time only"
    " (Application Auto Scaling User Guide: Scheduled scaling); fewer run again when the load allows it"
)
_UNDONE: Final = (
    "an apply alone ends no suspension, and restores no minimum that a schedule changes: only one with `waits: true`"
    " and one without it, as on the way back, have the same effect"
)
_MESH: Final = (
    "none has to be deployed anew: `infragen apply` does that where a deployment is older than what it calls (Amazon"
    " ECS Developer Guide: Amazon ECS Service Connect components)\nwithout infragen, once all run, for each that calls"
    " others: `aws ecs update-service --cluster CLUSTER --service SERVICE --force-new-deployment`"
)
_STABLE: Final = "aws ecs wait services-stable {where} --services {name}"
_UNTIL: Final = polled(
    '[ "$(aws ecs describe-services {where} --services {name} --output text'
    " --query 'services[0].runningCount')\" -ge {tasks} ]",
    "running",
)
"""What CodeDeploy delivers has task sets and no deployments, and no waiter of the AWS CLI calls it stable (botocore:
`ServicesStable` of ECS asks for one deployment)."""


def failover_steps(container: Container, change: Takeover) -> Iterator[Step]:
    if change.action == "restore":
        return
    yield from _release(container, change)
    left = ecs_service(change.left)
    # on the way back the environment waits, and is not scaled any more
    scaled = () if change.is_return else _scaled(container, change, 0, 0, is_suspended=True)
    commands = (*scaled, _desired(left, 0))
    why = "" if change.is_return else _CLOCKS
    yield Step("stop", f"no task in {left.region}", commands, 5, why, needs=left.region)
    if not change.is_return:
        yield Step("stop-again", f"no task in {left.region}", commands, 5, _CAME_BACK, needs=left.region)
        undone = [*_scaled(container, change, container.tasks.min, container.most_tasks, is_suspended=False)]
        if tasks := greatest_minimum(container, change.left.settings.working_hours):
            undone.append(_desired(left, tasks))
        yield Step("undo", f"tasks in {left.region}", tuple(undone), 10, _UNDONE, left.region)
    taking, tasks = ecs_service(change.taking), greatest_minimum(container, change.taking.settings.working_hours)
    if not tasks:
        return
    where = _where(taking)
    begun = Command(
        f"aws ecs update-service {where} --service {taking.name} --desired-count {tasks} --query service.desiredCount",
        str(tasks),
    )
    is_rolling = getattr(change.taking.entry, "blue_green", None) is None
    waits = _STABLE if is_rolling else _UNTIL
    waited = Command(waits.format(where=where, name=taking.name, tasks=tasks), "" if is_rolling else "running")
    whys = (_GREATEST if tasks > container.tasks.min else "", _MESH if mesh.connects(change.taking) else "")
    yield Step("start", f"tasks in {taking.region}", (begun, waited), 10, "\n".join(filter(None, whys)))
    counted = Command(
        f"aws ecs describe-services {where} --services {taking.name}"
        " --query 'services[].[serviceName, runningCount]' --output text",
        f"{taking.name} {container.tasks.min}, or more",
    )
    yield Step("verify", f"tasks in {taking.region}", (counted,), 2)


def _release(container: Container, change: Takeover) -> Iterator[Step]:
    if container.deploy != "pipeline":
        return
    left, taking = change.left.environment.target, change.taking.environment.target
    yield Step("measure", f"which release runs in {left}", (_image(change.left),), 2, needs=change.left.region)
    shows = f"the release of {left}, or release that one here: infragen release {taking} --tag TAG"
    yield Step("measure", f"which release starts in {taking}", (replace(_image(change.taking), shows=shows),), 2)
    if not change.is_return and (name := registry.repository_name(change.taking)):
        newest = Command(
            f"aws ecr describe-images --region {change.taking.region} --repository-name {name} --output json"
            " --query 'sort_by(imageDetails[?imageTags], &imagePushedAt)[-1].imageTags'"
        )
        yield Step("measure", f"which image came to {change.taking.region} last", (newest,), 2, _NEWEST)


def _image(ctx: BuildContext) -> Command:
    """CodeDeploy's tasks are in task sets (ECS API, Service)."""
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


def _scaled(container: Container, change: Takeover, least: int, most: int, *, is_suspended: bool) -> Iterator[Command]:
    own = ecs_service(change.left)
    if container.is_scaled or container.scaling.schedules:
        yield Command(
            "aws application-autoscaling register-scalable-target --service-namespace ecs"
            f" --scalable-dimension ecs:service:DesiredCount --resource-id service/{own.cluster}/{own.name}"
            f" --min-capacity {least} --max-capacity {most}"
            f" --suspended-state ScheduledScalingSuspended={str(is_suspended).lower()} --region {own.region}"
        )


def _desired(own: EcsService, tasks: int) -> Command:
    return Command(
        f"aws ecs update-service --cluster {own.cluster} --service {own.name} --desired-count {tasks}"
        f" --region {own.region} --query service.desiredCount",
        str(tasks),
    )


def _promises(container: Container, ctx: BuildContext) -> Iterator[Promised]:
    if not isinstance(container, Server):
        return
    said, owner = container.promise, ctx.owner
    most = (counted(container.tasks.max, "task"),)
    before = [f"balancers/{one.name}" for one in leading_to(ctx.environment, container.name)]
    if said.response_time is not None:
        words = [(owner, "response-time"), (owner, "call-response-time")]
        words += [(balancer, f"{container.identity}-response-time") for balancer in before]
        says = f"{said.of_requests} of its answers take {said.response_time:,} ms or less"
        step = mesh.Slowness.than(said.response_time).step if mesh.measures(ctx) else 0
        says += f" (in the mesh, slower ones are told above {step:,} ms)" if step > said.response_time else ""
        yield Promised(("promise", "response_time"), says, tuple(words), most)
    budgets = [window.measure.word for window in error_budget.WINDOWS]
    if (available := ctx.environment.promised_availability(said.availability)) is not None:
        words = [(one, word) for one in (owner, *before) for word in budgets]
        says = f"{available:f} % of its answers are none of 5xx"
        yield Promised(("promise", "availability"), says, tuple(words), most)
    if said.notified_within is not None:
        says = f"an event waits {said.notified_within:,} ms or less"
        yield Promised(("promise", "notified_within"), says, ((owner, "event-age"),), most)
    for name, volume in container.volumes.items():
        says = f"carries {volume.figure}: {volume.what}"
        yield Promised(("volumes", name, "figure"), says, (), tuple(loads.limits(container, volume, ctx)))


def _limits(container: Container, _ctx: BuildContext) -> Iterator[str]:
    rate = container.scaling.requests_per_target if isinstance(container, Service) else None
    if rate is not None:
        yield f"{container.tasks.max} tasks x {rate}"


NETWORK: Final = Network(security_groups=task.groups, connections=build.relations)
PERMISSIONS: Final = Permissions(resource_arns=lambda _, ctx: (task.service(ctx).arn,), roles=task.roles)
DELIVERY: Final = Delivery(
    images=registry.images,
    contents=secrets.contents,
    rollouts=delivery.rollouts,
    releases=delivery.releases,
    compose_service=task.compose_service,
)
COST: Final = Billing(monthly=costs)
OPERATIONS: Final = Operations(
    metrics=build.metrics,
    outputs=outputs,
    failures=build.failures,
    promises=_promises,
    limits=_limits,
    quotas=fargate.QUOTAS,
)


def _holds(container: Container, change: Takeover) -> Iterator[Held]:
    yield from registry.holds(container, change)
    if isinstance(container, Service) and container.name in queues.consumers(change.left.environment):
        has = what_a_standby_has(queues.queue_of(change.left, container).name)
        yield Held("data", has, "unproved", "have those who send events keep them until they are handled")


FAILOVER: Final = Failover(standby_overrides=NO_TASKS, holds=_holds, steps=failover_steps)
