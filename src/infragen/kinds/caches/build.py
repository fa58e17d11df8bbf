"""What a cache is built of, and what it gives who uses it."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from infragen.core import clock
from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, call, named_by, of, value
from infragen.core.expressions import Joined, Module
from infragen.core.kind import always
from infragen.core.measures import COUNT, PERCENT, SECONDS, Measure
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Binding, Grant, Part, named, pattern
from infragen.core.signals import Failure, alarmed
from infragen.core.takeover import AT_ONCE, Command, Step, Takeover
from infragen.kinds import keys, network
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.caches.model import Cache
from infragen.kinds.databases.build import signing_in
from infragen.kinds.secrets import rotate_now
from infragen.text import counted

PORT: Final = 6379

FAMILIES: Final = {
    ("redis", "6"): "redis6.x",
    ("redis", "7"): "redis7",
    ("valkey", "7"): "valkey7",
    ("valkey", "8"): "valkey8",
    ("valkey", "9"): "valkey9",
}
"""The parameter group family of each major version (Amazon ElastiCache User Guide: Supported engines and versions)."""

_CPU_PERCENT: Final = 90
"""Of the core that the engine works on; of a node with two cores, half of it (Amazon ElastiCache User Guide, "Which
metrics should I monitor?": of nodes with two vCPUs or fewer `CPUUtilization`, above 90 % divided by the cores)."""
_CPU: Final = Measure("cpu", "CPU of its engine", PERCENT, metric="EngineCPUUtilization")
_NODE_CPU: Final = Measure("cpu", "CPU of the node", PERCENT, metric="CPUUtilization")
_MEMORY: Final = Measure("memory", "its memory", PERCENT, "high", metric="DatabaseMemoryUsagePercentage")
_LAG: Final = Measure("replica-lag", "how far it is behind its primary node", SECONDS, metric="ReplicationLag")
_ROTATION: Final = Measure("rotation", "the number of times its token could not be rotated", COUNT, "high")


def family(cache: Cache) -> str | None:
    """None if ElastiCache does not have the version."""
    return FAMILIES.get((cache.engine, cache.engine_version.partition(".")[0]))


class CacheView(keys.EncryptedView):
    """A replication group, its user where clients sign in, and what rotates the token of that."""

    _entry: Cache
    cache = call("data", "cache")
    subnets = of(network.data_subnets)
    group = call("security", "security_group", "cache")
    key = keys.of_purpose("databases")
    _user = call("data", "user", "cache")
    user: Module | None = value(lambda self: None if self._entry.authentication == "none" else self._user)
    has_token = of(lambda ctx: ctx.entry.authentication == "token")
    token_secret_name = pattern("{own.identifier}-auth-token", LIMITS["secret"], when="has_token")
    rotation_name = pattern("{own.identifier}-cache-rotation", LIMITS["function"], when="has_token")
    rotation_role_name = pattern("{own.rotation_name}", LIMITS["role"])
    identifier = named_by(lambda ctx: ctx.names.plain(ctx.entry.identity), LIMITS["cache"])
    """What AWS calls the replication group, its subnet group and its user."""

    @named(LIMITS["cache"])
    def default_user(self) -> str:
        """The user of clients without a name, who has no rights."""
        is_needed = self._entry.authentication == "iam" and self._entry.engine == "redis"
        return f"{self.identifier}-default" if is_needed else ""

    description = pattern("Cache {own.identifier}")
    family = of(lambda ctx: family(ctx.entry) or "")  # a rule says which versions there are

    @property
    def parameters(self) -> dict[str, str]:
        mode = {} if self._entry.shards is None else {"cluster-enabled": "yes"}
        return {**mode, **self._entry.parameters}

    port = PORT

    @property
    def maintenance_window(self) -> str:
        day, window = self._entry.maintenance.when(self._entry)
        return clock.maintenance_window(day, window, self._ctx.time_zone)

    @property
    def snapshot_window(self) -> str:
        snapshots = self._entry.snapshots
        return clock.backup_window(snapshots.window, self._ctx.time_zone) if snapshots else ""

    final_snapshot = pattern("{own.identifier}-final", when="_entry.final_snapshot")

    @property
    def nodes(self) -> tuple[str, ...]:
        """Amazon ElastiCache User Guide: Finding a node's id."""
        numbers = [f"{number:03}" for number in range(1, self._entry.replicas + 2)]
        if self._entry.shards is None:
            return tuple(f"{self.identifier}-{number}" for number in numbers)
        shards = range(1, self._entry.shards + 1)
        return tuple(f"{self.identifier}-{shard:04}-{number}" for shard in shards for number in numbers)


def parts(cache: Cache, ctx: BuildContext) -> Iterator[Part]:
    own = CacheView(ctx)
    yield ctx.part("data", "kinds/caches/main.tf", own)
    yield from alarms_part(ctx, own.identifier, own.cache, partial(_alarms, cache, own), (cache.size,))


def failures(cache: Cache, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, _MEMORY.word, "its memory is full")
    if cache.replicas:
        yield alarmed(ctx.owner, _LAG.word, "a replica falls behind")


def failover_steps(cache: Cache, change: Takeover) -> Iterator[Step]:
    own, entry = CacheView(change.taking), change.taking.entry
    if change.action == "failover" and entry.size != cache.size and change.taking.settings.production:
        resize = Command(
            f"aws elasticache modify-replication-group --replication-group-id {own.identifier}"
            f" --cache-node-type {cache.size} --apply-immediately --region {own.region}"
        )
        what = f"{own.identifier} with nodes of {cache.size}, if that line is gone"
        yield Step("enlarge", what, (resize,), 30, AT_ONCE)


def _alarms(cache: Cache, own: CacheView) -> Iterator[tuple[str, Alarm]]:
    for node in own.nodes:
        number = node.removeprefix(f"{own.identifier}-")

        def alarm(measure: Measure, threshold: int, said: str, node: str = node) -> Alarm:
            return Alarm(
                description=f"{node}: {said}", namespace="AWS/ElastiCache", metric=measure.metric, statistic="Average",
                threshold=threshold, dimensions={"CacheClusterId": node}, periods=10, datapoints=10, missing="missing",
                measure=measure,
            )  # fmt: skip

        # Sizes below `xlarge` have two vCPUs, and these types one (Amazon EC2 Instance Types, of that name)
        if cache.size.rpartition(".")[2] in ("micro", "small", "medium", "large"):
            few = 1 if cache.size in ("cache.t2.micro", "cache.t2.small") else 2
            yield f"{number}-cpu", alarm(_NODE_CPU, _CPU_PERCENT // few, "the node's CPU stays high.")
        else:
            yield f"{number}-cpu", alarm(_CPU, _CPU_PERCENT, "the engine's CPU stays high.")
        yield f"{number}-memory", alarm(_MEMORY, 90, "its memory is nearly full: keys are evicted soon.")
        if cache.replicas:
            yield f"{number}-lag", alarm(_LAG, 30, "it is far behind its primary node.")
    if own.has_token:
        yield "rotation", Alarm(
            description=f"{own.identifier}: its token could not be rotated.", namespace="AWS/Lambda", metric="Errors",
            statistic="Sum", threshold=1, dimensions={"FunctionName": own.rotation_name}, periods=1, datapoints=1,
            measure=_ROTATION, because=cache.authentication,
        )  # fmt: skip


metrics = always(_CPU, _MEMORY, _LAG, _ROTATION)


def bindings(cache: Cache, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    own = CacheView(ctx)
    variables: dict[str, object] = {
        "HOST": own.cache.host,
        "PORT": str(PORT),
        "URL": Joined.of("rediss://", own.cache.host, f":{PORT}"),
    }
    if cache.replicas and cache.shards is None:
        variables["READER_HOST"] = own.cache.reader_host
    if own.user is None:
        yield Binding(variables)
        return
    if own.has_token:
        yield signing_in(ctx, user, variables, f"cache-{cache.identity}", own.user.secret_arn)
        return
    signing = {"NAME": own.identifier, "USER": own.user.name}
    grant = Grant("ConnectToCache", ("elasticache:Connect",), (own.cache.arn, own.user.arn))
    yield Binding({**variables, **signing}, f"cache-{cache.identity}", (grant,))


def costs(cache: Cache, _ctx: BuildContext) -> Iterator[Cost]:
    what = f"{counted(cache.nodes, 'node')} of {cache.size}"
    yield Cost(what, f"{cache.engine}-node", cache.nodes, size=cache.size)
    if cache.authentication == "token":
        yield Cost("1 secret", "secret", 1)
        yield Cost("requests of the function that rotates its token", "function-requests")


def outputs(_cache: Cache, ctx: BuildContext) -> Iterator[OutputLine]:
    own = CacheView(ctx)
    yield OutputLine("address", "host and port", Joined.of(own.cache.host, f":{PORT}"))
    if own.has_token:
        command = rotate_now(own.token_secret_name, own.region)
        yield OutputLine("detail", "give it a new token at once", command, is_command=True)
