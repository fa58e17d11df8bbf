"""What a workgroup is built of, where its tables lie, and how people ask it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any, Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, call, named_by, of, part_of, value
from infragen.core.expressions import Joined, Module, Record
from infragen.core.kind import RequiredCapability, always
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Link
from infragen.core.regions import REGIONS
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.tracing import Read
from infragen.kinds import account_settings, keys, load_balancer
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.buckets import Bucket, BucketView
from infragen.kinds.workgroups.model import OF_ROUTERS, Query, Table, Workgroup
from infragen.kinds.workloads.log_route import RoutedView, is_routed
from infragen.tables import own_table

CLOUDTRAIL: Final = "cloudtrail"
_KEPT: Final = 3650
"""Days that are looked for of logs that are never deleted."""
_QUESTIONS: Final = own_table(__file__, "queries.toml")
_YESTERDAY: Final = "date_format(current_timestamp - INTERVAL '1' DAY, '%Y/%m/%d')"
"""Yesterday in UTC, as load balancers and CloudTrail name the folders of their days."""


class WorkgroupView(ResourceView):
    """A workgroup, the database of its tables, and the bucket of answers."""

    _entry: Workgroup
    workgroup = call("monitoring", "workgroup")
    results = call("monitoring", "answers", "workgroup")
    key = keys.of_purpose("objects")
    name = named_by(lambda ctx: ctx.names.of_entry(ctx.entry), LIMITS["workgroup"])
    database_name = named_by(
        lambda ctx: ctx.names.plain(ctx.entry.identity).replace("-", "_"), LIMITS["catalog_database"]
    )
    """Without hyphens, so that SQL has it without quotes (Amazon Athena User Guide: Name databases, tables, and
    columns)."""
    bucket_name = named_by(
        lambda ctx: ctx.names.plain("athena", ctx.entry.identity, ctx.settings.account), LIMITS["bucket"]
    )
    lifecycle_rules = of(lambda ctx: {"answers": {"expire_days": ctx.entry.results.retention}})
    most_bytes = of(lambda ctx: ctx.entry.scan_limit * 10**9)

    @property
    def tables(self) -> list[TableView]:
        there = (name for name, table in sorted(self._entry.tables.items()) if why_not(self._ctx, table) is None)
        return [TableView(self._ctx, name) for name in there]

    @property
    def _asked(self) -> dict[str, tuple[Query, Read]]:
        """A question belongs to a table or to the entry, which comes first."""
        owner = self._ctx.owner
        found: dict[str, tuple[Query, Read]] = {}
        for table in self.tables:
            if table.is_lines:
                word = "hours" if table.is_hourly else "lines"
                asked = _QUESTIONS[word] if "level" in table.said.columns else {}
            else:
                asked = _QUESTIONS["trail" if table.is_audit else "requests"]
            for what, one in asked.items():
                sql = one["sql"].format(table=table.name, yesterday=_YESTERDAY, zone=self._ctx.time_zone)
                query = Query(title=one["title"], sql=sql)
                found[f"{table.name.replace('_', '-')}-{what}"] = query, Read(owner, ("tables", table.name, "of"))
        for name, query in self._entry.queries.items():
            found[name] = query, Read(owner, ("queries", name))
        return dict(sorted(found.items()))

    @property
    def queries(self) -> dict[str, Record]:
        asked = self._asked.items()
        return {name: Record({"description": one.title, "sql": one.sql}, read) for name, (one, read) in asked}

    titles: dict[str, str] = value(lambda self: {name: query.title for name, (query, _) in self._asked.items()})


class TableView(ResourceView):
    """A table: whose logs it is, and where they lie."""

    def __init__(self, ctx: BuildContext, name: str) -> None:
        super().__init__(ctx)
        self.name = name

    said: Table = value(lambda self: self._ctx.entry.tables[self.name])

    @property
    def module(self) -> Module:
        return self._ctx.module("monitoring", "table", "workgroup", self._ctx.entry, self.name)

    @property
    def source(self) -> str:
        if self.is_lines:
            return f"../modules/glue_table_json_logs{'_hourly' if self.is_hourly else ''}"
        return f"../modules/glue_table_{'cloudtrail' if self.is_audit else 'load_balancer'}_logs"

    is_lines: bool = value(lambda self: self.said.of.startswith("buckets/"))

    @property
    def is_hourly(self) -> bool:
        """Routers in tasks write by the hour, Firehose by the day."""
        return self.is_lines and all(map(is_routed, senders(self._ctx.environment, self.said).values()))

    is_audit: bool = value(lambda self: self.said.of == CLOUDTRAIL)

    @property
    def _log(self) -> Any:
        ctx = self._ctx.of(self.said.of)
        if self.is_audit:
            return account_settings.CloudTrailView(ctx)
        if self.is_lines:
            return BucketView(ctx)
        return load_balancer.LoadBalancerView(ctx) if self.said.of == load_balancer.NAME else BalancerView(ctx)

    @property
    def location(self) -> str:
        # Application Load Balancers guide, Access logs (the files' names); AWS CloudTrail User Guide, Getting and
        # viewing your CloudTrail log files
        log = self._log
        if self.is_audit:
            return f"s3://{log.bucket_name}/AWSLogs/{self.account}/CloudTrail"
        if self.is_lines:
            return f"s3://{log.name}"
        return f"s3://{log.log_bucket_name}/{log.log_prefix}/AWSLogs/{self.account}/elasticloadbalancing/{self.region}"

    @property
    def sources(self) -> list[str]:
        return sorted({prefix.removesuffix("/") for prefix in _prefixes(self._ctx.environment, self._ctx, self.said)})

    @property
    def columns(self) -> dict[str, str]:
        routers = (entry.log_route.router for entry in senders(self._ctx.environment, self.said).values())
        is_taken_apart = self.is_hourly and any(router.as_json for router in routers)
        return {**(OF_ROUTERS if is_taken_apart else {}), **self.said.columns}

    regions = sorted(REGIONS)
    """Where calls are made that the trail tells of: in all regions."""
    days: int = value(lambda self: kept_days(self._ctx, self.said) or _KEPT)


def why_not(ctx: BuildContext, table: Table) -> str | None:
    environment = ctx.environment
    entry = environment.find(table.of)
    if table.of == CLOUDTRAIL:
        return None if ctx.has(CLOUDTRAIL) else "it keeps no audit trail"
    if table.of == load_balancer.NAME:
        return None if ctx.has(load_balancer.NAME) else "it has no internal load balancer"
    if entry is None:
        return f"there is no {table.of}"
    if isinstance(entry, Balancer):
        return None if entry.access_logs is not None else f"{table.of} writes no access log"
    return None if _prefixes(environment, ctx, table) else f"nothing sends its log to {table.of}"


def _prefixes(environment: Environment, ctx: BuildContext, table: Table) -> set[str]:
    return {RoutedView(ctx.of(owner)).log_prefix for owner in senders(environment, table)}


def senders(resolved: ResolvedSystem, table: Table) -> dict[str, Any]:
    return {
        owner: entry
        for owner, entry in resolved.every()
        if (route := getattr(entry, "log_route", None)) is not None and f"buckets/{route.bucket}" == table.of
    }


def kept_days(ctx: BuildContext, table: Table) -> int | None:
    """None if they are never deleted."""
    entry = ctx.environment.find(table.of)
    if table.of == CLOUDTRAIL:
        return account_settings.CloudTrailView(ctx).retention
    if isinstance(entry, Balancer):
        return entry.access_logs.retention if entry.access_logs is not None else None
    if not isinstance(entry, Bucket):
        return ctx.settings.log_retention
    spans = []
    for prefix in _prefixes(ctx.environment, ctx, table):
        rules = [one for one in entry.lifecycle.values() if prefix.startswith(one.prefix or "")]
        spans.append(min((one.expire for one in rules if one.expire is not None), default=_KEPT))
    longest = max(spans, default=_KEPT)
    return longest if longest < _KEPT else None


def required_capabilities(workgroup: Workgroup) -> Iterator[RequiredCapability]:
    for name, table in workgroup.tables.items():
        if table.of == CLOUDTRAIL:
            yield RequiredCapability(("tables", name), CLOUDTRAIL, "there is no audit trail to ask")
        elif table.of == load_balancer.NAME:
            yield RequiredCapability(("tables", name), load_balancer.NAME, "there is no access log to ask")


parts = part_of("monitoring", "kinds/workgroups/main.tf", WorkgroupView)


def links(workgroup: Workgroup, ctx: BuildContext) -> Iterator[Link]:
    for name, table in sorted(workgroup.tables.items()):
        if ctx.environment.find(table.of) is not None:
            yield Link(ctx.owner, table.of, name)


costs = always(Cost("what queries read", "query-scans", usage="scanned"), Cost("answers to queries", "object-storage"))
"""Yield what queries read, and answers; Glue's first million tables and calls are free (AWS Glue pricing)."""


def outputs(_workgroup: Workgroup, ctx: BuildContext) -> Iterator[OutputLine]:
    own = WorkgroupView(ctx)
    region = f"--region {own.region}"
    start = f"aws athena start-query-execution {region} --work-group {own.name}"
    start += f" --query-execution-context Database={own.database_name} --query-string "
    for name, title in own.titles.items():
        text = (f'"$(aws athena get-named-query {region} --named-query-id ', own.workgroup.query_ids[name])
        ask = Joined.of(start, *text, ' --query NamedQuery.QueryString --output text)"')
        yield OutputLine("detail", f"ask: {title}", ask, is_command=True)
    read = f"aws athena get-query-results {region} --query-execution-id {shlex.quote('QUERY_EXECUTION_ID')}"
    yield OutputLine("detail", "read an answer, by the id that asking gave", read, is_command=True)
    console = f"https://{own.region}.console.aws.amazon.com/athena/home?region={own.region}#/query-editor"
    yield OutputLine("detail", f"ask in the browser, in the workgroup {own.name}", console)
