"""Where findings point: the place a reader has to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.kinds.bffs import Bff
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.core.landscape import Environment, Landscape
    from infragen.core.units import RequestRate
    from infragen.diagnostics import Location

__all__ = ["limits", "listed", "nearest", "own_name", "ranges", "subnets"]

_LISTED: Final = 12
"""Names that a hint lists at most."""


def own_name(landscape: Landscape, owner: str) -> Location:
    """Return where the name that an entry's AWS names, or an environment's, are made of is given."""
    layers = landscape.origins[owner]
    if owner == "environment":
        return layers.locate(("environment",))
    for field in ("physical_name", "renamed_from"):
        if layers.setting((field,)):
            return layers.locate((field,))
    return layers.locate(("name",))


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """Return a hint for a name that is not known: the closest one, or all there are."""
    from infragen.catalog.loader import did_you_mean

    names = sorted(known)
    some = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return did_you_mean(word, names) or f"{what}: {some or 'none'}"


def listed(kind: str, names: list[str]) -> str:
    """Return entries and their verb: `databases/order is`, `3 databases (a, b, c) are`, `20 databases are`."""
    if len(names) == 1:
        return f"{kind}/{names[0]} is"
    return f"{len(names)} {kind} ({', '.join(names)}) are" if len(names) <= 3 else f"{len(names)} {kind} are"


def ranges(environment: Environment) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path and the range of the VPC and of every subnet."""
    yield ("network", "cidr"), environment.settings.network.cidr
    yield from subnets(environment)


def subnets(environment: Environment) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path and the range of every subnet; the path ends in tier and zone."""
    tiers = environment.settings.network.subnets
    if tiers is None:
        return
    for tier, zones in (("public", tiers.public), ("app", tiers.app), ("data", tiers.data)):
        for zone, cidr in zones.items():
            yield ("network", "subnets", tier, zone), cidr


def limits(landscape: Landscape) -> Iterator[tuple[str, RequestRate]]:
    """Yield owner and rate of every limit that becomes a throttle of API Gateway."""
    for name, gateway in landscape.all(Gateway).items():
        yield f"gateways/{name}", gateway.limit
    for name, bff in landscape.all(Bff).items():
        if bff.limit is not None:
            yield f"bffs/{name}", bff.limit
