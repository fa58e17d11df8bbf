"""What an Aurora cluster is built of, and what it gives who uses it."""

from __future__ import annotations

import zlib
from functools import partial
from typing import TYPE_CHECKING, Final

from infragen.core import clock
from infragen.core.expressions import Joined, Reference
from infragen.core.names import LIMITS
from infragen.core.part import Grant, Group, Offer, Relation, named
from infragen.kinds import keys, network
from infragen.kinds.alarms import Alarm, alarms_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Export, Module
    from infragen.core.part import Part
    from infragen.core.place import Place
    from infragen.kinds.databases.model import Database

PORT: Final = 3306

_PRODUCTION_RECOVERY_DAYS: Final = 30
_MASTER_USER: Final = "administrator"
_LONGEST_USER: Final = 32
"""MySQL 8.0 Reference Manual, "Account User Names and Passwords"."""
_LONGEST_SUFFIX: Final = len("_migration")

_CPU_PERCENT: Final = 90
_CAPACITY_PERCENT: Final = 90
_LAG_MILLISECONDS: Final = 1_000
"""Assumptions: no document gives figures for these alarms."""
_GIGABYTE: Final = 1_000_000_000


def schema_name(database: Database) -> str:
    """Return the MySQL schema; it does not follow a rename, because another name replaces the cluster."""
    return database.schema_name or database.identity.replace("-", "_")


def application_user(database: Database) -> str:
    """Return the MySQL user that tasks are."""
    return database.identity.replace("-", "_")[: _LONGEST_USER - _LONGEST_SUFFIX]


def _cluster(place: Place) -> Module:
    return place.module("data", "database", place.entry)


def _proxy(place: Place) -> Module:
    return place.module("data", "proxy", place.entry)


def _group(place: Place) -> Module:
    return place.module("security", "security_group", "database", place.entry)


def _proxy_group(place: Place) -> Module:
    return place.module("security", "security_group", "proxy", place.entry)


class DatabaseView(keys.EncryptedView):
    """A cluster, its secrets and its proxy."""

    def __init__(self, place: Place) -> None:
        """Take the place of a database."""
        super().__init__(place)
        self._database: Database = place.entry

    @property
    def cluster(self) -> Module:
        """The module of the cluster."""
        return _cluster(self._place)

    @property
    def proxy(self) -> Module:
        """The module of the proxy."""
        return _proxy(self._place)

    @property
    def cluster_module(self) -> str:
        """Which module makes the cluster: they differ in who keeps the master password."""
        return f"../modules/aurora_cluster{'_managed_password' if self.is_managed else ''}"

    @property
    def is_managed(self) -> bool:
        """Whether AWS keeps the master password."""
        return self._database.master_password == "managed"  # noqa: S105 -- the way a password is kept, not one

    @named(LIMITS["database"])
    def identifier(self) -> str:
        """What AWS calls the cluster."""
        return self._place.names.database(self._database)

    @named(LIMITS["database"])
    def longest_identifier(self) -> str:
        """The longest name of an instance."""
        return f"{self.identifier}-reader-15"

    @property
    def description(self) -> str:
        """What it is."""
        return f"Cluster {self.identifier}"

    @property
    def database_name(self) -> str:
        """The schema."""
        return schema_name(self._database)

    @property
    def port(self) -> int:
        """Where it listens."""
        return PORT

    @property
    def instances(self) -> dict[str, dict[str, object]]:
        """The writer and the readers, one zone further each.

        The first zone comes from the database's own name: writers spread over the zones, and no database's place
        depends on another's. The first reader is the one that is promoted; it scales with the writer (tier 1).
        """
        found = network.zones(self._place.environment)
        first = zlib.crc32(self._database.identity.encode())
        roles = ("writer", *(f"reader-{number}" for number in range(1, self._database.readers + 1)))
        return {
            role: {
                "identifier": f"{self.identifier}-{role}",
                "availability_zone": found[(first + tier) % len(found)],
                "promotion_tier": tier,
            }
            for tier, role in enumerate(roles)
        }

    @property
    def master_username(self) -> str:
        """Whom nobody is, but for the first SQL file and for emergencies."""
        return _MASTER_USER

    @named(LIMITS["secret"])
    def master_secret_name(self) -> str:
        """The secret with that user's password."""
        return f"{self.identifier}-master"

    @property
    def master_secret_description(self) -> str:
        """What it is."""
        return f"Master user of {self.identifier}"

    @property
    def recovery_window_in_days(self) -> int:
        """Days a deleted secret can be restored: none outside production, where names are soon used again."""
        return _PRODUCTION_RECOVERY_DAYS if self._place.settings.production else 0

    @property
    def subnet_group(self) -> Export:
        """The subnets of databases."""
        return network.subnet_group(self._place)

    @property
    def group(self) -> Module:
        """The security group of the cluster."""
        return _group(self._place)

    @property
    def key(self) -> Export | None:
        """What its storage is encrypted with."""
        return keys.key(self._place, "databases")

    @property
    def log_exports(self) -> dict[str, int]:
        """Which logs go to CloudWatch, and how many days they stay."""
        retention = self._place.settings.log_retention
        usual = {"error": retention, "iam-db-auth-error": retention, "slowquery": retention}
        audit = self._database.audit
        return {"audit": audit.retention, **usual} if audit is not None else usual

    @property
    def backup_window(self) -> str:
        """When backups are made, in UTC."""
        return clock.backup_window(self._database.backup.window, self._place.environment.system.time_zone)

    @property
    def maintenance_window(self) -> str:
        """When AWS may restart it, in UTC."""
        maintenance = self._database.maintenance
        return clock.maintenance_window(maintenance.day, maintenance.window, self._place.environment.system.time_zone)

    @property
    def final_snapshot_identifier(self) -> str:
        """The snapshot that stays when it goes."""
        return f"{self.identifier}-final"

    @named(LIMITS["proxy"])
    def longest_proxy_name(self) -> str:
        """The longest name of the proxy and its endpoints."""
        return f"{self.proxy_name}-reader" if self._database.proxy else ""

    @property
    def proxy_name(self) -> str:
        """What AWS calls the proxy."""
        return f"{self.identifier}-proxy"

    @named(LIMITS["role"])
    def proxy_role_name(self) -> str:
        """The role with which the proxy reads its secret."""
        return f"{self.identifier}-proxy" if self._database.proxy else ""

    @property
    def proxy_group(self) -> Module:
        """The security group of the proxy."""
        return _proxy_group(self._place)

    @property
    def subnets(self) -> Export:
        """Where the proxy stands."""
        return network.data_subnets(self._place)

    @named(LIMITS["secret"])
    def secret_name(self) -> str:
        """The secret with the password of the application's user."""
        return f"{self.identifier}-app"

    @property
    def secret_description(self) -> str:
        """What it is."""
        return f"Login of the proxy at {self.identifier}"

    @property
    def username(self) -> str:
        """Whom tasks are in the database."""
        return application_user(self._database)

    @property
    def auth_description(self) -> str:
        """Whom the proxy signs in as."""
        return f"User {self.username}"

    @property
    def max_connections_percent(self) -> int:
        """How much of the cluster's connections the proxy may take."""
        return int(self._database.proxy.max_connections) if self._database.proxy else 0

    @property
    def max_idle_connections_percent(self) -> int:
        """How much of them it keeps open without work."""
        return self.max_connections_percent // 2

    @property
    def reader_endpoints(self) -> tuple[str, ...]:
        """A second address of the proxy that leads to the readers, where there are any."""
        return (f"{self.proxy_name}-reader",) if self._database.readers else ()

    @property
    def migration_user(self) -> str:
        """The user that changes tables."""
        return f"{self.username}_migration"

    @property
    def reader_user(self) -> str:
        """The user that people are."""
        return f"{self.username}_reader"

    @property
    def tables(self) -> Reference:
        """All tables of the schema, in SQL."""
        return Reference(f"`{self.database_name}`.*")


def parts(database: Database, place: Place) -> Iterator[Part]:
    """Yield the cluster, the SQL of its users, and its alarms."""
    own = DatabaseView(place)
    yield place.part("data", "kinds/databases/main.tf", own)
    yield place.part("data", "kinds/databases/users.sql", own, f"sql/{database.name}.sql")
    yield from alarms_part(place, own.identifier, own.cluster, partial(_alarms, database, own))


def _alarms(database: Database, own: DatabaseView) -> Iterator[tuple[str, Alarm]]:
    """Yield what is watched: its largest capacity, its connections, CPU, the data that was planned, the readers' lag.

    Free local storage is no metric of Serverless v2 (Amazon Aurora User Guide, CloudWatch metrics), and Aurora's volume
    has no percentage: the planned amount takes their place.
    """
    name = own.identifier
    dimensions = {"DBClusterIdentifier": name}

    def alarm(metric: str, threshold: int, said: str, *, periods: int = 10, statistic: str = "Maximum") -> Alarm:
        return Alarm(
            description=f"{name}: {said}",
            namespace="AWS/RDS",
            metric=metric,
            statistic=statistic,
            threshold=threshold,
            dimensions=dimensions,
            because=database.data if metric == "VolumeBytesUsed" else None,
            periods=periods,
            datapoints=periods,
            seconds=3600 if metric == "VolumeBytesUsed" else 60,
            missing="missing",
        )

    yield "capacity", alarm("ACUUtilization", _CAPACITY_PERCENT, "the largest ACU capacity is nearly reached.")
    if database.connections is not None:
        said = "more connections than were planned."
        yield "connections", alarm("DatabaseConnections", database.connections, said, periods=5)
    yield "cpu", alarm("CPUUtilization", _CPU_PERCENT, "CPU stays high.")
    if database.data is not None:
        volume = int(database.data * _GIGABYTE)
        yield "volume", alarm("VolumeBytesUsed", volume, "more data than was planned.", periods=1, statistic="Average")
    if database.readers:
        said = "a reader is far behind the writer."
        yield "replica-lag", alarm("AuroraReplicaLagMaximum", _LAG_MILLISECONDS, said, periods=5)


def _proxy_end(database: Database) -> str:
    return f"proxies/{database.name}"


def groups(database: Database, place: Place) -> Iterator[Group]:
    """Yield the groups of the cluster and of its proxy."""
    name = place.names.database(database)
    yield Group(place.owner, place.owner, name, f"Cluster {name}", _group(place), f"database-{database.identity}")
    if database.proxy is not None:
        yield Group(
            place.owner,
            _proxy_end(database),
            f"{name}-proxy",
            f"Proxy of {name}",
            _proxy_group(place),
            f"proxy-{database.identity}",
        )


def relations(database: Database, place: Place) -> Iterator[Relation]:
    """Yield the proxy's connections to the cluster."""
    if database.proxy is not None:
        yield Relation(_proxy_end(database), place.owner, PORT, "pooled connections", place.owner, ("proxy",))


def entrances(database: Database, place: Place, _user: Place) -> Iterator[tuple[str, int]]:
    """Yield where who uses it connects to."""
    yield (_proxy_end(database) if database.proxy is not None else place.owner), PORT


def offer(database: Database, place: Place, _user: Place) -> Iterator[Offer]:
    """Yield what a service that uses it is told, and lets it sign in with a token of its role."""
    user = application_user(database)
    entrance, cluster = _proxy(place), _cluster(place)
    has_proxy = database.proxy is not None
    variables: dict[str, object] = {
        "HOST": entrance.endpoint if has_proxy else cluster.endpoint,
        "NAME": schema_name(database),
        "PORT": str(PORT),
        "USER": user,
    }
    if database.readers:
        variables["READER_HOST"] = entrance.reader_endpoint if has_proxy else cluster.reader_endpoint
    settings = place.settings
    resource_id = entrance.resource_id if has_proxy else cluster.resource_id
    resource = Joined.of(f"arn:aws:rds-db:{settings.region}:{settings.account}:dbuser:", resource_id, f"/{user}")
    sid = "ConnectToOwnProxy" if has_proxy else "ConnectToDatabase"
    yield Offer(variables, "database", (Grant(sid, ("rds-db:connect",), (resource,)),))
