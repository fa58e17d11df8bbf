"""An instance that is being deleted is none of its cluster's any more, which may be deleted as well.

AWS: a cluster is not deleted while it has instances that are not being deleted (Amazon Aurora User Guide: Deleting
Aurora DB clusters and DB instances).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBCluster

from infragen_sandbox.corrections.patching import replace

if TYPE_CHECKING:
    from infragen_sandbox.lifecycles.clock import Clock
    from infragen_sandbox.lifecycles.lifecycle import Lifecycle


def members(clock: Clock, lifecycle: Lifecycle) -> None:  # noqa: ARG001  every installer is given both
    """Leave out of a cluster what is being deleted."""
    stage = lifecycle.deleting
    every: Any = vars(DBCluster)["_members"].fget

    def staying(cluster: Any) -> list[Any]:
        return [one for one in every(cluster) if stage is None or one.status != stage.word]

    replace(DBCluster, "_members", property(staying))
