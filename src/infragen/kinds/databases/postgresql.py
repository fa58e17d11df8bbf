"""What is PostgreSQL's alone: its extensions, what they need of the server, and parameters that are memory."""

import re
from collections.abc import Mapping
from typing import Final

from infragen.core.resolved_system import ResolvedSystem
from infragen.kinds.databases.engines import PARAMETERS
from infragen.kinds.databases.model import Database
from infragen.kinds.tenants import tenants

PRELOADED: Final = "shared_preload_libraries"
"""The parameter that names the libraries which a server loads when it starts."""
_BOTH, _RDS, _AURORA, _LOADED = (
    frozenset(PARAMETERS["extensions"][word]) for word in ("both", "rds", "aurora", "loaded")
)
CALLED: Final = {"h3-pg": "h3", "h3_pg": "h3", "pg_vector": "vector", "pgvector": "vector"}
"""What projects are called, and then their extension."""


def schemas(database: Database, resolved: ResolvedSystem) -> tuple[str, ...]:
    # As the key of a gateway's tenant is called `tenant-acme`; no schema of PostgreSQL's own begins with it
    return tuple(f"tenant_{tenant.replace('-', '_')}" for tenant in tenants(database, resolved))


_SWITCHES: Final = {
    "apg_plan_mgmt": ("rds.enable_plan_management", "1"),
    "pgactive": ("rds.enable_pgactive", "1"),
    "pglogical": ("rds.logical_replication", "1"),
}
"""The parameter that an extension asks for beside its library (their own pages of the Amazon RDS User Guide)."""


def offered(database: Database) -> frozenset[str]:
    return _BOTH | (_AURORA if database.kind_of_engine.is_aurora else _RDS)


def of_the_other(name: str, database: Database) -> str | None:
    if database.kind_of_engine.is_aurora:
        return "PostgreSQL on RDS" if name in _RDS else None
    return "Aurora PostgreSQL" if name in _AURORA else None


def libraries(database: Database) -> tuple[str, ...]:
    audit = ("pgaudit",) if database.audit is not None and database.kind_of_engine.dialect == "postgresql" else ()
    return tuple(dict.fromkeys((*audit, *(name for name in database.extensions if name in _LOADED))))


def parameters(database: Database) -> dict[str, str]:
    found = dict(_SWITCHES[name] for name in database.extensions if name in _SWITCHES)
    if "pg_cron" in database.extensions:
        found["cron.database_name"] = database.inner_name  # it is made in this database only, `postgres` when left out
    # RDS and Aurora load the first when nobody names anything (Amazon RDS User Guide: Using PostgreSQL extensions)
    loaded = dict.fromkeys(("pg_stat_statements", *libraries(database)))
    return found if len(loaded) == 1 else {**found, PRELOADED: ",".join(loaded)}


_BYTES: Final = {"kB": 2**10, "8 kB": 2**13, "MB": 2**20, "GB": 2**30, "TB": 2**40}
"""PostgreSQL 17: Parameter Names and Values; each is 1024 of the one before."""
_UNITS: Final[Mapping[str, int]] = {name: _BYTES[unit] for name, unit in PARAMETERS["units"].items()}


def unread(database: Database) -> dict[str, str]:
    of_memory = in_own_unit(database).items() if database.kind_of_engine.dialect == "postgresql" else ()
    has_word = re.compile(r"[0-9]+(?:[.,][0-9]+)? *[A-Za-z]+")
    return {name: value for name, value in of_memory if name in _UNITS and has_word.fullmatch(value.strip())}


def in_own_unit(database: Database) -> dict[str, str]:
    """In AWS's units: `8 GB` of shared_buffers is 1048576. A bare number already is."""
    if database.kind_of_engine.dialect != "postgresql":
        return dict(database.parameters)
    given = dict(database.parameters)
    for name in given.keys() & _UNITS.keys():
        if (found := re.fullmatch(r"([0-9]+) ?(kB|MB|GB|TB)", given[name])) is not None:
            number, rest = divmod(int(found[1]) * _BYTES[found[2]], _UNITS[name])
            given[name] = given[name] if rest else str(number)
    return given


def shared_buffers(database: Database) -> int | None:
    """Bytes; None if RDS derives them from the class."""
    given = in_own_unit(database).get("shared_buffers", "")
    return int(given) * _UNITS["shared_buffers"] if given.isdecimal() else None
