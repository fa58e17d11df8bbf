"""An instance and a cluster say whether, how long and with which key performance insights are kept.

AWS: EnablePerformanceInsights of the request comes back as PerformanceInsightsEnabled, with
PerformanceInsightsKMSKeyId and PerformanceInsightsRetentionPeriod, 7 days when left out, and DatabaseInsightsMode
(RDS API Reference, CreateDBInstance, DBInstance, DBCluster). moto drops all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBCluster, DBInstance, RDSBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT_RETENTION_DAYS = 7


def remember(thing: Any, wanted: dict[str, Any]) -> None:
    """Keep what a request says of performance insights."""
    if wanted.get("enable_performance_insights") is not None:
        thing.performance_insights_enabled = wanted["enable_performance_insights"]
    for name in ("performance_insights_kms_key_id", "performance_insights_retention_period", "database_insights_mode"):
        if wanted.get(name) is not None:
            setattr(thing, name, wanted[name])


def _construct(original: Callable[..., None], thing: Any, *args: Any, **kwargs: Any) -> None:
    original(thing, *args, **kwargs)
    thing.performance_insights_enabled = False
    thing.database_insights_mode = "standard"
    remember(thing, kwargs)
    if thing.performance_insights_enabled and not hasattr(thing, "performance_insights_retention_period"):
        thing.performance_insights_retention_period = _DEFAULT_RETENTION_DAYS


def _modify_instance(original: Callable[..., Any], backend: Any, identifier: str, wanted: dict[str, Any]) -> Any:
    instance = original(backend, identifier, wanted)
    remember(instance, wanted)
    return instance


def _modify_cluster(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
    cluster = original(backend, wanted)
    remember(backend.clusters.get(cluster.db_cluster_identifier, cluster), wanted)
    return cluster


def apply() -> None:
    """Install the correction."""
    around(DBInstance, "__init__", _construct)
    around(DBCluster, "__init__", _construct)
    around(RDSBackend, "modify_db_instance", _modify_instance)
    around(RDSBackend, "modify_db_cluster", _modify_cluster)
