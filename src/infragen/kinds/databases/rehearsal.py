"""How a restore of a database is rehearsed, and the takeover of a replica: on a copy, which is removed again."""

from collections.abc import Iterator
from typing import ClassVar, Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, value
from infragen.core.takeover import Command, Step, polled
from infragen.kinds import network
from infragen.kinds.databases.aurora import has_data_api
from infragen.kinds.databases.instance_classes import BURSTABLE
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.store import StoreView
from infragen.kinds.databases.views import EngineClusterView, EngineView, InstanceView

_FROM: Final = "restored-from"
_BEGAN: Final = "restore-began"
_WHY: Final = (
    "`aws rds wait` gives up after half an hour: type it again. What an earlier rehearsal left is removed by the last"
    " commands; they remove what has the copy's tag and nothing else"
)
_DRILL: Final = (
    "the replica itself is not touched: one that was promoted follows nobody again (Amazon RDS User Guide: Promoting a"
    " read replica to be a standalone DB instance). The copy is made of the primary, across regions, as the replica was"
    " (Amazon RDS API Reference: CreateDBInstanceReadReplica)"
)
_LACKS: Final = {
    ("docdb", "cluster"): (
        "the copy has the key of the original by itself, but neither its security groups, its parameters, which its"
        " restore cannot take, nor an instance (Amazon DocumentDB API Reference: RestoreDBClusterToPointInTime)"
    ),
    ("rds", "cluster"): (
        "the copy has the key of the original by itself, but neither its security groups, its parameters nor an"
        " instance (Amazon RDS API Reference: RestoreDBClusterToPointInTime)"
    ),
    ("rds", "instance"): (
        "the copy has the class and the key of the original by itself, but neither its security groups nor its"
        " parameters (Amazon RDS API Reference: RestoreDBInstanceToPointInTime)"
    ),
}
_ROWS: Final = (
    "its largest tables, with about as many rows as the original; then ask for the newest row of one you know"
)
_LARGEST: Final = {
    "postgresql": (
        "SELECT relname::text, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace NOT IN"
        " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ORDER BY 2 DESC LIMIT 10"
    ),
    "mysql": (
        "SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = DATABASE()"
        " ORDER BY 2 DESC LIMIT 10"
    ),
}
_RANGE: Final = {"min": "MinCapacity", "max": "MaxCapacity", "seconds_until_pause": "SecondsUntilAutoPause"}


class Copy(Struct, frozen=True):
    """What is restored beside a database; `service` is what AWS's CLI asks."""

    ctx: BuildContext
    own: StoreView
    service: str = "rds"
    word: str = "restore"
    name: ClassVar[str] = value(lambda self: f"{self.own.identifier}-{self.word}")

    @property
    def arn(self) -> str:
        word = "cluster" if self.own.is_cluster else "db"
        return f"arn:aws:rds:{self.own.region}:{self.own.account}:{word}:{self.name}"

    what: ClassVar[str] = value(lambda self: "cluster" if self.own.is_cluster else "instance")

    @property
    def address(self) -> str:
        return self.asked("Endpoint" if self.own.is_cluster else "Endpoint.Address", self.name)

    def asked(self, query: str, name: str) -> str:
        what = self.what
        of = f"db-{what}s --region {self.own.region} --db-{what}-identifier {name}"
        return f"aws {self.service} describe-{of} --query 'DB{what.capitalize()}s[0].{query}' --output text"

    def _tagged(self, key: str) -> str:
        of = f"--region {self.own.region} --resource-name {self.arn}"
        return f"aws {self.service} list-tags-for-resource {of} --query \"TagList[?Key=='{key}'].Value\" --output text"

    def _waits(self, state: str, what: str, name: str) -> Command:
        return Command(f"aws rds wait db-{what}-{state} --region {self.own.region} --db-{what}-identifier {name}")

    def step(self, looks: tuple[Command, ...], options: str = "", instance: str = "") -> Step:
        """`options` are those of the restore, `instance` those of a cluster's only instance."""
        own, is_cluster = self.own, self.own.is_cluster
        named = f"--source-db-{self.what}-identifier {own.identifier}"
        named += f" --{'' if is_cluster else 'target-'}db-{self.what}-identifier {self.name}"
        latest = self.asked("LatestRestorableTime", own.identifier)
        restore = f"aws {self.service} restore-db-{self.what}-to-point-in-time --region {own.region} {named}"
        commands = [
            Command(latest, "a time of the last minutes, in UTC: what is newer would be lost"),
            Command(f"{restore} --use-latest-restorable-time{self._placed(options)}"),
            self._waits("available", self.what, self.name),
        ]
        if is_cluster:
            made = f"--db-instance-identifier {self.name}-1 --db-cluster-identifier {self.name} {instance}"
            commands += [
                Command(f"aws {self.service} create-db-instance --region {own.region} {made}"),
                self._waits("available", "instance", f"{self.name}-1"),
            ]
        commands += [*looks, self._took(), *self._removed()]
        why = f"{_LACKS[self.service, self.what]}\n{_WHY}"
        return Step("rehearse", f"restore {self.ctx.owner} beside itself, as {self.name}", tuple(commands), 90, why)

    def drill(self, source: InstanceView, looks: tuple[Command, ...], options: str) -> Step:
        made = (
            f"aws rds create-db-instance-read-replica --region {self.own.region} --source-region {source.region}"
            f" --db-instance-identifier {self.name}"
            f" --source-db-instance-identifier arn:aws:rds:{source.region}:{source.account}:db:{source.identifier}"
        )
        following = self.asked("ReadReplicaSourceDBInstanceIdentifier", self.name)
        commands = (
            Command(made + self._placed(options)),
            self._waits("available", self.what, self.name),
            Command(f"aws rds promote-read-replica --region {self.own.region} --db-instance-identifier {self.name}"),
            Command(polled(f'[ "$({following})" = None ]', "promoted"), "promoted"),
            self._waits("available", self.what, self.name),
            *looks,
            self._took(),
            *self._removed(),
        )
        what = f"promote a copy of {source.identifier}, {self.name}"
        return Step("drill", what, commands, 120, f"{_DRILL}\n{_WHY}")

    def _placed(self, options: str) -> str:
        own = self.own
        return (
            f" --db-subnet-group-name {network.subnet_group_name(self.ctx)}"
            f" --vpc-security-group-ids $({self.asked('VpcSecurityGroups[].VpcSecurityGroupId', own.identifier)})"
            f" --no-deletion-protection{options}"
            f" --tags Key={_FROM},Value={own.identifier} Key={_BEGAN},Value=$(date +%s)"
        )

    def _took(self) -> Command:
        recovery = self.ctx.settings.recovery
        shows = f"how long a {self.word} takes: note it"
        if recovery is not None:
            shows = f"{recovery.rto_hours * 60} min or less, the RTO, which all databases share; note it"
        return Command(f'echo "$(( ($(date +%s) - $({self._tagged(_BEGAN)})) / 60 )) min"', shows)

    def _removed(self) -> Iterator[Command]:
        own, where = self.own, f"--region {self.own.region}"
        is_copy = f'[ "$({self._tagged(_FROM)})" = {own.identifier} ] && aws {self.service}'
        if own.is_cluster:
            yield Command(f"{is_copy} delete-db-instance {where} --db-instance-identifier {self.name}-1")
            yield self._waits("deleted", "instance", f"{self.name}-1")
        named = f"--db-{self.what}-identifier {self.name}"
        yield Command(f"{is_copy} delete-db-{self.what} {where} {named} --skip-final-snapshot")
        yield self._waits("deleted", self.what, self.name)


def through(copy: Copy, client: str, shows: str = _ROWS, source: StoreView | None = None) -> tuple[Command, ...]:
    """`source` is whose password the copy has, if not the original's."""
    target, read = copy.ctx.environment.target, (source or copy.own).master_password(copy.service)
    return (
        Command(copy.address, "its address"),
        Command(f"infragen outputs {target}", f"the way to {copy.ctx.owner}: open it to that address instead"),
        Command(read, "the password of its source, which the copy has as well"),
        Command(client, shows),
    )


def step(database: Database, ctx: BuildContext) -> Step:
    """`options` are those of the restore, `instance` those of a cluster's only instance."""
    if not database.kind_of_engine.is_aurora:
        copy = Copy(ctx, InstanceView(ctx))
        group = copy.asked("DBParameterGroups[0].DBParameterGroupName", copy.own.identifier)
        options = f" --db-parameter-group-name $({group}) --no-multi-az --no-publicly-accessible"
        return copy.step(through(copy, _client(database, copy)), options)
    cluster = EngineClusterView(ctx)
    copy = Copy(ctx, cluster)
    options = f" --db-cluster-parameter-group-name $({copy.asked('DBClusterParameterGroup', cluster.identifier)})"
    if cluster.capacity is not None:
        range_ = ",".join(f"{_RANGE[key]}={value}" for key, value in cluster.capacity.items())
        options += f" --serverless-v2-scaling-configuration {range_}"
    instance = f"--engine {cluster.engine} --db-instance-class {cluster.instance_class} --no-publicly-accessible"
    # Whether or not the original has the Data API (Amazon Aurora User Guide: Limitations for the Amazon RDS Data API).
    if (database.size or "").startswith(BURSTABLE) or not has_data_api(database.version, database.release):
        return copy.step(through(copy, _client(database, copy)), options, instance)
    where = f"--region {cluster.region} --resource-arn {copy.arn}"
    asked = (
        f"aws rds-data execute-statement {where} --secret-arn {cluster.master_secret()} --database"
        f' {cluster.database_name} --sql "{_LARGEST[database.kind_of_engine.dialect]}" --format-records-as JSON'
        " --query formattedRecords --output text"
    )
    enable = Command(f"aws rds enable-http-endpoint {where} --query HttpEndpointEnabled --output text", "True")
    return copy.step((enable, Command(asked, _ROWS)), options, instance)


def drill(database: Database, left: BuildContext, taking: BuildContext) -> Step:
    copy = Copy(taking, InstanceView(taking), word="drill")
    asked = {
        "db-instance-class": "DBInstanceClass",
        "kms-key-id": "KmsKeyId",
        "db-parameter-group-name": "DBParameterGroups[0].DBParameterGroupName",
    }
    options = "".join(f" --{name} $({copy.asked(query, copy.own.identifier)})" for name, query in asked.items())
    source = InstanceView(left)
    looks = through(copy, _client(database, copy), source=source)
    return copy.drill(source, looks, f"{options} --no-multi-az --no-publicly-accessible")


def _client(database: Database, copy: Copy) -> str:
    own, sql = EngineView(copy.ctx), _LARGEST[database.kind_of_engine.dialect]
    name, user = own.database_name, own.master_username
    if database.kind_of_engine.dialect == "mysql":
        signed = "--ssl-mode=VERIFY_CA --ssl-ca=global-bundle.pem"
        return f'mysql {signed} -h 127.0.0.1 -P {own.port} -u {user} -p {name} -e "{sql}"'
    where = f"host=$({copy.address}) port={own.port} dbname={name} user={user}"
    return f'PGHOSTADDR=127.0.0.1 psql "{where} sslmode=verify-full sslrootcert=global-bundle.pem" -c "{sql}"'


def unrehearsed(database: Database) -> Iterator[str]:
    if database.has_vault:
        yield "backups in the vault of AWS Backup"
    if database.timeseries is not None and database.timeseries.is_table:
        yield "time series, which have no backup"
