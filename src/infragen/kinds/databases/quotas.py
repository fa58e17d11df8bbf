"""What databases need of the account's quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.operations import Quota

if TYPE_CHECKING:
    from infragen.core.place import Place
    from infragen.kinds.databases.model import Database

_AURORA: Final = "Amazon Aurora User Guide: Quotas and constraints"
_RDS: Final = "Amazon RDS User Guide: Quotas and constraints"


def _clusters(database: Database, _place: Place) -> int:
    return 1 if database.kind_of_engine.is_aurora else 0


def _instances(database: Database, _place: Place) -> int:
    return 1 + database.readers


def _proxies(database: Database, _place: Place) -> int:
    return 1 if database.proxy else 0


def _parameter_groups(database: Database, _place: Place) -> int:
    return 0 if database.kind_of_engine.is_aurora else 1


def _storage(database: Database, _place: Place) -> int:
    return 0 if database.kind_of_engine.is_aurora else database.storage.size * (1 + database.readers)


CLUSTERS: Final = Quota("rds", "L-952B80B8", "DB clusters", 40, _AURORA, _clusters)
INSTANCES: Final = Quota("rds", "L-7B6409FD", "DB instances", 40, _AURORA, _instances)
CLUSTER_PARAMETER_GROUPS: Final = Quota("rds", "L-E4C808A8", "DB cluster parameter groups", 50, _AURORA, _clusters)

QUOTAS: Final = (
    CLUSTERS,
    INSTANCES,
    Quota("rds", "L-D94C7EA3", "Proxies", 20, _AURORA, _proxies),
    CLUSTER_PARAMETER_GROUPS,
    Quota("rds", "L-DE55804A", "Parameter groups", 50, _RDS, _parameter_groups),
    Quota("rds", "L-7ADDB58A", "Total storage for all DB instances", 100_000, _RDS, _storage),
)
