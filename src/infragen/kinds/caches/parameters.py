"""The parameters of ElastiCache's engines, and the values of those that take words only.

Amazon ElastiCache User Guide: Engine specific parameters (of Valkey 7.2 to 8.2, of Redis OSS 6.x and 7).
"""

from __future__ import annotations

from typing import Final

_EVERYWHERE: Final = frozenset([
    "acl-pubsub-default", "acllog-max-len", "active-defrag-cycle-max", "active-defrag-cycle-min",
    "active-defrag-ignore-bytes", "active-defrag-max-scan-fields", "active-defrag-threshold-lower",
    "active-defrag-threshold-upper", "active-expire-effort", "activedefrag",
    "client-output-buffer-limit-normal-hard-limit", "client-output-buffer-limit-normal-soft-limit",
    "client-output-buffer-limit-normal-soft-seconds", "client-output-buffer-limit-pubsub-hard-limit",
    "client-output-buffer-limit-pubsub-soft-limit", "client-output-buffer-limit-pubsub-soft-seconds",
    "client-query-buffer-limit", "close-on-replica-write", "cluster-allow-reads-when-down", "cluster-enabled",
    "cluster-require-full-coverage", "databases", "hll-sparse-max-bytes",
    "lfu-decay-time", "lfu-log-factor", "list-compress-depth", "maxmemory-policy", "maxmemory-samples",
    "min-replicas-max-lag", "min-replicas-to-write", "notify-keyspace-events", "proto-max-bulk-len",
    "rename-commands", "repl-backlog-size", "repl-backlog-ttl", "reserved-memory", "reserved-memory-percent",
    "set-max-intset-entries", "slowlog-log-slower-than", "slowlog-max-len", "stream-node-max-bytes",
    "stream-node-max-entries", "tcp-keepalive", "timeout", "tracking-table-max-keys",
])  # fmt: skip
LAZY: Final = frozenset([
    "lazyfree-lazy-eviction", "lazyfree-lazy-expire", "lazyfree-lazy-server-del", "lazyfree-lazy-user-del",
])  # fmt: skip
_ZIPLISTS: Final = frozenset([
    "activerehashing", "hash-max-ziplist-entries", "hash-max-ziplist-value", "zset-max-ziplist-entries",
    "zset-max-ziplist-value",
])  # fmt: skip
_SINCE_7: Final = frozenset([
    "cluster-allow-pubsubshard-when-down", "cluster-preferred-endpoint-type", "hash-max-listpack-entries",
    "hash-max-listpack-value", "latency-tracking", "zset-max-listpack-entries", "zset-max-listpack-value",
])  # fmt: skip
_SINCE_8: Final = frozenset([
    "commandlog-large-reply-max-len", "commandlog-large-request-max-len", "commandlog-reply-larger-than",
    "commandlog-request-larger-than", "extended-redis-compatibility", "search-default-timeout-ms",
    "search-enable-partial-results", "search-fanout-target-mode",
])  # fmt: skip

PARAMETERS: Final = {
    "redis6.x": _EVERYWHERE | LAZY | _ZIPLISTS,
    "redis7": _EVERYWHERE | LAZY | _SINCE_7,
    "valkey7": _EVERYWHERE | LAZY | _SINCE_7,
    "valkey8": _EVERYWHERE | _SINCE_7 | _SINCE_8,
    "valkey9": _EVERYWHERE | _SINCE_7 | _SINCE_8 | {"cluster-databases"},
}
"""What can be set, by the family of parameter groups."""

FIXED: Final = frozenset([
    "appendfsync", "appendonly", "client-output-buffer-limit-replica-hard-limit",
    "client-output-buffer-limit-replica-soft-limit", "client-output-buffer-limit-replica-soft-seconds",
    "list-max-ziplist-size", "lua-time-limit", "maxclients", "maxmemory", "repl-timeout", "replica-allow-chaining",
    "replica-ignore-maxmemory", "replica-lazy-flush",
])  # fmt: skip
"""What ElastiCache sets by itself, and nobody else."""

_SWITCH: Final = ("yes", "no")
WORDS: Final = {
    "acl-pubsub-default": ("resetchannels", "allchannels"),
    "cluster-preferred-endpoint-type": ("ip", "tls-dynamic"),
    "maxmemory-policy": (
        "volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu", "volatile-random", "allkeys-random",
        "volatile-ttl", "noeviction",
    ),
    "search-fanout-target-mode": ("client", "throughput"),
    **dict.fromkeys((
        "activedefrag", "activerehashing", "close-on-replica-write", "cluster-allow-pubsubshard-when-down",
        "cluster-allow-reads-when-down", "cluster-require-full-coverage", "extended-redis-compatibility",
        "latency-tracking", *sorted(LAZY), "search-enable-partial-results",
    ), _SWITCH),
}  # fmt: skip
"""The values of parameters that take no others."""

EVENTS: Final = "notify-keyspace-events"
EVENT_WAYS: Final = "KE"
"""Where events are told, by key or by event: with neither, nobody is told."""
EVENT_LETTERS: Final = "g$lshzxeA"
"""Which events are told: `A` is all of them."""
_OF_ENGINES: Final = "dmnt"
"""Letters that the engines know beside AWS's (Valkey: Keyspace notifications)."""
_TEXTS: Final = frozenset([EVENTS, "cluster-enabled", "rename-commands"])


def is_number(name: str) -> bool:
    """Say whether a parameter takes a whole number."""
    return name not in WORDS and name not in _TEXTS


def wrong_letters(events: str) -> list[str]:
    """Return the letters that name no events."""
    return [one for one in dict.fromkeys(events) if one not in f"{EVENT_WAYS}{EVENT_LETTERS}{_OF_ENGINES}"]
