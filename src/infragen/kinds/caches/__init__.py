"""Caches: Amazon ElastiCache with Valkey or Redis OSS, reached with TLS only."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.core.quota import Quota
from infragen.core.rule import rules_of
from infragen.core.stand_in import Store
from infragen.kinds.caches import build, rules
from infragen.kinds.caches.model import Cache

__all__ = ["KIND", "Cache"]


def _stand_in(cache: Cache) -> Store:
    """Return a store of its engine: one node, whatever AWS has of them."""
    readers = cache.replicas > 0 and cache.shards is None
    return Store(engine=cache.engine, version=cache.engine_version, has_readers=readers)


KIND: Final = Kind(
    model=Cache,
    title="cache",
    parts=build.parts,
    watches=build.watches,
    groups=build.groups,
    entrances=build.entrances,
    offer=build.offer,
    arns=build.arns,
    costs=build.costs,
    tells=build.tells,
    goes_on="AWS stops no cache, it only deletes it",
    data_tier="subnets",
    rules=rules_of(rules),
    in_production=rules.in_production,
    stand_in=_stand_in,
    quotas=(
        Quota(
            "elasticache",
            "L-DFE45DF3",
            "Nodes per Region",
            300,
            "Amazon ElastiCache User Guide: Quotas",
            lambda cache, _: cache.nodes,
        ),
    ),
)
