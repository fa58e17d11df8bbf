"""W102: a VPC or subnet whose size AWS does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.places import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    for path, cidr in ranges(environment):
        block = parse(cidr)
        if block is not None and not 16 <= block.prefixlen <= 28:
            what = "a VPC" if path[-1] == "cidr" else "a subnet"
            message = f"`{cidr}` is not a valid size for {what}: AWS allows /16 (65,536 addresses) to /28 (16)"
            hint = (
                f"write a prefix from /16 to /28, such as `{block.network_address}/{20 if what == 'a subnet' else 16}`"
            )
            yield Finding(message, environment.at("environment", *path), hint)


RULE = Rule(
    "W102",
    "a VPC or subnet is larger or smaller than AWS allows",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon VPC User Guide: VPC CIDR blocks, subnet sizing",
)
