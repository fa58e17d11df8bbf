"""W104: two subnets that share addresses."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.places import subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    blocks = [(block, path) for path, cidr in subnets(environment) if (block := parse(cidr)) is not None]
    blocks.sort(key=lambda pair: (int(pair[0].network_address), pair[0].prefixlen))
    for (first, first_path), (second, second_path) in pairwise(blocks):
        if first.overlaps(second):
            message = f"the subnets `{first}` ({first_path[-1]}) and `{second}` ({second_path[-1]}) overlap"
            yield Finding(message, environment.at("environment", *second_path), "give one of them another range")


RULE = Rule(
    "W104",
    "two subnets of an environment overlap",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon VPC User Guide: Subnet sizing",
)
