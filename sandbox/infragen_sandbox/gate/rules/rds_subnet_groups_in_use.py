"""A subnet group goes after the databases in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    name, rds = call.parameters["DBSubnetGroupName"], emulated(call, "rds")
    databases, clusters = rds.databases.values(), rds.clusters.values()
    users = [one.db_instance_identifier for one in databases if _group(one) == name]
    users += [one.db_cluster_identifier for one in clusters if one.db_subnet_group_name == name]
    if not users:
        return None
    text = f"Cannot delete the subnet group '{name}' because at least one database is still using it: {users[0]}."
    return Refused("InvalidDBSubnetGroupStateFault", text)


def _group(database: Any) -> str | None:
    """Return the name of an instance's subnet group: the emulator has it behind the group, where there is one."""
    group = getattr(database, "db_subnet_group", None)
    return group.name if group else None


RULE = Rule(
    "An RDS subnet group can be deleted only after the databases in it",
    "Amazon RDS API Reference: DeleteDBSubnetGroup",
    "rds",
    ("DeleteDBSubnetGroup",),
    _check,
)
