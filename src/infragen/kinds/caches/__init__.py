"""Caches: Amazon ElastiCache with Valkey or Redis OSS, reached with TLS only."""

from typing import Final

from infragen.core.delivery import Store
from infragen.core.kind import Billing, Delivery, Failover, Kind, Network, Operations, Permissions, Scaffold, always
from infragen.core.operations import quota_of
from infragen.core.rule import rules_of
from infragen.core.standby import begins_empty
from infragen.kinds import network
from infragen.kinds.caches import build, rules
from infragen.kinds.caches.model import Cache


def _compose_service(cache: Cache) -> Store:
    readers = ("READER_HOST",) if cache.replicas > 0 and cache.shards is None else ()
    return Store(engine=cache.engine, version=cache.engine_version, readers=readers)


KIND: Final = Kind(
    model=Cache,
    title="cache",
    parts=build.parts,
    network=Network(
        security_groups=network.own_group("cache"),
        ingress_ports=lambda _, ctx, _user: ((ctx.owner, build.PORT),),
        data_tier="subnets",
    ),
    permissions=Permissions(bindings=build.bindings, resource_arns=lambda _, ctx: (build.CacheView(ctx).cache.arn,)),
    delivery=Delivery(compose_service=_compose_service),
    cost=Billing(monthly=build.costs, cannot_stop_reason="AWS stops no cache, it only deletes it"),
    operations=Operations(
        metrics=build.metrics,
        outputs=build.outputs,
        failures=build.failures,
        quotas=(quota_of("cache-nodes", lambda cache, _: cache.nodes),),
    ),
    failover=Failover(
        holds=always(begins_empty("cache", "infragen makes no Global Datastore: keep elsewhere what must not be lost")),
        steps=build.failover_steps,
        unrehearsed=lambda cache: () if cache.snapshots is None else ("snapshots of ElastiCache",),
    ),
    scaffold=Scaffold(production_overrides=rules.production_overrides),
    rules=rules_of(rules),
)
