"""Caches: Amazon ElastiCache with Valkey or Redis OSS, reached with TLS only."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.core.quota import Quota
from infragen.core.rule import rules_of
from infragen.kinds.caches import build, rules
from infragen.kinds.caches.model import Cache

__all__ = ["KIND", "Cache"]

KIND: Final = Kind(
    model=Cache,
    title="cache",
    parts=build.parts,
    groups=build.groups,
    entrances=build.entrances,
    offer=build.offer,
    arns=build.arns,
    costs=build.costs,
    tells=build.tells,
    data_tier="subnets",
    rules=rules_of(rules),
    in_production=rules.in_production,
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
