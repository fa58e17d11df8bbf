"""Rules about the ranges of a VPC and its subnets."""

from itertools import pairwise

from infragen.core.addresses import is_private, parse, problem
from infragen.core.regions import REGIONS
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.kinds.network.build import MOST_ZONES, SMALLEST, has_inner_balancer, in_public
from infragen.kinds.network.ranges import LARGEST, MOST_SUBNETS, VPC, Path, has_size, mend, ranges, subnet_ranges
from infragen.text import counted


@rule("W101")
def _address_range(environments: tuple[Environment, ...]) -> Findings:
    for environment in environments:
        for path, cidr in ranges(environment):
            found = problem(cidr)
            if found:
                yield _finding(environments, environment, path, f"`{cidr}` is not an address range: {found[0]}")


@rule("W102")
def _range_size(environments: tuple[Environment, ...]) -> Findings:
    for environment in environments:
        for path, cidr in ranges(environment):
            block = parse(cidr)
            if block is None or has_size(environment, path, block):
                continue
            if LARGEST <= block.prefixlen <= SMALLEST:
                message = f"a sixteenth of `{cidr}` is less than AWS' smallest subnet, a /{SMALLEST}"
            else:
                what = "a VPC" if path == VPC else "a subnet"
                message = f"`{cidr}` is not a valid size for {what}: AWS allows /16 (65,536 addresses) to /28 (16)"
            yield _finding(environments, environment, path, message)


def _finding(
    environments: tuple[Environment, ...], environment: Environment, path: Path, message: str, why: str = ""
) -> Finding:
    return Finding(message, environment.at("environment", *path), mend(environments, environment, path) + why)


@rule("W103")
def _subnet_outside(environment: Environment) -> Findings:
    vpc = parse(environment.settings.network.cidr)
    for path, cidr in subnet_ranges(environment):
        block = parse(cidr)
        if vpc is not None and block is not None and has_size(environment, path, block) and not block.subnet_of(vpc):
            yield _finding((environment,), environment, path, f"the subnet `{cidr}` lies outside the VPC's `{vpc}`")


@rule("W104")
def _subnets_overlap(environment: Environment) -> Findings:
    blocks = [(block, path) for path, cidr in subnet_ranges(environment) if (block := parse(cidr)) is not None]
    blocks.sort(key=lambda pair: (int(pair[0].network_address), pair[0].prefixlen))
    for (first, first_path), (second, second_path) in pairwise(blocks):
        if first.overlaps(second):
            message = f"the subnets `{first}` ({first_path[-1]}) and `{second}` ({second_path[-1]}) overlap"
            holds_many = len(blocks) <= MOST_SUBNETS and sum(first.overlaps(block) for block, _ in blocks) > 2
            yield _finding((environment,), environment, first_path if holds_many else second_path, message)


@rule("W105")
def _environments_overlap(environments: tuple[Environment, ...]) -> Findings:
    sound = [
        (one, block)
        for one in environments
        if (block := parse(one.settings.network.cidr)) is not None and has_size(one, VPC, block)
    ]
    for index, (second, block) in enumerate(sound):
        for first, other in sound[:index]:
            if block.overlaps(other):
                message = f"{second.target} and {first.target} use the same addresses: `{block}` and `{other}`"
                yield _finding(environments, second, VPC, message, "; as it is, the two can never be connected")
                break


@rule("W106")
def _tiers_differ(environment: Environment) -> Findings:
    tiers = environment.settings.network.subnets
    if tiers is None:
        return
    for tier, zones in (("public", tiers.public), *([("data", tiers.data)] if tiers.data else [])):
        missing = [zone for zone in sorted(tiers.app) if zone not in zones]
        if missing:
            message = f"the tier `{tier}` has no subnet in {', '.join(missing)}, where tasks run"
            place = environment.at("environment", "network", "subnets", tier)
            yield Finding(message, place, f"add `{missing[0]}: ...` to `{tier}`, or remove the zone from `app`")


@rule("W107")
def _zone_elsewhere(environment: Environment) -> Findings:
    region = environment.settings.region
    listed = (("network", "zones", index) for index, _ in enumerate(environment.settings.network.zones))
    for path in (*(path for path, _ in subnet_ranges(environment)), *listed):
        zone = environment.settings.network.zones[path[-1]] if isinstance(path[-1], int) else path[-1]
        if zone[:-1] != region and region in REGIONS:
            place = environment.at("environment", *path, key=True)
            yield Finding(f"the zone `{zone}` is not in {region}", place, f"write a zone such as `{region}a`")


@rule("W108")
def _one_zone(environment: Environment) -> Findings:
    tiers, listed = environment.settings.network.subnets, environment.settings.network.zones
    if len(listed) == 1 and tiers is None:
        message = f"`zones` has only {listed[0]}; load balancers and subnet groups of databases need two"
        yield Finding(message, environment.at("environment", "network", "zones"), "add another zone, or remove `zones`")
    if tiers is None:
        return
    of_data = "a database's subnet group needs two"
    inner = "a load balancer needs two" if has_inner_balancer(environment) else "" if tiers.data else of_data
    for tier, zones, needs in (("app", tiers.app, inner), *([("data", tiers.data, of_data)] if tiers.data else [])):
        if len(zones) < 2 and (needs or not zones):
            message = f"the tier `{tier}` has {counted(len(zones), 'zone')}; {needs or 'a task needs one'}"
            place = environment.at("environment", "network", "subnets", tier)
            yield Finding(message, place, "add a subnet in a second zone, in every tier")


@rule("W120")
def _tasks_in_one_zone(environment: Environment) -> Findings:
    tiers = environment.settings.network.subnets
    if environment.settings.production and tiers is not None and len(tiers.app) == 1 and not in_public(environment):
        (zone,) = tiers.app
        place = environment.at("environment", "network", "subnets", "app")
        yield Finding(f"all tasks run in {zone}: none is left if it fails", place, "add a second zone to `app`")


@rule("W115")
def _zones(environment: Environment) -> Findings:
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


@rule("W114")
def _public_range(environments: tuple[Environment, ...]) -> Findings:
    for environment in environments:
        block = parse(environment.settings.network.cidr)
        if block is not None and not is_private(block) and has_size(environment, VPC, block):
            message = (
                f"`{block}` is not private: hosts with these addresses on the internet cannot be reached from the VPC"
            )
            why = "; 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 100.64.0.0/10 are private"
            yield _finding(environments, environment, VPC, message, why)
