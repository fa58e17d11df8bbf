"""Which field of the catalogue an argument of a module call comes from, and where that field was written.

`FIELDS` says it by module and argument. It is a table and no tracing, so that building stacks stays plain; a test
changes every field of a landscape, one at a time, and compares what the stacks then say with the table.

A path is a field of the block's own entry: `tasks.max`. `environment:` and `system:` stand before fields of these.
`{key}` is the key of the resource (or the part of the argument) that is asked about, `{callee}` the service in such a
key, `{profile}` the active size. Of several paths the first one that has a value counts. No path at all means that
several fields drive the argument, or another entry's. One without a row is a constant, or driven by nothing but the
names of environment and system, or by what other modules return.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.core.landscape import Environment
    from infragen.diagnostics import Location

__all__ = ["FIELDS", "IDENTITY", "FieldOrigin", "origin_of", "paths_of"]

_Paths = tuple[str, ...]

IDENTITY: Final[_Paths] = ("physical_name", "renamed_from", "name")
"""What names on AWS are made of."""

_ACCOUNT: Final[_Paths] = ("environment:account",)
_REGION: Final[_Paths] = ("environment:region",)
_PRODUCTION: Final[_Paths] = ("environment:production",)
_LOG_RETENTION: Final[_Paths] = ("environment:log_retention",)
_PROTECTED: Final[_Paths] = ("environment:deletion_protection", "environment:production")
_COOL_IN: Final[_Paths] = ("scaling.scale_in_cooldown",)
_COOL_OUT: Final[_Paths] = ("scaling.scale_out_cooldown",)
_MIN: Final[_Paths] = ("tasks.min",)
_MAX: Final[_Paths] = ("tasks.max",)

_ALARMS: Final = {"alarm_prefix": IDENTITY}
_CLUSTER: Final = {
    "apply_immediately": _PRODUCTION,
    "backup_retention_days": ("backup.retention",),
    "backup_window": ("backup.window",),
    "cluster_identifier": IDENTITY,
    "database_name": ("schema_name", *IDENTITY),
    "deletion_protection": ("deletion_protection",),
    "description": IDENTITY,
    "engine_version": ("release",),
    "final_snapshot_identifier": IDENTITY,
    "instances": ("readers",),
    "log_exports": _LOG_RETENTION,
    "log_exports.audit": ("audit.retention",),
    "maintenance_window": ("maintenance",),
    "max_capacity": ("capacity.max",),
    "min_capacity": ("capacity.min",),
    "parameter_group_name": IDENTITY,
    "skip_final_snapshot": ("final_snapshot",),
}
_REST_API: Final = {
    "description": ("purpose",),
    "minimum_compression_size": ("compress",),
    "name": IDENTITY,
}
_SCALING_TARGET: Final = {"max_tasks": _MAX, "min_tasks": _MIN}
_SCHEDULED: Final = {**_SCALING_TARGET, "schedules": ("scaling.schedules.{key}",), "timezone": ("system:time_zone",)}
_SECRET: Final = {"description": IDENTITY, "name": IDENTITY, "recovery_window_in_days": _PRODUCTION}
_SERVICE: Final = {
    "capacity_providers": ("spot",),
    "container_port": ("port",),
    "discovery_name": IDENTITY,
    "enable_execute_command": ("exec",),
    "health_check_grace_period_seconds": ("health.grace",),
    "initial_tasks": _MIN,
    "name": IDENTITY,
}
_SEVERAL: Final[_Paths] = ()
_GROUP: Final = {"egress": ("calls.{callee}",)}

FIELDS: Final[Mapping[str, Mapping[str, _Paths]]] = {
    "*": {"account_id": _ACCOUNT, "region": _REGION},
    "access_log_bucket": {"name": _ACCOUNT, "force_destroy": _PRODUCTION, "retention_in_days": _LOG_RETENTION},
    "alb_target": {"health_check": ("health.{key}",), "name": IDENTITY, "port": ("port",)},
    "alerts_email": {"addresses": ("environment:alarm_email",)},
    "api_gateway_allow_list": {"cidr_blocks": ("allow",)},
    "api_gateway_key": {"name": IDENTITY},
    "api_gateway_private": _REST_API,
    "api_gateway_proxy_route": {"authorization": ("authentication",), "backend_url": ("environment:internal_domain",)},
    "api_gateway_regional": _REST_API,
    "api_gateway_route": {"authorization": _SEVERAL, "backend_url": ("environment:internal_domain",)},
    "api_gateway_stage": {
        "access_log_group_name": ("audit",),
        "access_log_retention_in_days": ("access_log_retention",),
        "description": ("purpose",),
        "execution_log_retention_in_days": _LOG_RETENTION,
        "redeploy_on": _SEVERAL,
    },
    "api_gateway_usage_plan": {
        "burst": ("burst",),
        "description": _SEVERAL,
        "name": IDENTITY,
        "path_limits": _SEVERAL,
        "requests_per_second": ("limit",),
    },
    "aurora_cluster": _CLUSTER,
    "aurora_cluster_managed_password": _CLUSTER,
    "aurora_master_password": _SECRET,
    "bffs/alb_target": {"path": ("path",), "priority": ("path",)},
    "bffs/api_gateway_route": {"backend_path": ("path",), "path": ("path",)},
    "bffs/security_group": _GROUP,
    "database_alarms": {**_ALARMS, "connections": ("connections",), "volume_bytes": ("data",)},
    "database_replica_alarms": _ALARMS,
    "database_secret": {**_SECRET, "username": IDENTITY},
    "ecr_repository": {"force_delete": _PRODUCTION, "kept_images": ("image.keep",), "name": IDENTITY},
    "ecs_cluster": {
        "exec_log_group_name": IDENTITY,
        "exec_log_retention_in_days": _LOG_RETENTION,
        "name": IDENTITY,
    },
    "ecs_scaling_queue": {
        "events_per_task": ("scaling.queue.per_task",),
        "scale_in_cooldown": _COOL_IN,
        "scale_out_cooldown": _COOL_OUT,
    },
    "ecs_scaling_response_time": {"scale_out_cooldown": _COOL_OUT, "seconds": ("scaling.response_time.target",)},
    "ecs_scaling_step": {
        "alarm_name": IDENTITY,
        "cooldown": _COOL_OUT,
        "cpu_percent": ("scaling.cpu",),
        "steps": ("scaling.steps",),
    },
    "ecs_scaling_target": _SCALING_TARGET,
    "ecs_scaling_target_scheduled": _SCHEDULED,
    "ecs_scaling_target_scheduled_range": _SCHEDULED,
    "ecs_scaling_tracking": {
        "scale_in_cooldown": _COOL_IN,
        "scale_out_cooldown": _COOL_OUT,
        "target_percent": ("scaling.{key}",),
    },
    "ecs_service": _SERVICE,
    "ecs_service_pipeline": _SERVICE,
    "ecs_task": {
        "cpu": ("sizes.{profile}.cpu",),
        "cpu_architecture": ("architecture",),
        "environment": _SEVERAL,
        "execution_role_name": IDENTITY,
        "image": ("image.tag",),
        "log_group_name": IDENTITY,
        "log_retention_in_days": ("log_retention",),
        "memory": ("sizes.{profile}.memory",),
        "name": IDENTITY,
        "port": ("port",),
        "read_only_root_filesystem": ("exec",),
        "repository_arn": _SEVERAL,
        "task_role_name": IDENTITY,
    },
    "ecs_database_access": {"database_users": _SEVERAL},
    "event_publish_access": {"consumer": _SEVERAL, "queue_arn": _SEVERAL},
    "event_queue": {"dead_letter_name": IDENTITY, "name": IDENTITY},
    "gateway_alarms": _ALARMS,
    "gateway_latency_alarm": {**_ALARMS, "latency_milliseconds": ("latency_p90",)},
    "gateway_network_load_balancer": {"deletion_protection": _PROTECTED},
    "gateways/api_gateway_key": {"description": ("clients",)},
    "gateways/api_gateway_route": {"authorization": ("authentication",)},
    "internal_api_access": {"paths": ("calls",)},
    "internal_load_balancer": {"deletion_protection": _PROTECTED},
    "kms_key": {"deletion_window_in_days": ("environment:key_deletion_window",), "service_grants": _SEVERAL},
    "nat_gateway": {"route_table_ids": ("environment:network.nat",)},
    "private_ca": {"deletion_window_in_days": ("environment:key_deletion_window",)},
    "private_certificate": {"domain_name": ("environment:internal_domain",)},
    "private_dns_namespace": {"name": ("environment:internal_domain",)},
    "queue_alarms": _ALARMS,
    "rds_proxy": {
        "auth_description": IDENTITY,
        "idle_client_timeout_seconds": ("proxy.idle_timeout",),
        "log_retention_in_days": _LOG_RETENTION,
        "max_connections_percent": ("proxy.max_connections",),
        "max_idle_connections_percent": ("proxy.max_connections",),
        "name": IDENTITY,
        "role_name": IDENTITY,
    },
    "rds_proxy_reader_endpoint": {"name": IDENTITY},
    "response_time_alarm": {**_ALARMS, "response_seconds": ("promise.response_time",)},
    "security_group": {"description": IDENTITY, "egress": _SEVERAL, "ingress": _SEVERAL, "name": IDENTITY},
    "security_group_link": {"port": ("port",)},
    "service_alarms": _ALARMS,
    "service_connect_tls_role": {"name": IDENTITY},
    "service_task_alarm": {**_ALARMS, "min_tasks": _MIN},
    "services/alb_target": {"path": IDENTITY, "priority": IDENTITY},
    "services/security_group": _GROUP,
    "target_alarms": _ALARMS,
    "trust_store": {"bucket_name": _ACCOUNT},
    "vpc": {
        "app_subnets": ("environment:network.subnets.app.{key}",),
        "cidr_block": ("environment:network.cidr",),
        "data_subnets": ("environment:network.subnets.data.{key}",),
        "public_subnets": ("environment:network.subnets.public.{key}",),
    },
    "vpc_flow_log": {"retention_in_days": ("environment:network.flow_log_retention",)},
    "vpc_gateway_endpoint": {"service_name": _REGION},
    "vpc_interface_endpoint": {"service_name": _REGION},
    "web_acl": {
        "description": IDENTITY,
        "log_group_name": IDENTITY,
        "log_retention_in_days": ("access_log_retention",),
        "managed_rules": ("firewall.managed",),
        "name": IDENTITY,
        "rate_rules": ("firewall.rate_limit",),
    },
}
"""Module (with the entry's kind before it, where kinds differ; `*` for all) to argument to paths."""


@dataclass(frozen=True, slots=True, order=True)
class FieldOrigin:
    """A field, an entry's own without the entry's name (`tasks.max`), and the strongest line that sets it."""

    field: str
    location: Location


def origin_of(
    environment: Environment, owner: str | None, module: str, arguments: Iterable[tuple[str, str | None]]
) -> FieldOrigin | None:
    """Return the field that `arguments` of a module call come from; None when several on several lines have a say.

    `owner` is the entry that the call was made for, None for what belongs to a stack. An argument comes with the key
    it is asked for, if any. An entry's own fields go before the environment's, and values before names: in
    `"${var.name} in ${var.region} below ${var.min_tasks}"` it is the tasks that a person changes.
    """
    found: dict[int, set[FieldOrigin]] = {}
    for argument, key in arguments:
        paths = paths_of(owner, module, argument, key)
        if paths is None:
            continue
        if not paths:
            return None
        origin = next(_origins(environment, owner, paths, key), None)
        if origin is not None:
            found.setdefault(_rank(paths), set()).add(origin)
    return _together(sorted(found[min(found)])) if found else None


def _together(origins: list[FieldOrigin]) -> FieldOrigin | None:
    """Return the only origin, or of several on one line (`capacity: {min: 0.5 ACU, max: 16 ACU}`) what holds them."""
    if len(origins) == 1:
        return origins[0]
    if len({(origin.location.file, origin.location.line) for origin in origins}) > 1:
        return None
    common = takewhile(
        lambda steps: len(set(steps)) == 1, zip(*(one.field.split(".") for one in origins), strict=False)
    )
    holder = ".".join(steps[0] for steps in common)
    return FieldOrigin(holder, min(origin.location for origin in origins)) if holder else None


def paths_of(owner: str | None, module: str, argument: str, key: str | None = None) -> _Paths | None:
    """Return the paths that drive an argument: none when several fields do, None when it is not in the table."""
    kind = owner.partition("/")[0] if owner else "stack"
    for table in (f"{kind}/{module}", module, "*"):
        rows = FIELDS.get(table, {})
        paths = rows.get(f"{argument}.{key}", rows.get(argument))
        if paths is not None:
            return paths
    return None


def _rank(paths: _Paths) -> int:
    if paths in (_ACCOUNT, _REGION):
        return 3
    if paths == IDENTITY:
        return 2
    return 1 if ":" in paths[0] else 0


def _origins(environment: Environment, owner: str | None, paths: _Paths, key: str | None) -> Iterator[FieldOrigin]:
    for path in paths:
        whose, _, inner = path.rpartition(":")
        written_in = whose or owner
        if written_in is None:
            continue
        model = _model(environment, written_in)
        steps = _steps(inner, key, model)
        if _value(model, steps) is not None:
            field = ".".join(("system", *steps) if whose == "system" else steps)
            yield FieldOrigin(field, environment.at(written_in, *steps))


def _model(environment: Environment, owner: str) -> Any:
    if owner == "environment":
        return environment.settings
    if owner == "system":
        return environment.system
    kind, _, name = owner.partition("/")
    return environment.entries[kind][name]


def _steps(path: str, key: str | None, model: Any) -> tuple[str, ...]:
    """Return a path's steps; without a key, what holds all of them."""
    profile = model.active_profile if isinstance(model, Container) else ""
    callee = key.removeprefix("service-") if key else None
    known = {"{key}": key, "{callee}": callee, "{profile}": profile}
    steps = (known.get(step, step) for step in path.split("."))
    return tuple(step for step in steps if step is not None)


def _value(model: Any, steps: Iterable[str]) -> Any:
    value = model
    for step in steps:
        if isinstance(value, BaseModel):
            value = getattr(value, step, None)
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value
