"""The time series of a database, in a bucket or in Timestream for LiveAnalytics: who may use them, what they cost."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, call, named_by
from infragen.core.names import LIMITS
from infragen.core.part import Binding, Grant, Part, pattern
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds import instead_of, keys
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.users import MIGRATE
from infragen.kinds.workloads.log_route import RoutedView

_REGIONS: Final = frozenset(
    {
        "ap-northeast-1", "ap-south-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "us-east-1", "us-east-2",
        "us-gov-west-1", "us-west-2",
    }
)  # fmt: skip
"""Where it is (AWS General Reference: Amazon Timestream endpoints and quotas)."""
_READS: Final = ("timestream:DescribeTable", "timestream:ListMeasures", "timestream:Select")
_SHORTEST: Final = 3
"""Amazon Timestream API Reference: CreateTable, TableName; a database's name has its environment's before it."""


class TimeseriesView(keys.EncryptedView, RoutedView):
    """The table and the database of Timestream that it stands in, or the stream that writes to a bucket."""

    _entry: Database
    timeseries = logging = call("data", "timeseries")
    key = keys.of_purpose("databases")
    timeseries_name = named_by(lambda ctx: ctx.names.plain(ctx.entry.identity), LIMITS["timestream_database"])
    log_stream_name = pattern("{own._route_name}-measurements", LIMITS["delivery_stream"], when="log_bucket_name")


def parts(database: Database, ctx: BuildContext) -> Iterator[Part]:
    own = TimeseriesView(ctx)
    if database.timeseries is not None and (database.timeseries.is_table or own.log_bucket_name):
        yield ctx.part("data", "kinds/databases/timeseries.tf", own, because=(database.timeseries,))


def bindings(database: Database, ctx: BuildContext, access: str) -> Iterator[Binding]:
    """Of a stream, only writing: reading is a use of the bucket."""
    if database.timeseries is None or access == MIGRATE:
        return
    own = TimeseriesView(ctx)
    table = own.timeseries
    if not database.timeseries.is_table:
        if access != "read" and own.log_bucket_name:
            grant = Grant("SendMeasurements", ("firehose:PutRecord", "firehose:PutRecordBatch"), (table.stream_arn,))
            yield Binding({"TIMESERIES_STREAM": own.log_stream_name}, "timeseries", (grant,))
        return
    actions = _READS if access == "read" else (*_READS, "timestream:WriteRecords")
    # AWS authorises these on no table; each call asks first where its endpoint is (Service Authorization Reference:
    # Amazon Timestream). Keys need no permission: Timestream has a grant from who made the database
    of_none = ("timestream:CancelQuery", "timestream:DescribeEndpoints", "timestream:SelectValues")
    grants = Grant("UseMeasurements", actions, (table.arn,)), Grant("FindTimestream", of_none, ("*",))
    variables = {"TIMESERIES_DATABASE": table.database_name, "TIMESERIES_TABLE": table.table_name}
    yield Binding(variables, "timeseries", grants)


def costs(database: Database) -> Iterator[Cost]:
    # A write is 1 KB (Amazon Timestream pricing)
    series = database.timeseries
    if series is None:
        return
    volume = series.volume
    most = max(volume, volume * series.retention // 30)
    planned = f"{volume:,} GB of measurements a month, as planned"
    if not series.is_table:
        yield Cost(f"{planned}, through Firehose", "delivery-stream-data", volume)
        yield Cost(f"{series.retention} days of them in the bucket, not compressed", "object-storage", volume, most)
        return
    yield Cost(planned, "timestream-writes", volume)
    hours = series.memory_hours
    yield Cost(f"the last {hours} hours of them in memory", "timestream-memory", volume * hours / Decimal(730))
    yield Cost(f"{series.retention} days of them in the magnetic store", "timestream-magnetic", volume, most)
    yield Cost("queries of them", "timestream-queries")


def holds(change: Takeover) -> Iterator[Held]:
    """AWS copies no table; a bucket describes its own copy."""
    series = change.left.entry.timeseries
    if series is not None and series.is_table:
        has = "none of its measurements: AWS copies no time series to another region"
        if change.taking.entry.timeseries is None:
            has += ", and nothing there takes new ones"
        mend = "write `store: bucket`, with a bucket that has `replication`"
        yield Held("data", has, "missing", mend, ("timeseries",))


@rule("E139", of=Database)
def _elsewhere(database: Database, at: At, environment: Environment) -> Findings:
    region, series = environment.settings.region, database.timeseries
    if region not in _REGIONS and series is not None and series.is_table:
        message = f"Timestream for LiveAnalytics is not in {region}, where {at.owner} has time series"
        yield Finding(message, at("timeseries", "store"), "keep them in a bucket: `store: bucket` and `bucket: NAME`")


@rule("E143", of=Database)
def _short_name(database: Database, at: At) -> Findings:
    name = database.inner_name
    if database.timeseries is not None and database.timeseries.is_table and len(name) < _SHORTEST:
        message = f"the table of {at.owner} would be called `{name}`; Timestream wants {_SHORTEST} characters at least"
        place = at("schema_name") if database.schema_name else at("timeseries")
        yield Finding(message, place, f"write `schema_name: {name}_data`, before the database is made")


@rule("E149", of=Database)
def _bucket_unknown(database: Database, at: At, resolved: ResolvedSystem) -> Findings:
    route = database.log_route
    if route is not None and not resolved.knows("buckets", route.bucket):
        message = f"the measurements of {at.owner} go to buckets/{route.bucket}, which does not exist"
        yield Finding(message, at("timeseries", "bucket"), instead_of(resolved, "buckets", route.bucket))
