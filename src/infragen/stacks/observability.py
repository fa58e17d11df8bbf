"""The observability stack: one topic, and the base alarms of everything that runs, a file an entry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen.catalog.names import Names
from infragen.kinds.bffs import Bff
from infragen.kinds.databases import Database
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container
from infragen.stacks import data, edge, security, services, shell
from infragen.stacks.events import consumers
from infragen.stacks.model import Reference, Stack, StackFile
from infragen.stacks.shell import Output, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.landscape import Environment

__all__ = ["NAME", "build"]

NAME: Final = "observability"

_CPU_PERCENT: Final = 90
_MEMORY_PERCENT: Final = 90
_CAPACITY_PERCENT: Final = 90
_ERRORS_PER_MINUTE: Final = 10
_ERROR_PERCENT: Final = 1
_LAG_MILLISECONDS: Final = 1_000
_EVENT_AGE_SECONDS: Final = 300
"""Assumptions: the document asks for alarms and gives figures only for what services promise."""

_GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Topic:
    """Where all alarms go."""

    name: str
    account_id: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceAlarms:
    """What is watched of an ECS service."""

    label: str
    task_label: str
    name: str
    cluster: Reference
    reference: Reference
    cpu_percent: int
    memory_percent: int
    has_tasks: bool
    min_tasks: int


@dataclass(frozen=True, slots=True)
class TargetAlarms:
    """What the load balancer sees of it."""

    label: str
    response_time_label: str
    arn_suffix: Reference
    errors_per_minute: int
    has_promise: bool
    response_seconds: Decimal | None


@dataclass(frozen=True, slots=True)
class QueueAlarms:
    """What is watched of its event queue."""

    label: str
    name: Reference
    dead_letter_name: Reference
    age_seconds: int


@dataclass(frozen=True, slots=True)
class DatabaseAlarms:
    """What is watched of an Aurora cluster."""

    label: str
    replica_label: str
    name: str
    cluster_identifier: Reference
    capacity_percent: int
    connections: int
    cpu_percent: int
    volume_bytes: int
    has_readers: bool
    lag_milliseconds: int


@dataclass(frozen=True, slots=True)
class GatewayAlarms:
    """What is watched of a REST API."""

    label: str
    latency_label: str
    name: str
    api_name: Reference
    stage_name: Reference
    error_percent: int
    has_promise: bool
    latency_milliseconds: int | None


def build(environment: Environment) -> Iterator[Stack]:
    """Yield the observability stack, when anything runs that could be watched."""
    watched = [found for found in environment.each(Container) if found[1].tasks.max > 0]
    if not watched and not environment.all(Database):
        return
    upstreams = _upstreams(environment)
    queues = consumers(environment)
    files = (
        _main_file(environment),
        *(_container_file(environment, *found, queues) for found in watched),
        *(_database_file(environment, database) for database in environment.all(Database).values()),
        *(_gateway_file(environment, gateway) for gateway in environment.all(Gateway).values()),
        shell.outputs(environment, (_TOPIC_OUTPUT,)),
        *shell.files(environment, NAME, upstreams),
    )
    yield Stack(NAME, files, upstreams, _modules(environment, [container for _, container in watched], queues))


def _upstreams(environment: Environment) -> tuple[str, ...]:
    containers = [container for _, container in environment.each(Container)]
    stacks = {data.stack_name(database.domain) for database in environment.all(Database).values()}
    stacks |= {services.stack_name(container.domain) for container in containers}
    return (security.NAME, *((edge.NAME,) if containers else ()), *sorted(stacks))


def _modules(environment: Environment, watched: list[Container], queues: frozenset[str]) -> tuple[str, ...]:
    databases, gateways = environment.all(Database).values(), environment.all(Gateway).values()
    optional = {
        "alerts_email": environment.settings.alarm_email is not None,
        "database_alarms": bool(databases),
        "database_replica_alarms": any(database.readers for database in databases),
        "gateway_alarms": bool(gateways),
        "gateway_latency_alarm": any(gateway.latency_p90 for gateway in gateways),
        "queue_alarms": any(_has_queue(container, queues) for container in watched),
        "response_time_alarm": any(_promise(environment, container) for container in watched),
        "service_alarms": bool(watched),
        "service_task_alarm": any(container.tasks.min for container in watched),
        "target_alarms": bool(watched),
    }
    return ("alerts_topic", *(module for module, wanted in optional.items() if wanted))


def _main_file(environment: Environment) -> StackFile:
    settings = environment.settings
    addresses = (settings.alarm_email,) if settings.alarm_email else ()
    topic = Topic(Names.of(environment).plain("alerts"), settings.account, addresses)
    context = {"topic": topic, "has_addresses": bool(addresses)}
    return StackFile("main.tf", "stacks/observability/main.tf", context, None, environment.source("environment"))


def _entry_file(environment: Environment, path: str, owner: str, kind: str, context: Mapping[str, object]) -> StackFile:
    return StackFile(path, f"stacks/observability/{kind}.tf", context, owner, environment.source(owner))


def _container_file(environment: Environment, owner: str, container: Container, queues: frozenset[str]) -> StackFile:
    kind, _, entry = owner.partition("/")
    label = services.label_of(owner)
    stack = identifier(services.stack_name(container.domain))
    published = f"local.{stack}.{identifier('service', label)}"
    service = ServiceAlarms(
        label=identifier("service_alarms", label),
        task_label=identifier("task_alarm", label),
        name=Names.of(environment).container(container, kind),
        cluster=Reference(f"local.{stack}.cluster_name"),
        reference=Reference(f"{published}_name"),
        cpu_percent=_CPU_PERCENT,
        memory_percent=_MEMORY_PERCENT,
        has_tasks=container.tasks.min > 0,
        min_tasks=container.tasks.min,
    )
    promise = _promise(environment, container)
    target = TargetAlarms(
        label=identifier("target_alarms", label),
        response_time_label=identifier("response_time_alarm", label),
        arn_suffix=Reference(f"{published}_target_group_arn_suffix"),
        errors_per_minute=_ERRORS_PER_MINUTE,
        has_promise=promise is not None,
        response_seconds=Decimal(promise) / 1000 if promise else None,
    )
    queue = _queue(container, stack, label) if _has_queue(container, queues) else None
    own = "{}" if kind == "services" else "bff_{}"
    kinds = {
        "service_alarms": True,
        "task_alarm": service.has_tasks,
        "target_alarms": True,
        "response_time_alarm": target.has_promise,
        "queue_alarms": queue is not None,
    }
    context = {
        "service": service,
        "target": target,
        "has_queue": queue is not None,
        "queue": queue,
        "moves": shell.moves(container, *(f"{alarm}_{own}" for alarm, wanted in kinds.items() if wanted)),
    }
    path = f"service-{entry}.tf" if kind == "services" else f"bff-{entry}.tf"
    return _entry_file(environment, path, owner, "container", context)


def _promise(environment: Environment, container: Container) -> int | None:
    """Return the milliseconds in which nine of ten requests are answered: its own word, else its gateway's."""
    if container.promise.response_time is not None:
        return container.promise.response_time
    if isinstance(container, Bff):
        return environment.all(Gateway)[container.gateway].latency_p90
    inner = [gateway.latency_p90 for gateway in environment.all(Gateway).values() if gateway.reach == "vpc"]
    return min((latency for latency in inner if latency is not None), default=None)


def _has_queue(container: Container, queues: frozenset[str]) -> bool:
    return not isinstance(container, Bff) and container.name in queues


def _queue(container: Container, stack: str, label: str) -> QueueAlarms:
    promised = container.promise.notified_within
    published = f"local.{stack}.{identifier('queue', label)}"
    return QueueAlarms(
        label=identifier("queue_alarms", label),
        name=Reference(f"{published}_name"),
        dead_letter_name=Reference(f"{published}_dead_letter_name"),
        age_seconds=promised // 1000 if promised else _EVENT_AGE_SECONDS,
    )


def _database_file(environment: Environment, database: Database) -> StackFile:
    published = f"local.{identifier(data.stack_name(database.domain))}.{identifier('database', database.name)}"
    alarms = DatabaseAlarms(
        label=identifier("database_alarms", database.name),
        replica_label=identifier("replica_alarms", database.name),
        name=Names.of(environment).database(database),
        cluster_identifier=Reference(f"{published}_cluster_identifier"),
        capacity_percent=_CAPACITY_PERCENT,
        connections=database.connections,
        cpu_percent=_CPU_PERCENT,
        volume_bytes=database.data * _GIGABYTE,
        has_readers=database.readers > 0,
        lag_milliseconds=_LAG_MILLISECONDS,
    )
    labels = ("database_alarms_{}", *(("replica_alarms_{}",) if alarms.has_readers else ()))
    context = {"database": alarms, "moves": shell.moves(database, *labels)}
    owner = f"databases/{database.name}"
    return _entry_file(environment, f"database-{database.name}.tf", owner, "database", context)


def _gateway_file(environment: Environment, gateway: Gateway) -> StackFile:
    published = f"local.edge.{identifier('gateway', gateway.name)}"
    alarms = GatewayAlarms(
        label=identifier("gateway_alarms", gateway.name),
        latency_label=identifier("latency_alarm", gateway.name),
        name=Names.of(environment).plain(gateway.identity),
        api_name=Reference(f"{published}_api_name"),
        stage_name=Reference(f"{published}_stage_name"),
        error_percent=_ERROR_PERCENT,
        has_promise=gateway.latency_p90 is not None,
        latency_milliseconds=gateway.latency_p90,
    )
    labels = ("gateway_alarms_{}", *(("latency_alarm_{}",) if alarms.has_promise else ()))
    context = {"gateway": alarms, "moves": shell.moves(gateway, *labels)}
    owner = f"gateways/{gateway.name}"
    return _entry_file(environment, f"gateway-{gateway.name}.tf", owner, "gateway", context)


_TOPIC_OUTPUT: Final = Output("alerts_topic_arn", "Topic of all alarms.", Reference("module.alerts.arn"))
