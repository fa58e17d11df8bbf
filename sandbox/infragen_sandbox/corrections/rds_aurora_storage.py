"""An Aurora cluster may use I/O-optimized storage, and one with standard storage has no storage type.

AWS: StorageType of an Aurora cluster is `aurora` or `aurora-iopt1`, and the answer leaves the first out (RDS API
Reference, CreateDBCluster, StorageType). moto fails on both and answers `gp2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBCluster

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable

_AURORA = ("aurora", "aurora-iopt1")


def _construct(original: Callable[..., None], cluster: Any, *args: Any, **kwargs: Any) -> None:
    wanted = kwargs.get("storage_type")
    if wanted in _AURORA:
        kwargs["storage_type"] = None
    original(cluster, *args, **kwargs)
    if cluster.engine.startswith("aurora"):
        cluster.storage_type = None if wanted in (None, "aurora") else wanted


def apply() -> None:
    """Install the correction."""
    emulated = DBCluster.default_allocated_storage

    def allocated(engine: str, storage_type: str | None) -> int:
        return emulated(engine, storage_type or "gp2")

    around(DBCluster, "__init__", _construct)
    replace(DBCluster, "default_allocated_storage", staticmethod(allocated))
