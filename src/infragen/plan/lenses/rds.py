"""RDS and Aurora: engine, capacity, storage, backups, protection, access and monitoring, each on a line of its own.

Arguments as in the AWS provider's `aws_rds_*` and `aws_db_*`. Aurora capacity units (ACU) and the pause of serverless
v2 are those of the Aurora user guide, "Performance and scaling for Aurora Serverless v2". Passwords are not told here:
what is sensitive stays with the generic differences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.lenses.table import (
    Fact,
    Keyed,
    block,
    by_key,
    each,
    flag,
    is_empty,
    items,
    known_only,
    lens,
    phrased,
    says,
    switch,
    topic,
    word,
)
from infragen.redaction.values import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.plan.lenses.lens import Lens
    from infragen.redaction.values import Value


def _ends(value: Mapping[str, Value], unit: str) -> Iterator[str]:
    """Say a range by its ends, so that one that stays need not be said."""
    yield from phrased(value, {"min_capacity": f"from {{}} {unit}", "max_capacity": f"up to {{}} {unit}"})


def _serverless_v2(value: Value) -> Iterator[str]:
    capacity = block(value, "min_capacity", "max_capacity", "seconds_until_auto_pause")
    yield from _ends(capacity, "ACU")
    pause = capacity.get("seconds_until_auto_pause")
    if not is_empty(pause) and pause != _NONE:
        yield f"pauses after {word(pause)} s"


def _serverless_v1(value: Value) -> Iterator[str]:
    """Say the capacity of serverless v1, whose unit is its own."""
    capacity = block(
        value, "min_capacity", "max_capacity", "auto_pause", "seconds_until_auto_pause", "seconds_before_timeout",
        "timeout_action",
    )  # fmt: skip
    yield from _ends(capacity, "units")
    yield from switch("pauses", "never pauses", capacity.get("auto_pause"))
    templates = {
        "seconds_until_auto_pause": "after {} s",
        "seconds_before_timeout": "scaling waits {} s",
        "timeout_action": "then {}",
    }
    yield from phrased(capacity, templates)


_WHEN = {"immediate": "at once", "pending-reboot": "at reboot"}


def _parameters(value: Value) -> Mapping[str, Iterable[str]]:
    return by_key(value, "name", _parameter)


def _parameter(item: Value) -> Iterator[str]:
    """Say a parameter's value, and when it takes effect."""
    parameter = known_only(item, "name", "value", "apply_method")
    yield word(parameter.get("value"))
    method = parameter.get("apply_method")
    if not is_empty(method):
        yield _WHEN.get(word(method), word(method))


def _pool(value: Value) -> Iterator[str]:
    kinds = {
        "max_connections_percent": "at most {}% of the connections",
        "max_idle_connections_percent": "at most {}% idle",
        "connection_borrow_timeout": "waits {} s for one",
        "init_query": "starts with {}",
    }
    pool = block(value, *kinds, "session_pinning_filters")
    yield from phrased(pool, kinds)
    yield from each("no pinning for {}", pool.get("session_pinning_filters"))


def _logins(value: Value) -> Mapping[str, Iterable[str]]:
    return by_key(value, "secret_arn", _login)


def _login(item: Value) -> Iterator[str]:
    """Say how the one whose name and password are in a secret logs in."""
    kinds = {
        "username": "as {}",
        "auth_scheme": "by {}",
        "iam_auth": "IAM {}",
        "client_password_auth_type": "with {}",
        "description": "called {}",
    }
    login = known_only(item, "secret_arn", *kinds)
    yield from phrased(login, kinds)


_NONE = Number("0")
"""Of `backtrack_window` and `monitoring_interval`: the default, and off (the provider's documentation of both)."""

_ENGINE = topic(
    "engine",
    says("engine"),
    says("engine_version", "version {}"),
    says("engine_lifecycle_support"),
    says("engine_mode", "mode {}"),
    flag("allow_major_version_upgrade", "major upgrade allowed", "no major upgrade"),
    flag("auto_minor_version_upgrade", "minor upgrades by themselves", "no minor upgrades"),
    says("db_cluster_parameter_group_name", "parameters {}"),
    says("db_instance_parameter_group_name", "instances' parameters {}"),
    says("db_parameter_group_name", "parameters {}"),
    says("parameter_group_name", "parameters {}"),
    says("option_group_name", "options {}"),
    says("license_model"),
)
_CAPACITY = topic(
    "capacity",
    says("instance_class"),
    says("db_cluster_instance_class"),
    Fact(("serverlessv2_scaling_configuration",), _serverless_v2),
    Fact(("scaling_configuration",), _serverless_v1),
    flag("multi_az", "multi-AZ", "single-AZ"),
    says("promotion_tier", "tier {}"),
    says("availability_zone", "in {}"),
    items("availability_zones", "in {}"),
)
_STORAGE = topic(
    "storage",
    says("allocated_storage", "{} GiB"),
    says("max_allocated_storage", "up to {} GiB"),
    says("storage_type"),
    says("iops", "{} iops"),
    says("storage_throughput", "{} MiB/s"),
    flag("storage_encrypted", "encrypted", "not encrypted"),
    says("kms_key_id", "key {}"),
)
_BACKUPS = topic(
    "backups",
    says("backup_retention_period", "kept {} d"),
    says("preferred_backup_window"),
    says("backup_window"),
    says("backtrack_window", "backtrack {} s", nothing=_NONE),
    flag("copy_tags_to_snapshot", "tags copied", "tags not copied"),
)
_DELETION = topic(
    "deletion",
    flag("deletion_protection", "protected", "not protected"),
    flag("skip_final_snapshot", "no final snapshot", "a final snapshot"),
    says("final_snapshot_identifier", "snapshot {}"),
    flag("delete_automated_backups", "backups go too", "backups stay"),
)
_MAINTENANCE = topic(
    "maintenance",
    says("preferred_maintenance_window"),
    says("maintenance_window"),
    flag("apply_immediately", "changes apply at once", "changes wait for the window"),
)
_NETWORK = topic(
    "network",
    says("db_subnet_group_name", "subnets {}"),
    items("vpc_security_group_ids"),
    says("port", "port {}"),
    says("network_type"),
    says("ca_cert_identifier", "certificate {}"),
    says("ca_certificate_identifier", "certificate {}"),
    flag("publicly_accessible", "public", "not public"),
)
_ACCESS = topic(
    "access",
    flag("iam_database_authentication_enabled", "IAM login", "no IAM login"),
    flag("enable_http_endpoint", "data API", "no data API"),
    flag("manage_master_user_password", "password in Secrets Manager", "password not in Secrets Manager"),
    says("master_user_secret_kms_key_id", "secret key {}"),
    items("iam_roles", "role {}"),
)
_MONITORING = topic(
    "monitoring",
    says("monitoring_interval", "interval {} s", nothing=_NONE),
    says("monitoring_role_arn", "role {}"),
    flag("performance_insights_enabled", "insights", "no insights"),
    says("performance_insights_retention_period", "insights kept {} d"),
    says("performance_insights_kms_key_id", "insights key {}"),
    says("database_insights_mode", "insights {}"),
    items("enabled_cloudwatch_logs_exports", "logs {}"),
)
_DATABASE = lens(_ENGINE, _CAPACITY, _STORAGE, _BACKUPS, _DELETION, _MAINTENANCE, _NETWORK, _ACCESS, _MONITORING)
"""For a cluster, its instances and an instance alone: an attribute that a type has not is never seen."""

_PARAMETERS = lens(Keyed("parameter", "parameter", _parameters))
_PROXY = lens(
    topic(
        "proxy",
        says("engine_family", "for {}"),
        says("idle_client_timeout", "idle {} s"),
        flag("require_tls", "TLS only", "TLS or not"),
        flag("debug_logging", "debug log", "no debug log"),
        says("role_arn", "role {}"),
    ),
    topic("network", items("vpc_subnet_ids"), items("vpc_security_group_ids")),
    Keyed("login", "auth", _logins),
)
_POOL = lens(topic("pool", Fact(("connection_pool_config",), _pool)))
_PROXY_ENDPOINT = lens(topic("endpoint", says("target_role"), items("vpc_subnet_ids"), items("vpc_security_group_ids")))

LENSES: Mapping[str, Lens] = {
    "aws_rds_cluster": _DATABASE,
    "aws_rds_cluster_instance": _DATABASE,
    "aws_db_instance": _DATABASE,
    "aws_rds_cluster_parameter_group": _PARAMETERS,
    "aws_db_parameter_group": _PARAMETERS,
    "aws_db_proxy": _PROXY,
    "aws_db_proxy_default_target_group": _POOL,
    "aws_db_proxy_endpoint": _PROXY_ENDPOINT,
}
