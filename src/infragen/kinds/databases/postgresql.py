"""What is PostgreSQL's alone: its extensions, what they need of the server, and parameters that are memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infragen.kinds.databases.model import Database

PRELOADED: Final = "shared_preload_libraries"
"""The parameter that names the libraries which a server loads when it starts."""
_USUAL: Final = "pg_stat_statements"
"""What RDS and Aurora load when nobody names anything (Amazon RDS User Guide: Using PostgreSQL extensions)."""

_BOTH: Final = frozenset([
    "address_standardizer", "address_standardizer_data_us", "amcheck", "autoinc", "aws_commons", "aws_lambda",
    "aws_s3", "bloom", "bool_plperl", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn",
    "earthdistance", "fuzzystrmatch", "h3", "h3_postgis", "hll", "hstore", "hstore_plperl", "hypopg",
    "insert_username", "intagg", "intarray", "ip4r", "isn", "jsonb_plperl", "lo", "log_fdw", "ltree", "moddatetime",
    "mysql_fdw", "old_snapshot", "oracle_fdw", "orafce", "pageinspect", "pg_bigm", "pg_buffercache", "pg_cron",
    "pg_freespacemap", "pg_hint_plan", "pg_partman", "pg_prewarm", "pg_proctab", "pg_repack", "pg_similarity",
    "pg_stat_statements", "pg_tle", "pg_trgm", "pg_visibility", "pg_walinspect", "pgaudit", "pgcrypto", "pglogical",
    "pgrouting", "pgrowlocks", "pgstattuple", "pgtap", "plcoffee", "plls", "plperl", "plpgsql", "plprofiler", "pltcl",
    "plv8", "postgis", "postgis_raster", "postgis_tiger_geocoder", "postgis_topology", "postgres_fdw", "prefix",
    "rdkit", "rds_tools", "refint", "roaringbitmap", "seg", "sslinfo", "tablefunc", "tcn", "tds_fdw",
    "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector",
])  # fmt: skip
_RDS: Final = frozenset(["flow_control", "pg_transport", "pgactive", "plrust"])
_AURORA: Final = frozenset(["apg_plan_mgmt", "aurora_stat_utils", "aws_ml", "pg_ad_mapping", "pg_columnmask", "xml2"])
"""Release Notes for RDS for PostgreSQL (14 to 18, March 2026) and for Aurora PostgreSQL: Extension versions."""

CALLED: Final = {"h3-pg": "h3", "h3_pg": "h3", "pg_vector": "vector", "pgvector": "vector"}
"""What projects are called, and then their extension."""
LIBRARIES: Final = frozenset(["auto_explain"])
"""In those tables as well, and nothing that SQL makes: a server loads it."""
DECODERS: Final = frozenset(["decoder_raw", "test_decoding", "wal2json"])
"""The same: a replication slot names it."""

_LOADED: Final = frozenset([
    "pg_ad_mapping", "pg_bigm", "pg_cron", "pg_hint_plan", "pg_stat_statements", "pg_tle", "pg_transport", "pgaudit",
    "pglogical", "plrust",
])  # fmt: skip
"""Extensions whose library of the same name a server loads when it starts, or SQL does not make them (Amazon RDS User
Guide: Using PostgreSQL extensions, and each one's own page)."""
_SWITCHES: Final = {
    "apg_plan_mgmt": ("rds.enable_plan_management", "1"),
    "pgactive": ("rds.enable_pgactive", "1"),
    "pglogical": ("rds.logical_replication", "1"),
}
"""The parameter that an extension asks for beside its library (the same pages)."""


def offered(database: Database) -> frozenset[str]:
    """Return the extensions that AWS has of its engine."""
    return _BOTH | (_AURORA if database.kind_of_engine.is_aurora else _RDS)


def of_the_other(name: str, database: Database) -> str | None:
    """Return the engine that has an extension which this one has not; None where it is none of either's."""
    if database.kind_of_engine.is_aurora:
        return "PostgreSQL on RDS" if name in _RDS else None
    return "Aurora PostgreSQL" if name in _AURORA else None


def libraries(database: Database) -> tuple[str, ...]:
    """Return the libraries that its extensions and its audit log need from the start of the server on."""
    audit = ("pgaudit",) if database.audit is not None and database.kind_of_engine.dialect == "postgresql" else ()
    return tuple(dict.fromkeys((*audit, *(name for name in database.extensions if name in _LOADED))))


def parameters(database: Database) -> dict[str, str]:
    """Return the parameters without which its extensions could not be made."""
    found = dict(_SWITCHES[name] for name in database.extensions if name in _SWITCHES)
    if "pg_cron" in database.extensions:
        found["cron.database_name"] = database.inner_name  # it is made in this database only, `postgres` when left out
    loaded = dict.fromkeys((_USUAL, *libraries(database)))
    return found if len(loaded) == 1 else {**found, PRELOADED: ",".join(loaded)}


_KB, _MB = 2**10, 2**20
_PAGE: Final = 8 * _KB

_UNITS: Final = {
    "autovacuum_work_mem": _KB,
    "effective_cache_size": _PAGE,
    "logical_decoding_work_mem": _KB,
    "maintenance_work_mem": _KB,
    "max_slot_wal_keep_size": _MB,
    "max_wal_size": _MB,
    "min_parallel_index_scan_size": _PAGE,
    "min_parallel_table_scan_size": _PAGE,
    "min_wal_size": _MB,
    "shared_buffers": _PAGE,
    "temp_buffers": _PAGE,
    "temp_file_limit": _KB,
    "wal_buffers": _PAGE,
    "wal_keep_size": _MB,
    "work_mem": _KB,
}
"""Bytes of one (PostgreSQL 17: Server Configuration; `unit` of pg_settings)."""

_BYTES: Final = {"kB": _KB, "MB": _MB, "GB": 2**30, "TB": 2**40}
"""PostgreSQL 17: Parameter Names and Values; each is 1024 of the one before."""
_WRITTEN: Final = re.compile(r"([0-9]+) ?(kB|MB|GB|TB)")

_WITH_WORD: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)? *[A-Za-z]+")


def unread(database: Database) -> dict[str, str]:
    """Return the amounts of memory whose unit is none of PostgreSQL's, or that are no whole number of AWS's."""
    return {
        name: value
        for name, value in in_own_unit(database).items()
        if name in _UNITS and database.kind_of_engine.dialect == "postgresql" and _WITH_WORD.fullmatch(value.strip())
    }


def in_own_unit(database: Database) -> dict[str, str]:
    """Return the parameters that are given, those with a unit in AWS's own: `8 GB` of shared_buffers is 1048576.

    Others stay as they are: a bare number is in AWS's unit already.
    """
    if database.kind_of_engine.dialect != "postgresql":
        return dict(database.parameters)
    return {name: _converted(name, value) for name, value in database.parameters.items()}


def _converted(name: str, value: str) -> str:
    found, unit = _WRITTEN.fullmatch(value), _UNITS.get(name)
    if found is None or unit is None:
        return value
    number, rest = divmod(int(found[1]) * _BYTES[found[2]], unit)
    return value if rest else str(number)


def shared_buffers(database: Database) -> int | None:
    """Return the bytes that PostgreSQL takes as it starts; None where RDS works them out of the class."""
    given = in_own_unit(database).get("shared_buffers", "")
    return int(given) * _UNITS["shared_buffers"] if given.isdecimal() else None
