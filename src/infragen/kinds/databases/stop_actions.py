"""How databases are stopped outside working hours, and what AWS does not stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.billing import CannotStop, StopAction
from infragen.kinds.databases.views import module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.databases.model import Database


def stop_actions(database: Database, place: Place) -> Iterator[StopAction | CannotStop]:
    """Yield how a cluster or an instance is stopped; one with a standby is as any other.

    Amazon Aurora User Guide, Limitations for stopping and starting Aurora DB clusters; Amazon RDS User Guide,
    Limitations for stopping your DB instance.
    """
    own, name = module(place), f"database-{database.identity}"
    if database.kind_of_engine.is_aurora:
        if database.global_secondary:
            why = "it is part of an Aurora global database"
            mend = f"`{database.KIND}: {{{database.name}: {{global_secondary: false}}}}`"
            yield CannotStop(("global_secondary",), why, f"write {mend} in {place.environment.source('environment')}")
            return
        actions = ("rds:StartDBCluster", "rds:StopDBCluster")
        arguments = {"DbClusterIdentifier": own.cluster_identifier}
        yield StopAction(name, "rds:stopDBCluster", "rds:startDBCluster", arguments, actions, own.cluster_arn)
        return
    if database.readers:
        mend = f"`{database.KIND}: {{{database.name}: {{readers: 0}}}}`"
        hint = f"write {mend} in {place.environment.source('environment')}, or remove `working_hours`"
        yield CannotStop(("readers",), "AWS stops no instance that has read replicas", hint)
        return
    actions = ("rds:StartDBInstance", "rds:StopDBInstance")
    arguments = {"DbInstanceIdentifier": own.identifier}
    yield StopAction(name, "rds:stopDBInstance", "rds:startDBInstance", arguments, actions, own.arn)
