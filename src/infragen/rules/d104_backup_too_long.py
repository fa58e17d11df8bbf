"""D104: a retention that Aurora does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        days = database.backup.retention
        if days > 35:
            place = landscape.at(f"databases/{name}", "backup", "retention")
            yield Finding(f"Aurora keeps backups 1 to 35 days, not {days}", place, "write `retention: 35 days` or less")


RULE = Rule(
    "D104",
    "backups are kept longer than Aurora can",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon RDS API: CreateDBCluster, `BackupRetentionPeriod`",
)
