"""G103: an allow-list that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import parse
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        for index, cidr in enumerate(gateway.allow):
            block = parse(cidr)
            if block is not None and block.prefixlen < 8:
                message = (
                    f"`{cidr}` allows {block.num_addresses:,} addresses: gateways/{name} would be open to the internet"
                )
                hint = "use your own addresses, such as `203.0.113.0/24`"
                yield Finding(message, landscape.at(f"gateways/{name}", "allow", index), hint)


RULE = Rule(
    "G103",
    "an allow-list allows everyone",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "AWS Well-Architected, Security Pillar: SEC05; TN-13",
)
