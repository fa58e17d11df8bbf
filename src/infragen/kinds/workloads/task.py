"""What a task on Fargate is made of, whether it is kept running or ends, and how the clock starts what ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from infragen.core.build_context import BuildContext, ResourceView, named_by, of, value
from infragen.core.delivery import Program, TaskRun, Used
from infragen.core.entry import Use
from infragen.core.expressions import Joined, Module, Record
from infragen.core.kind import empty
from infragen.core.measures import COUNT, Measure
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Binding, Grant, Group, Relation, named, pattern
from infragen.core.tracing import kept_of_entry
from infragen.kinds import capabilities, clusters, kinds, network
from infragen.kinds.alarms import Alarm
from infragen.kinds.workloads import egress, log_route, registry, tracing
from infragen.kinds.workloads.extended import CONTAINER_NAME, ExtendedView, plain_values
from infragen.kinds.workloads.fargate import round_up
from infragen.kinds.workloads.model import Run, Task, Workload
from infragen.kinds.workloads.permissions import statement
from infragen.kinds.workloads.sidecars import StoredImage


def group(ctx: BuildContext) -> Module:
    return ctx.module("security", "security_group", ctx.entry.SINGULAR, ctx.entry)


def service(ctx: BuildContext) -> Module:
    return ctx.module("compute", ctx.entry.SINGULAR, ctx.entry)


def image_in_repository(
    ctx: BuildContext, repository: Module | registry.KnownRepository | None, image: StoredImage
) -> Joined | str:
    return registry.text(ctx, image) if repository is None else Joined.of(repository.url, image.suffix)


class TaskView(log_route.RoutedView, ExtendedView):
    """A task, and what it may do."""

    _entry: Task
    repository = of(registry.repository)
    subnets = of(network.task_subnets)
    group = of(group)
    name = named_by(lambda ctx: ctx.names.container(ctx.entry), LIMITS["service"])
    cluster = of(lambda ctx: clusters.cluster(ctx, ctx.entry))
    capacity_provider = of(lambda ctx: "FARGATE_SPOT" if ctx.entry.spot else "FARGATE")

    @property
    def repository_arn(self) -> object:
        shared = self._entry.image.repository
        if self.repository is not None:
            return self.repository.arn
        return None if shared is None else registry.repository_arn(self._ctx, shared)

    image: object = value(lambda self: image_in_repository(self._ctx, self.repository, self._entry.image))
    container_name = CONTAINER_NAME
    cpu: int = value(lambda self: self._size[0])
    memory: int = value(lambda self: self._size[1])
    tmp_size: int = value(lambda self: self.memory // 4 if self._entry.tmp is None else self._entry.tmp)
    """MiB."""

    @property
    def _size(self) -> tuple[int, int]:
        size = self._entry.sizes[self._entry.active_profile]
        return round_up(size.cpu, size.memory)

    cpu_architecture = of(lambda ctx: ctx.entry.architecture.upper())
    execution_role_name = pattern("{own.name}-execution", LIMITS["role"])
    task_role_name = pattern("{own.name}-task")

    is_read_only = of(lambda ctx: not getattr(ctx.entry, "exec", False))
    """Whether its files are; a shell in it needs them writable."""

    @named(LIMITS["log_group"])
    def log_group_name(self) -> str:
        if own := self._entry.log_group:
            return own.format(environment=self._ctx.environment.name)
        return self._ctx.names.path(*self._entry.path_parts)

    log_retention = of(lambda ctx: ctx.entry.log_retention or ctx.settings.log_retention)
    """Days that it is kept: the container's word, else the environment's."""
    is_public = of(lambda ctx: network.in_public(ctx.environment))
    """Whether its tasks have public addresses, and so a way to AWS without NAT or endpoints."""

    @property
    @kept_of_entry
    def given(self) -> tuple[tuple[str, str, Binding], ...]:
        return tuple(self._given())

    def _given(self) -> Iterator[tuple[str, str, Binding]]:
        yield from given_by_others(self._ctx, self._entry.used())
        if self._entry.tracing:
            yield "`tracing` is asked for", "", tracing.bindings(self._entry.identity)
        if self.log_router is not None:
            yield "`log_route.router` sends logs", "", self.routing

    @property
    def search(self) -> Record | None:
        wanted = f"search-domains/{self._router.search_domain}" if self._router is not None else ""
        uses = [one for one in self._entry.used() if one[0] == wanted]
        index = f"logs-{self._entry.SINGULAR}-{self._entry.identity}"
        given = (offer.variables for _, _, offer in given_by_others(self._ctx, uses))
        return next((Record({"host": one["HOST"], "index": index}) for one in given if "HOST" in one), None)

    @property
    def offers(self) -> tuple[tuple[str, Binding], ...]:
        return tuple((prefix, offer) for _, prefix, offer in self.given)

    @property
    def environment(self) -> dict[str, object]:
        derived: dict[str, object] = {"ENVIRONMENT": self._ctx.environment.name, "TZ": self._ctx.time_zone}
        for prefix, offer in self.offers:
            derived |= {f"{prefix}{name}": value for name, value in offer.variables.items()}
        derived |= self._entry.own_variables
        secrets = self.secrets
        given = {name: value for name, value in derived.items() if name not in secrets}
        return {**given, **plain_values(self._entry.environment)}

    @property
    def policies(self) -> dict[str, list[Record]]:
        found: dict[str, list[Grant]] = {}
        for _, offer in self.offers:
            if offer.grants:
                found.setdefault(offer.policy, []).extend(offer.grants)
        if session := self.session_grants:
            found["exec"] = [*session]
        found |= own_grants(self._entry, self._ctx)
        return {policy: list(statements(grants)) for policy, grants in found.items()}

    starting: Mapping[str, str] = egress.STARTING

    @property
    def session_grants(self) -> tuple[Grant, ...]:
        return ()


def run(task: Task, ctx: BuildContext) -> TaskRun:
    own = TaskView(ctx)
    return TaskRun(
        cluster=clusters.cluster_name(ctx, task),
        subnets=network.task_subnet_names(ctx),
        groups=tuple(group.name for group in groups(task, ctx)),
        has_public_address=own.is_public,
        capacity_provider=own.capacity_provider,
    )


def own_grants(workload: Workload, ctx: BuildContext) -> dict[str, list[Grant]]:
    permissions = sorted(workload.permissions.items())
    return {f"own-{name}": [statement(name, permission, ctx)] for name, permission in permissions}


def groups(task: Task, ctx: BuildContext) -> Iterator[Group]:
    name = ctx.names.container(task)
    yield Group(ctx.owner, ctx.owner, name, f"Tasks of {name}", group(ctx), f"{task.SINGULAR}-{task.identity}")


def reaches(workload: Workload, other: str) -> bool:
    # It uses the other entry, or a permission names it
    named_in = (resource for one in workload.permissions.values() for resource in one.resources)
    return other in workload.uses or other in named_in


def roles(task: Task, ctx: BuildContext, other: str) -> Iterator[str]:
    if reaches(task, other) or (log_route.goes_to(task, other) and log_route.is_routed(task)):
        yield TaskView(ctx).task_role_name
    yield from log_route.roles(ctx, other)


def relations(task: Task, own: TaskView, ctx: BuildContext) -> Iterator[Relation]:
    yield from relations_to_used(task, ctx)
    yield from egress.relations(task, own, ctx)


def relations_to_used(workload: Workload, ctx: BuildContext) -> Iterator[Relation]:
    for used, use, path in workload.used():
        if (entry := ctx.environment.find(used)) is not None:
            for end, port in kinds()[entry.KIND].network.ingress_ports(entry, ctx.of(used), ctx):
                yield Relation(ctx.owner, end, port, use.why or "uses it", ctx.owner, path)


def given_by_others(
    ctx: BuildContext, used: Iterable[tuple[str, Use, tuple[str, ...]]]
) -> Iterator[tuple[str, str, Binding]]:
    for one, use, _ in used:
        if (entry := ctx.environment.find(one)) is not None:  # a rule says which are not there
            offered = kinds()[entry.KIND].permissions.bindings(entry, ctx.of(one), ctx)
            yield from ((f"{one} is used", use.beginning(one), offer) for offer in offered)
    for name, kind in kinds().items():
        for entry in ctx.environment.entries[name].values() if kind.permissions.default_bindings is not empty else ():
            yield from (
                (f"{ctx.of(entry).owner} is called", "", one)
                for one in kind.permissions.default_bindings(entry, ctx.of(entry), ctx)
            )
    for name in sorted(ctx.capabilities):
        if capabilities()[name].default_bindings is not empty:
            why = f"there is {capabilities()[name].title}"
            yield from ((why, "", offer) for offer in capabilities()[name].default_bindings(ctx.of(name), ctx))


def statements(grants: Iterable[Grant]) -> Iterator[Record]:
    """Their ids differ, as IAM wants it, where two entries grant the same."""
    taken = Counter[str]()
    for grant in grants:
        taken[grant.sid] += 1
        number = str(taken[grant.sid]) if taken[grant.sid] > 1 else ""
        condition = {} if grant.condition is None else {"condition": grant.condition}
        resources, actions = list(grant.resources), list(grant.actions)
        yield Record({"sid": f"{grant.sid}{number}", "actions": actions, "resources": resources, **condition})


def log(own: TaskView) -> OutputLine:
    command = f"aws logs tail {own.log_group_name} --follow --region {own.region}"
    return OutputLine("detail", "read its log", command, is_command=True)


def compose_service(task: Task) -> Program:
    health = getattr(task, "health", None)
    used = (Used(owner=owner, prefix=use.beginning(owner)) for owner, use, _ in task.used())
    return Program(
        port=getattr(task, "port", None),
        image=task.image.text if task.image.name is not None else None,
        command=task.command,
        environment={
            **task.own_variables,
            **{name: value for name, value in task.environment.items() if isinstance(value, str)},
        },
        health=tuple(getattr(health, "command", ())),
        used=tuple(used),
        ends=task.KIND == "jobs",
    )


NOT_STARTED: Final = Measure("not-started", "the number of times it was due and could not be started", COUNT, "high")


def not_started(own: ScheduledView, name: str) -> Iterator[tuple[str, Alarm]]:
    """EventBridge Scheduler User Guide: Monitoring."""
    yield "not-started", Alarm(
        description=f"{name}: it was due, and could not be started.", namespace="AWS/Scheduler",
        metric="InvocationDroppedCount", statistic="Sum", threshold=1,
        dimensions={"ScheduleGroup": own.schedule_group_name}, periods=1, datapoints=1,
        measure=NOT_STARTED,
    )  # fmt: skip


class ScheduledView(ResourceView):
    """What of an entry starts it by the clock."""

    runs: Mapping[str, Run]

    @named(LIMITS["schedules"])
    def schedule_group_name(self) -> str:
        return self._ctx.names.container(self._ctx.entry) if self.runs else ""

    @named(LIMITS["role"])
    def schedules_role_name(self) -> str:
        return f"{self.schedule_group_name}-schedules" if self.runs else ""

    @property
    def schedules(self) -> dict[str, dict[str, str]]:
        return {name: {"expression": f"cron({run.cron})", "description": run.why} for name, run in self.runs.items()}
