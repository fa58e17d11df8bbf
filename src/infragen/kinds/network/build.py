"""What the network is built of."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, Final

from infragen.core.addresses import parse
from infragen.core.build_context import BuildContext, Environment, Export, Module, ResourceView, of, part_of
from infragen.core.entry import Entry
from infragen.core.kind import Cost, empty
from infragen.core.part import ENVIRONMENT, LIMITS, Group, Reason, pattern
from infragen.core.tracing import once
from infragen.core.written import keys_read, values
from infragen.kinds import kinds

NAME: Final = "network"

_LETTERS: Final = {"ap-northeast-1": "ac", "ca-central-1": "ab", "us-west-1": "ac"}
"""Zones that every account sees, where they are not the first two letters (Amazon EC2 User Guide: Regions, zones)."""

_NEVER_PUBLIC: Final = frozenset({"buckets", "domains", "queues", "secrets"})
"""Kinds that have nothing in public subnets, beside those of the data tier."""
TIERS: Final = ("public", "app", "data")
MOST_ZONES: Final = 4
SMALLEST: Final = 28
"""The longest prefix of a subnet (Amazon VPC User Guide: subnet sizing)."""
SLICES: Final = 4
"""Bits of the VPC's range that number its subnets: sixteen, four for each tier and four to spare."""


def vpc(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("network", "vpc")


def subnet_group(ctx: BuildContext) -> Export:
    return ctx.of(NAME).module("network", "db_subnet_group").name


def subnet_group_name(ctx: BuildContext) -> str:
    return NetworkView(ctx.of(NAME)).data_name


def in_public(environment: Environment) -> bool:
    """Whether tasks have public addresses: neither NAT nor endpoints lead them to AWS."""
    network = environment.settings.network
    return network.nat == "none" and not network.endpoints


def task_subnets(ctx: BuildContext) -> Export:
    return vpc(ctx).public_subnet_list if in_public(ctx.environment) else vpc(ctx).app_subnet_list


def task_subnet_names(ctx: BuildContext) -> tuple[str, ...]:
    own = NetworkView(ctx.of(NAME))
    found = own.public_subnets if in_public(ctx.environment) else own.app_subnets
    return tuple(subnet["name"] for subnet in found.values())


def standing_subnets(ctx: BuildContext, tier: str, argument: str, least: int) -> tuple[Export, ...]:
    """Return the ids of the subnets in a tier that an entry keeps, since AWS makes it anew in others.

    They are those that its `argument` read, or, before it read any, all there were then; all there are now where fewer
    than `least` of them are left.
    """
    tier = data_tier(ctx.environment) if tier == "data" else tier
    now = subnets(ctx.environment, tier)
    before = keys_read(ctx, argument) or [zone for zone, *_ in values(ctx.environment, NAME, f"{tier}_subnets")]
    kept = {zone for zone in before if zone in now}
    ids = vpc(ctx).output(f"{tier}_subnet_ids")
    return tuple(ids[zone] for zone in sorted(kept if len(kept) >= least else now))


def data_subnets(ctx: BuildContext) -> Export:
    tier = "app" if in_app_tier(ctx.entry) else data_tier(ctx.environment)
    return vpc(ctx).output(f"{tier}_subnet_list")


def in_app_tier(entry: Entry) -> bool:
    return getattr(entry, "tier", "data") == "app"


def own_group(word: str) -> Callable[[Any, BuildContext], tuple[Group, ...]]:
    def groups(entry: Any, ctx: BuildContext) -> tuple[Group, ...]:
        name, key = ctx.names.plain(word, entry.identity), f"{entry.SINGULAR}-{entry.identity}"
        what = f"{entry.SINGULAR.replace('-', ' ').capitalize()} {entry.identity}"
        module = ctx.module("security", "security_group", entry.SINGULAR, entry)
        return (Group(ctx.owner, ctx.owner, name, what, module, key),)

    return groups


def data_tier(environment: Environment) -> str:
    """Return the tier that databases stand in: one of their own, unless the subnets that are written lack it."""
    written = environment.settings.network.subnets
    return "data" if written is None or written.data else "app"


def zones(environment: Environment) -> tuple[str, ...]:
    network = environment.settings.network
    if network.subnets is not None:
        return tuple(sorted(network.subnets.app))
    return tuple(sorted(network.zones)) or usual_zones(environment.settings.region)


def usual_zones(region: str) -> tuple[str, ...]:
    return tuple(region + letter for letter in _LETTERS.get(region, "ab"))


def subnets(environment: Environment, tier: str) -> Mapping[str, str]:
    network = environment.settings.network
    if network.subnets is not None:
        found: Mapping[str, str] = getattr(network.subnets, data_tier(environment) if tier == "data" else tier)
        return found
    block = parse(network.cidr)
    if block is None or block.prefixlen > SMALLEST - SLICES:
        return {}  # a rule says so
    return {zone: slices(block, tier)[number] for zone, number in _numbers(environment, block).items()}


def slices(block: IPv4Network, tier: str) -> list[str]:
    first = TIERS.index(tier) * MOST_ZONES
    return [str(one) for one in block.subnets(prefixlen_diff=SLICES)][first : first + MOST_ZONES]


@once
def _given(environment: Environment) -> Mapping[str, object]:
    return {
        str(cidr): zone for tier in TIERS for (zone, *_), cidr in values(environment, NAME, f"{tier}_subnets").items()
    }


def _numbers(environment: Environment, block: IPv4Network) -> Mapping[str, int]:
    """Return which of a tier's ranges each zone has: the one that it had, a new zone one that none had before it."""
    wanted, given = zones(environment)[:MOST_ZONES], _given(environment)
    had = {number: given[cidr] for tier in TIERS for number, cidr in enumerate(slices(block, tier)) if cidr in given}
    kept = {zone: number for number, zone in had.items() if zone in wanted}
    free = sorted(set(range(MOST_ZONES)) - set(kept.values()), key=lambda number: (number in had, number))
    return {zone: kept[zone] if zone in kept else free.pop(0) for zone in wanted}


def subnet_count(ctx: BuildContext) -> int:
    own = NetworkView(ctx)
    return sum(map(len, (own.public_subnets, own.app_subnets, own.data_subnets)))


def _tiers(environment: Environment) -> frozenset[str]:
    return frozenset(_stands_in(entry) for _, entry in environment.every()) - {"none"}


def _stands_in(entry: Entry) -> str:
    return "none" if in_app_tier(entry) else kinds()[entry.KIND].network.data_tier


def has_inner_balancer(environment: Environment) -> bool:
    is_asked = environment.settings.load_balancer is not None or bool(environment.entries.get("gateways"))
    return is_asked or any(
        entry.KIND == "balancers" and not getattr(entry, "is_public", True) for _, entry in environment.every()
    )


class NetworkView(ResourceView):
    """The VPC."""

    name = pattern("{own.prefix}")
    default_security_group_name = pattern("{own.prefix}-default-closed", LIMITS["security_group"])
    public_route_table_name = pattern("{own.prefix}-public")
    data_name = pattern("{own.prefix}-data")
    data_description = pattern("Data tier of {own.prefix}")
    has_regional_nat = of(lambda ctx: ctx.settings.network.nat == "regional")
    """Whether what leaves needs an internet gateway, though nothing may stand in a public subnet."""
    has_databases = of(lambda ctx: "subnet_group" in _tiers(ctx.environment))

    @property
    def public_subnets(self) -> dict[str, dict[str, str]]:
        environment = self._ctx.environment
        has_tenants = any(
            entry.KIND not in _NEVER_PUBLIC and _stands_in(entry) == "none" and stands_in_vpc(entry, environment)
            for _, entry in environment.every()
        )
        is_used = has_tenants or environment.settings.load_balancer is not None
        # A balancer on the internet and a bastion that takes SSH have addresses of their own.
        has_public = any(getattr(entry, "is_public", False) for _, entry in environment.every())
        is_needed = environment.settings.network.nat in ("per-zone", "single") or has_public
        return self._subnets("public") if is_needed or (in_public(environment) and is_used) else {}

    @property
    def app_subnets(self) -> dict[str, dict[str, str]]:
        """Subnets of tasks without public addresses, by zone; of databases, too, that have no tier of their own."""
        environment = self._ctx.environment
        has_data = data_tier(environment) == "app" and bool(_tiers(environment))
        return self._subnets("app") if has_data or not in_public(environment) else {}

    @property
    def data_subnets(self) -> dict[str, dict[str, str]]:
        environment = self._ctx.environment
        return self._subnets("data") if data_tier(environment) == "data" and _tiers(environment) else {}

    subnet_group_subnets = of(lambda ctx: vpc(ctx).output(f"{data_tier(ctx.environment)}_subnet_list"))

    def _subnets(self, tier: str) -> dict[str, dict[str, str]]:
        found = subnets(self._ctx.environment, tier)
        return {zone: {"name": self._ctx.names.plain(tier, zone), "cidr_block": cidr} for zone, cidr in found.items()}


def stands_in_vpc(entry: Entry, environment: Environment) -> bool:
    """Whether an entry that has a place in a VPC takes it: a function does so only for what it reaches there."""
    found: Callable[[Environment], bool] | None = getattr(entry, "stands_in_vpc", None)
    return found is None or found(environment)


def reasons(environment: Environment) -> Iterator[Reason]:
    for owner, entry in environment.every():
        if kinds()[entry.KIND].network.security_groups is not empty and stands_in_vpc(entry, environment):
            yield Reason(owner, ("name",), "stands in a VPC")
            return


def public_reasons(environment: Environment) -> Iterator[Reason]:
    if in_public(environment) and any(hasattr(entry, "room_for") for _, entry in environment.every()):
        why = "neither `nat` nor `endpoints` is asked for, so tasks reach AWS by addresses of their own"
        yield Reason(ENVIRONMENT, ("network",), why)


def public_costs(ctx: BuildContext) -> Iterator[Cost]:
    for owner, entry in ctx.environment.every():
        tasks = getattr(entry, "tasks", None) if hasattr(entry, "room_for") else None  # a workflow's are states
        if tasks is not None:
            most = getattr(entry, "most_tasks", tasks.max)
            yield Cost("public addresses of its tasks", "public-ipv4", tasks.min, most, owner=owner)


parts = part_of("network", "kinds/network/main.tf", NetworkView)
