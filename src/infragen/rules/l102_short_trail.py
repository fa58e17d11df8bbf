"""L102: a trail that is gone before it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    if not environment.settings.production:
        return
    trails: list[tuple[str, tuple[str, ...], int]] = [
        (f"databases/{name}", ("audit", "retention"), one.audit.retention)
        for name, one in environment.all(Database).items()
        if one.audit is not None
    ]
    trails += [
        (f"gateways/{name}", ("access_log_retention",), one.access_log_retention)
        for name, one in environment.all(Gateway).items()
        if one.audit
    ]
    for owner, path, days in trails:
        if days < 365:
            is_written = environment.origins[owner].setting(path)
            place = environment.at(owner, *path) if is_written else environment.at(owner, "audit")
            message = f"production keeps this audit trail {days} days"
            yield Finding(message, place, f"write `{path[-1]}: 365 days` or more")


RULE = Rule(
    "L102",
    "production keeps an audit trail for less than a year",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "PCI DSS 4.0: 10.5.1, twelve months; TN-11, TN-13",
)
