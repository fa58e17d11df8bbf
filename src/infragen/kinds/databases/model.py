"""Databases: Aurora clusters, and instances on RDS."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from infragen.core.clock import DAYS
from infragen.core.entry import Entry, Form, Model, Slug, Text
from infragen.core.measures import Thresholds
from infragen.core.network_settings import Zone
from infragen.core.system import Settings
from infragen.core.units import (
    Acu,
    Days,
    Gigabytes,
    LeastAcu,
    LogDays,
    MebiBytesPerSecond,
    Percent,
    Seconds,
    TimeWindow,
)
from infragen.kinds.databases.engines import ENGINES, FIELDS, Engine
from infragen.kinds.tenants import GatewayNames
from infragen.kinds.workloads.log_route import LogRoute

_CLASS: Final = r"^db\.[a-z0-9]+\.[0-9a-z]+$"
_VERSION: Final = r"^[0-9]+(\.[0-9]+){0,2}$"
_PARAMETER: Final = r"^[a-z][a-z0-9_.-]*$"


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


def _instance_class(value: str) -> str:
    if re.fullmatch(_CLASS, value) is None:
        meant = f"db.{value.lower()}"
        raise ValueError(f"write `size: {meant if re.fullmatch(_CLASS, meant) else 'db.t4g.micro'}`")
    return value


def _version(value: str) -> str:
    if re.fullmatch(_VERSION, value) is None:
        raise ValueError('write the version of the engine, such as `version: "17"`, or `version: "8.4"` for MySQL')
    return value


def _parameter(value: str) -> str:
    if re.fullmatch(_PARAMETER, value) is None:
        meant = value.strip().lower().replace(" ", "_")
        raise ValueError(f"write `{meant if re.fullmatch(_PARAMETER, meant) else 'max_connections'}`, as AWS writes it")
    return value


InstanceClass = Annotated[str, AfterValidator(_instance_class), _schema(_CLASS, "db.t4g.micro")]
Extension = Annotated[str, Form(r"[a-z][a-z0-9_-]*", "an extension as PostgreSQL writes it: `postgis`", 63)]
Release = Annotated[
    str,
    Form(
        r"[0-9]+\.[0-9]+\.mysql_aurora\.[0-9]+\.[0-9]+\.[0-9]+",
        "MySQL's version and Aurora's release of it: `8.0.mysql_aurora.3.10.6`",
        40,
    ),
]
Parameter = Annotated[str, AfterValidator(_parameter), StringConstraints(max_length=255)]
PasswordVersions = dict[
    Annotated[str, Form(r"[a-z][a-z0-9_]*", "a user of the database, as its secret is named: `orders`", 63)],
    Annotated[int, Field(ge=1, le=10_000)],
]


class Capacity(Model):
    """The capacity range of an Aurora Serverless v2 instance."""

    min: LeastAcu
    """0 pauses an instance without connections."""
    max: Acu
    pause_after: Seconds | None = None
    """How long it is without connections before it pauses, if `min` is 0; five minutes when left out."""


STRIPED_FROM: Final = 400
"""GB: from this size on RDS spreads a gp3 disk over four volumes."""
IOPS: Final = (12_000, 64_000)
THROUGHPUT: Final = (500, 4_000)


class Storage(Model):
    """The disk of an RDS instance: gp3, encrypted."""

    @model_validator(mode="before")
    @classmethod
    def _is_a_map(cls, data: Any) -> Any:
        if isinstance(data, str | int):
            size = f"{data} GB" if str(data).isdecimal() else data
            raise ValueError(f"write `storage: {{size: {size}}}`")  # noqa: TRY004 -- Pydantic takes no TypeError
        return data

    size: Gigabytes = 20
    grow_to: Gigabytes | None = None
    """How large RDS may let it grow; it never shrinks."""
    iops: Annotated[int, Field(ge=1, le=256_000, examples=[12_000])] | None = None
    """IOPS, if more than gp3's baseline at that size (from 400 GB on)."""
    throughput: MebiBytesPerSecond | None = None
    """Throughput, if more than that baseline."""

    @property
    def planned_iops(self) -> int | None:
        # gp3's own where RDS takes them, since the provider keeps a former value where none is given; below 400 GB they
        # are fixed (Amazon RDS User Guide: DB instance storage)
        return self.iops or (IOPS[0] if self.size >= STRIPED_FROM else None)

    @property
    def planned_throughput(self) -> int | None:
        return self.throughput or (THROUGHPUT[0] if self.size >= STRIPED_FROM else None)


class BackupSchedule(Model):
    """A scheduled backup, in an AWS Backup vault."""

    cron: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z*,/?L#W -]+$", max_length=120)]
    """AWS' six fields without `cron(...)`, in the system's time zone."""
    retention: Annotated[Days, Field(le=36_500)]
    """How long each is kept."""


class AutomaticBackup(Model):
    """Automatic backups, from which any second of the retention can be restored."""

    retention: Days = 7
    window: TimeWindow = "03:00-04:00"
    """In the system's time zone; infragen converts it to UTC."""


class Backup(AutomaticBackup):
    """Automatic backups, and those of AWS Backup."""

    before_release: Annotated[Days, Field(le=36_500)] | None = None
    """How long a backup that a pipeline takes before a release is kept; `infragen outputs` shows the command. AWS
    Backup takes it, since RDS never deletes manual snapshots."""
    schedules: dict[Slug, BackupSchedule] = Field(
        default_factory=dict, examples=[{"monthly": {"cron": "0 5 1 * ? *", "retention": "365 days"}}]
    )
    """Backups beyond the retention of the automatic ones, by name."""


_USUAL: Final[Mapping[str, str]] = {
    "caches": "00:30-01:30",
    "document-databases": "01:30-02:30",
    "databases": "04:30-05:30",
}
"""Before and after the usual window of backups, and an hour at least (Amazon ElastiCache API: CreateReplicationGroup,
`PreferredMaintenanceWindow`)."""


class Maintenance(Model):
    """When AWS may restart it, in the system's time zone."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    """By the entry's name when left out, so that not everything restarts in one night; for global databases by their
    domain, from Tuesday to Friday, and for their copies the day before."""
    window: Annotated[TimeWindow, Field(examples=["04:30-05:30"])] | None = None
    """An hour of the night of its kind when left out: a cache is back before the databases that it spares are gone."""

    def when(self, entry: Entry, settings: Settings | None = None) -> tuple[str, str]:
        # A copy of a global database is a day ahead: AWS upgrades it first. Those of a domain share a night, as their
        # stack is applied between both. Source: Amazon RDS User Guide, `Maintaining a DB instance`: a window of a
        # region's night, on a random day
        is_global = getattr(entry, "global_database", False)
        named, days = (getattr(entry, "domain", None) or "", DAYS[1:5]) if is_global else (entry.identity, DAYS)
        is_copy = is_global and settings is not None and settings.standby_of is not None
        usual = DAYS[DAYS.index(days[zlib.crc32(named.encode()) % len(days)]) - is_copy]
        return self.day or usual, self.window or _USUAL[entry.KIND]


class Proxy(Model):
    """RDS Proxy in front of the database: pools connections and terminates IAM authentication."""

    max_connections: Percent = Decimal(90)
    """Share of the database's `max_connections` the proxy may use."""
    idle_timeout: Annotated[int, Field(ge=1, le=28800)] = 1800
    """Seconds."""
    borrow_timeout: Annotated[int, Field(ge=0, le=300)] = 10
    """Seconds that a query waits for a free connection, or for a new writer: less than callers wait for a response."""
    login: Literal["password", "token"] = "password"
    """How it signs in to the database: with a password of each user from a secret, or with an IAM token of its own role
    (AWS provider 6), so that no user has a password."""


class ReaderScaling(Model):
    """Readers of an Aurora cluster that Application Auto Scaling adds to those of `readers`, and takes away again."""

    INSTEAD: ClassVar = {
        "min": "write `readers: 1` beside `reader_scaling`: so many are always there",
        **dict.fromkeys(("target_cpu", "cpu_target"), "write `cpu: 70 %`"),
    }

    max: Annotated[int, Field(ge=1, le=15, examples=[5])]
    """How many readers there may be, with those of `readers` (AWS allows 15)."""
    cpu: Annotated[Percent | None, Field(examples=["70 %"])] = None
    """The CPU usage to keep, as the average of all readers."""
    connections: Annotated[int, Field(ge=1, le=100_000, examples=[400])] | None = None
    """The number of connections to keep, as the average of all readers."""
    scale_in_cooldown: Annotated[int, Field(ge=0, le=3600)] = 300
    """Seconds after a reader was removed before another one is (AWS' own)."""
    scale_out_cooldown: Annotated[int, Field(ge=0, le=3600)] = 300
    """Seconds after a reader was added before another one is (AWS' own)."""

    @model_validator(mode="after")
    def _has_target(self) -> Self:
        if not self.targets:
            raise ValueError("write `cpu: 70 %` or `connections: 400`, what a reader is to have")
        return self

    @property
    def targets(self) -> dict[str, Decimal | int]:
        found = {"cpu": self.cpu, "connections": self.connections}
        return {name: value for name, value in found.items() if value is not None}


class Audit(Model):
    """An audit log of every database operation, sent to CloudWatch."""

    retention: LogDays


class Index(Model):
    """An index of a table that each tenant's schema has."""

    table: Annotated[str, Form(r"[a-z_][a-z0-9_]*", "a table as PostgreSQL has it: `records`", 63)]
    columns: Annotated[
        tuple[
            Annotated[str, Form(r"[a-z_][a-z0-9_]*( (ASC|DESC))?", "a column, and its order: `created_at DESC`", 70)],
            ...,
        ],
        Field(min_length=1, max_length=32),
    ]
    """Its columns (PostgreSQL allows 32)."""


class Timeseries(Model):
    """A time series store in addition to the cluster."""

    store: Literal["bucket", "timestream"]
    """`bucket`: Amazon Data Firehose writes lines of JSON to a bucket, by the day; `timestream`: a table of Amazon
    Timestream for LiveAnalytics, which takes no new customers."""
    bucket: Annotated[Slug, Field(examples=["measurements"])] | None = None
    """With `store: bucket`: a `buckets` entry, whose lifecycle deletes them, and whose `replication` copies them."""
    volume: Gigabytes
    """GB per month."""
    memory_hours: Annotated[int, Field(ge=1, le=8766)] = 24
    """With `timestream`, how long a measurement stays in the memory store; what arrives later goes into the magnetic
    store at once."""
    retention: Annotated[Days, Field(le=73_000)] = 365
    """How long it stays in the magnetic store afterwards, or in the bucket."""

    @model_validator(mode="after")
    def _has_bucket(self) -> Timeseries:
        if self.store == "bucket" and self.bucket is None:
            raise ValueError("write `bucket: NAME`, an entry of `buckets`, or `store: timestream`")
        return self

    @property
    def is_table(self) -> bool:
        return self.store == "timestream"


class Database(Entry):
    """A database: an Aurora cluster, or an RDS instance."""

    KIND: ClassVar = "databases"
    SINGULAR: ClassVar = "database"

    domain: Slug | None = None
    moved_from: Slug | None = None
    """Its former domain: names with a `{domain}` keep it, and `infragen state moves` moves the states."""
    engine: Literal["aurora-mysql", "aurora-postgresql", "mysql", "postgresql"]
    """`postgresql` and `mysql` are RDS instances, the others are Aurora clusters."""
    version: Annotated[str, AfterValidator(_version), _schema(_VERSION, "17")]
    """`17`: AWS installs each new minor version of PostgreSQL 17; `17.9` keeps that one. MySQL: `8.4`."""
    readers_version: Annotated[str, AfterValidator(_version), _schema(_VERSION, "17.10")] | None = None
    """The newer minor version of what copies an RDS instance, its readers and a standby's: AWS upgrades those first."""
    release: Release | None = None
    """The Aurora MySQL release of that version."""
    size: InstanceClass | None = None
    """The instance class: `db.t4g.micro`; with Aurora, instead of `capacity`."""
    storage: Annotated[Storage, Field(examples=[{"size": "20 GB", "grow_to": "100 GB"}])] = Storage()
    """The disk, for RDS; Aurora's grows by itself."""
    multi_az: bool = False
    """For RDS: a standby in a second zone that takes over, at twice the price. With Aurora, a reader does that."""
    data: Gigabytes | None = None
    """Expected volume, used in alarms, checks and estimates; Aurora's storage grows by itself."""
    connections: Annotated[int, Field(examples=[50], ge=1, le=100_000)] | None = None
    """Expected concurrent connections; RDS allows 100,000 for MySQL (Amazon RDS User Guide: Quotas and constraints)."""
    connections_why: Text | None = None
    readers: Annotated[int, Field(ge=0, le=15)] = 0
    """Read replicas (AWS allows 15)."""
    readers_for: Text | None = None
    """What the readers are for, in the document's words."""
    reader_scaling: Annotated[ReaderScaling, Field(examples=[{"max": 5, "cpu": "70 %"}])] | None = None
    """More readers of an Aurora cluster of an instance class while these are busy; none without `readers`."""
    reader_zones: Annotated[tuple[Zone, ...], Field(examples=[["eu-central-1a"]])] = ()
    """The zone of each RDS reader; AWS chooses when left out. Aurora's are spread over the zones in turn."""
    capacity: Annotated[Capacity, Field(examples=[{"min": "0.5 ACU", "max": "4 ACU"}])] | None = None
    """The capacity range of an Aurora cluster's instances: Serverless v2."""
    parameters: dict[Parameter, str] = Field(default_factory=dict, examples=[{"max_connections": "200"}])
    """Engine parameters in addition to infragen's own, in AWS's units: `max_connections: 200`; for PostgreSQL's memory
    also with a unit: `shared_buffers: 8 GB`."""
    extensions: Annotated[tuple[Extension, ...], Field(examples=[["postgis"]])] = ()
    """PostgreSQL extensions, which the SQL for its users creates: `[postgis, uuid-ossp]`."""
    tenants: Annotated[tuple[Slug, ...], Field(examples=[["acme", "globex"]])] = ()
    """Tenants: PostgreSQL has a schema for each, which the same SQL creates."""
    tenants_of: Annotated[GatewayNames, Field(examples=["public", ["public", "partners"]])] = ()
    """The gateway whose tenants they are, or several, instead of a list of its own."""
    indexes: dict[Annotated[str, Form(r"[a-z_][a-z0-9_]*", "an index: `idx_tenant_created`", 63)], Index] = Field(
        default_factory=dict, examples=[{"idx_created": {"table": "records", "columns": ["created_at DESC"]}}]
    )
    """Indexes of each tenant's schema, which the same SQL creates where their table is there: run it again after the
    migration that creates one."""
    ca: Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] = "rds-ca-rsa2048-g1"
    """The CA of its TLS certificate, for RDS."""
    backup: Backup = Backup()
    maintenance: Maintenance = Maintenance()
    log_retention: LogDays | None = None
    """How long its logs are kept in CloudWatch; the environment's `log_retention` when left out."""
    audit: Audit | None = None
    """Enables an audit log of every operation; not for MySQL on RDS."""
    proxy: Proxy | None = None
    """Adds RDS Proxy in front of it (at least 8 ACU or 2 vCPU are billed: 26 to 105 USD a month, and more)."""
    data_api: bool = False
    """Enables Aurora's Data API, SQL without a network path: `apply` then creates users and extensions."""
    login: Literal["token", "password"] = "token"
    """How services sign in: with an IAM token of their role, or with a password from a secret if they cannot."""
    url_options: (
        Annotated[str, Form(r"[A-Za-z0-9_.=&-]+", "the options of an address: `sslmode=require`", 200)] | None
    ) = None
    """With `login: password`: adds addresses with user and password to each user's secret, with these options. Code
    gets them in variables that end in `URL_PRIMARY` and `URL_REPLICA`."""
    master_password: Literal["managed", "write-only"] = "managed"  # noqa: S105  # a way to keep one
    """`managed`: AWS keeps and rotates it. `write-only`: for global databases and instances with readers, for which AWS
    does not manage it."""
    password_versions: PasswordVersions = Field(default_factory=dict, examples=[{"orders": 2}])
    """By the user of the database whose password shall change: a number, one more each time. Others keep theirs."""
    master_rotation: Annotated[Days, Field(le=1000)] | None = None
    """How long a `write-only` master password is used before a function has RDS set a new one. AWS rotates `managed`
    ones every 7 days."""
    deletion_protection: bool | None = None
    """Whether AWS refuses to delete it; production's are protected when left out."""
    final_snapshot: bool | None = None
    """Whether its deletion leaves a final snapshot; production's does when left out."""
    availability: Percent | None = None
    timeseries: Annotated[Timeseries | None, Field(examples=[{"store": "timestream", "volume": "150 GB"}])] = None
    global_database: bool = False
    """An Aurora global database: written where the environment is that has a standby, with a copy where that is."""
    alarms: Thresholds = Field(default_factory=dict)
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    schema_name: (
        Annotated[str, Form(r"[a-z][a-z0-9_]*", "lower-case letters, digits and underscores: `order_desk`", 64)] | None
    ) = None
    """The database inside, which MySQL calls a schema; the entry's name with underscores when left out."""

    @model_validator(mode="before")
    @classmethod
    def _of_its_engine(cls, data: Any) -> Any:
        """Remove the fields of other engines: defaults are for all databases, and D113 reports a database's own."""
        engine = data.get("engine") if isinstance(data, dict) else None
        if not isinstance(engine, str) or engine not in ENGINES:
            return data
        return {field: value for field, value in data.items() if engine in FIELDS.get(field, ENGINES)}

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        engine = data.get("engine")
        if engine not in ENGINES:
            return {}
        foreign = {field: sorted(engines) for field, engines in FIELDS.items() if engine not in engines}
        others = {field: f"`engine: {'` or `'.join(engines)}`" for field, engines in foreign.items()}
        is_cluster = "capacity" not in others and data.get("size") is None
        return others | ({"size": "`capacity: null`"} if is_cluster else {})

    def crons(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, schedule in sorted(self.backup.schedules.items()):
            yield schedule.cron, ("backup", "schedules", name, "cron")

    @property
    def has_vault(self) -> bool:
        return self.backup.before_release is not None or bool(self.backup.schedules)

    @property
    def reader_roles(self) -> tuple[str, ...]:
        return tuple(f"reader-{number}" for number in range(1, self.readers + 1))

    @property
    def most_readers(self) -> int:
        """AWS only adds readers if one is always there to be measured."""
        scaling = self.reader_scaling if self.readers else None
        return self.readers if scaling is None else max(self.readers, scaling.max)

    @property
    def kind_of_engine(self) -> Engine:
        return ENGINES[self.engine]

    @property
    def service(self) -> str:
        return "Aurora" if self.kind_of_engine.is_aurora else "RDS"

    @property
    def has_passwords(self) -> bool:
        return self.login == "password" or (self.proxy is not None and self.proxy.login == "password")

    @property
    def log_route(self) -> LogRoute | None:
        series = self.timeseries
        return LogRoute(bucket=series.bucket) if series is not None and series.bucket and not series.is_table else None

    @property
    def inner_name(self) -> str:
        """It does not follow a rename, because another name replaces the cluster."""
        return self.schema_name or self.identity.replace("-", "_")
