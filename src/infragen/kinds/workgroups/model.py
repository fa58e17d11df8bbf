"""What an entry of the kind workgroups says."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from infragen.core.entry import Entry, Form, Model, Slug, Title, written_as
from infragen.core.units import Days, Gigabytes

PARTITIONS: Final = {"day": "the day of the line", "source": "whose it is"}
"""What a table of lines has beside its columns."""

_NAME: Final = r"[a-z][a-z0-9_]*"
_SLUG: Final = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"

TableName = Annotated[str, Form(_NAME, "lower-case letters, digits and `_`: `requests`", 40)]
"""A table, as SQL has it without quotes (Amazon Athena User Guide: Name databases, tables, and columns)."""
ColumnName = Annotated[str, Form(_NAME, "a key of the lines in lower-case letters, digits and `_`: `trace_id`", 128)]
Source = Annotated[
    str,
    Form(
        rf"((balancers|buckets)/{_SLUG}|cloudtrail|load-balancer)",
        "`balancers/NAME`, `buckets/NAME`, `cloudtrail` or `load-balancer`",
        60,
    ),
    Field(examples=["balancers/public"]),
]
ColumnType = Literal["string", "int", "bigint", "double", "boolean"]


class Table(Model):
    """Logs that lie in a bucket, as a table: each line is a row."""

    _map = written_as(lambda value: f"{{of: {value}}}")

    of: Source
    """Whose: `balancers/NAME`, the access log of a balancer; `buckets/NAME`, the lines that `log_route` sends to a
    bucket; `cloudtrail`, the environment's audit trail; `load-balancer`, the internal load balancer's access log."""
    columns: dict[ColumnName, ColumnType] = Field(default_factory=dict, examples=[{"level": "string"}])
    """Of lines in a bucket, which are JSON: the keys that can be asked for; others stay unread."""


class Query(Model):
    """A question that people ask again and again."""

    _map = written_as(lambda value: f"{{title: ..., sql: {value}}}")

    title: Title
    sql: Annotated[
        str, StringConstraints(min_length=1, max_length=262_144), Field(examples=["SELECT count(*) FROM requests"])
    ]
    """What Athena is asked, with the tables by their names (Amazon Athena API: NamedQuery, `QueryString`)."""


class Results(Model):
    """Answers, which Athena writes to a bucket of their own."""

    _map = written_as(lambda value: f"{{retention: {value}}}")

    retention: Days = 7
    """How long an answer is kept."""


class Workgroup(Entry):
    """A workgroup of Amazon Athena: logs in buckets as tables, and SQL that people ask them with."""

    KIND: ClassVar = "workgroups"
    SINGULAR: ClassVar = "workgroup"
    INSTEAD: ClassVar = {
        "bucket": "leave it out: answers have their own, and `results: {retention: 7 days}` says for how long",
        "logs": "write `tables: {requests: {of: balancers/NAME}}`",
        "uses": "write `tables: {requests: {of: balancers/NAME}}`; who asks needs permissions, not the workgroup",
    }

    tables: Annotated[dict[TableName, Table], Field(min_length=1, examples=[{"requests": {"of": "balancers/public"}}])]
    """Logs that can be asked, by names of your own."""
    queries: dict[Slug, Query] = Field(
        default_factory=dict,
        examples=[{"requests": {"title": "How many there were", "sql": "SELECT count(*) FROM requests"}}],
    )
    """Questions that are kept in it, beside those that each table brings along."""
    scan_limit: Gigabytes = 100
    """Where a query is stopped that reads more: Athena bills by what it reads."""
    results: Results = Results()
