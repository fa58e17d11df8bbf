"""E101: a store that a new account cannot have."""

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
        if database.timeseries is not None and database.timeseries.store == "timestream":
            message = (
                "Timestream for LiveAnalytics takes no new customers since 20 June 2025; it stays in the catalogue"
            )
            hint = "check whether the account is a customer; otherwise use Timestream for InfluxDB, or the cluster"
            yield Finding(message, landscape.at(f"databases/{name}", "timeseries", "store"), hint)


RULE = Rule(
    "E101",
    "Timestream for LiveAnalytics takes no new customers",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon Timestream Developer Guide: availability change of LiveAnalytics, 20 June 2025; TN-08",
)
