"""W105: two environments whose networks could never be connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    for index, second in enumerate(environments):
        block = parse(second.settings.network.cidr)
        for first in environments[:index]:
            other = parse(first.settings.network.cidr)
            if block is not None and other is not None and block.overlaps(other):
                message = f"{second.target} and {first.target} use the same addresses: `{block}` and `{other}`"
                hint = "give each environment its own range, or the two can never be connected"
                yield Finding(message, second.at("environment", "network", "cidr"), hint)
                break


RULE = Rule(
    "W105",
    "the VPCs of two environments overlap",
    Severity.WARNING,
    Scope.ENVIRONMENTS,
    _check,
    "Amazon VPC Peering Guide: overlapping CIDR blocks cannot be peered",
)
