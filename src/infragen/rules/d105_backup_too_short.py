"""D105: a production database that cannot go back a week."""

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
        days = database.backup.retention
        if days < 7:
            place = environment.at(f"databases/{name}", "backup", "retention")
            message = f"production keeps backups {days} day{'' if days == 1 else 's'}, not seven"
            yield Finding(message, place, "write `retention: 7 days` or more")


RULE = Rule(
    "D105",
    "production keeps backups fewer than seven days",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "TN-10: point-in-time recovery of 7 days",
)
