"""The engines of databases: what AWS calls them, what they speak, and how long AWS supports which version."""

from datetime import date
from typing import Final, Literal

from msgspec import Struct

from infragen import availability, database_names
from infragen.tables import own_table

Dialect = Literal["mysql", "postgresql"]


class Engine(Struct, frozen=True, kw_only=True):
    """One engine: its name in AWS, its port, and what its logs and parameters are called.

    `majors` maps a major version to the end of its standard support; `infragen.availability` knows its minors.
    """

    name: str
    """What the RDS API calls it: `postgres`."""
    title: str
    dialect: Dialect
    port: int
    family: str
    """How the family of its parameter groups begins: `postgres` for `postgres17`."""
    logs: tuple[str, ...]
    """What it writes to CloudWatch Logs, beside an audit log (Amazon RDS API: EnableCloudwatchLogsExports)."""
    tls: tuple[str, str]
    """The parameter that refuses connections without TLS, and its value."""
    slow: tuple[tuple[str, str], ...]
    """The parameters that log statements slower than a second."""
    audit: tuple[tuple[str, str], ...]
    """The parameters that write every operation to a log; none where infragen offers no audit log."""
    audit_log: str
    static: frozenset[str]
    """Parameters that take effect at a restart; AWS refuses to apply them at once."""
    reserved: frozenset[str]
    """Names that a database cannot have, because the engine or RDS has one."""
    majors: dict[str, date]
    calendar: str
    """The page that the dates are from."""

    @property
    def is_aurora(self) -> bool:
        return self.name.startswith("aurora")

    @property
    def longest_name(self) -> int:
        """Characters of a database's name at most (Amazon RDS API: CreateDBInstance, `DBName`)."""
        return 64 if self.dialect == "mysql" else 63

    @property
    def longest_user(self) -> int:
        """Characters of a user's name at most (MySQL 8.0: Account User Names; PostgreSQL: Identifiers)."""
        return 32 if self.dialect == "mysql" else 63

    def major(self, version: str) -> str:
        """`17` of `17.5`, `8.4` of `8.4.6`."""
        parts = version.split(".")
        return parts[0] if self.dialect == "postgresql" else ".".join(parts[:2])

    def newest(self, major: str) -> str | None:
        """`17.11` of `17`; None if infragen knows none."""
        found = [one for one in availability.versions(self.name).current if self.major(one) == major]
        return found[-1] if found else None

    def minor(self, version: str) -> int | None:
        """5 of `17.5`, 6 of `8.4.6`; None of a major version."""
        rest = version.removeprefix(self.major(version)).removeprefix(".")
        return int(rest) if rest.isdecimal() else None


PARAMETERS: Final = own_table(__file__, "parameters.toml")
_MYSQL_STATIC, _POSTGRESQL_STATIC = (frozenset(PARAMETERS["static"][dialect]) for dialect in ("mysql", "postgresql"))
TUNED: Final = {
    "mysql": _MYSQL_STATIC | {*PARAMETERS["tuned"]["mysql"]},
    "postgresql": _POSTGRESQL_STATIC | {*PARAMETERS["tuned"]["postgresql"]},
}
"""Parameters that people set; a name that is nearly one of them is a slip."""

_POSTGRESQL_MAJORS: Final = {
    "13": date(2026, 2, 28), "14": date(2027, 2, 28), "15": date(2028, 2, 29), "16": date(2029, 2, 28),
    "17": date(2030, 2, 28), "18": date(2031, 2, 28),
}  # fmt: skip
_MYSQL_SLOW: Final = (("log_output", "FILE"), ("long_query_time", "1"), ("slow_query_log", "1"))
"""CloudWatch gets what goes to files (Amazon RDS User Guide: Publishing MySQL logs to Amazon CloudWatch Logs)."""
_POSTGRESQL_SLOW: Final = (("log_min_duration_statement", "1000"),)
_MYSQL_AUDIT: Final = (("server_audit_events", "CONNECT,QUERY,TABLE"), ("server_audit_logging", "1"))
"""Amazon Aurora User Guide: Using Advanced Auditing with an Amazon Aurora MySQL DB cluster."""
_POSTGRESQL_AUDIT: Final = (("pgaudit.log", "all,-misc"),)
"""Amazon RDS User Guide: Using pgAudit to log database activity; its library is loaded as those of extensions are."""

ENGINES: Final = {
    "aurora-mysql": Engine(
        name="aurora-mysql", title="Aurora MySQL", dialect="mysql", port=3306, family="aurora-mysql",
        logs=("error", "iam-db-auth-error", "slowquery"), tls=("require_secure_transport", "ON"), slow=_MYSQL_SLOW,
        audit=_MYSQL_AUDIT, audit_log="audit",
        static=_MYSQL_STATIC,
        reserved=database_names.MYSQL,
        majors={"8.4": date(2032, 4, 30), "8.0": date(2028, 4, 30), "5.7": date(2024, 10, 31)},
        calendar="Release Notes for Aurora MySQL: Release calendars",
    ),
    "aurora-postgresql": Engine(
        name="aurora-postgresql", title="Aurora PostgreSQL", dialect="postgresql", port=5432,
        family="aurora-postgresql", logs=("iam-db-auth-error", "postgresql"), tls=("rds.force_ssl", "1"),
        slow=_POSTGRESQL_SLOW,
        audit=_POSTGRESQL_AUDIT, audit_log="postgresql", static=_POSTGRESQL_STATIC,
        reserved=database_names.POSTGRESQL,
        majors=_POSTGRESQL_MAJORS,
        calendar="Release Notes for Aurora PostgreSQL: Release calendars",
    ),
    "mysql": Engine(
        name="mysql", title="MySQL", dialect="mysql", port=3306, family="mysql",
        logs=("error", "iam-db-auth-error", "slowquery"), tls=("require_secure_transport", "1"), slow=_MYSQL_SLOW,
        audit=(), audit_log="",
        static=_MYSQL_STATIC,
        reserved=database_names.MYSQL, majors={"8.0": date(2026, 7, 31), "8.4": date(2029, 7, 31)},
        calendar="Amazon RDS User Guide: MySQL on Amazon RDS versions",
    ),
    "postgresql": Engine(
        name="postgres", title="PostgreSQL", dialect="postgresql", port=5432, family="postgres",
        logs=("iam-db-auth-error", "postgresql", "upgrade"), tls=("rds.force_ssl", "1"), slow=_POSTGRESQL_SLOW,
        audit=_POSTGRESQL_AUDIT, audit_log="postgresql",
        static=_POSTGRESQL_STATIC,
        reserved=database_names.POSTGRESQL, majors=_POSTGRESQL_MAJORS,
        calendar="Release Notes for RDS for PostgreSQL: Release calendars",
    ),
}  # fmt: skip
"""By the word of the catalogue. Dates as of September 2026."""

AURORA: Final = frozenset(word for word, engine in ENGINES.items() if engine.is_aurora)
RDS: Final = frozenset(ENGINES) - AURORA
_POSTGRESQL: Final = frozenset(word for word, engine in ENGINES.items() if engine.dialect == "postgresql")

FIELDS: Final = {
    "audit": frozenset(word for word, engine in ENGINES.items() if engine.audit),
    "ca": RDS,
    "capacity": AURORA,
    "data_api": AURORA,
    "extensions": _POSTGRESQL,
    "global_database": AURORA,
    "indexes": _POSTGRESQL,
    "multi_az": RDS,
    "reader_scaling": AURORA,
    "reader_zones": RDS,
    "readers_version": RDS,
    "release": frozenset({"aurora-mysql"}),
    "storage": RDS,
    "tenants": _POSTGRESQL,
    "tenants_of": _POSTGRESQL,
}
