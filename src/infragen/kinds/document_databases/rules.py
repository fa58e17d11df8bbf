"""Rules about document databases."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from infragen import availability
from infragen.core.resolved_system import Environment
from infragen.core.rule import At, Finding, Findings, ending, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds.databases.rules import PRODUCTION_BACKUP_DAYS, too_long, too_short, unprotected, windows
from infragen.kinds.document_databases.model import DocumentDatabase

_ENDS: Final[Mapping[str, date | None]] = {"3.6": date(2026, 3, 30), "4.0": None, "5.0": None, "8.0": None}
"""Each major version, and the end of its standard support where AWS has named it (November 2026)."""
_ENGINE: Final = "docdb"

_EVERYWHERE: Final = frozenset([
    "audit_logs", "change_stream_log_retention_duration", "profiler", "profiler_sampling_rate",
    "profiler_threshold_ms", "tls", "ttl_monitor",
])  # fmt: skip
_BY_FIELD: Final = {
    "audit_logs": "audit: {retention: 365 days}",
    "profiler": "profiler: {slower_than: 100 ms}",
    "profiler_sampling_rate": "profiler: {sampling: 100 %}",
    "profiler_threshold_ms": "profiler: {slower_than: 100 ms}",
}
"""Parameters that a field is for, which makes the log as well."""


@rule("D140", of=DocumentDatabase)
def _version(database: DocumentDatabase, at: At) -> Findings:
    if database.major not in _ENDS:
        message = f"there is no Amazon DocumentDB {database.version}; infragen knows {', '.join(_ENDS)}"
        yield Finding(message, at("version"), 'write `version: "8.0"`, or `version: "5.0"`')


@rule("E110", of=DocumentDatabase)
def _ending(database: DocumentDatabase, at: At, today: date) -> Findings:
    if message := ending(f"Amazon DocumentDB {database.major}", _ENDS.get(database.major), today):
        yield Finding(f"{message}; after it AWS bills extended support", at("version"), 'write `version: "8.0"`')


@rule("D141", of=DocumentDatabase)
def _class(database: DocumentDatabase, at: At) -> Findings:
    known, size = availability.classes(_ENGINE), database.size
    if size not in known:
        own = [one for one in known if one.rpartition(".")[0] == size.rpartition(".")[0]]
        hint = did_you_mean(size, known) or f"write one of {', '.join(own or ('db.t4g.medium', 'db.r6g.large'))}"
        yield Finding(f"Amazon DocumentDB does not run on {size} ({availability.source()})", at("size"), hint)


@rule("D142", of=DocumentDatabase)
def _nowhere(database: DocumentDatabase, at: At, environment: Environment) -> Findings:
    region = environment.settings.region
    if database.size not in availability.classes(_ENGINE):
        return  # D141 says so
    if message := availability.missing(_ENGINE, database.size, region):
        hint = "compare Amazon DocumentDB Developer Guide: Managing instance classes"
        yield Finding(message, at("size"), availability.instead(_ENGINE, database.size, region) or hint)


@rule("D143", of=DocumentDatabase)
def _retention(database: DocumentDatabase, at: At) -> Findings:
    yield from too_long(database, at)


@rule("D144", of=DocumentDatabase)
def _windows(database: DocumentDatabase, at: At) -> Findings:
    yield from windows(database, at)


@rule("D145")
def _unsafe(environment: Environment) -> Findings:
    found = environment.all(DocumentDatabase) if environment.settings.production else {}
    for name, database in found.items():
        at = At(environment, f"document-databases/{name}")
        if not database.readers:
            message = "one instance in production: nothing takes over when it fails"
            yield Finding(message, at("readers"), "write `readers: 1` or more")
        yield from too_short(database, at, environment)
    yield from unprotected(environment, "document-databases", found)


def production_overrides(database: DocumentDatabase) -> Mapping[str, object]:
    found: dict[str, object] = {} if database.readers else {"readers": 1}
    if database.backup.retention < PRODUCTION_BACKUP_DAYS:
        found["backup"] = {"retention": f"{PRODUCTION_BACKUP_DAYS} days"}
    given = {"deletion_protection": database.deletion_protection, "final_snapshot": database.final_snapshot}
    return found | {field: True for field, is_on in given.items() if is_on is False}


@rule("D146", of=DocumentDatabase)
def _own_parameter(database: DocumentDatabase, at: At) -> Findings:
    for parameter, value in database.parameters.items():
        place = at("parameters", parameter, key=True)
        if parameter in _BY_FIELD:
            message = f"a field is for `{parameter}`: it makes the log group, and sends the log there"
            yield Finding(message, place, f"remove it, and write `{_BY_FIELD[parameter]}`")
        elif parameter == "tls" and value == "disabled":
            message = "infragen's databases accept only TLS connections, and `tls: disabled` would accept others"
            yield Finding(message, place, "remove it")


@rule("D147", of=DocumentDatabase)
def _parameter_unknown(database: DocumentDatabase, at: At) -> Findings:
    since_5 = {"default_collection_compression", "planner_version"}
    known = _EVERYWHERE if database.major in ("3.6", "4.0") else _EVERYWHERE | since_5
    for parameter in database.parameters:
        if parameter not in known:
            message = f"infragen knows no parameter `{parameter}` of Amazon DocumentDB {database.major}"
            place = at("parameters", parameter, key=True)
            yield Finding(message, place, nearest(parameter, known - set(_BY_FIELD), "known here"))
