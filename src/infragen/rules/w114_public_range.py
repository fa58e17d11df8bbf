"""W114: a VPC with addresses that belong to somebody on the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import is_private, parse
from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    block = parse(environment.settings.network.cidr)
    if block is not None and not is_private(block):
        message = f"`{block}` is not private: hosts with these addresses on the internet cannot be reached from the VPC"
        hint = "choose from 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
        yield Finding(message, environment.at("environment", "network", "cidr"), hint)


RULE = Rule(
    "W114",
    "a VPC's addresses are not private",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "RFC 1918; Amazon VPC User Guide: VPC CIDR blocks",
)
