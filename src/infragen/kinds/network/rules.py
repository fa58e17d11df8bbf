"""Rules about the ranges of a VPC and its subnets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from infragen.core.addresses import is_private, parse, problem
from infragen.core.regions import REGIONS
from infragen.core.rule import Finding, Severity, rule
from infragen.kinds.network.build import MOST_ZONES, SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment


@rule("W101", "an address range is not valid", Severity.ERROR, "RFC 4632")
def _address_range(environment: Environment) -> Iterator[Finding]:
    for path, cidr in _ranges(environment):
        found = problem(cidr)
        if found:
            yield Finding(
                f"`{cidr}` is not an address range: {found[0]}", environment.at("environment", *path), found[1]
            )


@rule(
    "W102",
    "a VPC or subnet is larger or smaller than AWS allows",
    Severity.ERROR,
    "Amazon VPC User Guide: VPC CIDR blocks, subnet sizing",
)
def _range_size(environment: Environment) -> Iterator[Finding]:
    for path, cidr in _ranges(environment):
        block = parse(cidr)
        if block is not None and not 16 <= block.prefixlen <= 28:
            what = "a VPC" if path[-1] == "cidr" else "a subnet"
            message = f"`{cidr}` is not a valid size for {what}: AWS allows /16 (65,536 addresses) to /28 (16)"
            hint = (
                f"write a prefix from /16 to /28, such as `{block.network_address}/{20 if what == 'a subnet' else 16}`"
            )
            yield Finding(message, environment.at("environment", *path), hint)
        elif block is not None and environment.settings.network.subnets is None and block.prefixlen > SMALLEST - 4:
            message = f"a sixteenth of `{cidr}` is less than AWS' smallest subnet, a /{SMALLEST}"
            hint = f"write `{block.network_address}/{SMALLEST - 4}` or larger, or the ranges of all `subnets`"
            yield Finding(message, environment.at("environment", *path), hint)


def _ranges(environment: Environment) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path and the range of the VPC and of every subnet."""
    yield ("network", "cidr"), environment.settings.network.cidr
    yield from _subnets(environment)


def _subnets(environment: Environment) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path and the range of every subnet that is written down; the path ends in tier and zone."""
    for tier, zones in environment.settings.network.subnets or ():
        for zone, cidr in zones.items():
            yield ("network", "subnets", tier, zone), cidr


@rule("W103", "a subnet lies outside its VPC", Severity.ERROR, "Amazon VPC User Guide: Subnets for your VPC")
def _subnet_outside(environment: Environment) -> Iterator[Finding]:
    vpc = parse(environment.settings.network.cidr)
    for path, cidr in _subnets(environment):
        block = parse(cidr)
        if vpc is not None and block is not None and not block.subnet_of(vpc):
            message = f"the subnet `{cidr}` lies outside the VPC's `{vpc}`"
            hint = f"choose a range within {vpc}"
            yield Finding(message, environment.at("environment", *path), hint)


@rule("W104", "two subnets of an environment overlap", Severity.ERROR, "Amazon VPC User Guide: Subnet sizing")
def _subnets_overlap(environment: Environment) -> Iterator[Finding]:
    blocks = [(block, path) for path, cidr in _subnets(environment) if (block := parse(cidr)) is not None]
    blocks.sort(key=lambda pair: (int(pair[0].network_address), pair[0].prefixlen))
    for (first, first_path), (second, second_path) in pairwise(blocks):
        if first.overlaps(second):
            message = f"the subnets `{first}` ({first_path[-1]}) and `{second}` ({second_path[-1]}) overlap"
            yield Finding(message, environment.at("environment", *second_path), "give one of them another range")


@rule(
    "W105",
    "the VPCs of two environments overlap",
    Severity.WARNING,
    "Amazon VPC Peering Guide: overlapping CIDR blocks cannot be peered",
)
def _environments_overlap(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    for index, second in enumerate(environments):
        block = parse(second.settings.network.cidr)
        for first in environments[:index]:
            other = parse(first.settings.network.cidr)
            if block is not None and other is not None and block.overlaps(other):
                message = f"{second.target} and {first.target} use the same addresses: `{block}` and `{other}`"
                hint = "give each environment its own range, or the two can never be connected"
                yield Finding(message, second.at("environment", "network", "cidr"), hint)
                break


@rule("W106", "the tiers of subnets are not in the same zones", Severity.ERROR, "TN-10: Multi-AZ")
def _tiers_differ(environment: Environment) -> Iterator[Finding]:
    tiers = environment.settings.network.subnets
    if tiers is None:
        return
    named = (("public", tiers.public), ("app", tiers.app), ("data", tiers.data))
    every = sorted({zone for _, zones in named for zone in zones})
    for tier, zones in named:
        missing = [zone for zone in every if zone not in zones]
        if missing:
            message = f"the tier `{tier}` has no subnet in {', '.join(missing)}, other tiers do"
            place = environment.at("environment", "network", "subnets", tier)
            yield Finding(message, place, f"add `{missing[0]}: ...` to `{tier}`, or remove the zone everywhere")


@rule(
    "W107",
    "a subnet's zone is not in the environment's region",
    Severity.ERROR,
    "AWS Regions and Availability Zones User Guide",
)
def _zone_elsewhere(environment: Environment) -> Iterator[Finding]:
    region = environment.settings.region
    listed = (("network", "zones", index) for index, _ in enumerate(environment.settings.network.zones))
    for path in (*(path for path, _ in _subnets(environment)), *listed):
        zone = environment.settings.network.zones[path[-1]] if isinstance(path[-1], int) else path[-1]
        if zone[:-1] != region and region in REGIONS:
            place = environment.at("environment", *path, key=True)
            yield Finding(f"the zone `{zone}` is not in {region}", place, f"write a zone such as `{region}a`")


@rule(
    "W108",
    "an environment has fewer than two zones",
    Severity.ERROR,
    "Elastic Load Balancing: two subnets in different zones; Amazon Aurora User Guide: DB subnet groups",
)
def _one_zone(environment: Environment) -> Iterator[Finding]:
    tiers, listed = environment.settings.network.subnets, environment.settings.network.zones
    if len(listed) == 1 and tiers is None:
        message = f"`zones` has only {listed[0]}; load balancers and subnet groups of databases need two"
        yield Finding(message, environment.at("environment", "network", "zones"), "add another zone, or remove `zones`")
    for tier, zones in (("app", tiers.app), ("data", tiers.data)) if tiers is not None else ():
        if len(zones) < 2:
            needs = "a load balancer" if tier == "app" else "a database's subnet group"
            message = f"the tier `{tier}` has {len(zones)} zone{'' if len(zones) == 1 else 's'}; {needs} needs two"
            place = environment.at("environment", "network", "subnets", tier)
            yield Finding(message, place, "add a subnet in a second zone, in every tier")


@rule(
    "W115",
    "zones cannot be used as they are listed",
    Severity.ERROR,
    "AWS Regions and Availability Zones User Guide",
)
def _zones(environment: Environment) -> Iterator[Finding]:
    network = environment.settings.network
    written = {zone for zones in network.subnets.model_dump().values() for zone in zones} if network.subnets else None
    for index, zone in enumerate(network.zones):
        found = None
        if zone in network.zones[:index]:
            found = f"{zone} is listed twice", f"write `zones: [{', '.join(dict.fromkeys(network.zones))}]`"
        elif written is not None and zone not in written:
            found = f"no subnet is in {zone}: where `subnets` are written, their zones count", "remove `zones`"
        elif written is None and index == MOST_ZONES:
            found = (
                f"the VPC's range is cut for {MOST_ZONES} zones, not {len(network.zones)}",
                (f"write `zones: [{', '.join(network.zones[:MOST_ZONES])}]`, or the ranges of all `subnets`"),
            )
        if found is not None:
            yield Finding(found[0], environment.at("environment", "network", "zones", index), found[1])


@rule(
    "W114",
    "a VPC's addresses are not private",
    Severity.WARNING,
    "RFC 1918; Amazon VPC User Guide: VPC CIDR blocks",
)
def _public_range(environment: Environment) -> Iterator[Finding]:
    block = parse(environment.settings.network.cidr)
    if block is not None and not is_private(block):
        message = f"`{block}` is not private: hosts with these addresses on the internet cannot be reached from the VPC"
        hint = "choose from 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
        yield Finding(message, environment.at("environment", "network", "cidr"), hint)
