"""Databases: Aurora Serverless v2 clusters, with a proxy, readers and an audit log where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Kind, Reason
from infragen.core.quota import Quota, one
from infragen.core.rule import rules_of
from infragen.kinds.databases import build, costs, rules, tells
from infragen.kinds.databases.model import Capacity, Database, Timeseries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["CAPABILITIES", "KIND", "Capacity", "Database", "Timeseries"]

_QUOTAS: Final = "Amazon Aurora User Guide: Quotas and constraints"

KIND: Final = Kind(
    model=Database,
    title="database",
    parts=build.parts,
    groups=build.groups,
    relations=build.relations,
    entrances=build.entrances,
    offer=build.offer,
    costs=costs.costs,
    tells=tells.tells,
    rules=rules_of(rules),
    quotas=(
        Quota("rds", "L-952B80B8", "DB clusters", 40, _QUOTAS, one),
        Quota("rds", "L-7B6409FD", "DB instances", 40, _QUOTAS, lambda database, _: 1 + database.readers),
        Quota("rds", "L-D94C7EA3", "Proxies", 20, _QUOTAS, lambda database, _: 1 if database.proxy else 0),
        Quota("rds", "L-E4C808A8", "DB cluster parameter groups", 50, _QUOTAS, one),
    ),
)


def _proxies(environment: Environment) -> Iterator[Reason]:
    for name, database in environment.all(Database).items():
        if database.proxy is not None:
            yield Reason(f"databases/{name}", ("proxy",), "connections are pooled")


def _audits(environment: Environment) -> Iterator[Reason]:
    for name, database in environment.all(Database).items():
        if database.audit is not None:
            yield Reason(f"databases/{name}", ("audit",), "every operation is recorded")


CAPABILITIES: Final = (
    Capability(name="database-proxy", title="RDS Proxy", reasons=_proxies, costs=costs.proxies),
    Capability(name="audit-log", title="audit log of databases", reasons=_audits, costs=costs.audits),
)
