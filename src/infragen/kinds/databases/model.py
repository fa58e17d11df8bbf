"""Databases: one cluster per service."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from infragen.core.entry import Entry, Model, Slug, Text
from infragen.core.units import Acu, Days, Gigabytes, Percent, TimeWindow

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Capacity(Model):
    """The range an Aurora Serverless v2 instance moves in."""

    min: Acu
    max: Acu


class Backup(Model):
    """Automatic backups, from which any second of the retention can be restored."""

    retention: Days = 7
    window: TimeWindow = "03:00-04:00"
    """In the system's time zone; infragen converts it to UTC."""


class Maintenance(Model):
    """When AWS may restart the cluster, in the system's time zone."""

    day: Weekday = "sun"
    window: TimeWindow = "04:30-05:30"


class Proxy(Model):
    """RDS Proxy in front of the cluster: pools connections and ends IAM authentication."""

    max_connections: Percent = Decimal(90)
    """Share of the cluster's `max_connections` the proxy may use."""
    idle_timeout: Annotated[int, Field(ge=1, le=28800)] = 1800
    """Seconds."""


class Audit(Model):
    """Every database operation in the audit log, sent to CloudWatch."""

    retention: Days


class Timeseries(Model):
    """A time series store beside the cluster."""

    store: Literal["timestream"]
    volume: Gigabytes
    """GB per month."""


class Database(Entry):
    """An Aurora Serverless v2 cluster."""

    KIND: ClassVar = "databases"
    SINGULAR: ClassVar = "database"

    domain: Slug | None = None
    moved_from: Slug | None = None
    """The domain it had before: names with a `{domain}` keep it, and `infragen state moves` takes the states along."""
    engine: Literal["aurora-mysql"]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+$")]
    """The MySQL version the document asks for: `8.0`."""
    release: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.mysql_aurora\.[0-9]+\.[0-9]+\.[0-9]+$")]
    """Aurora's own release of that version."""
    data: Gigabytes | None = None
    """Expected volume; Aurora grows by itself, the figure is used in alarms, checks and estimates."""
    connections: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Connections expected at once; RDS allows MySQL 100,000 (Amazon RDS User Guide: Quotas and constraints)."""
    connections_why: Text | None = None
    readers: Annotated[int, Field(ge=0, le=15)] = 0
    """Read replicas beside the writer (Aurora allows 15)."""
    readers_for: Text | None = None
    """What the readers are for, in the document's words."""
    capacity: Capacity
    backup: Backup = Backup()
    maintenance: Maintenance = Maintenance()
    audit: Audit | None = None
    """Asks for an audit log."""
    proxy: Proxy | None = None
    """Asks for RDS Proxy in front of the cluster (at least 8 ACU are billed: about 105 USD a month)."""
    master_password: Literal["managed", "write-only"] = "managed"  # noqa: S105  # a way to keep one
    """`managed`: AWS keeps and rotates it. `write-only`: for global databases, which AWS does not manage it for."""
    deletion_protection: bool = False
    final_snapshot: bool = False
    availability: Percent | None = None
    timeseries: Timeseries | None = None
    global_secondary: bool = False
    """A secondary cluster in the recovery region (Aurora Global Database)."""
    schema_name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)] | None = None
    """The MySQL schema; the name with underscores when left out."""
