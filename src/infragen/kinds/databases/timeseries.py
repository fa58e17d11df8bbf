"""A table of Amazon Timestream for LiveAnalytics beside a database: what makes it, who may use it, what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, call, named_by, of
from infragen.core.names import LIMITS
from infragen.core.part import Binding, Grant, Part
from infragen.core.resolved_system import Environment
from infragen.core.rule import At, Finding, Findings, rule
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds import keys
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.users import MIGRATE

_REGIONS: Final = frozenset(
    {
        "ap-northeast-1", "ap-south-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "us-east-1", "us-east-2",
        "us-gov-west-1", "us-west-2",
    }
)  # fmt: skip
"""Where it is (AWS General Reference: Amazon Timestream endpoints and quotas)."""
_READS: Final = ("timestream:DescribeTable", "timestream:ListMeasures", "timestream:Select")
_WRITES: Final = ("timestream:WriteRecords",)
_OF_NO_TABLE: Final = ("timestream:CancelQuery", "timestream:DescribeEndpoints", "timestream:SelectValues")
"""What AWS authorises on no table; each call asks first where its endpoint is (Service Authorization Reference: Amazon
Timestream). Keys need no permission: Timestream has a grant of its own from who made the database."""
_SHORTEST: Final = 3
"""Amazon Timestream API Reference: CreateTable, TableName; a database's name has its environment's before it."""
_HOURS: Final = Decimal(730)
"""Of a month."""


class TimeseriesView(ResourceView):
    """The table and the database of Timestream that it stands in."""

    _entry: Database
    timeseries = call("data", "timeseries")
    key = keys.of_purpose("databases")
    """What it is encrypted with; None for AWS's own key."""
    timeseries_name = named_by(lambda ctx: ctx.names.plain(ctx.entry.identity), LIMITS["timestream_database"])
    """What Timestream calls the database."""

    table_name = of(lambda ctx: ctx.entry.inner_name)
    said = of(lambda ctx: ctx.entry.timeseries)


def parts(database: Database, ctx: BuildContext) -> Iterator[Part]:
    """Yield the table."""
    if database.timeseries is not None:
        because = (database.timeseries,)
        yield ctx.part("data", "kinds/databases/timeseries.tf", TimeseriesView(ctx), because=because)


def bindings(database: Database, ctx: BuildContext, access: str) -> Iterator[Binding]:
    """Yield the table's names, and lets who uses the database read and write it as its rows."""
    if database.timeseries is None or access == MIGRATE:
        return
    table = TimeseriesView(ctx).timeseries
    actions = _READS if access == "read" else (*_READS, *_WRITES)
    grants = Grant("UseMeasurements", actions, (table.arn,)), Grant("FindTimestream", _OF_NO_TABLE, ("*",))
    variables = {"TIMESERIES_DATABASE": table.database_name, "TIMESERIES_TABLE": table.table_name}
    yield Binding(variables, "timeseries", grants)


def costs(database: Database) -> Iterator[Cost]:
    """Yield what is written, and what is kept of it: in the first month, and once the first measurements are deleted.

    A write is 1 KB (Amazon Timestream pricing).
    """
    series = database.timeseries
    if series is None:
        return
    volume = series.volume
    yield Cost(f"{volume:,} GB of measurements a month, as planned", "timestream-writes", volume)
    yield Cost(
        f"the last {series.memory_hours} hours of them in memory", "timestream-memory",
        volume * series.memory_hours / _HOURS,
    )  # fmt: skip
    most = max(volume, volume * series.retention // 30)
    yield Cost(f"{series.retention} days of them in the magnetic store", "timestream-magnetic", volume, most)
    yield Cost("queries of them", "timestream-queries")


def holds(change: Takeover) -> Iterator[Held]:
    """Yield what a standby has of the measurements: AWS copies none of them to another region."""
    if change.left.entry.timeseries is not None:
        has = "none of its measurements: AWS copies no time series to another region"
        if change.taking.entry.timeseries is None:
            has += ", and nothing there takes new ones"
        mend = "have what writes them write them to a bucket with `replication` as well"
        yield Held("data", has, "missing", mend, ("timeseries",))


@rule("E139")
def _elsewhere(environment: Environment) -> Findings:
    region = environment.settings.region
    for owner, database in environment.each(Database) if region not in _REGIONS else ():
        if database.timeseries is not None:
            message = f"Timestream for LiveAnalytics is not in {region}, where {owner} has time series"
            own = f"`databases: {{{database.name}: {{timeseries: null}}}}` in {environment.source('environment')}"
            hint = f"write {own}, and keep them in a bucket, or in Timestream for InfluxDB"
            yield Finding(message, environment.at(owner, "timeseries", "store"), hint)


@rule("E143", of=Database)
def _short_name(database: Database, at: At) -> Findings:
    name = database.inner_name
    if database.timeseries is not None and len(name) < _SHORTEST:
        message = f"the table of {at.owner} would be called `{name}`; Timestream wants {_SHORTEST} characters at least"
        place = at("schema_name") if database.schema_name else at("timeseries")
        yield Finding(message, place, f"write `schema_name: {name}_data`, before the database is made")
