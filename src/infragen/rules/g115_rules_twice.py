"""G115: a group of rules that AWS refuses to take twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        rules = gateway.firewall.managed if gateway.firewall else ()
        for index, rule in enumerate(rules):
            if rule in rules[:index]:
                place = landscape.at(f"gateways/{name}", "firewall", "managed", index)
                yield Finding(f"the rule group `{rule}` is listed twice", place, "remove one of the two")


RULE = Rule(
    "G115",
    "a firewall lists a rule group twice",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "AWS WAF API: CreateWebACL, rule names are unique",
)
