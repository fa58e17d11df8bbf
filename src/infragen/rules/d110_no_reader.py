"""D110: a cluster of one instance: a failure lasts until AWS has made a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    for name, database in environment.all(Database).items() if environment.settings.production else ():
        if database.readers == 0:
            promised = database.availability or environment.settings.availability
            wanted = f", but {promised} % is promised" if promised else ""
            message = f"one instance in production{wanted}: nothing takes over when it fails"
            yield Finding(message, environment.at(f"databases/{name}", "readers"), "write `readers: 1` or more")


RULE = Rule(
    "D110",
    "a production database that must stay up has no reader to take over",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "Amazon Aurora User Guide: High availability for Aurora; TN-10: Multi-AZ",
)
