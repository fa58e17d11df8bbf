"""Rules about instance classes: which engine runs on which, and which region has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen import availability
from infragen.core.rule import Finding, Severity, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.databases import instance_classes
from infragen.kinds.databases.model import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment, Landscape


@rule(
    "D115",
    "an engine does not run on an instance class",
    Severity.ERROR,
    "Amazon RDS API: DescribeOrderableDBInstanceOptions; Amazon Aurora User Guide: DB instance class types",
)
def _class(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        engine, given = database.kind_of_engine, database.size
        known = instance_classes.known(engine)
        if given is None or given in known or _family(given) not in availability.families():
            continue
        own = [one for one in known if _family(one) == _family(given)]
        hint = did_you_mean(given, known) or f"write one of {', '.join(own or ('db.t4g.medium', 'db.r7g.large'))}"
        message = f"{engine.title} does not run on {given} ({availability.source()})"
        yield Finding(message, landscape.at(f"databases/{name}", "size"), hint)


def _family(name: str) -> str:
    return name.rpartition(".")[0]


@rule(
    "D130",
    "AWS's lists lack an instance class, or the region does",
    Severity.WARNING,
    "Amazon RDS API: DescribeOrderableDBInstanceOptions; AWS Price List: Amazon RDS",
)
def _nowhere(environment: Environment) -> Iterator[Finding]:
    recovery = environment.settings.recovery
    for name, database in environment.all(Database).items():
        engine, given = database.kind_of_engine.name, database.size
        if given is None:
            continue
        second = [recovery.region] if recovery is not None and database.global_secondary else []
        for region in (environment.settings.region, *second):
            if message := availability.missing(engine, given, region):
                hint = availability.instead(engine, given, region) or f"compare {_PAGE}"
                yield Finding(message, environment.at(f"databases/{name}", "size"), hint)


_PAGE: Final = "Amazon RDS User Guide: Supported DB engines for DB instance classes"
