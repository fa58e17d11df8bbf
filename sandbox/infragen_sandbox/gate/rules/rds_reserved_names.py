"""A database is not called like a word that its engine keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen import database_names
from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    reserved = database_names.POSTGRESQL if "postgres" in call.parameters.get("Engine", "") else database_names.MYSQL
    for parameter in ("DatabaseName", "DBName"):
        name = call.parameters.get(parameter, "")
        if name.lower() in reserved:
            text = f"{parameter} {name} cannot be used. It is a reserved word for this engine"
            return Refused("InvalidParameterValue", text)
    return None


RULE = Rule(
    "A PostgreSQL or MySQL database's name is not a reserved word of the engine",
    'Amazon RDS API Reference: CreateDBInstance, DBName ("Can\'t be a word reserved by the specified database engine")',
    "rds",
    ("CreateDBCluster", "CreateDBInstance", "CreateGlobalCluster"),
    _check,
)
