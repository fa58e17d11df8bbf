"""W108: a single zone, where AWS demands two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    tiers = environment.settings.network.subnets
    if tiers is None:
        return
    for tier, zones in (("app", tiers.app), ("data", tiers.data)):
        if len(zones) < 2:
            needs = "a load balancer" if tier == "app" else "a database's subnet group"
            message = f"the tier `{tier}` has {len(zones)} zone{'' if len(zones) == 1 else 's'}; {needs} needs two"
            place = environment.at("environment", "network", "subnets", tier)
            yield Finding(message, place, "add a subnet in a second zone, in every tier")


RULE = Rule(
    "W108",
    "an environment has fewer than two zones",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Elastic Load Balancing: two subnets in different zones; Amazon Aurora User Guide: DB subnet groups",
)
