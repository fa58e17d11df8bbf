"""E104: a release whose end of support infragen does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.databases.aurora import RELEASES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        minor = ".".join(database.release.partition(".mysql_aurora.")[2].split(".")[:2])
        if minor not in RELEASES:
            message = f"infragen does not know when support of Aurora MySQL {minor} ends"
            hint = f"compare AWS' release calendar; known here: {', '.join(RELEASES)}"
            yield Finding(message, landscape.at(f"databases/{name}", "release"), hint)


RULE = Rule(
    "E104",
    "a database's release is not in infragen's table of releases",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "Release Notes for Aurora MySQL: Release calendars (September 2026)",
)
