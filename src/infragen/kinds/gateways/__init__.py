"""API gateways: who may come in, how they prove who they are, how much they may ask."""

from typing import Final

from infragen.core.kind import Billing, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.rule import rules_of
from infragen.kinds.gateways import build, failover, operations, rules, throughput_rules
from infragen.kinds.gateways.model import Gateway

_EXAMPLE: Final = {
    "reach": "internet",
    "purpose": "who comes in, and what for",
    "limit": "600 req/min",
    "per": "api-key",
    "burst": 20,
    "firewall": {"managed": ["core", "known-bad-inputs", "sql-injection", "ip-reputation"], "rate_limit": 10000},
    "clients": {"web": "the front end that browsers load"},
}
_PRIVATE: Final = {
    **{key: value for key, value in _EXAMPLE.items() if key != "firewall"},
    "reach": "vpc",
    "clients": {"office": "programs in the office, through its VPN"},
}
"""Where nobody says what becomes public: it leads to all services, for who is in the VPC."""

KIND: Final = Kind(
    model=Gateway,
    title="gateway",
    parts=build.parts,
    required_capabilities=build.required_capabilities,
    network=Network(links=build.links),
    permissions=Permissions(default_bindings=build.default_bindings),
    cost=Billing(monthly=operations.costs),
    operations=Operations(
        metrics=build.metrics,
        outputs=operations.outputs,
        failures=build.failures,
        promises=operations.promises,
        limits=operations.limits,
        quotas=operations.QUOTAS,
    ),
    failover=Failover(holds=failover.holds, steps=failover.failover_steps),
    scaffold=Scaffold(
        opens="service", example={**_EXAMPLE, "routes": {"{service}": "{service}"}}, other_examples=(_PRIVATE,)
    ),
    rules=rules_of(rules, throughput_rules),
)
