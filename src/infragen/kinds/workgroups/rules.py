"""Rules about workgroups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.place import Place
from infragen.core.rule import Finding, Severity, rule
from infragen.diagnostics.hints import nearest
from infragen.kinds.workgroups.build import CLOUDTRAIL, kept_days, why_not
from infragen.kinds.workgroups.model import PARTITIONS, Workgroup
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment, Landscape
    from infragen.kinds.workgroups.model import Table


@rule(
    "L161",
    "a table is of logs that nothing writes",
    Severity.ERROR,
    "docs/log-queries.md",
)
def _no_logs(environment: Environment) -> Iterator[Finding]:
    for name, workgroup in environment.all(Workgroup).items():
        owner = f"workgroups/{name}"
        for label, table in sorted(workgroup.tables.items()):
            kind, _, other = table.of.partition("/")
            if not other or (environment.find(table.of) is None and environment.knows(kind, other)):
                continue  # A105 says which capabilities are missing; what is broken may write some
            why = why_not(Place(environment, {}, owner), table)
            if why is not None:
                hint = _mend(environment, table)
                yield Finding(
                    f"the table `{label}` is empty: {why}", environment.at(owner, "tables", label, "of"), hint
                )


def _mend(environment: Environment, table: Table) -> str:
    kind, _, other = table.of.partition("/")
    if environment.find(table.of) is None:
        return nearest(other, environment.known(kind), kind)
    if kind == "balancers":
        return f"add `access_logs: {{retention: 30 days}}` to {table.of}, or remove the table"
    return f"add `log_route: {{bucket: {other}}}` to a service, worker, job or function, or remove the table"


@rule("L162", "the columns of a table do not fit its logs", Severity.ERROR, "docs/log-queries.md")
def _columns(landscape: Landscape) -> Iterator[Finding]:
    for name, workgroup in landscape.all(Workgroup).items():
        owner = f"workgroups/{name}"
        for label, table in sorted(workgroup.tables.items()):
            path = ("tables", label)
            if not table.of.startswith("buckets/"):
                if table.columns:
                    message = f"the columns of {table.of} are known: it writes the same for everybody"
                    yield Finding(message, landscape.at(owner, *path, "columns", key=True), "remove `columns`")
            elif not table.columns:
                message = f"nobody knows what the lines in {table.of} have in them"
                hint = "add the keys of your JSON: `columns: {timestamp: string, level: string, message: string}`"
                yield Finding(message, landscape.at(owner, *path, "of"), hint)
            for column in sorted({*table.columns} & {*PARTITIONS}):
                message = f"a table of lines has a column `{column}` of its own: {PARTITIONS[column]}"
                yield Finding(message, landscape.at(owner, *path, "columns", column, key=True), f"remove `{column}`")


@rule(
    "L163",
    "answers to queries are kept for longer than the logs that they come from",
    Severity.WARNING,
    "AWS Well-Architected, Security Pillar: SEC07-BP04, data lifecycle management",
)
def _kept_longer(environment: Environment) -> Iterator[Finding]:
    for name, workgroup in environment.all(Workgroup).items():
        owner = f"workgroups/{name}"
        place = Place(environment, {}, owner)
        kept = {
            table.of: days
            for _, table in sorted(workgroup.tables.items())
            if (environment.find(table.of) is not None or (table.of == CLOUDTRAIL and _has_trail(environment)))
            and (days := kept_days(place, table)) is not None
        }
        source = min(kept, key=lambda one: kept[one], default=None)
        answers = workgroup.results.retention
        if source is not None and kept[source] < answers:
            span = counted(kept[source], "day")
            message = f"answers are kept for {counted(answers, 'day')}, and the log of {source} for {span}"
            hint = f"write `results: {{retention: {span}}}` or less"
            yield Finding(message, environment.at(owner, "results", "retention"), hint)


def _has_trail(environment: Environment) -> bool:
    settings = environment.settings
    wanted = settings.account_settings
    return settings.owns_account_settings and wanted is not None and wanted.cloudtrail is not None
