"""Caches: Valkey or Redis OSS."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field

from infragen.core.entry import Entry, Form, Model, Slug
from infragen.core.measures import Thresholds
from infragen.core.units import Days, TimeWindow
from infragen.kinds.databases.model import Maintenance

NodeType = Annotated[
    str, Form(r"cache\.[a-z0-9]+\.[a-z0-9]+", "a node type of ElastiCache: `cache.t4g.micro`", begins="cache.")
]
Version = Annotated[str, Form(r"[0-9]+\.[0-9]+", 'two numbers: `"8.0"`')]

Parameter = Annotated[str, Form(r"[a-z][a-z0-9-]*", "a parameter as AWS writes it: `maxmemory-policy`", 255)]

NEWEST: Final = {"redis": "7.1", "valkey": "8.0"}
"""What is built when no version is given."""

_TOKENS: Final = (
    "write `authentication: iam`: clients sign in with a token of their role that is good for 15 minutes; or"
    " `authentication: token`: with one from a secret, which a function rotates"
)


def _ways(value: object) -> object:
    if value in ("auth-token", "auth_token", "password"):
        raise ValueError(_TOKENS)
    return value


class Snapshots(Model):
    """Automatic snapshots, once a day."""

    retention: Days = 1
    window: TimeWindow = "03:00-04:00"
    """In the system's time zone; infragen converts it to UTC."""


class Cache(Entry):
    """An Amazon ElastiCache cache: a primary node and its replicas, or several such shards."""

    KIND: ClassVar = "caches"
    SINGULAR: ClassVar = "cache"
    INSTEAD: ClassVar = dict.fromkeys(("auth_token", "password", "token"), _TOKENS)

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    alarms: Thresholds = Field(default_factory=dict)
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    engine: Literal["valkey", "redis"] = "valkey"
    """Valkey does what Redis OSS 7 does, and costs a fifth less."""
    version: Version | None = None
    """The engine's version, `8.0`."""
    size: NodeType
    """The type of each node."""
    tier: Literal["data", "app"] = "data"
    """In which of the network's subnets it stands: those of databases, or those of tasks. ElastiCache moves none."""
    replicas: Annotated[int, Field(ge=0, le=5)] = 0
    """Nodes in addition to the primary one (of each shard): one of them takes over if it fails."""
    shards: Annotated[int, Field(ge=1, le=500)] | None = None
    """Enables cluster mode: the number of shards that keys are spread over. Clients must support cluster mode."""
    authentication: Annotated[Literal["iam", "token", "none"], BeforeValidator(_ways)] = "none"
    """How clients authenticate, in addition to TLS and security groups that admit only its users: `iam` with tokens of
    their role, `token` with one that they send with `AUTH`, from a secret that a function rotates."""
    token_rotation: Annotated[Days, Field(le=1000)] = 90
    """How long the token of `authentication: token` is the current one; the cache takes it for as long again."""
    parameters: dict[Parameter, str] = Field(default_factory=dict, examples=[{"maxmemory-policy": "allkeys-lru"}])
    """Settings of the engine: `{maxmemory-policy: allkeys-lru}`."""
    snapshots: Snapshots | None = None
    """Enables automatic snapshots."""
    final_snapshot: bool = False
    """Keep a snapshot when it is deleted."""
    maintenance: Maintenance = Maintenance()

    @property
    def engine_version(self) -> str:
        return self.version or NEWEST[self.engine]

    @property
    def nodes(self) -> int:
        return (self.shards or 1) * (1 + self.replicas)
