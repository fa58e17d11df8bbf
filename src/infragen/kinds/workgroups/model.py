"""What an entry of the kind workgroups says."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from infragen.core.entry import Entry, Form, Model, Slug, Title, written_as
from infragen.core.units import Days, Gigabytes

PARTITIONS: Final = {"day": "the day of the line", "source": "whose it is"}
"""What a table of lines has beside its columns."""
BY_HOUR: Final = {"year": "the year of the line", "month": "its month", "hour": "its hour"}
"""What it has besides where routers in tasks send the lines."""
OF_ROUTERS: Final = {"date": "string", "log": "string", "container_name": "string"}
"""What routers add to lines: when they came, the whole line where it is no JSON, and whose it is.

Source: Fluent Bit, Official Manual, Amazon S3 (json_date_key); Amazon ECS Developer Guide, FireLens (metadata).
"""

_NAME: Final = r"[a-z][a-z0-9_]*"

TableName = Annotated[str, Form(_NAME, "lower-case letters, digits and `_`: `requests`", 40)]
"""A table, as SQL has it without quotes (Amazon Athena User Guide: Name databases, tables, and columns)."""
ColumnName = Annotated[str, Form(_NAME, "a key of the lines in lower-case letters, digits and `_`: `trace_id`", 128)]
Source = Annotated[
    str,
    Form(
        r"((balancers|buckets)/[a-z][a-z0-9]*(-[a-z0-9]+)*|cloudtrail|load-balancer)",
        "`balancers/NAME`, `buckets/NAME`, `cloudtrail` or `load-balancer`",
        60,
    ),
    Field(examples=["balancers/public"]),
]
ColumnType = Literal["string", "int", "bigint", "double", "boolean"]


class Table(Model):
    """Logs in a bucket, as a table: each line is a row."""

    _map = written_as(lambda value: f"{{of: {value}}}")

    of: Source
    """Their source: `balancers/NAME`, the access log of a balancer; `buckets/NAME`, the lines that `log_route` sends to
    a bucket; `cloudtrail`, the environment's audit trail; `load-balancer`, the internal load balancer's access log."""
    columns: dict[ColumnName, ColumnType] = Field(default_factory=dict, examples=[{"level": "string"}])
    """For JSON lines in a bucket: the keys that can be queried; others are not read."""


class Query(Model):
    """A saved query."""

    _map = written_as(lambda value: f"{{title: ..., sql: {value}}}")

    title: Title
    sql: Annotated[
        str, StringConstraints(min_length=1, max_length=262_144), Field(examples=["SELECT count(*) FROM requests"])
    ]
    """The SQL for Athena, with the tables by their names (Amazon Athena API: NamedQuery, `QueryString`)."""


class Results(Model):
    """Query results, which Athena writes to their own bucket."""

    _map = written_as(lambda value: f"{{retention: {value}}}")

    retention: Days = 7
    """How long a result is kept."""


class Workgroup(Entry):
    """An Amazon Athena workgroup: logs in buckets as tables, and SQL to query them."""

    KIND: ClassVar = "workgroups"
    SINGULAR: ClassVar = "workgroup"
    INSTEAD: ClassVar = {
        "bucket": "leave it out: answers have their own, and `results: {retention: 7 days}` says for how long",
        "logs": "write `tables: {requests: {of: balancers/NAME}}`",
        "uses": "write `tables: {requests: {of: balancers/NAME}}`; who asks needs permissions, not the workgroup",
    }

    tables: Annotated[dict[TableName, Table], Field(min_length=1, examples=[{"requests": {"of": "balancers/public"}}])]
    """Logs that can be queried, by names of your own."""
    queries: dict[Slug, Query] = Field(
        default_factory=dict,
        examples=[{"requests": {"title": "How many there were", "sql": "SELECT count(*) FROM requests"}}],
    )
    """Saved queries, in addition to those that come with each table."""
    scan_limit: Gigabytes = 100
    """The most that a query may read before it is stopped: Athena bills by what it reads."""
    results: Results = Results()
