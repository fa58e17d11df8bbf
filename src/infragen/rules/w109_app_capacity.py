"""W109: more tasks than addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.endpoints import interface_endpoints
from infragen.kinds.gateways import Gateway
from infragen.kinds.network import in_public, subnets
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_RESERVED: Final = 5
"""The first four addresses of a subnet and the last (Amazon VPC User Guide: Subnet sizing)."""
_BALANCER: Final = 8
"""Addresses that each load balancer wants free in each of its subnets."""


def _check(environment: Environment) -> Iterator[Finding]:
    if in_public(environment):
        return
    zones = subnets(environment, "app")
    tasks = sum(container.tasks.max for _, container in environment.each(Container))
    balancers = 2 if environment.all(Gateway) else 1
    shared = _RESERVED + balancers * _BALANCER + len(interface_endpoints(environment))
    for zone, cidr in zones.items():
        block = parse(cidr)
        need = -(-tasks // len(zones)) + shared
        if block is not None and need > block.num_addresses:
            message = (
                f"the app subnet in {zone} has {block.num_addresses} addresses and needs {need}:"
                f" {-(-tasks // len(zones))} of {tasks} tasks at most, {shared} for AWS, load balancers and endpoints"
            )
            prefix = 32 - (need - 1).bit_length()
            place = environment.at("environment", "network", "subnets", "app", zone)
            yield Finding(message, place, f"give it a /{prefix} or larger")


RULE = Rule(
    "W109",
    "the app tier has too few addresses for all tasks",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon ECS Developer Guide: task networking; Elastic Load Balancing: 8 free addresses a subnet; VPC: 5 reserved",
)
