"""Rules about how long logs are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.landscape import Environment
from infragen.core.rule import Finding, Severity, rule
from infragen.kinds.databases import Database
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape


_ACCEPTED: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@rule(
    "L101",
    "a log is kept for a number of days that CloudWatch Logs does not support",
    Severity.ERROR,
    "Amazon CloudWatch Logs API: PutRetentionPolicy, `retentionInDays`",
)
def _log_retention(landscape: Landscape) -> Iterator[Finding]:
    for owner, path, days in _kept(landscape):
        if days not in _ACCEPTED:
            following = next((accepted for accepted in _ACCEPTED if accepted >= days), _ACCEPTED[-1])
            message = f"CloudWatch Logs cannot keep logs for {days} days"
            yield Finding(message, landscape.at(owner, *path), f"write `{following} days`, the next supported value")


def _kept(landscape: Landscape) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield owner, path and days of every log group's retention."""
    if isinstance(landscape, Environment):
        settings = landscape.settings
        yield "environment", ("log_retention",), settings.log_retention
        if settings.network.flow_log_retention is not None:
            yield "environment", ("network", "flow_log_retention"), settings.network.flow_log_retention
    for owner, container in landscape.each(Workload):
        if container.log_retention is not None:
            yield owner, ("log_retention",), container.log_retention
    yield from _audit_logs(landscape)
    for name, gateway in landscape.all(Gateway).items():
        yield f"gateways/{name}", ("access_log_retention",), gateway.access_log_retention


def _audit_logs(landscape: Landscape) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield the same of the databases' audit logs."""
    for name, database in landscape.all(Database).items():
        if database.audit is not None:
            yield f"databases/{name}", ("audit", "retention"), database.audit.retention


@rule(
    "L102",
    "production keeps an audit trail for less than a year",
    Severity.WARNING,
    "PCI DSS 4.0: 10.5.1, twelve months; TN-11, TN-13",
)
def _short_trail(environment: Environment) -> Iterator[Finding]:
    if not environment.settings.production:
        return
    audits = {f"gateways/{name}" for name, one in environment.all(Gateway).items() if one.audit}
    trails = [*_audit_logs(environment), *(kept for kept in _kept(environment) if kept[0] in audits)]
    for owner, path, days in trails:
        if days < 365:
            is_written = environment.origins[owner].setting(path)
            place = environment.at(owner, *path) if is_written else environment.at(owner, "audit")
            message = f"production keeps this audit trail {days} days"
            yield Finding(message, place, f"write `{path[-1]}: 365 days` or more")
