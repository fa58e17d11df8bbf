"""Ranges that would do in place of those that do not: what hints tell, so that following one ends every error."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from itertools import takewhile
from typing import Final

from infragen.core.addresses import free_range, is_private, parse, private_range
from infragen.core.rule import Environment, Finding, Findings
from infragen.kinds.network.build import SLICES, SMALLEST, subnets

LARGEST: Final = 16
"""The shortest prefix of a VPC and of a subnet (Amazon VPC User Guide: VPC CIDR blocks, subnet sizing)."""

Path = tuple[str, ...]
"""Where a range stands in an environment's file; of a subnet it ends in tier and zone."""
VPC: Final[Path] = ("network", "cidr")
RESERVED: Final = 5
"""The first four addresses of a subnet and the last (Amazon VPC User Guide: Subnet sizing)."""


def ranges(environment: Environment) -> Iterator[tuple[Path, str]]:
    yield VPC, environment.settings.network.cidr
    yield from subnet_ranges(environment)


def subnet_ranges(environment: Environment) -> Iterator[tuple[Path, str]]:
    for tier, zones in environment.settings.network.subnets or ():
        for zone, cidr in zones.items():
            yield ("network", "subnets", tier, zone), cidr


def has_size(environment: Environment, path: Path, block: IPv4Network) -> bool:
    is_cut = path == VPC and not environment.settings.network.subnets
    return LARGEST <= block.prefixlen <= (SMALLEST - SLICES if is_cut else SMALLEST)


def too_small(environment: Environment, tier: str, need: int, what_for: str) -> Findings:
    """Yield each subnet of a tier that has fewer addresses than it needs, the first where all of them are cut alike."""
    for zone, cidr in subnets(environment, tier).items():
        block = parse(cidr)
        if block is not None and need > block.num_addresses:
            has = f"the {tier} subnet in {zone} has {block.num_addresses} addresses and needs {need}"
            prefix, place = 32 - (need - 1).bit_length(), VPC
            if environment.settings.network.subnets is not None:
                place, hint = ("network", "subnets", tier, zone), f"give it a /{prefix} or larger"
            elif prefix - SLICES < LARGEST:
                hint = "write the ranges of all `subnets`: a sixteenth of AWS' largest VPC is too small"
            else:
                hint = f"give the VPC a /{prefix - SLICES} or larger: each subnet is a sixteenth of it"
            yield Finding(f"{has}: {what_for}", environment.at("environment", *place), hint)
            if environment.settings.network.subnets is None:
                return


MOST_SUBNETS: Final = 200
"""Subnets that a VPC may have (Amazon VPC User Guide: Amazon VPC quotas); with more, nobody looks for free ranges."""


def mend(environments: Sequence[Environment], environment: Environment, path: Path) -> str:
    """Return how to write a range of an environment that it may have: `write `10.4.0.0/16``."""
    vpc, written = vpc_ranges(environments)[environment.target], dict(subnet_ranges(environment))
    if path == VPC:
        if vpc is None:
            return "choose another range, of which no other environment has a part"
        inside = all((one := parse(cidr)) is None or one.subnet_of(vpc) for _, cidr in subnet_ranges(environment))
        return f"write `{vpc}`" if inside else f"write `{vpc}`, and ranges within it in `subnets`"
    if len(written) > MOST_SUBNETS:
        return f"leave subnets out: AWS lets a VPC have {MOST_SUBNETS}, and here are {len(written)}"
    block = _subnet(environment, path, written[path], vpc) if vpc else None
    return f"write `{block}`" if block else "remove `subnets`: they are then cut from the VPC's range"


def vpc_ranges(environments: Sequence[Environment]) -> Mapping[str, IPv4Network | None]:
    """Return a range that each environment's VPC may have, by target: of them, no two overlap.

    It is the nearest to what is written: that one, if it can be, the /16 around its beginning if its size is wrong
    (what is too small would soon be so again), else one that is free.
    """
    sound = {
        one.target: block
        for one in environments
        if (block := parse(one.settings.network.cidr)) is not None and has_size(one, VPC, block) and is_private(block)
    }
    found: dict[str, IPv4Network | None] = {}
    for one in environments:
        before = [block for block in found.values() if block]
        own = sound.pop(one.target, None)
        is_taken = own is None or any(own.overlaps(block) for block in before)
        found[one.target] = _vpc(one, [*before, *sound.values()]) if is_taken else own
    return found


def _vpc(environment: Environment, others: Sequence[IPv4Network]) -> IPv4Network | None:
    given = _meant(environment.settings.network.cidr)
    prefix = given.prefixlen if has_size(environment, VPC, given) else LARGEST
    subnets = [block for _, cidr in subnet_ranges(environment) if (block := parse(cidr)) is not None]
    known = (*subnets[:1], given)
    for block in (IPv4Network((int(one.network_address), prefix), strict=False) for one in known):
        if is_private(block) and not any(block.overlaps(other) for other in others):
            return block
    private = [whole for block in known if (whole := private_range(block))]
    return free_range(prefix, others, private) or free_range(prefix, others)


def _meant(cidr: str) -> IPv4Network:
    """Return the range that a text means; of numbers that cannot be, only those before them count."""
    address, _, prefix = cidr.partition("/")
    numbers = [*takewhile(lambda number: number < 256, map(int, address.split(".")))]
    size = int(prefix) if int(prefix) <= 32 else LARGEST
    return IPv4Network((".".join(map(str, [*numbers, 0, 0, 0, 0][:4])), size), strict=False)


def _subnet(environment: Environment, path: Path, cidr: str, usual_vpc: IPv4Network) -> IPv4Network | None:
    """Return a range within the VPC that overlaps no other subnet, the nearest to what is written."""
    written = parse(environment.settings.network.cidr)
    vpc = written if written is not None and has_size(environment, VPC, written) else usual_vpc
    others = [block for at, other in subnet_ranges(environment) if at != path and (block := parse(other)) is not None]
    given = _meant(cidr)
    usual = Counter(block.prefixlen for block in others).most_common(1)[0][0] if others else vpc.prefixlen + SLICES
    prefix = given.prefixlen if vpc.prefixlen < given.prefixlen <= SMALLEST else min(usual, SMALLEST)
    near = IPv4Network((int(given.network_address), prefix), strict=False)
    if near.subnet_of(vpc) and not any(near.overlaps(other) for other in others):
        return near
    return free_range(prefix, others, [vpc])
