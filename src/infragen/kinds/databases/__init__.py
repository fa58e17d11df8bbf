"""Databases: Aurora clusters and instances on RDS, with a proxy, readers and an audit log where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Kind, Reason
from infragen.core.rule import rules_of
from infragen.core.stand_in import Store
from infragen.kinds.databases import (
    aws_backup,
    build,
    class_rules,
    costs,
    engine_rules,
    quotas,
    rules,
    stops,
    takeover,
    tells,
    user_rules,
    version_rules,
)
from infragen.kinds.databases.model import Capacity, Database, Timeseries
from infragen.kinds.databases.users import ACCESS, MIGRATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["CAPABILITIES", "KIND", "MIGRATE", "Capacity", "Database", "Timeseries"]


def _stand_in(database: Database) -> Store:
    """Return a store of the engine that it speaks; Aurora speaks MySQL or PostgreSQL."""
    return Store(
        engine=database.kind_of_engine.dialect,
        version=database.kind_of_engine.major(database.version),
        database=database.inner_name,
        extensions=database.extensions,
        has_readers=database.readers > 0,
    )


KIND: Final = Kind(
    model=Database,
    title="database",
    parts=build.parts,
    watches=build.watches,
    groups=build.groups,
    relations=build.relations,
    entrances=build.entrances,
    offer=build.offer,
    access=ACCESS,
    costs=costs.costs,
    tells=tells.tells,
    makes_users=tells.makes_users,
    backups=build.backups,
    stops=stops.stops,
    data_tier="subnet_group",
    takes_over=takeover.takeover,
    waiting={"readers": 0, "backup": {"schedules": None}, "master_rotation": None},
    is_copied=lambda database: not database.kind_of_engine.is_aurora,
    rules=rules_of(rules, engine_rules, class_rules, user_rules, version_rules),
    quotas=quotas.QUOTAS,
    import_ids={"aws_db_instance": "{identifier}"},
    in_production=rules.in_production,
    stand_in=_stand_in,
    example={"engine": "postgresql", "version": "17", "size": "db.t4g.micro"},
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
    aws_backup.CAPABILITY,
    Capability(name="database-proxy", title="RDS Proxy", reasons=_proxies, costs=costs.proxies),
    Capability(name="audit-log", title="audit log of databases", reasons=_audits, costs=costs.audits),
)
