"""What PostgreSQL can be extended by on AWS, and what an extension needs of the server before it can be made."""

from __future__ import annotations

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
