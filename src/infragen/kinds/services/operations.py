"""Who runs a container: its costs a month, and what people are told of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.core.billing import Cost
from infragen.core.operations import OutputLine
from infragen.kinds import clusters
from infragen.kinds.services import queues
from infragen.kinds.services.build import ContainerView
from infragen.kinds.services.scaling import ScalingPlan
from infragen.kinds.workloads import log_route, registry, task
from infragen.kinds.workloads.fargate import sizes
from infragen.kinds.workloads.model import Container, Service
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.build_context import BuildContext


_SPOT: Final = Decimal("0.3")
"""What Fargate Spot costs at the least of the usual price: it is up to 70 % less (AWS Fargate pricing)."""


def costs(container: Container, ctx: BuildContext) -> Iterator[Cost]:
    """Yield its tasks between the least and the most of them, its logs, its images, its queue."""
    least, most = container.tasks.min, container.most_tasks
    share, where = (_SPOT, " on Spot") if container.spot else (Decimal(1), "")
    tasks = f"{_tasks(least, most)}{where}"
    for what, price, units in sizes(container):
        yield Cost(f"{what} of {tasks}", price, units * least * share, units * most, stops=True)
    own = ScalingPlan(ctx, container)
    steps = len(own.slow_answers_alarms) + bool(own.sudden_load_alarm) if container.is_scaled else 0
    steps += len(own.adjustment_alarms) if container.is_scaled else 0
    if alarms := steps + bool(own.counted_queue and own.starts_from_zero):
        yield Cost(f"{counted(alarms, 'alarm')} of its scaling", "alarm", alarms)
    if ctx.settings.container_insights and most:
        yield Cost("metrics of its tasks", "metric")
    yield Cost("logs", "logs")
    if container.tracing:
        yield Cost("traces", "traces")
    yield from log_route.costs(ctx)
    yield Cost("images", "image-storage")
    if isinstance(container, Service) and container.name in queues.consumers(ctx.environment):
        yield Cost("its event queue", "queue-requests")


def _tasks(least: int, most: int) -> str:
    return counted(most, "task") if least == most else f"{least} to {counted(most, 'task')}"


def outputs(container: Container, ctx: BuildContext) -> Iterator[OutputLine]:
    """Yield how its image is pushed into its own repository, its log, and how a shell is opened."""
    own, region = ContainerView(ctx), ctx.region
    is_pipeline = container.deploy == "pipeline"
    then = "the first run of its pipeline starts it" if is_pipeline else "it is applied once that is there"
    yield from registry.pushed(ctx, container.image, then)
    yield task.log(own)
    if own.blue_green is not None:
        named = f"--application-name {own.application_name} --deployment-group-name {own.application_name}"
        command = f"aws deploy list-deployments {named} --region {region}"
        yield OutputLine("detail", "list what CodeDeploy delivered", command, is_command=True)
    if container.exec:
        cluster = clusters.cluster_name(ctx, container)
        shell = f"--container {own.container_name} --interactive --command /bin/sh --region {region}"
        command = f"aws ecs execute-command --cluster {cluster} --task TASK {shell}"
        yield OutputLine("detail", "open a shell in one of its tasks", command, is_command=True)
