"""W107: a zone of another region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.places import subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    region = environment.settings.region
    for path, _ in subnets(environment):
        zone = str(path[-1])
        if zone[:-1] != region:
            place = environment.at("environment", *path, key=True)
            yield Finding(f"the zone `{zone}` is not in {region}", place, f"write a zone such as `{region}a`")


RULE = Rule(
    "W107",
    "a subnet's zone is not in the environment's region",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "AWS Regions and Availability Zones User Guide",
)
