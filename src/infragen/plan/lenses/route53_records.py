"""Route 53: a record as what is asked, what is answered, and when; a hosted zone as its name and where it is seen.

Arguments as in the AWS provider's `aws_route53_record` and `aws_route53_zone`; the routing policies are those of the
Route 53 developer guide, "Choosing a routing policy".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.lenses.phrases import is_empty
from infragen.plan.lenses.table import Unreadable, block, known_only, lenses, listed, phrased, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.redaction.values import Value


def _alias(value: Value) -> Iterator[str]:
    alias = block(value, "name", "zone_id", "evaluate_target_health")
    if alias:
        yield f"alias {word(alias.get('name'))}"
        yield f"alias zone {word(alias.get('zone_id'))}"
        health = alias.get("evaluate_target_health")
        if not isinstance(health, bool):
            raise Unreadable
        yield "target health counts" if health else "target health ignored"


def _policy(argument: str, template: str) -> Callable[[Value], Iterator[str]]:
    """Return what says a routing policy of one argument."""

    def say(value: Value) -> Iterator[str]:
        policy = block(value, argument)
        if policy:
            yield template.format(word(policy.get(argument)))

    return say


def _cidr(value: Value) -> Iterator[str]:
    policy = block(value, "collection_id", "location_name")
    if policy:
        yield f"from {word(policy.get('location_name'))} of CIDR collection {word(policy.get('collection_id'))}"


def _geoproximity(value: Value) -> Iterator[str]:
    policy = block(value, "aws_region", "bias", "local_zone_group", "coordinates")
    yield from phrased(policy, {"aws_region": "near {}", "local_zone_group": "near {}", "bias": "bias {}"})
    places = policy.get("coordinates")
    if not is_empty(places):
        place = block(places, "latitude", "longitude")
        yield f"near {word(place.get('latitude'))} {word(place.get('longitude'))}"


def _networks(value: Value) -> Iterator[str]:
    for network in listed(value):
        vpc = known_only(network, "vpc_id", "vpc_region")
        where = "" if is_empty(vpc.get("vpc_region")) else f" in {word(vpc['vpc_region'])}"
        yield f"seen in {word(vpc.get('vpc_id'))}{where}"


LENSES = lenses(
    __file__,
    alias=_alias,
    cidr=_cidr,
    failover=_policy("type", "failover {}"),
    geoproximity=_geoproximity,
    latency=_policy("region", "lowest latency to {}"),
    networks=_networks,
    weighted=_policy("weight", "weight {}"),
)
