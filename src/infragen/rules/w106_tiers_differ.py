"""W106: a tier of subnets that misses a zone the others have."""

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
    named = (("public", tiers.public), ("app", tiers.app), ("data", tiers.data))
    every = sorted({zone for _, zones in named for zone in zones})
    for tier, zones in named:
        missing = [zone for zone in every if zone not in zones]
        if missing:
            message = f"the tier `{tier}` has no subnet in {', '.join(missing)}, other tiers do"
            place = environment.at("environment", "network", "subnets", tier)
            yield Finding(message, place, f"add `{missing[0]}: ...` to `{tier}`, or remove the zone everywhere")


RULE = Rule(
    "W106",
    "the tiers of subnets are not in the same zones",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "TN-10: Multi-AZ",
)
