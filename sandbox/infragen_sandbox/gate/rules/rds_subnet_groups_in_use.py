"""A subnet group goes after the databases in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    name, rds = call.parameters["DBSubnetGroupName"], emulated(call, "rds")
    users = [one.db_instance_identifier for one in rds.databases.values() if one.db_subnet_group_name == name]
    users += [one.db_cluster_identifier for one in rds.clusters.values() if one.db_subnet_group_name == name]
    if not users:
        return None
    text = f"Cannot delete the subnet group '{name}' because at least one database is still using it: {users[0]}."
    return Refused("InvalidDBSubnetGroupStateFault", text)


RULE = Rule(
    "An RDS subnet group can be deleted only after the databases in it",
    "Amazon RDS API Reference: DeleteDBSubnetGroup",
    "rds",
    ("DeleteDBSubnetGroup",),
    _check,
)
