"""Rules about caches."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Severity, rule
from infragen.core.support import ending
from infragen.kinds.caches.build import FAMILIES, family
from infragen.kinds.caches.model import NEWEST, Cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment, Landscape

_LONGEST_RETENTION: Final = 35
_ENDS: Final = {("redis", "6"): date(2027, 1, 31)}
"""The end of standard support (Amazon ElastiCache User Guide: Redis OSS versions end of life schedule)."""


@rule(
    "B131",
    "ElastiCache does not have the version of a cache's engine",
    Severity.ERROR,
    "Amazon ElastiCache User Guide: Supported engines and versions",
)
def _version(landscape: Landscape) -> Iterator[Finding]:
    for name, cache in landscape.all(Cache).items():
        if family(cache) is None:
            majors = [major for engine, major in FAMILIES if engine == cache.engine]
            message = f"there is no {cache.engine.capitalize()} {cache.version}; infragen knows {' and '.join(majors)}"
            hint = f'write `version: "{NEWEST[cache.engine]}"`'
            yield Finding(message, landscape.at(f"caches/{name}", "version"), hint)


@rule(
    "B132",
    "a cache's version is past the end of its standard support, or within half a year of it",
    Severity.WARNING,
    "Amazon ElastiCache User Guide: Redis OSS versions end of life schedule",
)
def _ending(landscape: Landscape, today: date) -> Iterator[Finding]:
    for name, cache in landscape.all(Cache).items():
        end = _ENDS.get((cache.engine, cache.engine_version.partition(".")[0]))
        if said := ending(f"Redis OSS {cache.version}", end, today):
            message = f"{said}; after it AWS bills extended support"
            hint = f'write `engine: valkey` and `version: "{NEWEST["valkey"]}"`; data and clients stay as they are'
            yield Finding(message, landscape.at(f"caches/{name}", "version"), hint)


@rule(
    "B133",
    "snapshots of a cache are kept longer than ElastiCache can",
    Severity.ERROR,
    "Amazon ElastiCache API: CreateReplicationGroup, `SnapshotRetentionLimit`",
)
def _retention(landscape: Landscape) -> Iterator[Finding]:
    for name, cache in landscape.all(Cache).items():
        days = cache.snapshots.retention if cache.snapshots is not None else 1
        if days > _LONGEST_RETENTION:
            message = f"ElastiCache keeps snapshots 1 to {_LONGEST_RETENTION} days, not {days}"
            place = landscape.at(f"caches/{name}", "snapshots", "retention")
            yield Finding(message, place, f"write `retention: {_LONGEST_RETENTION} days` or less")


@rule(
    "B134",
    "a production cache has no replica to take over",
    Severity.WARNING,
    "Amazon ElastiCache User Guide: Minimizing downtime with Multi-AZ",
)
def _no_replica(environment: Environment) -> Iterator[Finding]:
    for name, cache in environment.all(Cache).items() if environment.settings.production else ():
        if cache.replicas == 0:
            message = "one node in production: when it fails, what it holds is lost, and nothing takes over"
            yield Finding(message, environment.at(f"caches/{name}", "replicas"), "write `replicas: 1` or more")


@rule(
    "B135",
    "infragen itself sets a parameter of a cache",
    Severity.ERROR,
    "Amazon ElastiCache User Guide: Valkey and Redis OSS parameters, `cluster-enabled`",
)
def _own_parameter(landscape: Landscape) -> Iterator[Finding]:
    for name, cache in landscape.all(Cache).items():
        if "cluster-enabled" in cache.parameters:
            place = landscape.at(f"caches/{name}", "parameters", "cluster-enabled", key=True)
            yield Finding("`shards` decides on `cluster-enabled`", place, "remove it, and write `shards: 2`")


@rule(
    "B136",
    "a cache has more nodes than ElastiCache gives one unasked",
    Severity.ERROR,
    "Amazon ElastiCache User Guide: Quotas, nodes per cluster (cluster mode enabled)",
)
def _nodes(landscape: Landscape) -> Iterator[Finding]:
    for name, cache in landscape.all(Cache).items():
        if cache.shards is not None and cache.nodes > _MOST_NODES:
            message = (
                f"{cache.shards} shards of {1 + cache.replicas} nodes are {cache.nodes}; a cluster has {_MOST_NODES}"
            )
            hint = f"write `shards: {_MOST_NODES // (1 + cache.replicas)}` or less"
            yield Finding(message, landscape.at(f"caches/{name}", "shards"), hint)


_MOST_NODES: Final = 90
