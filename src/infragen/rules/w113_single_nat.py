"""W113: one zone's failure would cut off all tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    if environment.settings.production and environment.settings.network.nat == "single":
        message = "production uses a single NAT gateway: when its zone fails, no task reaches the internet"
        yield Finding(message, environment.at("environment", "network", "nat"), "write `nat: per-zone`")


RULE = Rule(
    "W113",
    "production uses a single NAT gateway",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "AWS Well-Architected, Reliability Pillar: REL10; TN-10",
)
