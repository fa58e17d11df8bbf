"""What a database is built of, and what it gives who uses it."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.delivery import Backup
from infragen.core.expressions import Export, Joined
from infragen.core.measures import BYTES, COUNT, DATA, MILLISECONDS, PERCENT, SECONDS, Measure, or_share
from infragen.core.part import Binding, Grant, Group, Part, Relation
from infragen.core.signals import Failure, alarmed
from infragen.core.standby import lag_of_copies
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.databases import rotation, timeseries, views
from infragen.kinds.databases.instance_classes import connections_taken, memory
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.postgresql import schemas
from infragen.kinds.databases.users import access_of, in_turn, migrates, migration_user, turns, user_of
from infragen.kinds.databases.views import DatabaseView, InstanceView
from infragen.kinds.secrets import reading

_LAG_SECONDS: Final = 60
"""An assumption, as all figures of these alarms are that no document gives."""
_GIGABYTE: Final = 1_000_000_000

_CPU: Final = Measure("cpu", "CPU", PERCENT, "high", metric="CPUUtilization")
_CONNECTIONS: Final = Measure("connections", "the number of connections", COUNT, "high", metric="DatabaseConnections")
_MEMORY: Final = Measure("free-memory", "free memory", BYTES, "high", is_least=True, metric="FreeableMemory")
_CAPACITY: Final = Measure("capacity", "the share of its largest ACU capacity", PERCENT, metric="ACUUtilization")
_VOLUME: Final = Measure("volume", "the amount of data", DATA, "low", metric="VolumeBytesUsed")
_CLUSTER_LAG: Final = Measure(
    "replica-lag", "how far the last reader is behind the writer", MILLISECONDS, metric="AuroraReplicaLagMaximum"
)
_GLOBAL_LAG: Final = Measure(
    "global-lag", "how far it is behind the region that writes", MILLISECONDS, "high", metric="AuroraGlobalDBRPOLag"
)
"""Only where the copy is (Amazon Aurora User Guide: Amazon CloudWatch metrics for Amazon Aurora)."""
_LOCAL: Final = Measure(
    "free-local-storage", "free local storage, for temporary tables and files", BYTES, "high", is_least=True,
    metric="FreeLocalStorage",
)  # fmt: skip
_SPACE: Final = Measure(
    "free-storage", "free space on its disk", BYTES, "high", is_least=True, metric="FreeStorageSpace"
)
_LAG: Final = Measure("replica-lag", "how far it is behind what it reads from", SECONDS, metric="ReplicaLag")
_REPORTS: Final = Measure(
    "reports", "the number of signs of life that RDS has of it", COUNT, "critical", is_least=True,
    metric="DatabaseConnections",
)  # fmt: skip
"""RDS counts the connections of what runs each minute (Amazon RDS User Guide: Monitoring Amazon RDS metrics with Amazon
CloudWatch)."""
READERS: Final = ("READER_HOST", "READER_HOSTS")
"""The ends of the variables with the address for reading, and with those of all readers, with commas: RDS has none for
all of them (Amazon RDS User Guide: Working with DB instance read replicas)."""


def metrics(database: Database) -> Iterator[Measure]:
    of_cluster, of_instance = (_CAPACITY, _VOLUME, _LOCAL, _CLUSTER_LAG, _GLOBAL_LAG), (_SPACE, _LAG, _REPORTS)
    own = of_cluster if database.kind_of_engine.is_aurora else of_instance
    yield from (_of(database, measure) for measure in (_CPU, _CONNECTIONS, _MEMORY, *own, rotation.MEASURE))


def _of(database: Database, measure: Measure) -> Measure:
    wholes = {
        _CONNECTIONS.word: connections_taken(database),
        _MEMORY.word: memory(database.size) if database.size else None,
        _SPACE.word: database.storage.size * 2**30,
        _VOLUME.word: None if database.data is None else database.data * _GIGABYTE,
    }
    return replace(measure, unit=or_share(measure.unit, wholes.get(measure.word)))


def _connections(database: Database) -> tuple[int | None, str, object]:
    most = connections_taken(database)
    if database.connections is not None or most is None:
        return database.connections, "more connections than were planned.", None
    size = database.size if database.capacity is None else database.capacity.max
    return most * 80 // 100, "most of its connections are taken.", database.parameters.get("max_connections", size)


def parts(database: Database, ctx: BuildContext) -> Iterator[Part]:
    engine, own = database.engine, DatabaseView(ctx)
    if database.kind_of_engine.is_aurora:
        cluster = views.cluster_view(ctx)
        yield ctx.part("data", cluster.template, cluster, because=(engine, database.capacity, database.login))
        watched = partial(_alarms, database, ctx, cluster)
    else:
        instance = InstanceView(ctx)
        yield ctx.part("data", "kinds/databases/instance.tf", instance, because=(engine,))
        watched = partial(_instance_alarms, database, ctx, instance)
    if not own.is_secondary:  # its users are copied with its data
        is_mysql = database.kind_of_engine.dialect == "mysql"
        template, users = ("users.sql", views.UsersView(ctx)) if is_mysql else ("roles.sql", views.RolesView(ctx))
        yield ctx.part("data", f"kinds/databases/{template}", users, views.sql_path(database))
    yield from alarms_part(ctx, own.identifier, own.database, watched, (engine,))
    yield from timeseries.parts(database, ctx)
    yield from rotation.parts(database, ctx)


def _alarms(database: Database, ctx: BuildContext, own: DatabaseView) -> Iterator[tuple[str, Alarm]]:
    """Yield what is watched: its largest capacity, its connections, CPU, the data that was planned, the readers' lag.

    Free local storage is no metric of Serverless v2 (Amazon Aurora User Guide, CloudWatch metrics); how much a class
    has of it infragen does not know: entries say when it is watched. Aurora's volume has no percentage, and the planned
    amount takes its place. The metrics are the cluster's: readers that come and go are measured, too.
    """
    name = own.identifier
    dimensions = {"DBClusterIdentifier": name}

    def alarm(
        measure: Measure, threshold: int | None, said: str, *, periods: int = 10, because: object = None
    ) -> Alarm:
        statistic = "Average" if measure is _VOLUME else "Minimum" if measure.is_least else "Maximum"
        return Alarm(
            description=f"{name}: {said}", namespace="AWS/RDS", metric=measure.metric, statistic=statistic,
            threshold=threshold, dimensions=dimensions, periods=periods, datapoints=periods, missing="missing",
            measure=_of(database, measure), because=because,
            seconds=3600 if measure is _VOLUME else 60,
        )  # fmt: skip

    if database.capacity is not None:
        yield "capacity", alarm(_CAPACITY, 90, "the largest ACU capacity is nearly reached.")
    most, said, because = _connections(database)
    yield "connections", alarm(_CONNECTIONS, most, said, periods=5, because=because)
    yield "cpu", alarm(_CPU, 90, "CPU stays high.")
    yield "free-memory", alarm(_MEMORY, None, "little memory is left.", periods=5)
    if database.capacity is None:
        yield "free-local-storage", alarm(_LOCAL, None, "little local storage is left.", periods=5)
    volume = None if database.data is None else int(database.data * _GIGABYTE)
    yield "volume", alarm(_VOLUME, volume, "more data than was planned.", periods=1, because=database.data)
    if database.readers:
        yield "replica-lag", alarm(_CLUSTER_LAG, 1_000, "a reader is far behind the writer.", periods=5)
    if own.is_secondary and (followed := ctx.environment.followed) is not None:
        most = (lag_of_copies(ctx.environment) or _LAG_SECONDS) * 1000
        lag = alarm(_GLOBAL_LAG, most, "it is far behind the other region: more would be lost than was promised.")
        of = {**dimensions, "SourceRegion": followed.region}
        yield "global-lag", replace(lag, dimensions=of, missing="breaching")  # a copy that stopped has no figure
    yield from rotation.alarms(database, ctx)


def _instance_alarms(database: Database, ctx: BuildContext, own: InstanceView) -> Iterator[tuple[str, Alarm]]:

    def alarm(
        measure: Measure, threshold: int | None, said: str, *, of: str = own.identifier, because: object = None
    ) -> Alarm:
        return Alarm(
            description=f"{of}: {said}", namespace="AWS/RDS", metric=measure.metric,
            statistic="Minimum" if measure.is_least else "Maximum",
            comparison="LessThanOrEqualToThreshold" if measure.is_least else "GreaterThanOrEqualToThreshold",
            threshold=threshold, dimensions={"DBInstanceIdentifier": of}, because=because, missing="missing",
            measure=_of(database, measure),
        )  # fmt: skip

    most, said, because = _connections(database)
    yield "connections", alarm(_CONNECTIONS, most, said, because=because)
    for start, of in {"": own.identifier, **{f"{role}-": of for role, of in own.reader_identifiers.items()}}.items():
        yield f"{start}cpu", alarm(_CPU, 90, "CPU stays high.", of=of)
        yield f"{start}free-memory", alarm(_MEMORY, None, "little memory is left.", of=of)
    if ctx.settings.working_hours is None:  # outside them nothing counts what is stopped
        silent = alarm(_REPORTS, None, "there is no sign of life.")
        yield "reports", replace(silent, statistic="SampleCount", missing="breaching")
    storage = database.storage
    space = storage.size * 2**30 // (10 if storage.grow_to is None else 20)  # RDS grows a disk with less than 10 % left
    yield "free-storage", alarm(_SPACE, space, "the disk is nearly full.", because=storage.size)
    for role, identifier in own.reader_identifiers.items():
        said = "it is far behind the instance that it reads from."
        yield f"{role}-lag", alarm(_LAG, _LAG_SECONDS, said, of=identifier)
    if database.engine == "postgresql" and (database.readers or ctx.settings.recovery is not None):
        # A slot keeps what a copy has not read (Amazon RDS User Guide, "CloudWatch metrics"; AWS Database Blog, "Best
        # practices for Amazon RDS for PostgreSQL cross-Region read replicas"). A tenth of the disk is an assumption.
        said = "a copy does not take what is written, which waits on the disk and may fill it."
        kept = replace(alarm(_LAG, storage.size * 2**30 // 10, said, because=storage.size), measure=None, level="high")
        yield "slot-lag", replace(kept, metric="OldestReplicationSlotLag")
    if own.copied_from is not None:
        said = "it is far behind the other region: more would be lost with that than was promised."
        lag = alarm(_LAG, lag_of_copies(ctx.environment) or _LAG_SECONDS, said)
        urgent = replace(_LAG, level="high")  # it is what was promised, and a copy that stopped has no figure
        yield "lag", replace(lag, measure=urgent, missing="breaching")
    yield from rotation.alarms(database, ctx)


def failures(database: Database, ctx: BuildContext) -> Iterator[Failure]:
    if not database.kind_of_engine.is_aurora:
        yield alarmed(ctx.owner, _SPACE.word, "its disk is full")
    if database.readers:
        yield alarmed(ctx.owner, _LAG.word, "a reader falls behind")


def groups(database: Database, ctx: BuildContext) -> Iterator[Group]:
    own, name = DatabaseView(ctx), ctx.names.database(database)
    what = "Cluster" if database.kind_of_engine.is_aurora else "Instance"
    yield Group(ctx.owner, ctx.owner, name, f"{what} {name}", own.group, f"database-{database.identity}")
    if database.proxy is not None:
        end, key = f"proxies/{database.name}", f"proxy-{database.identity}"
        yield Group(ctx.owner, end, f"{name}-proxy", f"Proxy of {name}", own.proxy_group, key)


def relations(database: Database, ctx: BuildContext) -> Iterator[Relation]:
    if database.proxy is not None:
        port = database.kind_of_engine.port
        yield Relation(f"proxies/{database.name}", ctx.owner, port, "pooled connections", ctx.owner, ("proxy",))


def ingress_ports(database: Database, ctx: BuildContext, user: BuildContext) -> Iterator[tuple[str, int]]:
    yield (f"proxies/{database.name}" if _is_pooled(database, ctx, user) else ctx.owner), database.kind_of_engine.port


def _is_pooled(database: Database, ctx: BuildContext, user: BuildContext) -> bool:
    goes_past = getattr(user.entry, "GOES_PAST_PROXIES", False) or migrates(user.entry, ctx.owner)
    return database.proxy is not None and not goes_past


def bindings(database: Database, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    engine = database.kind_of_engine
    is_pooled, is_migrating = _is_pooled(database, ctx, user), migrates(user.entry, ctx.owner)
    name = migration_user(database) if is_migrating else user_of(user.entry, engine.longest_user)
    names = [name]
    if not is_migrating and database.has_passwords:
        names = [one for one, _ in turns(ctx, name, engine.longest_user)]
        name = in_turn(ctx, name, engine.longest_user)
    own = DatabaseView(ctx)
    entrance = own.proxy if is_pooled else own.database
    variables: dict[str, object] = {
        "HOST": entrance.endpoint,
        "NAME": database.inner_name,
        "PORT": str(engine.port),
        "USER": name,
    }
    if is_migrating and (made := schemas(database, ctx.environment)):
        variables["SCHEMAS"] = ",".join(made)
    readers = () if is_migrating else database.reader_roles
    if engine.is_aurora and readers:
        variables[READERS[0]] = entrance.reader_endpoint
    elif not is_migrating and (readers or ctx.is_ever("readers")) and (engine.is_aurora or not is_pooled):
        hosts = [own.readers_module.endpoints[role] for role in readers] or [entrance.endpoint]
        variables[READERS[0]] = hosts[0]
        if not engine.is_aurora:
            listed = (piece for host in hosts[1:] for piece in (",", host))
            variables[READERS[1]] = Joined.of(hosts[0], *listed) if hosts[1:] else hosts[0]
    yield from timeseries.bindings(database, ctx, access_of(user.entry, ctx.owner))
    if database.login == "password":
        arns = own.passwords_module.secret_arns
        others = (arns[one] for one in names if one != name)
        signed = signing_in(ctx, user, variables, "database", arns[name], *others)
        if signed.secrets and database.url_options is not None:
            urls = {key.upper(): Joined.of(arns[name], f":{key}::") for key in views.URLS}
            signed = replace(signed, secrets={**signed.secrets, **urls})
        yield signed
        return
    settings = ctx.settings
    ids = [entrance.resource_id]
    if READERS[1] in variables:
        ids += [own.readers_module.resource_ids[role] for role in database.reader_roles]
    prefix = f"arn:aws:rds-db:{settings.region}:{settings.account}:dbuser:"
    resources = tuple(Joined.of(prefix, one, f"/{each}") for one in ids for each in names)
    sid = "ConnectToOwnProxy" if is_pooled else "ConnectToDatabase"
    yield Binding(variables, "database", (Grant(sid, ("rds-db:connect",), resources),))


def signing_in(
    ctx: BuildContext, user: BuildContext, variables: Mapping[str, object], policy: str, secret: Export, *others: Export
) -> Binding:
    """`others` are the secrets of its other turn, which tasks of the former revision read."""
    if getattr(user.entry, "FETCHES_SECRETS", False):
        return Binding({**variables, "PASSWORD_ARN": secret}, policy, reading(ctx, secret, *others))
    return Binding(variables, secrets={"PASSWORD": Joined.of(secret, ":password::")}, other_secrets=others)


def backups(_database: Database, ctx: BuildContext) -> Iterator[Backup]:
    # A copy has no role for backups yet
    own = DatabaseView(ctx)
    found = own.backup.before_release
    if found is not None and not own.is_copy:
        yield found
