"""The data stacks: a domain's Aurora clusters, each with its proxy, its secrets and the SQL of its users."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.catalog.names import Names
from infragen.kinds.databases import Database
from infragen.kinds.domains import Domain
from infragen.stacks import clock, network, security, shell
from infragen.stacks.dependencies import DATABASE_PORT
from infragen.stacks.model import Reference, Stack, StackFile
from infragen.stacks.shell import Output, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from infragen.core.landscape import Environment

__all__ = ["application_user", "build", "schema_name", "stack_name"]

_UPSTREAMS: Final = (network.NAME, security.NAME)
_PRODUCTION_RECOVERY_DAYS: Final = 30
_MASTER_USER: Final = "administrator"
_LONGEST_USER: Final = 32
"""MySQL 8.0 Reference Manual, "Account User Names and Passwords"."""
_LONGEST_SUFFIX: Final = len("_migration")


@dataclass(frozen=True, slots=True)
class Cluster:
    """An Aurora cluster, its parameter group and its instances."""

    label: str
    module: str
    identifier: str
    description: str
    engine_version: str
    database_name: str
    port: int
    instances: Mapping[str, Mapping[str, object]]
    min_capacity: Decimal
    max_capacity: Decimal
    master_username: str
    security_group_id: Reference
    log_exports: Mapping[str, int]
    backup_retention_days: int
    backup_window: str
    maintenance_window: str
    deletion_protection: bool
    skip_final_snapshot: bool
    final_snapshot_identifier: str
    apply_immediately: bool

    @property
    def reference(self) -> Reference:
        """The identifier as the proxy waits for it."""
        return Reference(f"module.{self.label}.cluster_identifier")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret with a database user's password, drawn while applying and stored nowhere else."""

    label: str
    name: str
    description: str
    username: str
    recovery_window_in_days: int

    @property
    def arn(self) -> Reference:
        """The secret, once it holds a value."""
        return Reference(f"module.{self.label}.arn")

    @property
    def password(self) -> Reference:
        """The password, which only write-only arguments take."""
        return Reference(f"module.{self.label}.password")


@dataclass(frozen=True, slots=True)
class Proxy:
    """RDS Proxy before a cluster."""

    label: str
    name: str
    region: str
    role_name: str
    security_group_id: Reference
    auth_description: str
    log_retention_in_days: int
    idle_client_timeout_seconds: int
    max_connections_percent: int
    max_idle_connections_percent: int

    @property
    def reference(self) -> Reference:
        """The name as the reader endpoint waits for it."""
        return Reference(f"module.{self.label}.name")


@dataclass(frozen=True, slots=True)
class ReaderEndpoint:
    """A second address of the proxy that leads to the readers."""

    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Users:
    """The users that the SQL file creates, and what they may touch."""

    application: str
    migration: str
    reader: str
    tables: Reference
    secret_name: str
    cluster_identifier: str


def build(environment: Environment) -> Iterator[Stack]:
    """Yield one stack for each domain that has a database."""
    for domain in environment.all(Domain):
        owned = [database for database in environment.all(Database).values() if database.domain == domain]
        if owned:
            yield _stack(environment, domain, owned)


def stack_name(domain: str) -> str:
    """Return the name of a domain's data stack."""
    return f"data-{domain}"


def schema_name(database: Database) -> str:
    """Return the MySQL schema; it does not follow a rename, because another name replaces the cluster."""
    return database.schema_name or database.identity.replace("-", "_")


def application_user(database: Database) -> str:
    """Return the MySQL user that the service's tasks are, through the proxy."""
    return database.identity.replace("-", "_")[: _LONGEST_USER - _LONGEST_SUFFIX]


def _stack(environment: Environment, domain: str, owned: list[Database]) -> Stack:
    name = stack_name(domain)
    files: list[StackFile] = []
    modules: set[str] = set()
    for database in owned:
        context = _context(environment, database)
        files += _files(environment, database, context)
        modules |= _modules(context)
    published = (output for database in owned for output in _outputs(database))
    shared = (shell.outputs(environment, published), *shell.files(environment, name, _UPSTREAMS))
    return Stack(name, (*files, *shared), _UPSTREAMS, tuple(sorted(modules)))


def _files(environment: Environment, database: Database, context: Mapping[str, object]) -> Iterator[StackFile]:
    owner = f"databases/{database.name}"
    source = environment.source(owner)
    yield StackFile(f"{database.name}.tf", "stacks/data/database.tf", context, owner, source)
    users = {"users": _users(environment, database)}
    yield StackFile(f"sql/{database.name}.sql", "stacks/data/database.sql", users, owner, source)


def _context(environment: Environment, database: Database) -> dict[str, object]:
    managed = database.master_password == "managed"  # noqa: S105 -- the way a password is kept, not one
    labels = ["cluster_{}", "secret_{}", "proxy_{}"]
    labels += [] if managed else ["master_password_{}"]
    labels += ["reader_endpoint_{}"] if database.readers else []
    return {
        "cluster": _cluster(environment, database),
        "managed_password": managed,
        "master_password": _master_password(environment, database),
        "secret": _secret(environment, database),
        "proxy": _proxy(environment, database),
        "has_readers": database.readers > 0,
        "reader_endpoint": _reader_endpoint(environment, database),
        "moves": shell.moves(database, *labels),
    }


def _modules(context: Mapping[str, object]) -> set[str]:
    used = {"database_secret", "rds_proxy"}
    used |= (
        {"aurora_cluster_managed_password"}
        if context["managed_password"]
        else {"aurora_cluster", "aurora_master_password"}
    )
    return used | ({"rds_proxy_reader_endpoint"} if context["has_readers"] else set())


def _cluster(environment: Environment, database: Database) -> Cluster:
    own = Names.of(environment).database(database)
    zone = environment.system.time_zone
    managed = database.master_password == "managed"  # noqa: S105 -- the way a password is kept, not one
    return Cluster(
        label=identifier("cluster", database.name),
        module="../modules/aurora_cluster_managed_password" if managed else "../modules/aurora_cluster",
        identifier=own,
        description=f"Cluster {own}",
        engine_version=database.release,
        database_name=schema_name(database),
        port=DATABASE_PORT,
        instances=_instances(environment, database),
        min_capacity=database.capacity.min,
        max_capacity=database.capacity.max,
        master_username=_MASTER_USER,
        security_group_id=Reference(f"local.security.{identifier('database', database.name)}_security_group_id"),
        log_exports=_log_exports(environment, database),
        backup_retention_days=database.backup.retention,
        backup_window=clock.backup_window(database.backup.window, zone),
        maintenance_window=clock.maintenance_window(database.maintenance.day, database.maintenance.window, zone),
        deletion_protection=database.deletion_protection,
        skip_final_snapshot=not database.final_snapshot,
        final_snapshot_identifier=f"{own}-final",
        apply_immediately=not environment.settings.production,
    )


def _log_exports(environment: Environment, database: Database) -> dict[str, int]:
    retention = environment.settings.log_retention
    return {
        "audit": database.audit.retention,
        "error": retention,
        "iam-db-auth-error": retention,
        "slowquery": retention,
    }


def _instances(environment: Environment, database: Database) -> dict[str, dict[str, object]]:
    """Return the writer and the readers, one zone further each.

    The first zone comes from the database's own name: writers spread over the zones, and no database's place depends
    on another's. The first reader is the one that is promoted; it scales with the writer (tier 1).
    """
    own = Names.of(environment).database(database)
    zones = sorted(environment.settings.network.subnets.data)
    first = zlib.crc32(database.identity.encode())
    roles = ("writer", *(f"reader-{number}" for number in range(1, database.readers + 1)))
    return {
        role: {
            "identifier": f"{own}-{role}",
            "availability_zone": zones[(first + tier) % len(zones)],
            "promotion_tier": tier,
        }
        for tier, role in enumerate(roles)
    }


def _recovery_window(environment: Environment) -> int:
    """Return the days a deleted secret can be restored: none outside production, where names are soon used again."""
    return _PRODUCTION_RECOVERY_DAYS if environment.settings.production else 0


def _secret(environment: Environment, database: Database) -> Secret:
    own = Names.of(environment).database(database)
    return Secret(
        label=identifier("secret", database.name),
        name=f"{own}-app",
        description=f"Login of the proxy at {own}",
        username=application_user(database),
        recovery_window_in_days=_recovery_window(environment),
    )


def _master_password(environment: Environment, database: Database) -> Secret:
    own = Names.of(environment).database(database)
    return Secret(
        label=identifier("master_password", database.name),
        name=f"{own}-master",
        description=f"Master user of {own}",
        username=_MASTER_USER,
        recovery_window_in_days=_recovery_window(environment),
    )


def _proxy(environment: Environment, database: Database) -> Proxy:
    own = Names.of(environment).database(database)
    share = int(database.proxy.max_connections)
    return Proxy(
        label=identifier("proxy", database.name),
        name=f"{own}-proxy",
        region=environment.settings.region,
        role_name=f"{own}-proxy",
        security_group_id=Reference(f"local.security.{identifier('proxy', database.name)}_security_group_id"),
        auth_description=f"User {application_user(database)}",
        log_retention_in_days=environment.settings.log_retention,
        idle_client_timeout_seconds=database.proxy.idle_timeout,
        max_connections_percent=share,
        max_idle_connections_percent=share // 2,
    )


def _reader_endpoint(environment: Environment, database: Database) -> ReaderEndpoint:
    own = Names.of(environment).database(database)
    return ReaderEndpoint(identifier("reader_endpoint", database.name), f"{own}-proxy-reader")


def _users(environment: Environment, database: Database) -> Users:
    application = application_user(database)
    own = Names.of(environment).database(database)
    return Users(
        application=application,
        migration=f"{application}_migration",
        reader=f"{application}_reader",
        tables=Reference(f"`{schema_name(database)}`.*"),
        secret_name=f"{own}-app",
        cluster_identifier=own,
    )


def _outputs(database: Database) -> Iterator[Output]:
    name = database.name
    for kind, attribute, description in _PUBLISHED:
        reference = Reference(f"module.{identifier(_LABELS[kind], name)}.{attribute}")
        yield Output(f"{identifier(kind, name)}_{attribute}", f"Database {name}: {description}", reference)
    if database.readers:
        reference = Reference(f"module.{identifier('reader_endpoint', name)}.endpoint")
        description = f"Database {name}: address for reading through the proxy."
        yield Output(f"{identifier('proxy', name)}_reader_endpoint", description, reference)


_LABELS: Final = {"database": "cluster", "proxy": "proxy"}
_PUBLISHED: Final = (
    ("database", "cluster_arn", "ARN of the cluster."),
    ("database", "cluster_identifier", "identifier of the cluster."),
    ("database", "instance_identifiers", "identifiers of the instances, by role."),
    ("proxy", "endpoint", "address for reading and writing through the proxy."),
    ("proxy", "name", "name of the proxy."),
    ("proxy", "resource_id", "id that rds-db:connect names the proxy by."),
)
