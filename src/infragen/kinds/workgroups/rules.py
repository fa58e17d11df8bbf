"""Rules about workgroups."""

from collections.abc import Iterator

from infragen.core.build_context import BuildContext
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.kinds import instead_of
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.buckets import Bucket
from infragen.kinds.workgroups.build import CLOUDTRAIL, kept_days, senders, why_not
from infragen.kinds.workgroups.model import BY_HOUR, PARTITIONS, Table, Workgroup
from infragen.kinds.workloads.log_route import is_routed
from infragen.text import counted, first_of


@rule("L161")
def _no_owner(environment: Environment) -> Findings:
    for owner, label, table in _tables(environment):
        kind, _, name = table.of.partition("/")
        if name and not environment.knows(kind, name):
            hint = instead_of(environment, kind, name)
            yield Finding(f"there is no {table.of}", environment.at(owner, "tables", label, "of"), hint)


@rule("L165")
def _no_logs(environment: Environment) -> Findings:
    for owner, label, table in _tables(environment):
        name = table.of.partition("/")[2]
        source = environment.find(table.of)
        if not name or source is None:
            continue  # A105 says which capability is missing, L161 which entry
        is_balancer = isinstance(source, Balancer)
        if environment.broken and not is_balancer:
            continue  # what is broken may send its log there
        why = why_not(BuildContext(environment, {}, owner), table)
        if why is not None:
            adds = f"`access_logs: {{retention: 30 days}}` to {table.of}"
            if not is_balancer:
                adds = f"`log_route: {{bucket: {name}}}` to a service, worker, job or function"
            message, place = f"the table `{label}` would be empty: {why}", environment.at(owner, "tables", label, "of")
            yield Finding(message, place, f"add {adds}, or remove the table")


@rule("L166")
def _out_of_reach(resolved: ResolvedSystem) -> Findings:
    for owner, label, table in _tables(resolved):
        bucket = resolved.find(table.of)
        moves = [rule.transitions for rule in bucket.lifecycle.values()] if isinstance(bucket, Bucket) else []
        ages = [days for move in moves for kind, days in move.items() if kind in ("GLACIER", "DEEP_ARCHIVE")]
        if ages and resolved.assumption(owner, ("tables", label)) is None:
            age = counted(min(ages), "day")
            message = f"queries of `{label}` pass over what is older than {age}: Athena reads no archive"
            hint = "write `GLACIER_IR`, which it reads, or explain who restores objects under"
            place = resolved.at(owner, "tables", label, "of")
            yield Finding(message, place, f"{hint} `assumptions: {{tables.{label}: ...}}`")


def _tables(resolved: ResolvedSystem) -> Iterator[tuple[str, str, Table]]:
    for name, workgroup in resolved.all(Workgroup).items():
        for label, table in sorted(workgroup.tables.items()):
            yield f"workgroups/{name}", label, table


@rule("L162")
def _columns(resolved: ResolvedSystem) -> Findings:
    for owner, label, table in _tables(resolved):
        path = ("tables", label)
        if not table.of.startswith("buckets/"):
            if table.columns:
                message = f"the columns of {table.of} are fixed by AWS"
                yield Finding(message, resolved.at(owner, *path, "columns", key=True), "remove `columns`")
            continue
        if not table.columns:
            message = f"the keys of the lines in {table.of} are not known"
            hint = "add the keys of your JSON: `columns: {timestamp: string, level: string, message: string}`"
            yield Finding(message, resolved.at(owner, *path, "of"), hint)
        partitions = PARTITIONS | (BY_HOUR if any(map(is_routed, senders(resolved, table).values())) else {})
        for column in sorted({*table.columns} & {*partitions}):
            message = f"a table of lines has a column `{column}` of its own: {partitions[column]}"
            yield Finding(message, resolved.at(owner, *path, "columns", column, key=True), f"remove `{column}`")


@rule("F167")
def _two_layouts(resolved: ResolvedSystem) -> Findings:
    for owner, label, table in _tables(resolved):
        found = senders(resolved, table)
        routed = [one for one, entry in found.items() if is_routed(entry)]
        daily = [one for one in found if one not in routed]
        if table.of.startswith("buckets/") and routed and daily:
            message = (
                f"the lines in {table.of} are in folders by hour ({first_of(routed)}, with a router) and by day"
                f" ({first_of(daily)}): no table has both"
            )
            hint = "send those with a router to a bucket of their own, with a table of its own"
            yield Finding(message, resolved.at(owner, "tables", label, "of"), hint)


@rule("L163", of=Workgroup)
def _kept_longer(workgroup: Workgroup, at: At, environment: Environment) -> Findings:
    ctx, settings = BuildContext(environment, {}, at.owner), environment.settings
    wanted = settings.account_settings
    has_trail = settings.owns_account_settings and wanted is not None and wanted.cloudtrail is not None
    kept = {
        table.of: days
        for _, table in sorted(workgroup.tables.items())
        if (environment.find(table.of) is not None or (table.of == CLOUDTRAIL and has_trail))
        and (days := kept_days(ctx, table)) is not None
    }
    source = min(kept, key=lambda one: kept[one], default=None)
    answers = workgroup.results.retention
    if source is not None and kept[source] < answers:
        span = counted(kept[source], "day")
        message = f"query results are kept for {counted(answers, 'day')}, and the log of {source} for {span}"
        yield Finding(message, at("results", "retention"), f"write `results: {{retention: {span}}}` or less")


@rule("L164")
def _refused(resolved: ResolvedSystem) -> Findings:
    for owner, label, table in _tables(resolved):
        bucket = resolved.find(table.of)
        if isinstance(bucket, Bucket) and bucket.only_users and not bucket.also_admits:
            message = f"{table.of} denies access to all but its users, and Athena reads with the caller's permissions"
            hint = f"add `also_admits: [role/Admin]` to {table.of}, with the roles that may query it"
            yield Finding(message, resolved.at(owner, "tables", label, "of"), hint)
