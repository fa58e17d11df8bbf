"""Amazon DocumentDB is an engine of clusters and of their instances, `docdb`.

AWS: DocumentDB's API is RDS's, at the same address, with `Engine` `docdb` and the port 27017; a cluster with standard
storage has no storage type, and its log exports are `audit` and `profiler` (Amazon DocumentDB Developer Guide,
CreateDBCluster, CreateDBInstance; DBCluster, StorageType). moto knows the engine neither of clusters nor of instances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBCluster, DBInstance
from moto.rds.utils import ClusterEngine, DbInstanceEngine

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable

ENGINE = "docdb"
_PORT = 27017
_VERSION = "5.0.0"


def _also(known: list[str]) -> classmethod[Any, Any, list[str]]:
    return classmethod(lambda _engines: sorted([*known, ENGINE]))


def _of_engine(owner: Any, name: str, ours: object) -> None:
    emulated = getattr(owner, name)

    def answer(engine: str, *args: Any, **kwargs: Any) -> object:
        return ours if engine == ENGINE else emulated(engine, *args, **kwargs)

    replace(owner, name, staticmethod(answer))


def _construct(original: Callable[..., None], cluster: Any, *args: Any, **kwargs: Any) -> None:
    original(cluster, *args, **kwargs)
    if cluster.engine == ENGINE:
        wanted = kwargs.get("storage_type")
        cluster.storage_type = None if wanted == "standard" else wanted


def apply() -> None:
    """Install the correction."""
    replace(ClusterEngine, "list_cluster_engines", _also(ClusterEngine.list_cluster_engines()))
    replace(DbInstanceEngine, "valid_db_instance_engine", _also(DbInstanceEngine.valid_db_instance_engine()))
    _of_engine(DBCluster, "default_port", _PORT)
    _of_engine(DBCluster, "default_engine_version", _VERSION)
    _of_engine(DBInstance, "default_port", _PORT)
    around(DBCluster, "__init__", _construct)
    emulated = DBCluster.default_allocated_storage

    def allocated(engine: str, storage_type: str | None) -> int:
        return 1 if engine == ENGINE else emulated(engine, storage_type)  # type: ignore[arg-type]

    replace(DBCluster, "default_allocated_storage", staticmethod(allocated))
