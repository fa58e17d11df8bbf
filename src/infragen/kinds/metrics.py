"""Metrics: what code sends to CloudWatch, or what is counted in a log, with the alarms on it."""

import shlex
from collections.abc import Iterator
from functools import partial
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from infragen.core.build_context import BuildContext, Export, ResourceView, call, of
from infragen.core.entry import Entry, EntryId, Form, Model
from infragen.core.kind import Billing, Cost, Kind, Operations, OutputLine, Permissions, Scaffold, always
from infragen.core.measures import (
    BYTES,
    COUNT,
    MILLISECONDS,
    PERCENT,
    SECONDS,
    Measure,
    Statistic,
    Threshold,
    Thresholds,
)
from infragen.core.part import Binding, Grant, Part
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics.hints import nearest
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.views import InstanceView, cluster_view
from infragen.kinds.functions.build import FunctionView
from infragen.kinds.functions.model import Function
from infragen.kinds.jobs import Job, JobView
from infragen.kinds.services import build
from infragen.kinds.workloads import task
from infragen.kinds.workloads.log_route import is_routed
from infragen.kinds.workloads.model import Container

_UNITS: Final = {"count": COUNT, "percent": PERCENT, "seconds": SECONDS, "milliseconds": MILLISECONDS, "bytes": BYTES}
_PERIOD: Final = 300
_FUNCTIONS: Final = {"Average": "AVG", "Maximum": "MAX", "Minimum": "MIN", "SampleCount": "COUNT", "Sum": "SUM"}
"""What Metrics Insights calls the statistics that it knows."""
_KNOWN: Final = "write `statistic: Maximum`, `Average`, `Minimum`, `SampleCount` or `Sum`"
_INSIGHTS_SECONDS: Final = 10_800
"""Amazon CloudWatch User Guide: Limits that apply to alarms based on Metrics Insights queries, the latest 3 hours."""
_NAME: Final = r"[^:\x00-\x1f\x7f][^\x00-\x1f\x7f]*"
_MOST_DIMENSIONS: Final = 30
"""Amazon CloudWatch API: MetricDatum."""

Namespace = Annotated[
    str, Form(r"[A-Za-z0-9_./#-][A-Za-z0-9_./#:-]*", "letters, digits and `._/#-`, such as `Shop/Business`", 255)
]
MetricName = Annotated[str, Form(_NAME, "a name such as `OrderCount`", 255)]
DimensionName = Annotated[str, Form(r"(?!:)[\x20-\x7e]+", "a name in ASCII, such as `Environment`", 255)]
DimensionValue = Annotated[str, Form(r"[\x20-\x7e]+", "a value in ASCII, such as `Production`", 1024)]
"""Amazon CloudWatch API: Dimension, both contain only ASCII characters."""
LogName = Annotated[str, Form(r"[a-z][a-z-]*", "a log of the engine: `postgresql`", 40)]


class Log(Model):
    """Lines of a log that are counted."""

    of: Annotated[EntryId, Field(examples=["databases/main"])]
    """Whose log: a service, BFF, worker, job, function or database."""
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=1024), Field(examples=["?ERROR ?FATAL"])]
    """Which lines, as CloudWatch Logs filters them: `?ERROR ?FATAL`, `{ $.level = "ERROR" }`."""
    log: Annotated[LogName | None, Field(examples=["error"])] = None
    """Which log of a database; `postgresql`, or for MySQL `error`, when left out."""


class Metric(Entry):
    """A metric of the system's own: sent by code (`cloudwatch:PutMetricData`), or counted in a log."""

    KIND: ClassVar = "metrics"
    SINGULAR: ClassVar = "metric"

    namespace: Annotated[Namespace | None, Field(examples=["Shop/Business"])] = None
    """Its namespace in CloudWatch; if counted in a log, `<system>/<environment>` when left out."""
    metric: Annotated[MetricName | None, Field(examples=["OrderCount"])] = None
    """Its name in CloudWatch; the entry's name when left out."""
    dimensions: Annotated[
        dict[DimensionName, DimensionValue],
        Field(max_length=_MOST_DIMENSIONS, examples=[{"Environment": "Production"}]),
    ] = Field(default_factory=dict)
    """Its dimensions, exactly as the code sends them: another combination is another metric."""
    across: Annotated[tuple[DimensionName, ...], Field(max_length=_MOST_DIMENSIONS, examples=[["TenantId"]])] = ()
    """Dimensions that the code sends with any value: its alarms look at all of them at once (Metrics Insights)."""
    unit: Literal["count", "percent", "seconds", "milliseconds", "bytes"] = "count"
    """The unit that the code sends, also for the thresholds of alarms."""
    statistic: Statistic = "Sum"
    """How the value of a period is calculated."""
    log: Annotated[Log | None, Field(examples=[{"of": "databases/main", "pattern": "?ERROR ?FATAL"}])] = None
    """Counts it in a log."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"few": {"below": "1", "for": "1 h", "level": "high"}}])
    """Alarms on it, by names of your own; their `period` is five minutes when left out."""

    @property
    def metric_name(self) -> str:
        return self.metric or self.identity


class MetricView(ResourceView):
    """A metric, and the filter that counts it."""

    _entry: Metric
    filter = call("monitoring", "metric")
    name = of(lambda ctx: ctx.names.of_entry(ctx.entry))

    @property
    def namespace(self) -> str:
        environment = self._ctx.environment
        return self._entry.namespace or f"{environment.system.name}/{environment.name}"

    metric_name = of(lambda ctx: ctx.entry.metric_name)
    pattern = of(lambda ctx: "" if ctx.entry.log is None else ctx.entry.log.pattern)
    _writer = of(lambda ctx: ctx.of("" if ctx.entry.log is None else ctx.entry.log.of))

    @property
    def log_group_name(self) -> str:
        ctx = self._writer
        entry = ctx.entry
        if isinstance(entry, Database):
            said = self._entry.log.log if self._entry.log is not None else None
            what = "cluster" if entry.kind_of_engine.is_aurora else "instance"
            usual = next(log for log in entry.kind_of_engine.logs if log in ("error", "postgresql"))
            return f"/aws/rds/{what}/{ctx.names.database(entry)}/{said or usual}"
        if isinstance(entry, Function):
            return f"/aws/lambda/{FunctionView(ctx).name}"
        return JobView(ctx).log_group_name if isinstance(entry, Job) else build.view(entry, ctx).log_group_name

    @property
    def writer(self) -> Export:
        """The log group exists once that does."""
        ctx = self._writer
        entry = ctx.entry
        if isinstance(entry, Database):
            of_database = cluster_view(ctx) if entry.kind_of_engine.is_aurora else InstanceView(ctx)
            return of_database.database.resource_id
        if isinstance(entry, Function):
            return FunctionView(ctx).function.arn
        return JobView(ctx).job.task_definition_arn if isinstance(entry, Job) else task.service(ctx).arn


def _writes_a_log(entry: Entry | None) -> bool:
    return isinstance(entry, Container | Database | Function | Job)


def _parts(metric: Metric, ctx: BuildContext) -> Iterator[Part]:
    own = MetricView(ctx)
    if metric.log is not None and _writes_a_log(ctx.environment.find(metric.log.of)):  # rules say who does not
        yield ctx.part("monitoring", "kinds/metrics/main.tf", own, f"{ctx.file_stem}-log.tf")
    yield from alarms_part(ctx, own.name, own.filter, partial(_alarms, metric, own))


def _alarms(metric: Metric, own: MetricView) -> Iterator[tuple[str, Alarm]]:
    for measure in _metrics(metric):
        said = metric.alarms[measure.word]
        statistic = (isinstance(said, Threshold) and said.statistic) or metric.statistic
        yield measure.word, Alarm(
            description=f"{own.name}: {metric.title}.", namespace=own.namespace, metric=own.metric_name,
            statistic=metric.statistic, dimensions=dict(metric.dimensions), seconds=_PERIOD, periods=1, datapoints=1,
            measure=measure, missing="breaching" if measure.is_least else "notBreaching", of=metric.title,
            expressions={"result": _query(metric, own, statistic)} if metric.across else {},
        )  # fmt: skip


def _query(metric: Metric, own: MetricView, statistic: Statistic) -> str:
    """Source: Amazon CloudWatch User Guide, "Query components and syntax in CloudWatch Metrics Insights"."""
    schema = ", ".join(map(_quoted, (own.namespace, *dict.fromkeys((*metric.dimensions, *metric.across)))))
    where = " AND ".join(f"{_quoted(name)} = '{value}'" for name, value in metric.dimensions.items())
    what = f"{_FUNCTIONS.get(statistic, 'MAX')}({_quoted(own.metric_name)})"  # a rule says which it does not know
    return " ".join(("SELECT", what, "FROM", f"SCHEMA({schema})", *(("WHERE", where) if where else ())))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _metrics(metric: Metric) -> Iterator[Measure]:
    for word, said in metric.alarms.items():
        if isinstance(said, Threshold):
            is_least, is_either = said.below is not None, said.anomaly is not None
            yield Measure(word, metric.metric_name, _UNITS[metric.unit], is_least=is_least, is_either=is_either)


def _bindings(metric: Metric, ctx: BuildContext, _user: BuildContext) -> Iterator[Binding]:
    """PutMetricData knows no resource (Service Authorization Reference, Amazon CloudWatch)."""
    own = MetricView(ctx)
    condition = {"StringEquals": {"cloudwatch:namespace": own.namespace}}
    grant = Grant("SendMetric", ("cloudwatch:PutMetricData",), ("*",), condition)
    variables = {"NAMESPACE": own.namespace, "METRIC": own.metric_name}
    yield Binding(variables, f"metric-{metric.identity}", (grant,))


def _outputs(metric: Metric, ctx: BuildContext) -> Iterator[OutputLine]:
    own = MetricView(ctx)
    name = f"--namespace {shlex.quote(own.namespace)} --metric-name {shlex.quote(own.metric_name)}"
    told = "look whether the code sends it" if metric.log is None else "look whether it is counted"
    yield OutputLine("detail", told, f"aws cloudwatch list-metrics --region {own.region} {name}", is_command=True)


@rule("L131", of=Metric)
def _no_namespace(metric: Metric, at: At, resolved: ResolvedSystem) -> Findings:
    if metric.log is None and metric.namespace is None:
        hint = f"add `namespace: {resolved.system.name.title().replace('-', '')}/Business`, as the code has it"
        yield Finding("the code that sends it says which namespace it is in: the alarm has to know", at("name"), hint)


@rule("L132", of=Metric)
def _no_log(metric: Metric, at: At, environment: Environment) -> Findings:
    if metric.log is None:
        return
    of = metric.log.of
    entry, (kind, _, other) = environment.find(of), of.partition("/")
    is_none = entry is None and not (kind in environment.entries and environment.knows(kind, other))
    if is_none or (entry is not None and not _writes_a_log(entry)):
        known = [owner for owner, one in environment.every() if _writes_a_log(one)]
        message = f"there is no {of}" if is_none else f"{of} writes no log"
        yield Finding(message, at("log", "of"), nearest(of, known, "what writes a log"))
    elif isinstance(entry, Database) and (log := metric.log.log) and log not in entry.kind_of_engine.logs:
        hint = nearest(log, entry.kind_of_engine.logs, "its logs")
        yield Finding(f"{entry.engine} writes no log `{log}` to CloudWatch", at("log", "log"), hint)


@rule("F168", of=Metric)
def _counts_few(metric: Metric, at: At, environment: Environment) -> Findings:
    entry = environment.find(metric.log.of) if metric.log is not None else None
    if metric.log is not None and is_routed(entry):
        lines = "gets only the lines that its router sends there: no others are counted"
        hint = "count what those lines have, or have the router send more: `to_log_group`, `pattern`"
        yield Finding(f"the log group of {metric.log.of} {lines}", at("log", "pattern"), hint)


@rule("L133", of=Metric)
def _dimensions_of_log(metric: Metric, at: At) -> Findings:
    for field in ("dimensions", "across") if metric.log is not None else ():
        if getattr(metric, field):
            message = "what is counted in a log has no dimensions: it is one number, 0 where no line is found"
            yield Finding(message, at(field, key=True), f"remove `{field}`")


@rule("L136", of=Metric)
def _wildcards(metric: Metric, at: At) -> Findings:
    for name, value in metric.dimensions.items():
        if "*" in value:
            message = f"an alarm knows no wildcard: it would wait for a metric whose {name} is `{value}` itself"
            hint = f"remove it and add `across: [{name}]`, and the alarm looks at each value of {name}"
            yield Finding(message, at("dimensions", name), hint)


@rule("L137", of=Metric)
def _beyond_insights(metric: Metric, at: At) -> Findings:
    if not metric.across:
        return
    if metric.statistic not in _FUNCTIONS:
        yield Finding(f"Metrics Insights has no `{metric.statistic}`", at("statistic"), _KNOWN)
    yield from _unspeakable(metric, at)
    for word, said in metric.alarms.items():
        if isinstance(said, Threshold):
            if said.anomaly is not None:
                message = "what is usual is not learnt of a query: `anomaly` is for one metric, and not for `across`"
                yield Finding(message, at("alarms", word, "anomaly", key=True), "write `above` or `below`")
            if said.statistic is not None and said.statistic not in _FUNCTIONS:
                yield Finding(f"Metrics Insights has no `{said.statistic}`", at("alarms", word, "statistic"), _KNOWN)
            if max(said.for_ or 0, said.period or _PERIOD) > _INSIGHTS_SECONDS:
                place = at("alarms", word, "period" if said.for_ is None else "for")
                yield Finding("a query looks back 3 hours at most", place, "write `for: 3 h`, or less")


def _unspeakable(metric: Metric, at: At) -> Findings:
    names = [(one, at("dimensions", one, key=True)) for one in metric.dimensions]
    names += [(one, at("across", number)) for number, one in enumerate(metric.across)]
    for name, place in (*names, (metric.metric_name, at("metric"))):
        if '"' in name:
            yield Finding(f"`{name}` has the sign in it that ends a name in a query", place, 'send it without `"`')
    for number, name in enumerate(metric.across):
        if name in metric.dimensions:
            message = f"{name} has one value in `dimensions`, and any value in `across`"
            yield Finding(message, at("across", number), "remove it from one of them")
    for name, value in metric.dimensions.items():
        if "'" in value:
            message = f"`{value}` has the sign in it that ends a value in the query of an alarm over {metric.across[0]}"
            yield Finding(message, at("dimensions", name), "send another value, without `'`")


KIND: Final = Kind(
    model=Metric,
    title="metric",
    parts=_parts,
    permissions=Permissions(access=("send",), bindings=_bindings),
    cost=Billing(monthly=always(Cost("1 metric", "metric", 1))),
    operations=Operations(metrics=_metrics, outputs=_outputs),
    scaffold=Scaffold(example={"namespace": "Demo/Business", "metric": "OrderCount"}),
    rules=(_no_namespace, _no_log, _counts_few, _dimensions_of_log, _wildcards, _beyond_insights),
)
