"""What a database is built of, and what it gives who uses it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from infragen.core.expressions import Joined
from infragen.core.part import Grant, Group, Offer, Relation
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.databases.instance_classes import max_connections
from infragen.kinds.databases.users import migrates, migration_user, user_of
from infragen.kinds.databases.views import (
    DatabaseView,
    InstanceView,
    RolesView,
    UsersView,
    cluster_view,
    group_module,
    module,
    passwords_module,
    proxy_group_module,
    proxy_module,
    readers_module,
    sql_path,
)
from infragen.kinds.secrets import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.part import Part
    from infragen.core.place import Place
    from infragen.kinds.databases.model import Database

_CPU_PERCENT: Final = 90
_CAPACITY_PERCENT: Final = 90
_CONNECTIONS_PERCENT: Final = 80
_LAG_MILLISECONDS: Final = 1_000
_LAG_SECONDS: Final = 60
_FREE_PERCENT: Final = 10
_FREE_PERCENT_GROWING: Final = 5
"""Assumptions: no document gives figures for these alarms. RDS grows a disk that has less than 10 % left."""
_GIGABYTE: Final = 1_000_000_000


def parts(database: Database, place: Place) -> Iterator[Part]:
    """Yield the cluster or the instance, the SQL of its users, and its alarms."""
    engine = database.engine
    if database.kind_of_engine.is_aurora:
        cluster = cluster_view(place)
        yield place.part("data", cluster.template, cluster, because=(engine, database.capacity, database.login))
        yield _users(database, place)
        watched = partial(_alarms, database, cluster)
        yield from alarms_part(place, cluster.identifier, cluster.database, watched, (engine,))
    else:
        instance = InstanceView(place)
        yield place.part("data", "kinds/databases/instance.tf", instance, because=(engine,))
        yield _users(database, place)
        of_instance = partial(_instance_alarms, database, instance)
        yield from alarms_part(place, instance.identifier, instance.database, of_instance, (engine,))


def _users(database: Database, place: Place) -> Part:
    path = sql_path(database)
    if database.kind_of_engine.dialect == "postgresql":
        return place.part("data", "kinds/databases/roles.sql", RolesView(place), path)
    return place.part("data", "kinds/databases/users.sql", UsersView(place), path)


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

    if database.capacity is not None:
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


def _instance_alarms(database: Database, own: InstanceView) -> Iterator[tuple[str, Alarm]]:
    """Yield what is watched of an instance: its connections, CPU, the space that is left, the readers' lag."""

    def alarm(metric: str, threshold: int, said: str, *, of: str = own.identifier, because: object = None) -> Alarm:
        is_least = metric == "FreeStorageSpace"
        return Alarm(
            description=f"{of}: {said}",
            namespace="AWS/RDS",
            metric=metric,
            statistic="Minimum" if is_least else "Maximum",
            comparison="LessThanOrEqualToThreshold" if is_least else "GreaterThanOrEqualToThreshold",
            threshold=threshold,
            dimensions={"DBInstanceIdentifier": of},
            because=because,
            missing="missing",
        )

    most = max_connections(database.size, database.kind_of_engine) if database.size else None
    if database.connections is not None:
        yield "connections", alarm("DatabaseConnections", database.connections, "more connections than were planned.")
    elif most is not None:
        said = "most of its connections are taken."
        limit = most * _CONNECTIONS_PERCENT // 100
        yield "connections", alarm("DatabaseConnections", limit, said, because=database.size)
    yield "cpu", alarm("CPUUtilization", _CPU_PERCENT, "CPU stays high.")
    storage = database.storage
    percent = _FREE_PERCENT_GROWING if storage.grow_to is not None else _FREE_PERCENT
    space = storage.size * 2**30 * percent // 100
    yield "free-storage", alarm("FreeStorageSpace", space, "the disk is nearly full.", because=storage.size)
    for role, identifier in own.reader_identifiers.items():
        said = "it is far behind the instance that it reads from."
        yield f"{role}-lag", alarm("ReplicaLag", _LAG_SECONDS, said, of=identifier)


def _proxy_end(database: Database) -> str:
    return f"proxies/{database.name}"


def groups(database: Database, place: Place) -> Iterator[Group]:
    """Yield the groups of the database and of its proxy."""
    name = place.names.database(database)
    what = "Cluster" if database.kind_of_engine.is_aurora else "Instance"
    key = f"database-{database.identity}"
    yield Group(place.owner, place.owner, name, f"{what} {name}", group_module(place), key)
    if database.proxy is not None:
        yield Group(
            place.owner,
            _proxy_end(database),
            f"{name}-proxy",
            f"Proxy of {name}",
            proxy_group_module(place),
            f"proxy-{database.identity}",
        )


def relations(database: Database, place: Place) -> Iterator[Relation]:
    """Yield the proxy's connections to the database."""
    if database.proxy is not None:
        port = database.kind_of_engine.port
        yield Relation(_proxy_end(database), place.owner, port, "pooled connections", place.owner, ("proxy",))


def entrances(database: Database, place: Place, user: Place) -> Iterator[tuple[str, int]]:
    """Yield where who uses it connects to: its proxy, or for who changes tables the database itself."""
    port = database.kind_of_engine.port
    yield (_proxy_end(database) if _is_pooled(database, place, user) else place.owner), port


def _is_pooled(database: Database, place: Place, user: Place) -> bool:
    return database.proxy is not None and not migrates(user.entry, place.owner)


def offer(database: Database, place: Place, user: Place) -> Iterator[Offer]:
    """Yield what a service that uses it is told, and what it signs in with: a token of its role, or a password."""
    engine = database.kind_of_engine
    is_pooled, is_migrating = _is_pooled(database, place, user), migrates(user.entry, place.owner)
    name = migration_user(database) if is_migrating else user_of(user.entry, engine)
    entrance = proxy_module(place) if is_pooled else module(place)
    variables: dict[str, object] = {
        "HOST": entrance.endpoint,
        "NAME": database.inner_name,
        "PORT": str(engine.port),
        "USER": name,
    }
    readers = 0 if is_migrating else database.readers
    if readers and engine.is_aurora:
        variables["READER_HOST"] = entrance.reader_endpoint
    elif readers and not is_pooled:
        variables["READER_HOST"] = readers_module(place).endpoints["reader-1"]
    if database.login == "password":
        secret = passwords_module(place).secret_arns[name]
        if getattr(user.entry, "FETCHES_SECRETS", False):
            yield Offer({**variables, "PASSWORD_ARN": secret}, "database", reading(place, secret))
            return
        yield Offer(variables, secrets={"PASSWORD": Joined.of(secret, ":password::")})
        return
    settings = place.settings
    ids = [entrance.resource_id]
    if "READER_HOST" in variables and not engine.is_aurora:
        roles = (f"reader-{number}" for number in range(1, database.readers + 1))
        ids += [readers_module(place).resource_ids[role] for role in roles]
    prefix = f"arn:aws:rds-db:{settings.region}:{settings.account}:dbuser:"
    resources = tuple(Joined.of(prefix, one, f"/{name}") for one in ids)
    sid = "ConnectToOwnProxy" if is_pooled else "ConnectToDatabase"
    yield Offer(variables, "database", (Grant(sid, ("rds-db:connect",), resources),))
