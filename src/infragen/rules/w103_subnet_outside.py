"""W103: a subnet that is no part of its VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.places import subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    vpc = parse(environment.settings.network.cidr)
    for path, cidr in subnets(environment):
        block = parse(cidr)
        if vpc is not None and block is not None and not block.subnet_of(vpc):
            message = f"the subnet `{cidr}` lies outside the VPC's `{vpc}`"
            hint = f"choose a range within {vpc}"
            yield Finding(message, environment.at("environment", *path), hint)


RULE = Rule(
    "W103",
    "a subnet lies outside its VPC",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon VPC User Guide: Subnets for your VPC",
)
