"""A cluster and an instance say whether they are enrolled in extended support.

AWS: EngineLifecycleSupport of the request comes back, `open-source-rds-extended-support` where none was given (RDS API
Reference, CreateDBCluster, CreateDBInstance). moto drops it, and the provider asks for it again in every plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBCluster, DBInstance

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT = "open-source-rds-extended-support"


def _construct(original: Callable[..., None], thing: Any, *args: Any, **kwargs: Any) -> None:
    original(thing, *args, **kwargs)
    thing.engine_lifecycle_support = kwargs.get("engine_lifecycle_support") or _DEFAULT


def apply() -> None:
    """Install the correction."""
    around(DBCluster, "__init__", _construct)
    around(DBInstance, "__init__", _construct)
