"""What a task on Fargate is made of, whether it is kept running or ends, and how the clock starts what ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from infragen.core.build_context import BuildContext, ResourceView, named_by, of, value
from infragen.core.delivery import Program, TaskRun, Used
from infragen.core.entry import Output, Use
from infragen.core.expressions import Export, Joined, Module, Record
from infragen.core.kind import empty
from infragen.core.measures import COUNT, Measure
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Binding, Grant, Group, Relation, named, pattern
from infragen.core.tracing import Read, kept_of_entry
from infragen.kinds import capabilities, clusters, keys, kinds, network, prometheus
from infragen.kinds.alarms import Alarm
from infragen.kinds.secrets import ANY_ENDING
from infragen.kinds.workloads import egress, log_route, registry, router, tracing
from infragen.kinds.workloads.fargate import round_up
from infragen.kinds.workloads.model import Run, Task, Workload
from infragen.kinds.workloads.permissions import statement
from infragen.kinds.workloads.sidecars import TIME_LIMIT, HealthCommand, Sidecar, StoredImage, repository_arn

CONTAINER_NAME: Final = "app"

_COLONS_WITH_KEY: Final = 7
"""Of `arn:aws:secretsmanager:<region>:<account>:secret:<name>:<key>`."""


def group(ctx: BuildContext) -> Module:
    return ctx.module("security", "security_group", ctx.entry.SINGULAR, ctx.entry)


def service(ctx: BuildContext) -> Module:
    return ctx.module("compute", ctx.entry.SINGULAR, ctx.entry)


def image_in_repository(
    ctx: BuildContext, repository: Module | registry.KnownRepository | None, image: StoredImage
) -> Joined | str:
    return registry.text(ctx, image) if repository is None else Joined.of(repository.url, image.suffix)


class TaskView(log_route.RoutedView, keys.EncryptedView):
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
        return None if shared is None else registry.shared(self._ctx, shared).arn

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

    has_port = of(lambda ctx: hasattr(ctx.entry, "port"))

    @property
    def is_extended(self) -> bool:
        one = self._entry
        own = (one.command, one.entry_point, one.user, one.secrets, one.writable_paths, one.stop_timeout, one.beside)
        return (
            any(own)
            or not self.has_port
            or one.image.name is not None
            or self.health_command is not None
            or any(offer.secrets or offer.targets or offer.verified for _, offer in self.offers)
        )

    @property
    def repository_arns(self) -> list[object]:
        own = self._entry.image.name
        beside = [one.image for one in self._entry.beside.values() if one.image]
        foreign = [*([own] if own else []), *(image.name for image in beside if image.name)]
        shared = sorted({image.repository for image in beside if image.repository})
        arns = sorted({arn for arn in map(repository_arn, foreign) if arn is not None})
        mine = [] if own else [self.repository_arn]
        return [
            *mine,
            *arns,
            *(arn for name in shared if (arn := registry.shared(self._ctx, name).arn) not in mine),
        ]

    pull_secret = of(lambda ctx: ctx.entry.image.pull_secret)

    @property
    def secrets(self) -> dict[str, object]:
        offered = {f"{prefix}{name}": arn for prefix, offer in self.offers for name, arn in offer.secrets.items()}
        mine = {**offered, **_values_from(self._entry.secrets)}
        return {name: arn for name, arn in mine.items() if name not in self._entry.environment}

    other_secrets: list[object] = value(lambda self: [arn for _, offer in self.offers for arn in offer.other_secrets])
    """Tasks of the revision before read them; replicas have another end."""

    @property
    def reads_secrets(self) -> bool:
        sidecars = self._entry.beside.values()
        own = self.secrets or self.pull_secret
        return bool(own) or any(one.secrets or one.pull_secret for one in sidecars)

    @property
    def start_key(self) -> Export | None:
        """Another account's have a key of that account, and replicas AWS's own, which needs no permission."""
        sidecars = self._entry.beside.values()
        read = [self.pull_secret, *self.secrets.values()]
        read += [arn for one in sidecars for arn in (one.pull_secret, *one.secrets.values())]
        account, replicas = self._ctx.environment.settings.account, {*map(str, self.other_secrets)}
        is_here = (
            not isinstance(arn, str) or arn.split(":")[4] == account
            for arn in read
            if not (arn is None or f"{':'.join(str(arn).split(':')[:_COLONS_WITH_KEY])}{ANY_ENDING}" in replicas)
        )
        return self.secrets_key if any(is_here) else None

    target_groups: list[object] = value(lambda self: [arn for _, offer in self.offers for arn in offer.targets])

    @property
    def verified_target_group(self) -> object:
        return next((offer.verified for _, offer in self.offers if offer.verified), None)

    @property
    def writable_paths(self) -> dict[str, str]:
        shared = [path for one in self._entry.beside.values() for path in one.shared_paths]
        volumes = self._volumes
        return {**_folders(volumes, "", self._entry.writable_paths), **_folders(volumes, "shared", shared)}

    @property
    def _volumes(self) -> dict[tuple[str, str], str]:
        """Names differ also where two come out the same."""
        sidecars = self._entry.beside
        taken: set[str] = set()
        numbers: dict[str, int] = {}
        wanted = [("", path) for path in self._entry.writable_paths]
        wanted += [("shared", path) for one in sidecars.values() for path in one.shared_paths]
        wanted += [(name, path) for name, one in sidecars.items() for path in one.writable_paths]
        found: dict[tuple[str, str], str] = {}
        for owner, path in dict.fromkeys(wanted):
            plain = name = re.sub("[^A-Za-z0-9_-]+", "-", f"{owner}{path}".strip("/"))
            while name in taken:
                numbers[plain] = numbers.get(plain, 1) + 1
                name = f"{plain}-{numbers[plain]}"
            taken.add(name)
            found[owner, path] = name
        return found

    @property
    def health_command(self) -> dict[str, object] | None:
        health: Any = getattr(self._entry, "health", None)
        return _health_check(health) if health is not None and health.command else None

    depends_on = of(lambda ctx: {name: condition.upper() for name, condition in ctx.entry.depends_on.items()})

    @property
    def sidecars(self) -> dict[str, Record]:
        owner = f"{self._entry.KIND}/{self._entry.name}"
        asked: dict[str, tuple[str, ...]] = {TIME_LIMIT: ("time_limit",), router.NAME: ("log_route", "router")}
        asked |= {name: ("sidecars", name) for name in self._entry.sidecars}
        volumes = self._volumes
        return {
            name: Record(self._sidecar(name, one, volumes), Read(owner, asked.get(name, ("tracing",))))
            for name, one in self._entry.beside.items()
        }

    def _sidecar(self, name: str, sidecar: Sidecar, volumes: Mapping[tuple[str, str], str]) -> dict[str, object]:
        environment, secrets = plain_values(sidecar.environment), _values_from(sidecar.secrets)
        if sidecar.has_variables_of_entry:
            known = {*environment, *secrets}
            environment |= {name: value for name, value in self.environment.items() if name not in (*known, "PORT")}
            secrets |= {name: arn for name, arn in self.secrets.items() if name not in known}
        routes = self.log_router if name == router.NAME else None
        own = self._entry.log_route.router if routes is not None and self._entry.log_route is not None else None
        if routes is not None:
            environment[router.CONFIGURATION] = routes.configuration
        if environment == tracing.COLLECTOR.environment and self._ctx.has(prometheus.NAME):
            workspace = prometheus.PrometheusView(self._ctx.of(prometheus.NAME)).workspace
            environment = tracing.with_metrics(workspace.remote_write_url)
        shared = _folders(volumes, "shared", sidecar.shared_paths)
        found: dict[str, object] = {
            "is_log_router": None if routes is None else True,
            "image": registry.text(self._ctx, sidecar.image) if sidecar.image else self.image,
            "essential": sidecar.essential,
            "pull_secret_arn": sidecar.pull_secret if sidecar.image else self.pull_secret,
            "entry_point": list(sidecar.entry_point),
            "command": list(sidecar.command),
            "user": sidecar.user,
            "port": sidecar.port,
            "cpu": sidecar.cpu,
            "memory": sidecar.memory if own is None else own.limit,
            "reservation": None if own is None else own.memory,
            "environment": environment,
            "secrets": secrets,
            "writable_paths": {**_folders(volumes, name, sidecar.writable_paths), **shared},
            "depends_on": {name: condition.upper() for name, condition in sidecar.depends_on.items()},
            "health_check": sidecar.health and _health_check(sidecar.health),
            "stop_timeout": sidecar.stop_timeout,
        }
        return {field: value for field, value in found.items() if value is not None and value not in ([], {})}


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
        description=f"{name}: it was due, and could not be started.", namespace="AWS/Scheduler", statistic="Sum",
        metric="InvocationDroppedCount", threshold=1, dimensions={"ScheduleGroup": own.schedule_group_name},
        periods=1, datapoints=1, measure=NOT_STARTED,
    )  # fmt: skip


class ScheduledView(ResourceView):
    """What of an entry starts it by the clock."""

    runs: Mapping[str, Run]

    @named(LIMITS["schedules"])
    def schedule_group_name(self) -> str:
        return self._ctx.names.container(self._ctx.entry) if self.runs else ""

    schedules_role_name = pattern("{own.schedule_group_name}-schedules", LIMITS["role"], when="runs")

    @property
    def schedules(self) -> dict[str, dict[str, str]]:
        return {name: {"expression": f"cron({run.cron})", "description": run.why} for name, run in self.runs.items()}


def _folders(volumes: Mapping[tuple[str, str], str], owner: str, paths: Iterable[str]) -> dict[str, str]:
    return {volumes[owner, path]: path for path in sorted(set(paths))}


def _health_check(health: HealthCommand | Any) -> dict[str, object]:
    # A command can begin with whether it is run by a shell (Amazon ECS API: HealthCheck)
    how = () if health.command[:1] and health.command[0] in ("CMD", "CMD-SHELL") else ("CMD",)
    return {
        "command": [*how, *health.command],
        "interval": health.interval,
        "timeout": health.timeout,
        "retries": health.unhealthy,
        "start_period": health.grace,
    }


def plain_values(variables: Mapping[str, str | Output]) -> dict[str, object]:
    return {name: value.expression if isinstance(value, Output) else value for name, value in variables.items()}


def _values_from(secrets: Mapping[str, str | Output]) -> dict[str, object]:
    """ECS counts the colons behind the key."""
    with_key = (name for name, arn in secrets.items() if isinstance(arn, str) and arn.count(":") == _COLONS_WITH_KEY)
    return plain_values(secrets) | {name: f"{secrets[name]}::" for name in with_key}
