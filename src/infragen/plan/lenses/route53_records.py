"""Route 53: a record as what is asked, what is answered, and when; a hosted zone as its name and where it is seen.

Arguments as in the AWS provider's `aws_route53_record` and `aws_route53_zone`; the routing policies are those of the
Route 53 developer guide, "Choosing a routing policy".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.lenses.table import (
    Fact,
    Unreadable,
    block,
    flag,
    is_empty,
    items,
    known_only,
    lens,
    listed,
    phrased,
    says,
    topic,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.plan.lenses.lens import Lens
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


def _policy(attribute: str, argument: str, template: str) -> Fact:
    """Return the fact that a routing policy of one argument shows."""

    def say(value: Value) -> Iterator[str]:
        policy = block(value, argument)
        if policy:
            yield template.format(word(policy.get(argument)))

    return Fact((attribute,), say)


def _geolocation(value: Value) -> Iterator[str]:
    policy = block(value, "continent", "country", "subdivision")
    yield from phrased(policy, {part: f"from {part} {{}}" for part in ("continent", "country", "subdivision")})


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


_RECORD = topic(
    "record",
    says("type", "type {}"),
    says("name", "name {}"),
    Fact(("alias",), _alias),
    items("records", "{}"),
    says("ttl", "ttl {} s"),
    _policy("weighted_routing_policy", "weight", "weight {}"),
    _policy("failover_routing_policy", "type", "failover {}"),
    _policy("latency_routing_policy", "region", "lowest latency to {}"),
    Fact(("geolocation_routing_policy",), _geolocation),
    Fact(("geoproximity_routing_policy",), _geoproximity),
    Fact(("cidr_routing_policy",), _cidr),
    flag("multivalue_answer_routing_policy", "one of several answers", "not one of several answers"),
    says("set_identifier", "set {}"),
    says("health_check_id", "health check {}"),
    says("zone_id", "zone {}"),
    flag("allow_overwrite", "overwrites an existing record", "does not overwrite"),
    title=("type", "name"),
)

_ZONE = topic(
    "zone",
    says("name"),
    Fact(("vpc",), _networks),
    says("comment", "comment {}"),
    says("delegation_set_id", "delegation set {}"),
    flag("force_destroy", "destroyed with its records", "not destroyed while it has records"),
)

LENSES: Mapping[str, Lens] = {"aws_route53_record": lens(_RECORD), "aws_route53_zone": lens(_ZONE)}
