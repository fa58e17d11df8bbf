"""A read replica is an instance of its own: it shares nothing with its source that somebody may change.

AWS: each instance has its own DbiResourceId, tags, exported logs and performance insights; a replica is not protected
from deletion and keeps no backups unless that is asked for (RDS API Reference, CreateDBInstanceReadReplica,
DBInstance). moto copies its source, whose resource id and lists it then has, and ignores the logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import RDSBackend

from infragen_sandbox.corrections.patching import around
from infragen_sandbox.corrections.rds_instance_identity import resource_id
from infragen_sandbox.corrections.rds_performance_insights import remember

if TYPE_CHECKING:
    from collections.abc import Callable


def _create(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
    replica = original(backend, wanted)
    replica.dbi_resource_id = resource_id()
    replica.tags = list(wanted.get("tags") or [])
    replica.enabled_cloudwatch_logs_exports = list(wanted.get("enable_cloudwatch_logs_exports") or [])
    replica.deletion_protection = bool(wanted.get("deletion_protection"))
    replica.backup_retention_period = wanted.get("backup_retention_period") or 0
    replica.performance_insights_enabled = False
    remember(replica, wanted)
    return replica


def apply() -> None:
    """Install the correction."""
    around(RDSBackend, "create_db_instance_read_replica", _create)
