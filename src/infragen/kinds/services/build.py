"""What a container on Fargate is built of, and what it gives who calls it."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

from infragen.core.build_context import BuildContext, call, named_by, of, value
from infragen.core.expressions import Export, Joined, Module
from infragen.core.kind import RequiredCapability
from infragen.core.measures import COUNT, MILLISECONDS, PERCENT, SECONDS, Measure, Threshold
from infragen.core.names import LIMITS, short
from infragen.core.part import Binding, Grant, Group, Part, Relation, named, pattern
from infragen.core.signals import Failure, alarmed
from infragen.kinds import alarms, clusters, keys, load_balancer, mesh, mutual_tls, network, private_ca, reads
from infragen.kinds.alarms import Alarm, CountedLinesView, alarms_part, deployments, error_budget, said_of
from infragen.kinds.services import queues
from infragen.kinds.services.delivery import BlueGreenView
from infragen.kinds.services.scaling import ScalingPlan
from infragen.kinds.workloads import log_route, registry, task
from infragen.kinds.workloads.model import Container, Server, Service, Task
from infragen.kinds.workloads.task import TaskView

_ERRORS_PER_MINUTE: Final = 10
"""An assumption, as all figures of these alarms are but for what services promise."""
_CPU: Final = Measure("cpu", "CPU of its tasks", PERCENT)
_MEMORY: Final = Measure("memory", "memory of its tasks", PERCENT)
_RUNNING: Final = Measure("running-tasks", "the number of its tasks", COUNT, "critical", is_least=True)
_ERRORS: Final = Measure("errors", "the number of its 5xx answers", COUNT, "high")
_CLIENT_ERRORS: Final = Measure("client-errors", "the number of its 4xx answers", COUNT, "low")
_RESPONSE: Final = Measure("response-time", "its response time", SECONDS, "high")
_UNHEALTHY: Final = Measure("unhealthy-tasks", "the number of tasks that fail their health check", COUNT, "critical")
_CALL_ERRORS: Final = Measure("call-errors", "the number of its 5xx answers to other services", COUNT, "high")
_CALL_RESPONSE: Final = Measure("call-response-time", "its response time to other services", MILLISECONDS, "high")
_EVENT_AGE: Final = Measure("event-age", "the age of the oldest event", SECONDS, "high")
_LOST_LINES: Final = Measure("lost-lines", "how often its router gives lines up", COUNT, "high")
_DEAD_LETTERS: Final = Measure("dead-letters", "the number of events that could not be handled", COUNT, "high")


def metrics(container: Container) -> Iterator[Measure]:
    yield from (_CPU, _MEMORY, _RUNNING)
    if log_route.is_routed(container):
        yield _LOST_LINES
    if isinstance(container, Server):
        yield from (_ERRORS, _CLIENT_ERRORS, _RESPONSE, _UNHEALTHY)
        yield from (window.measure for window in error_budget.WINDOWS)
    if isinstance(container, Service):
        yield from (_CALL_ERRORS, _CALL_RESPONSE, _EVENT_AGE, _DEAD_LETTERS)


class ContainerView(BlueGreenView, TaskView):
    """A container's service, its task, and what it may do."""

    _entry: Container
    service = of(task.service)
    logging = service
    messages_key = keys.of_purpose("messages")
    scaling_module = call("compute", "scaling", has_kind=True)
    requests_scaling = call("compute", "requests_scaling", has_kind=True)
    adjustments_module = call("compute", "adjustments", has_kind=True)
    queue_scaling = call("compute", "queue_scaling", has_kind=True)

    def _given(self) -> Iterator[tuple[str, str, Binding]]:
        yield from super()._given()
        if self._has_queue:
            service: Any = self._entry
            yield "events are received", "", queues.consuming(self._ctx, service)

    @property
    def is_extended(self) -> bool:
        return self.blue_green is not None or super().is_extended

    @property
    def module(self) -> str:
        is_pipeline = self._entry.deploy == "pipeline"
        is_blue_green = self.blue_green is not None
        words = {
            "extended": self.is_extended,
            "fixed": not self.is_scaled,
            "pipeline": is_pipeline and not is_blue_green,
            "blue_green": is_blue_green,
        }
        return "_".join(("../modules/ecs_service", *(word for word, is_so in words.items() if is_so)))

    @property
    def capacity_providers(self) -> dict[str, dict[str, int]]:
        return {self.capacity_provider: {"base": 0, "weight": 1}}

    @property
    def balancer(self) -> Module | None:
        return None

    @property
    def namespace(self) -> Module | None:
        return None

    @property
    def client_namespace(self) -> Module | None:
        is_client = not self.has_port and bool(reads.through_mesh(self._ctx.environment, self._entry))
        return mesh.namespace(self._ctx) if is_client else None

    @property
    def session_grants(self) -> tuple[Grant, ...]:
        """Channels and the list of log groups support no resource type (Service Authorization Reference)."""
        if not self._entry.exec:
            return ()
        channels = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
        log = Joined.of(self.cluster.exec_log_group_arn, ":*")
        record = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
        grants = (
            Grant("OpenSession", tuple(f"ssmmessages:{one}" for one in channels), ("*",)),
            Grant("RecordSession", record, (log,)),
            Grant("FindSessionLog", ("logs:DescribeLogGroups",), ("*",)),
        )
        key = clusters.image_key(self._ctx, self._entry)
        return grants if key is None else (*grants, Grant("DecryptSession", ("kms:Decrypt",), (key,)))

    queue: Module | None = value(lambda self: queues.queue(self._ctx) if self._has_queue else None)

    @property
    def _has_queue(self) -> bool:
        return isinstance(self._entry, Service) and self._entry.name in queues.consumers(self._ctx.environment)

    service_name = named_by(lambda ctx: ctx.names.service(ctx.entry), LIMITS["ecs_service"])
    queue_names: queues.Queue = value(lambda self: queues.queue_of(self._ctx, self._entry))
    dead_letter_name = pattern("{own.queue_names.dead_letter_name}", LIMITS["queue"], when="_has_queue")

    @named(LIMITS["alarm"])
    def longest_adjustment_alarm(self) -> str:
        return max(self.scaling.adjustment_alarms.values(), key=len, default="") if self.is_scaled else ""

    sudden_load_alarm = pattern("{own.scaling.sudden_load_alarm}", LIMITS["alarm"], when="is_scaled")

    @named(LIMITS["alarm"])
    def first_task_alarm(self) -> str:
        return f"{self.name}-first-task" if self.scaling.counted_queue and self.scaling.starts_from_zero else ""

    scaling = of(lambda ctx: ScalingPlan(ctx, ctx.entry))
    is_scaled: bool = value(lambda self: self.scaling.is_moved)


class ServerView(ContainerView):
    """What answers requests: behind the internal load balancer, and in the mesh."""

    _entry: Server
    vpc = of(network.vpc)
    balancer = of(lambda ctx: load_balancer.balancer(ctx) if load_balancer.stands_before(ctx) else None)

    @named(LIMITS["target_group"])
    def target_group_name(self) -> str:
        usual = short(self.name, LIMITS["target_group"].length)
        return self._ctx.names.target_group(self._entry, usual) if load_balancer.stands_before(self._ctx) else ""

    priority = of(lambda ctx: load_balancer.priorities(ctx.environment)[ctx.owner])
    listeners = of(lambda ctx: {"gateways": load_balancer.balancer(ctx).gateways_listener_arn})
    deregistration_delay = load_balancer.DEREGISTRATION_SECONDS
    """Seconds that a stopping task may still answer."""
    health_check = of(lambda ctx: ctx.entry.health.of_target_group)

    @property
    def namespace(self) -> Module | None:
        is_in_it = mesh.connects(self._ctx) and self.blue_green is None  # CodeDeploy takes no Service Connect
        return mesh.namespace(self._ctx) if is_in_it else None

    mesh_port = mesh.MESH_PORT
    authority = of(lambda ctx: private_ca.authority(ctx) if ctx.has(mesh.ENCRYPTION) else None)
    mesh_role = of(lambda ctx: clusters.mesh_role(ctx, ctx.entry))
    metrics_name = pattern("{own.name}", LIMITS["mesh"])
    """Its name in the mesh's measurements, which are told apart by nothing else (`TargetDiscoveryName`)."""
    discovery_name = named_by(lambda ctx: "-".join(ctx.entry.path_parts), LIMITS["discovery"])


def required_capabilities(container: Server) -> Iterator[RequiredCapability]:
    if container.request_timeout is not None:
        yield RequiredCapability(("request_timeout",), mesh.NAME, "it is the mesh that waits for answers")
    why = "response times are measured there"
    if container.scaling.response_time is not None:
        yield RequiredCapability(("scaling", "response_time"), load_balancer.NAME, why, or_targets=True)
    if container.scaling.requests_per_target is not None:
        counts = "it is a load balancer that counts requests for each target"
        yield RequiredCapability(("scaling", "requests_per_target"), load_balancer.NAME, counts, or_targets=True)
    for word, what in (("response_time", why), ("availability", "failed answers are counted there")):
        if getattr(container.promise, word) is not None:
            yield RequiredCapability(("promise", word), load_balancer.NAME, what, is_built=False, or_targets=True)


def view(container: Container, ctx: BuildContext) -> ContainerView:
    return ServerView(ctx) if isinstance(container, Server) else ContainerView(ctx)


def task_view(task: Task, ctx: BuildContext) -> TaskView:
    return view(task, ctx) if isinstance(task, Container) else TaskView(ctx)


def _lost_lines(container: Container, ctx: BuildContext) -> CountedLinesView:
    """Its words: aws-samples/amazon-ecs-firelens-examples, oomkill-prevention (`cannot be retried`)."""
    own = view(container, ctx)
    log = lambda: (own.log_group_name, own.service.arn)  # noqa: E731
    return CountedLinesView(ctx, _LOST_LINES.word, '"cannot be retried"', log, "service")


def parts(container: Container, ctx: BuildContext) -> Iterator[Part]:
    own = view(container, ctx)
    yield ctx.part("compute", "kinds/services/main.tf", own)
    if container.tasks.max > 0:
        yield from alarms_part(ctx, own.name, own.service, partial(_alarms, ctx, container, own))
        if own.log_router is not None and ctx.has(alarms.NAME):
            yield _lost_lines(container, ctx).part
    yield from mutual_tls.parts(ctx)
    yield from registry.parts(ctx)


def _alarms(ctx: BuildContext, container: Container, own: ContainerView) -> Iterator[tuple[str, Alarm]]:
    name = own.name
    service: dict[str, object] = {"ClusterName": clusters.cluster_name(ctx, container), "ServiceName": own.service_name}
    high = "stays high although autoscaling should have added tasks." if container.is_scaled else "stays high."

    def of_tasks(measure: Measure, metric: str, said: str) -> Alarm:
        return Alarm(
            description=f"{name}: {said}", namespace="AWS/ECS", metric=metric, statistic="Average", threshold=90,
            dimensions=service, periods=10, datapoints=10, missing="missing", measure=measure,
        )  # fmt: skip

    yield "cpu", of_tasks(_CPU, "CPUUtilization", f"CPU {high}")
    yield "memory", of_tasks(_MEMORY, "MemoryUtilization", f"memory {high}")
    if container.tasks.min > 0 and ctx.settings.working_hours is None:
        # What has "no running tasks" has no metrics (Amazon ECS Developer Guide, "Amazon ECS CloudWatch metrics"); that
        # page does not say how many samples a task gives a minute, so that none is all that can be asked for.
        running_tasks = said_of(ctx, _RUNNING)
        if ctx.settings.container_insights:
            yield "running-tasks", Alarm(
                description=f"{name}: fewer tasks run than the minimum.", namespace="ECS/ContainerInsights",
                metric="RunningTaskCount", statistic="Minimum", comparison="LessThanThreshold",
                threshold=container.tasks.min, dimensions=service, missing="breaching", measure=_RUNNING,
            )  # fmt: skip
        elif not isinstance(running_tasks, Threshold) or running_tasks.amount == "1":
            yield "running-tasks", Alarm(
                description=f"{name}: no task runs.", namespace="AWS/ECS", metric="CPUUtilization",
                statistic="SampleCount", comparison="LessThanThreshold", threshold=1, dimensions=service,
                missing="breaching", measure=_RUNNING,
            )  # fmt: skip
    if own.log_router is not None:
        lost = _lost_lines(container, ctx)
        yield "lost-lines", Alarm(
            description=f"{name}: lines are lost, since a goal of its log router does not take them.",
            namespace=lost.namespace, metric=lost.metric_name, statistic="Sum", threshold=1, dimensions={},
            periods=1, datapoints=1, measure=_LOST_LINES,
        )  # fmt: skip
    if isinstance(container, Server):
        yield from _server_alarms(ctx, container, own)


def _server_alarms(ctx: BuildContext, container: Server, own: ContainerView) -> Iterator[tuple[str, Alarm]]:
    ways: dict[str, dict[str, Export]] = {}
    if own.balancer is not None:
        ways["plain"] = {"LoadBalancer": own.balancer.arn_suffix, "TargetGroup": own.service.target_group_arn_suffix}
        yield from _target_alarms(ctx, container, own.name, ways["plain"])
    if mutual_tls.verifies(ctx):
        ways["verified"] = mutual_tls.measured(ctx)
        verified = f"{own.name}, for callers with a certificate"
        for name, alarm in _target_alarms(ctx, container, verified, ways["verified"]):
            yield f"tls-{name}", alarm
        if not load_balancer.is_shared(ctx.environment):
            before = f"{own.name}'s load balancer for callers with a certificate"
            yield "tls-balancer-errors", mutual_tls.balancer_errors(before, mutual_tls.balancer(ctx), _ERRORS)
    promised = ctx.environment.promised_availability(container.promise.availability)
    yield from error_budget.alarms(own.name, promised, error_budget.BY_BALANCER, ways)
    if mesh.measures(ctx) and own.namespace is not None:
        yield from _mesh_alarms(ctx, container, own)
    if own.queue is None:
        return
    names, promised_age = own.queue_names, container.promise.notified_within
    of_queue = partial(Alarm, namespace="AWS/SQS", statistic="Maximum", periods=1, datapoints=1)
    yield "event-age", of_queue(
        description=f"{names.name}: the oldest event waits too long.", metric="ApproximateAgeOfOldestMessage",
        threshold=promised_age // 1000 if promised_age else 300, because=promised_age,
        dimensions={"QueueName": names.name}, measure=_EVENT_AGE,
    )  # fmt: skip
    yield "dead-letters", of_queue(
        description=f"{names.dead_letter_name}: events could not be handled.", threshold=1, measure=_DEAD_LETTERS,
        metric="ApproximateNumberOfMessagesVisible", dimensions={"QueueName": names.dead_letter_name},
    )  # fmt: skip


def failures(container: Container, ctx: BuildContext) -> Iterator[Failure]:
    uses = [owner for owner, use in container.uses.items() if use.access in (None, "receive")]
    queue = [(owner, "message-age") for owner in uses if owner.startswith("queues/")]
    if container.tasks.max > 0 and ctx.settings.working_hours is None and (container.tasks.min > 0 or queue):
        told_by = ((ctx.owner, "running-tasks"), (ctx.owner, "event-age"), *queue)
        where = queue[0][0] if queue else ctx.owner
        hint = "remove its `running-tasks`, or add `container_insights: true` to the environment"
        if container.tasks.min == 0:
            hint = f"remove `message-age: none` of {where}"
        yield Failure("none of its tasks runs", told_by, hint)
    # Where no task ever runs, nothing takes events, and their alarms would tell of nothing else.
    takes = container.tasks.max > 0 and container.name in queues.consumers(ctx.environment)
    if isinstance(container, Service) and takes:
        yield alarmed(ctx.owner, "dead-letters", "an event could not be handled")
    if view(container, ctx).log_router is not None:
        yield alarmed(ctx.owner, _LOST_LINES.word, "its router gives lines of its code up")
    yield from deployments.failures(ctx)


def _target_alarms(
    ctx: BuildContext, container: Server, name: str, target: dict[str, Export]
) -> Iterator[tuple[str, Alarm]]:
    alarm = partial(Alarm, namespace="AWS/ApplicationELB", dimensions=target)
    yield "errors", alarm(
        description=f"{name}: answers with 5xx.", metric="HTTPCode_Target_5XX_Count", statistic="Sum",
        threshold=_ERRORS_PER_MINUTE, datapoints=3, measure=_ERRORS,
    )  # fmt: skip
    yield "client-errors", alarm(
        description=f"{name}: answers with 4xx.", metric="HTTPCode_Target_4XX_Count", statistic="Sum", datapoints=3,
        measure=_CLIENT_ERRORS,
    )  # fmt: skip
    promise = container.promised_response(ctx.environment)
    yield "response-time", alarm(
        description=f"{name}: {container.promise.of_requests} of the response times is above the promise.",
        metric="TargetResponseTime", statistic=container.promise.of_requests, comparison="GreaterThanThreshold",
        because=promise, threshold=None if promise is None else Decimal(promise) / 1000, measure=_RESPONSE,
    )  # fmt: skip
    yield "unhealthy-tasks", alarm(
        description=f"{name}: tasks fail their health check.", metric="UnHealthyHostCount", statistic="Maximum",
        threshold=1, measure=_UNHEALTHY,
    )  # fmt: skip


def _mesh_alarms(ctx: BuildContext, container: Server, own: ContainerView) -> Iterator[tuple[str, Alarm]]:
    # Calls within the mesh pass no load balancer
    called = {"TargetDiscoveryName": own.name}
    yield "call-errors", Alarm(
        description=f"{own.name}: answers calls of other services with 5xx.", namespace="AWS/ECS", statistic="Sum",
        metric="HTTPCode_Target_5XX_Count", threshold=_ERRORS_PER_MINUTE, dimensions=called, datapoints=3,
        measure=_CALL_ERRORS,
    )  # fmt: skip
    promise = container.promised_response(ctx.environment)
    slow = None if promise is None else mesh.Slowness.than(promise)
    said = ""
    if slow is not None:
        said = f" is above {slow.step} ms, the step of Service Connect's measure that the promise of {promise} ms is in"
    yield "call-response-time", Alarm(
        description=f"{own.name}: {container.promise.of_requests} of the calls of other services{said}.",
        namespace="AWS/ECS", metric="TargetResponseTime", statistic=container.promise.of_requests,
        because=promise, threshold=None if slow is None else slow.threshold,
        comparison="GreaterThanThreshold", dimensions=called, measure=_CALL_RESPONSE,
    )  # fmt: skip
    promised = ctx.environment.promised_availability(container.promise.availability)
    of = f"{own.name}, called by other services"
    for name, alarm in error_budget.alarms(of, promised, error_budget.BY_MESH, {"calls": called}):
        yield f"call-{name}", alarm


def groups(container: Container, ctx: BuildContext) -> Iterator[Group]:
    yield from task.groups(container, ctx)
    yield from mutual_tls.groups(ctx)


def relations(container: Container, ctx: BuildContext) -> Iterator[Relation]:
    if isinstance(container, Server) and load_balancer.stands_before(ctx):
        yield Relation(load_balancer.NAME, ctx.owner, container.port, "requests", ctx.owner, ("port",))
    yield from mutual_tls.relations(ctx)
    yield from task.relations(container, view(container, ctx), ctx)


def ingress_ports(called: Service, ctx: BuildContext, user: BuildContext) -> Iterator[tuple[str, int]]:
    if called.name in reads.through_mesh(ctx.environment, user.entry):
        yield ctx.owner, mesh.MESH_PORT
    yield from mutual_tls.ingress_ports(ctx, user)


def bindings(called: Service, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    caller: Container = user.entry
    is_passed_on = called.name in reads.through_mesh(ctx.environment, caller)
    given = {"URL": f"http://{called.identity}:{called.port}"} if is_passed_on else {}
    if given := {**given, **mutual_tls.told(ctx, user)}:
        yield Binding(given)
    if called.name in caller.consumers:
        yield queues.publishing(ctx, called)
