"""W110: fewer addresses than databases and their proxies want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.databases.aurora import proxy_addresses
from infragen.kinds.network import subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_RESERVED: Final = 5
"""The first four addresses of a subnet and the last (Amazon VPC User Guide: Subnet sizing)."""


def _check(environment: Environment) -> Iterator[Finding]:
    zones = subnets(environment, "data")
    databases = environment.all(Database).values()
    instances = sum(1 + database.readers for database in databases)
    proxies = sum(proxy_addresses(database.capacity.max, database.readers) for database in databases if database.proxy)
    need = -(-(instances + proxies) // max(len(zones), 1)) + _RESERVED
    for zone, cidr in zones.items():
        block = parse(cidr)
        if block is not None and need > block.num_addresses:
            message = (
                f"the data subnet in {zone} has {block.num_addresses} addresses and needs {need}: in all zones"
                f" {instances} for instances, {proxies} for proxies to grow into, and {_RESERVED} for AWS in each"
            )
            prefix = 32 - (need - 1).bit_length()
            place = environment.at("environment", "network", "subnets", "data", zone)
            yield Finding(message, place, f"give it a /{prefix} or larger")


RULE = Rule(
    "W110",
    "the data tier has too few addresses for databases and proxies",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon Aurora User Guide: Planning for IP address capacity (RDS Proxy); Amazon VPC: 5 reserved a subnet",
)
