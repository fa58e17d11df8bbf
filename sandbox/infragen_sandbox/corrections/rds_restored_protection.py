"""An instance that is restored is protected from deletion only where its restore says so.

AWS: "By default, deletion protection isn't enabled" (RDS API Reference, RestoreDBInstanceToPointInTime). moto gives the
copy what the original has, also where the request says `false`, so that nobody can delete it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import RDSBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _restore(original: Callable[..., Any], backend: Any, source: str, target: str, overrides: dict[str, Any]) -> Any:
    restored = original(backend, source, target, overrides)
    restored.deletion_protection = bool(overrides.get("deletion_protection"))
    return restored


def apply() -> None:
    """Install the correction."""
    around(RDSBackend, "restore_db_instance_to_point_in_time", _restore)
