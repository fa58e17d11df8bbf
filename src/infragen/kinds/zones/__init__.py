"""Zones: domains in DNS (Amazon Route 53), made or there already, with their records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.cost import Cost
from infragen.core.kind import Kind
from infragen.core.quota import Quota
from infragen.core.rule import rules_of
from infragen.kinds.zones import build, rules
from infragen.kinds.zones.model import Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place

__all__ = ["KIND", "Zone"]

_QUOTAS: Final = "Amazon Route 53 Developer Guide: Quotas"


def _made(zone: Zone, _place: Place) -> int:
    return int(zone.zone_id is None)


def _costs(zone: Zone, _place: Place) -> Iterator[Cost]:
    if zone.zone_id is None:
        yield Cost("the hosted zone", "hosted-zone", 1)
    yield Cost("DNS queries", "dns-queries")


KIND: Final = Kind(
    model=Zone,
    title="zone",
    parts=build.parts,
    costs=_costs,
    rules=rules_of(rules),
    example={"domain_name": "{name}.example.com"},
    quotas=(Quota("route53", "L-4EA4796A", "Hosted zones per account", 500, _QUOTAS, _made),),
)
