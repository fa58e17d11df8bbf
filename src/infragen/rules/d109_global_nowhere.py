"""D109: a secondary cluster without a place to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    recovery = environment.settings.recovery
    for name, database in environment.all(Database).items():
        if database.global_secondary and recovery is None:
            message = "a secondary cluster is wanted, but the environment has no second region"
            hint = (
                f"add `recovery: {{region: ...}}` to {environment.source('environment')}, or unset `global_secondary`"
            )
            yield Finding(message, environment.at(f"databases/{name}", "global_secondary"), hint)
    if recovery is not None and recovery.region == environment.settings.region:
        message = f"the second region is the first one, {recovery.region}"
        yield Finding(message, environment.at("environment", "recovery", "region"), "write another region")


RULE = Rule(
    "D109",
    "a global database has no second region",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon Aurora User Guide: Aurora global databases; TN-09",
)
