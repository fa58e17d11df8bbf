"""The services stacks: a domain's ECS cluster, and its services and BFFs, a file each."""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.catalog.names import Names
from infragen.kinds.bffs import Bff
from infragen.kinds.databases import Database
from infragen.kinds.domains import Domain
from infragen.kinds.fargate import round_up
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container, Service
from infragen.stacks import data, edge, network, scaling, security, shell
from infragen.stacks.dependencies import DATABASE_PORT, HTTPS_PORT, MESH_PORT
from infragen.stacks.events import QueueNames, consumers, published
from infragen.stacks.keys import plain_key
from infragen.stacks.model import Reference, Stack, StackFile
from infragen.stacks.shell import Output, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.landscape import Environment

__all__ = ["build", "label_of", "stack_name"]

_BASE_MODULES: Final = ("alb_target", "ecs_cluster", "ecs_task", "kms_key", "service_connect_tls_role")
_CONTAINER_NAME: Final = "app"
_DEREGISTRATION_SECONDS: Final = 30
"""Long enough for the slowest promised answer; Fargate itself waits 30 s between SIGTERM and SIGKILL."""

_FIRST_PRIORITY: Final = 2
_PRIORITIES: Final = 49_999
"""Elastic Load Balancing API: a rule's priority is 1 to 50000; 1 is the load balancer's own health check."""

_VISIBILITY_SECONDS: Final = 60
_RETENTION_SECONDS: Final = 4 * 24 * 3600
_MAX_RECEIVES: Final = 5
"""Assumptions: no document says how long an event takes, waits or is tried."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The domain's cluster and what its tasks share."""

    name: str
    region: str
    exec_log_group_name: str
    exec_log_retention_in_days: int
    mesh_role_name: str
    key_arn: Reference


@dataclass(frozen=True, slots=True)
class Repository:
    """The image's ECR repository, the container's own or another's."""

    label: str
    name: str
    arn: str | Reference
    url: str | Reference
    kept_images: int
    force_delete: bool


@dataclass(frozen=True, slots=True)
class Task:
    """The task definition, its roles and its logs."""

    label: str
    account_id: str
    region: str
    image: str | Reference
    cpu: int
    memory: int
    cpu_architecture: str
    environment: Mapping[str, str | Reference]
    read_only_root_filesystem: bool
    execution_role_name: str
    role_name: str
    log_group_name: str
    log_retention_in_days: int

    @property
    def definition_arn(self) -> Reference:
        """The task definition with its revision."""
        return Reference(f"module.{self.label}.task_definition_arn")

    @property
    def role(self) -> Reference:
        """The role that features attach their policies to."""
        return Reference(f"module.{self.label}.task_role_name")


@dataclass(frozen=True, slots=True)
class Target:
    """The container behind the load balancer."""

    label: str
    path: str
    priority: int
    health_check: Mapping[str, object]
    deregistration_delay: int

    @property
    def group_arn(self) -> Reference:
        """The target group, once a listener forwards to it."""
        return Reference(f"module.{self.label}.target_group_arn")

    @property
    def group_arn_suffix(self) -> Reference:
        """The target group as CloudWatch names it."""
        return Reference(f"module.{self.label}.target_group_arn_suffix")


@dataclass(frozen=True, slots=True)
class EcsService:
    """The ECS service."""

    label: str
    module: str
    name: str
    container_name: str
    port: int
    mesh_port: int
    initial_tasks: int
    capacity_providers: Mapping[str, Mapping[str, int]]
    enable_execute_command: bool
    health_check_grace_period_seconds: int
    security_group_id: Reference
    discovery_name: str

    @property
    def reference(self) -> Reference:
        """The service's name, once it exists."""
        return Reference(f"module.{self.label}.name")


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """Which proxy the task signs in to, and as whom."""

    label: str
    proxy_resource_id: Reference
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InternalApi:
    """What a service may call through a gateway of the VPC."""

    label: str
    stage_execution_arn: Reference
    api_key_id: Reference
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """Another service's queue that events are sent to."""

    label: str
    consumer: str
    queue_arn: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The service's own event queue."""

    label: str
    name: str
    dead_letter_name: str
    visibility_timeout_seconds: int
    retention_seconds: int
    max_receives: int

    @property
    def reference(self) -> Reference:
        """The queue's name, once it exists."""
        return Reference(f"module.{self.label}.name")


@dataclass(frozen=True, slots=True)
class _Whole:
    """What follows from all containers together, found once."""

    environment: Environment
    priorities: Mapping[str, int]
    consumers: frozenset[str]
    counting_gateways: tuple[str, ...]

    @classmethod
    def of(cls, environment: Environment) -> _Whole:
        inner = tuple(gateway.name for gateway in edge.counting(environment) if gateway.reach == "vpc")
        return cls(environment, _priorities(environment), consumers(environment), inner)


def build(environment: Environment) -> Iterator[Stack]:
    """Yield one stack for each domain that something runs in."""
    whole = _Whole.of(environment)
    owned: dict[str, list[_Container]] = defaultdict(list)
    for owner, model in environment.each(Container):
        owned[model.domain].append(_Container(whole, owner, model))
    for domain in environment.all(Domain):
        if domain in owned:
            yield _stack(environment, domain, owned[domain])


def stack_name(domain: str) -> str:
    """Return the name of a domain's services stack."""
    return f"services-{domain}"


def label_of(owner: str) -> str:
    """Return what a container's modules are labelled with: `planning`, `bff_web`."""
    kind, _, name = owner.partition("/")
    return identifier(name) if kind == "services" else identifier("bff", name)


def _stack(environment: Environment, domain: str, owned: list[_Container]) -> Stack:
    name = stack_name(domain)
    files: list[StackFile] = [_main_file(environment, domain)]
    published_outputs: list[Output] = [_CLUSTER_OUTPUT]
    modules: set[str] = set(_BASE_MODULES)
    databases: set[str] = set()
    for container in owned:
        files.append(container.file())
        published_outputs += container.outputs()
        modules |= container.modules()
        databases |= container.data_stacks()
    upstreams = (network.NAME, security.NAME, edge.NAME, *sorted(databases))
    shared = (shell.outputs(environment, published_outputs), *shell.files(environment, name, upstreams))
    return Stack(name, (*files, *shared), upstreams, tuple(sorted(modules)))


def _main_file(environment: Environment, domain: str) -> StackFile:
    names = Names.of(environment)
    identity = environment.all(Domain)[domain].identity
    key = plain_key(environment, identity, f"images and shell sessions of {domain}")
    cluster = Cluster(
        name=names.plain(identity),
        region=environment.settings.region,
        exec_log_group_name=names.path("exec", identity),
        exec_log_retention_in_days=environment.settings.log_retention,
        mesh_role_name=names.plain(identity, "mesh"),
        key_arn=Reference(f"module.{key.label}.arn"),
    )
    owner = f"domains/{domain}"
    context = {"cluster": cluster, "key": key}
    return StackFile("main.tf", "stacks/services/main.tf", context, owner, environment.source(owner))


def _priorities(environment: Environment) -> dict[str, int]:
    """Return each container's rule priority, taken from its own name, so that no container's depends on another's.

    Paths exclude each other, so their order has no meaning. Two names that fall on the same number are rare; the later
    one in the alphabet takes the next number that is free.
    """
    taken: dict[int, str] = {}
    for owner, container in sorted(environment.each(Container), key=lambda found: _path(found[1])):
        number = zlib.crc32(_path(container).encode()) % _PRIORITIES
        while number in taken:
            number = (number + 1) % _PRIORITIES
        taken[number] = owner
    return {owner: number + _FIRST_PRIORITY for number, owner in taken.items()}


def _path(container: Container) -> str:
    """Return the first segment of a container's URLs at the load balancer."""
    return container.path if isinstance(container, Bff) else container.identity


class _Container:
    """A service or BFF, turned into the values of its file."""

    def __init__(self, whole: _Whole, owner: str, model: Container) -> None:
        environment = whole.environment
        self.environment = environment
        self.whole = whole
        self.owner = owner
        self.model = model
        self.label = label_of(owner)
        self.names = Names.of(environment)
        self.name = self.names.container(model, owner.partition("/")[0])
        self.callees = tuple(callee for callee, call in model.dependencies.items() if call.access != "event")
        self.target = self._target(whole.priorities[owner])
        self.queue = self._queue()
        self.scaling = scaling.plan(environment, model, self.label, self.name)

    def file(self) -> StackFile:
        """Return the container's file."""
        kind, _, name = self.owner.partition("/")
        path = f"{name}.tf" if kind == "services" else f"bff-{name}.tf"
        source = self.environment.source(self.owner)
        return StackFile(path, "stacks/services/container.tf", self._context(), self.owner, source)

    def _context(self) -> dict[str, object]:
        repository = self._repository()
        return {
            "has_own_repository": self.model.image.repository is None,
            "repository": repository,
            "domain_key_arn": Reference(f"module.{identifier('key', self._domain_identity())}.arn"),
            "task": self._task(repository),
            "target": self.target,
            "service": self._service(),
            "has_database": self.database is not None,
            "database": self._database_access(),
            "exec_label": identifier("exec", self.label),
            "has_callees": bool(self.callees),
            "client_certificate_label": identifier("client_certificate", self.label),
            "internal_apis": tuple(self._internal_apis()),
            "publications": tuple(self._publications()),
            "has_queue": self.queue is not None,
            "queue": self.queue,
            "scaling": self.scaling,
            "moves": shell.moves(self.model, *self._label_patterns()),
        }

    @property
    def database(self) -> Database | None:
        """The service's own database."""
        name = self.model.database if isinstance(self.model, Service) else None
        return self.environment.all(Database)[name] if name else None

    def _domain_identity(self) -> str:
        return self.environment.all(Domain)[self.model.domain].identity

    def _repository(self) -> Repository:
        settings = self.environment.settings
        image = self.model.image
        label = identifier("repository", self.label)
        if image.repository is None:
            arn: str | Reference = Reference(f"module.{label}.arn")
            url: str | Reference = Reference(f"module.{label}.url")
            name = self.name
        else:
            name = self.names.plain(image.repository)
            arn = f"arn:aws:ecr:{settings.region}:{settings.account}:repository/{name}"
            url = f"{settings.account}.dkr.ecr.{settings.region}.amazonaws.com/{name}"
        return Repository(label, name, arn, url, image.keep, not settings.production)

    def _task(self, repository: Repository) -> Task:
        settings = self.environment.settings
        model = self.model
        size = model.sizes[model.active_profile]
        cpu, memory = round_up(size.cpu, size.memory)
        return Task(
            label=identifier("task", self.label),
            account_id=settings.account,
            region=settings.region,
            image=_tagged(repository.url, model.image.tag),
            cpu=cpu,
            memory=memory,
            cpu_architecture=model.architecture.upper(),
            environment=self._environment_variables(),
            read_only_root_filesystem=not model.exec,
            execution_role_name=f"{self.name}-execution",
            role_name=f"{self.name}-task",
            log_group_name=self.names.path(*self._path_parts()),
            log_retention_in_days=model.log_retention,
        )

    def _path_parts(self) -> tuple[str, ...]:
        return ("bff", self.model.identity) if isinstance(self.model, Bff) else (self.model.identity,)

    def _target(self, priority: int) -> Target:
        health = self.model.health
        return Target(
            label=identifier("target", self.label),
            path=_path(self.model),
            priority=priority,
            health_check={
                "path": health.path,
                "interval": health.interval,
                "timeout": health.timeout,
                "healthy": health.healthy,
                "unhealthy": health.unhealthy,
            },
            deregistration_delay=_DEREGISTRATION_SECONDS,
        )

    def _service(self) -> EcsService:
        model = self.model
        module = "ecs_service_pipeline" if model.deploy == "pipeline" else "ecs_service"
        provider = "FARGATE_SPOT" if model.spot else "FARGATE"
        kind, _, name = self.owner.partition("/")
        group = identifier({"services": "service", "bffs": "bff"}[kind], name)
        return EcsService(
            label=identifier("service", self.label),
            module=f"../modules/{module}",
            name=self.name,
            container_name=_CONTAINER_NAME,
            port=model.port,
            mesh_port=MESH_PORT,
            initial_tasks=model.tasks.min,
            capacity_providers={provider: {"base": 0, "weight": 1}},
            enable_execute_command=model.exec,
            health_check_grace_period_seconds=model.health.grace,
            security_group_id=Reference(f"local.security.{group}_security_group_id"),
            discovery_name="-".join(self._path_parts()),
        )

    def _database_access(self) -> DatabaseAccess | None:
        if self.database is None:
            return None
        return DatabaseAccess(
            label=identifier("database_access", self.label),
            proxy_resource_id=_of_proxy(self.database, "resource_id"),
            users=(data.application_user(self.database),),
        )

    def _gateways(self) -> Iterator[str]:
        """Yield the gateways on which this service has a key of its own."""
        if isinstance(self.model, Service) and self.callees:
            yield from self.whole.counting_gateways

    def _internal_apis(self) -> Iterator[InternalApi]:
        for name in self._gateways():
            gateway = self.environment.all(Gateway)[name]
            key = edge.key_output(gateway, self.environment.all(Service)[self.model.name])
            yield InternalApi(
                label=identifier("gateway_access", name, self.label),
                stage_execution_arn=Reference(f"local.edge.{identifier('gateway', name)}_stage_execution_arn"),
                api_key_id=Reference(f"local.edge.{key}"),
                paths=tuple(sorted(self.environment.all(Service)[callee].identity for callee in self.callees)),
            )

    def _publications(self) -> Iterator[Publication]:
        for consumer in published(self.model):
            arn = QueueNames.of(self.environment, consumer).arn
            identity = self.environment.all(Service)[consumer].identity
            yield Publication(identifier("publication", self.label, "to", consumer), identity, arn)

    def _queue(self) -> Queue | None:
        if not isinstance(self.model, Service) or self.model.name not in self.whole.consumers:
            return None
        queue = QueueNames.of(self.environment, self.model.name)
        return Queue(
            label=identifier("queue", self.label),
            name=queue.name,
            dead_letter_name=queue.dead_letter_name,
            visibility_timeout_seconds=_VISIBILITY_SECONDS,
            retention_seconds=_RETENTION_SECONDS,
            max_receives=_MAX_RECEIVES,
        )

    def _environment_variables(self) -> dict[str, str | Reference]:
        """Return what the code needs to know; what the catalogue says wins over what infragen derives."""
        derived: dict[str, str | Reference] = {
            "ENVIRONMENT": self.environment.name,
            "PORT": str(self.model.port),
            "TZ": self.environment.system.time_zone,
        }
        derived |= self._database_variables() | self._callee_variables() | self._event_variables()
        if isinstance(self.model, Bff):
            derived |= {"PAYLOAD": self.model.payload}
        return derived | self.model.environment

    def _database_variables(self) -> dict[str, str | Reference]:
        if self.database is None:
            return {}
        readers = {"DATABASE_READER_HOST": _of_proxy(self.database, "reader_endpoint")} if self.database.readers else {}
        return {
            "DATABASE_HOST": _of_proxy(self.database, "endpoint"),
            "DATABASE_NAME": data.schema_name(self.database),
            "DATABASE_PORT": str(DATABASE_PORT),
            "DATABASE_USER": data.application_user(self.database),
            **readers,
        }

    def _callee_variables(self) -> dict[str, str | Reference]:
        """Return where callees are: in the mesh by their short names, and at the doors with a proof of the client."""
        if not self.callees:
            return {}
        variables: dict[str, str | Reference] = {
            _variable(callee, "URL"): self._mesh_url(callee) for callee in self.callees
        }
        variables["LOAD_BALANCER_URL"] = edge.load_balancer_url(self.environment, HTTPS_PORT)
        for api in self._gateways():
            gateway = self.environment.all(Gateway)[api]
            key = edge.key_output(gateway, self.environment.all(Service)[self.model.name])
            variables[_variable(api, "GATEWAY_URL")] = Reference(f"local.edge.{identifier('gateway', api)}_invoke_url")
            variables[_variable(api, "GATEWAY_KEY_ID")] = Reference(f"local.edge.{key}")
        return variables

    def _mesh_url(self, callee: str) -> str:
        service = self.environment.all(Service)[callee]
        return f"http://{service.identity}:{service.port}"

    def _event_variables(self) -> dict[str, str | Reference]:
        variables: dict[str, str | Reference] = {
            _variable(consumer, "EVENTS_URL"): QueueNames.of(self.environment, consumer).url
            for consumer in published(self.model)
        }
        if self.queue is not None:
            variables["EVENTS_URL"] = QueueNames.of(self.environment, self.model.name).url
        return variables

    def _label_patterns(self) -> Iterator[str]:
        """Yield the labels of the container's modules with `{}` for its name."""
        own = "{}" if self.owner.startswith("services/") else "bff_{}"
        yield from (f"{kind}_{own}" for kind in ("task", "target", "service"))
        optional = {
            "repository": self.model.image.repository is None,
            "database_access": self.database is not None,
            "exec": self.model.exec,
            "client_certificate": bool(self.callees),
            "queue": self.queue is not None,
        }
        yield from (f"{kind}_{own}" for kind, wanted in optional.items() if wanted)
        yield from (f"{identifier('gateway_access', name)}_{own}" for name in self._gateways())
        yield from (f"publication_{own}_to_{identifier(consumer)}" for consumer in published(self.model))
        yield from (f"{kind}_{own}" for kind in self.scaling.label_kinds())

    def modules(self) -> set[str]:
        """Return the modules that the file calls."""
        optional = {
            "ecr_repository": self.model.image.repository is None,
            "ecs_database_access": self.database is not None,
            "ecs_exec_access": self.model.exec,
            "client_certificate_access": bool(self.callees),
            "internal_api_access": any(self._gateways()),
            "event_publish_access": any(published(self.model)),
            "event_queue": self.queue is not None,
        }
        service = "ecs_service_pipeline" if self.model.deploy == "pipeline" else "ecs_service"
        return {service, *(module for module, wanted in optional.items() if wanted), *self.scaling.modules()}

    def data_stacks(self) -> set[str]:
        """Return the data stack of the container's database."""
        return {data.stack_name(self.database.domain)} if self.database else set()

    def outputs(self) -> Iterator[Output]:
        """Yield what other stacks read of the container."""
        what = self.owner.replace("services/", "Service ").replace("bffs/", "BFF ")
        for attribute, kind, source, description in _CONTAINER_OUTPUTS:
            reference = Reference(f"module.{identifier(kind, self.label)}.{source}")
            yield Output(f"{identifier('service', self.label)}_{attribute}", f"{what}: {description}", reference)
        if self.queue is not None:
            for attribute, description in _QUEUE_OUTPUTS:
                reference = Reference(f"module.{self.queue.label}.{attribute}")
                name = f"{identifier('queue', self.label)}_{attribute}"
                yield Output(name, f"{what}: {description}", reference)


def _tagged(url: str | Reference, tag: str) -> str | Reference:
    # A tag is checked by its model: no character of it means anything in HCL.
    return Reference(f'"${{{url.expression}}}:{tag}"') if isinstance(url, Reference) else f"{url}:{tag}"


def _of_proxy(database: Database, attribute: str) -> Reference:
    stack = identifier(data.stack_name(database.domain))
    return Reference(f"local.{stack}.{identifier('proxy', database.name)}_{attribute}")


def _variable(name: str, suffix: str) -> str:
    return f"{name.upper().replace('-', '_')}_{suffix}"


_CLUSTER_OUTPUT: Final = Output("cluster_name", "Name of the cluster.", Reference("module.cluster.name"))
_CONTAINER_OUTPUTS: Final = (
    ("name", "service", "name", "name of the ECS service."),
    ("target_group_arn_suffix", "target", "target_group_arn_suffix", "target group as CloudWatch names it."),
    ("task_definition_arn", "task", "task_definition_arn", "task definition that Terraform keeps."),
    ("task_role_arn", "task", "task_role_arn", "role that the code runs as."),
)
_QUEUE_OUTPUTS: Final = (
    ("dead_letter_name", "name of the dead-letter queue."),
    ("name", "name of the event queue."),
)
