"""API gateways: who may come in, how they prove who they are, how much they may ask."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.core.rule import rules_of
from infragen.kinds.gateways import build, costs, quotas, rules, tells
from infragen.kinds.gateways.model import Gateway

__all__ = ["KIND", "Gateway"]

KIND: Final = Kind(
    model=Gateway,
    title="gateway",
    parts=build.parts,
    watches=build.watches,
    gives=build.gives,
    needs=build.needs,
    costs=costs.costs,
    tells=tells.tells,
    links=build.links,
    rules=rules_of(rules),
    quotas=quotas.QUOTAS,
    example={
        "reach": "internet",
        "purpose": "who comes in, and what for",
        "limit": "600 req/min",
        "per": "api-key",
        "burst": 20,
        "firewall": {"managed": ["core", "known-bad-inputs", "sql-injection", "ip-reputation"], "rate_limit": 10000},
        "clients": {"web": "the front end that browsers load"},
    },
)
