"""Rules about instance classes: which engine runs on which, and which region has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen import availability
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.databases import instance_classes
from infragen.kinds.databases.model import Database

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment


@rule("D115", of=Database)
def _class(database: Database, at: At) -> Findings:
    engine, given = database.kind_of_engine, database.size
    known = instance_classes.known(engine)
    if given is None or given in known or _family(given) not in availability.families():
        return
    own = [one for one in known if _family(one) == _family(given)]
    hint = did_you_mean(given, known) or f"write one of {', '.join(own or ('db.t4g.medium', 'db.r7g.large'))}"
    yield Finding(f"{engine.title} does not run on {given} ({availability.source()})", at("size"), hint)


def _family(name: str) -> str:
    return name.rpartition(".")[0]


@rule("D130", of=Database)
def _nowhere(database: Database, at: At, environment: Environment) -> Findings:
    recovery = environment.settings.recovery
    engine, given = database.kind_of_engine.name, database.size
    if given is None:
        return
    second = [recovery.region] if recovery is not None and database.global_secondary else []
    for region in (environment.settings.region, *second):
        if message := availability.missing(engine, given, region):
            hint = availability.instead(engine, given, region) or f"compare {_PAGE}"
            yield Finding(message, at("size"), hint)


_PAGE: Final = "Amazon RDS User Guide: Supported DB engines for DB instance classes"
