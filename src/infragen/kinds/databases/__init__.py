"""Databases: Aurora clusters and instances on RDS, with a proxy, readers and an audit log where they are asked for."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from infragen.core.delivery import Store
from infragen.core.kind import Billing, Capability, Delivery, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.part import Reason
from infragen.core.resolved_system import Environment
from infragen.core.rule import rules_of
from infragen.kinds.databases import (
    aws_backup,
    build,
    engine_rules,
    failover,
    global_rules,
    operations,
    rehearsal,
    rules,
    timeseries,
    user_rules,
    version_rules,
)
from infragen.kinds.databases.model import Capacity, Database, Timeseries
from infragen.kinds.databases.users import ACCESS, MIGRATE

__all__ = ["CAPABILITIES", "KIND", "MIGRATE", "Capacity", "Database", "Timeseries"]


def _compose_service(database: Database) -> Store:
    readers = build.READERS[:1] if database.kind_of_engine.is_aurora else build.READERS
    return Store(
        engine=database.kind_of_engine.dialect,
        version=database.kind_of_engine.major(database.version),
        database=database.inner_name,
        extensions=database.extensions,
        readers=readers if database.readers else (),
    )


KIND: Final = Kind(
    model=Database,
    title="database",
    parts=build.parts,
    network=Network(
        security_groups=build.groups,
        connections=build.relations,
        ingress_ports=build.ingress_ports,
        data_tier="subnet_group",
    ),
    permissions=Permissions(access=ACCESS, bindings=build.bindings),
    delivery=Delivery(backups=build.backups, compose_service=_compose_service),
    cost=Billing(monthly=operations.costs, stop_actions=operations.stop_actions),
    operations=Operations(
        metrics=build.metrics,
        outputs=operations.outputs,
        failures=build.failures,
        promises=operations.promises,
        create_users_command=operations.create_users_command,
        users_script=operations.users_script,
        quotas=operations.QUOTAS,
        import_ids={"aws_db_instance": "{identifier}"},
    ),
    failover=Failover(
        standby_overrides={"readers": 0, "backup": {"schedules": None}, "master_rotation": None},
        is_replica=lambda database: database.global_database or not database.kind_of_engine.is_aurora,
        holds=failover.holds,
        steps=failover.failover_steps,
        unrehearsed=rehearsal.unrehearsed,
    ),
    scaffold=Scaffold(
        example={"engine": "postgresql", "version": "17", "size": "db.t4g.micro"},
        production_overrides=rules.production_overrides,
    ),
    rules=rules_of(rules, engine_rules, global_rules, timeseries, user_rules, version_rules),
)


def _asked(environment: Environment, field: str, why: str) -> Iterator[Reason]:
    for owner, database in environment.each(Database):
        if getattr(database, field) is not None:
            yield Reason(owner, (field,), why)


_proxies: Final = partial(_asked, field="proxy", why="connections are pooled")
_audits: Final = partial(_asked, field="audit", why="every operation is recorded")
CAPABILITIES: Final = (
    aws_backup.CAPABILITY,
    Capability(name="database-proxy", title="RDS Proxy", reasons=_proxies, monthly_costs=operations.proxies),
    Capability(name="audit-log", title="audit log of databases", reasons=_audits, monthly_costs=operations.audits),
)
