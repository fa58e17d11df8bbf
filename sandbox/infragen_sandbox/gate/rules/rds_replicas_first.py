"""An instance is upgraded after what copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _check(call: Call) -> Refused | None:
    wanted, rds = call.parameters.get("EngineVersion"), emulated(call, "rds")
    source = rds.databases.get(call.parameters["DBInstanceIdentifier"])
    if not wanted or source is None:
        return None
    new, old = _numbers(wanted), _numbers(source.engine_version)
    if source.engine == "postgres" and new[0] != old[0]:
        return None  # replicas of its region go with it
    behind = [name for name in source.replicas if _numbers(rds.find_db_from_id(name).engine_version) < new]
    text = f"One or more of the DB Instance's read replicas need to be upgraded: {', '.join(behind)}"
    return Refused("DBUpgradeDependencyFailure", text) if behind else None


RULE = Rule(
    "An RDS instance gets a newer minor version after its read replicas",
    "Amazon RDS User Guide: Upgrades of the RDS for PostgreSQL DB engine; terraform-provider-aws issue 22107",
    "rds",
    ("ModifyDBInstance",),
    _check,
)
