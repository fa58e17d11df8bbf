"""Who runs a database: its costs, how it is stopped, what people are told of it, and what it needs of quotas."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from infragen.core.billing import CannotStop, Cost, StopAction
from infragen.core.build_context import BuildContext
from infragen.core.expressions import Export, Generated, Joined
from infragen.core.operations import OutputLine, UsersScript, quota_of, read_secret
from infragen.core.promises import Promised
from infragen.kinds.alarms import error_budget
from infragen.kinds.databases import aws_backup, rotation, timeseries
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.users import logins, owning_role
from infragen.kinds.databases.views import DatabaseView, UsersView, sql_path
from infragen.prices import vcpus
from infragen.text import counted


def outputs(database: Database, ctx: BuildContext) -> Iterator[OutputLine]:
    own = DatabaseView(ctx)
    entrance = own.proxy if database.proxy is not None else own.database
    yield OutputLine("address", "host and port", Joined.of(entrance.endpoint, f":{own.port}"))
    if database.most_readers > database.readers:
        added = "DBClusterMembers[?starts_with(DBInstanceIdentifier, 'application-autoscaling-')]"
        look = (
            f"aws rds describe-db-clusters --region {own.region} --db-cluster-identifier {own.identifier}"
            f' --query "DBClusters[0].{added}.DBInstanceIdentifier" --output text'
        )
        yield OutputLine("detail", "list the readers that Auto Scaling has added", look, is_command=True)
    if not database.data_api and not own.is_secondary and not own.is_copy:
        yield OutputLine("next", "make its users, as the master user", Generated(ctx.owner, "data", sql_path(database)))
    if database.data_api and not own.is_secondary and not own.is_migrated:
        said, made = "make its tables as the master user, since no entry may (`access: migrate`)", "CREATE TABLE ..."
        if database.kind_of_engine.dialect == "postgresql":
            made = f'DO $$ BEGIN SET LOCAL ROLE "{owning_role(database)}"; {made}; END $$'
        cluster = f"arn:aws:rds:{own.region}:{own.account}:cluster:{own.identifier}"
        make = (
            f"aws rds-data execute-statement --region {own.region} --resource-arn {cluster} --secret-arn"
            f" {own.master_secret()} --database {own.database_name} --continue-after-timeout --sql '{made}'"
        )
        yield OutputLine("next", said, make, is_command=True)
    if not own.is_copy:
        yield from aws_backup.outputs(own.backup)
    later = f" once it is promoted (until then it is that of {own.source_target})" if own.is_copy else ""
    said = f"read the password of {own.master_username}{later}"
    yield OutputLine("secret", said, own.master_password(), is_command=True)
    yield from rotation.outputs(database, ctx)
    for user, secret in own.secret_names.items() if own.has_passwords else ():
        said = f"read the password of {user}{later}"
        yield OutputLine("secret", said, read_secret(secret, own.region), is_command=True)


def promises(database: Database, ctx: BuildContext) -> Iterator[Promised]:
    """AWS measures no availability: the failures of its users have to do."""
    promised = ctx.environment.promised_availability(database.availability)
    if promised is None:
        return
    users = [owner for owner, entry in ctx.environment.every() if getattr(entry, "database", None) == database.name]
    words = tuple((owner, window.measure.word) for owner in users for window in error_budget.WINDOWS)
    instances = 1 + database.readers if database.kind_of_engine.is_aurora else 1 + database.multi_az
    what = f"it is there {promised:f} % of the time"
    yield Promised(("availability",), what, words, (counted(instances, "instance"),))


def users_script(database: Database, ctx: BuildContext) -> UsersScript | None:
    own = DatabaseView(ctx)
    if database.data_api or own.is_secondary or own.is_copy:
        return None  # `infragen apply` does, or what it is a copy of has them; once promoted, the runbook says when
    users = {login.name: login.owners for login in logins(database, ctx)}
    migrating = [owner for login in logins(database, ctx) if login.is_owner for owner in login.owners]
    return UsersScript(sql_path(database), {**users, owning_role(database): tuple(migrating)})


def create_users_command(database: Database, ctx: BuildContext) -> Joined | str | None:
    # It runs through a forwarded port. `hostaddr` leaves the name to check in the certificate (PostgreSQL: Database
    # Connection Control Functions); mysql only checks who signed it
    if database.data_api or DatabaseView(ctx).is_secondary:
        return None  # `infragen apply` does, or the cluster that it is a copy of has them
    own, file = UsersView(ctx), Generated(ctx.owner, "data", sql_path(database))
    if database.kind_of_engine.dialect == "mysql":
        how = f"-h 127.0.0.1 -P {own.port} -u {own.master_username} -p"
        client: tuple[str | Export, ...] = (f"mysql --ssl-mode=VERIFY_CA --ssl-ca=global-bundle.pem {how}",)
        reading = " < "
    else:
        where = f" port={own.port} dbname={own.database_name} user={own.master_username}"
        client = (
            'PGHOSTADDR=127.0.0.1 psql "host=', own.database.endpoint,
            f'{where} sslmode=verify-full sslrootcert=global-bundle.pem" -v ON_ERROR_STOP=1',
        )  # fmt: skip
        reading = " -f "
    if own.has_passwords:
        return Joined.of(f"envsubst {own.passwords.expression} < ", file, " | ", *client)
    return Joined.of(*client, reading, file)


QUOTAS: Final = (
    quota_of("database-clusters", lambda database, _: int(database.kind_of_engine.is_aurora)),
    quota_of("database-instances", lambda database, _: 1 + database.most_readers),
    quota_of("database-proxies", lambda database, _: int(database.proxy is not None)),
    quota_of("cluster-parameter-groups", lambda database, _: int(database.kind_of_engine.is_aurora)),
    quota_of("parameter-groups", lambda database, _: int(not database.kind_of_engine.is_aurora)),
    quota_of(
        "database-storage",
        lambda database, _: 0 if database.kind_of_engine.is_aurora else database.storage.size * (1 + database.readers),
    ),
)


def costs(database: Database, ctx: BuildContext) -> Iterator[Cost]:
    # Copies are billed in their region: storage and each write (Amazon Aurora pricing: Global Database). Replicas of
    # secrets are billed there, too, and listed where they are made
    view = DatabaseView(ctx)
    yield from _cluster(database) if database.kind_of_engine.is_aurora else _instance(database)
    if ctx.environment.followed is None:  # nothing is written where nothing runs
        yield from timeseries.costs(database)
    if view.is_secondary:
        yield Cost("writes that are copied here", "aurora-requests")
        yield Cost("error and slow query logs", "logs", usage="logged")
        return
    yield Cost("the secret of the master user", "secret", 1)
    users = [login for login in logins(database, ctx) if login.has_password]
    own = [login for login in users if login.migrates or database.proxy is None]
    if own:
        yield Cost("the secrets of its users", "secret", len(own))
    if view.replica_region is not None:
        what = f"replicas of its secrets in {view.replica_region}"
        yield Cost(what, "secret", 1 + len(users), region=view.replica_region)
    yield from rotation.costs(database)
    yield Cost("error and slow query logs", "logs", usage="logged")


def _cluster(database: Database) -> Iterator[Cost]:
    instances = 1 + database.readers
    if database.capacity is not None:
        least, most = database.capacity.min, database.capacity.max
        range_ = f"{least:f}" if least == most else f"{least:f} to {most:f}"
        what = f"{counted(instances, 'instance')} of {range_} ACU"
        yield Cost(what, "aurora-capacity", instances * least, instances * most, stops=True)
    elif database.size is not None:
        scaled = 1 + database.most_readers
        range_ = f"{instances} to " if scaled > instances else ""
        what = f"{range_}{counted(scaled, 'instance')} of {database.size}"
        yield Cost(what, "aurora-instance", instances, scaled, size=database.size, stops=True)
    planned = "storage" if database.data is None else f"{database.data:,} GB of storage, as planned"
    yield Cost(planned, "aurora-storage", database.data, usage="stored")
    yield Cost("I/O", "aurora-requests", usage="requests")
    yield Cost("backups beyond the size of the storage", "aurora-backup", usage="backed_up")


def _instance(database: Database) -> Iterator[Cost]:
    count = (2 if database.multi_az else 1) + database.readers
    size, storage = str(database.size), database.storage
    standby = " with a standby" if database.multi_az else ""
    readers = f" and {counted(database.readers, 'reader')}" if database.readers else ""
    yield Cost(f"{size}{standby}{readers}", f"{database.engine}-instance", count, size=size, stops=True)
    most = count * storage.grow_to if storage.grow_to is not None else None
    limit = "" if storage.grow_to is None else f", up to {storage.grow_to:,} GB,"
    each = f" for each of {count}" if count > 1 else ""
    yield Cost(f"{storage.size:,} GB of storage{limit}{each}", "database-storage", count * storage.size, most)
    yield Cost("backups beyond the size of the storage", "database-backup", usage="backed_up")


def proxies(ctx: BuildContext) -> Iterator[Cost]:
    for name, database in ctx.environment.all(Database).items():
        if database.proxy is None:
            continue
        owner = f"databases/{name}"
        if database.capacity is not None and database.kind_of_engine.is_aurora:
            range_ = ((1 + database.readers) * one for one in (database.capacity.min, database.capacity.max))
            least, most = (
                max(Decimal(8), one) for one in range_
            )  # at least 8 ACU are billed (Amazon RDS Proxy pricing)
            yield Cost("its proxy", "database-proxy-capacity", least, most, owner=owner, serves=True)
        elif database.size is not None:
            yield Cost("its proxy", "database-proxy-vcpu", vcpus(database.size), owner=owner, serves=True)
        own = ctx.of(owner)
        users = sum(login.has_password and not login.migrates for login in logins(database, own))
        if users and not DatabaseView(own).is_secondary:  # it reads replicas
            what = "the secret of the proxy" if users == 1 else "the secrets of the proxy"
            yield Cost(what, "secret", users, owner=owner)


def audits(ctx: BuildContext) -> Iterator[Cost]:
    for name, database in ctx.environment.all(Database).items():
        if database.audit is not None:
            yield Cost("its audit log", "logs", owner=f"databases/{name}")


def stop_actions(database: Database, ctx: BuildContext) -> Iterator[StopAction | CannotStop]:
    # Amazon Aurora User Guide, Limitations for stopping and starting Aurora DB clusters; Amazon RDS User Guide,
    # Limitations for stopping your DB instance
    own, is_aurora = DatabaseView(ctx).database, database.kind_of_engine.is_aurora
    here, where = f"{database.KIND}: {{{database.name}: ", f"in {ctx.environment.source('environment')}"
    if is_aurora and database.global_database:
        hint = f"write `{here}{{global_database: false}}}}` {where}"
        yield CannotStop(("global_database",), "it is part of an Aurora global database", hint)
    elif not is_aurora and database.readers:
        hint = f"write `{here}{{readers: 0}}}}` {where}, or remove `working_hours`"
        yield CannotStop(("readers",), "AWS stops no instance that has read replicas", hint)
    else:
        what = "Cluster" if is_aurora else "Instance"
        identifier, arn = (own.cluster_identifier, own.cluster_arn) if is_aurora else (own.identifier, own.arn)
        actions, arguments = (f"rds:StartDB{what}", f"rds:StopDB{what}"), {f"Db{what}Identifier": identifier}
        name = f"database-{database.identity}"
        yield StopAction(name, f"rds:stopDB{what}", f"rds:startDB{what}", arguments, actions, arn)
