"""A network load balancer says whether its security groups hold for what comes through PrivateLink.

AWS: SetSecurityGroups takes, and LoadBalancer returns, EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic, `on`
when left out; only network load balancers with security groups have it (Elastic Load Balancing API Reference
2015-12-01, SetSecurityGroups, LoadBalancer). moto drops it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.responses import ELBV2Response

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_ATTRIBUTE = "enforce_security_group_inbound_rules_on_private_link_traffic"


def _create(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    for balancer in result.result["LoadBalancers"]:
        if balancer.type == "network" and balancer.security_groups:
            setattr(balancer, _ATTRIBUTE, "on")
    return result


def _set(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    wanted = parameter(response, _NAME)
    if wanted:
        balancer = response.elbv2_backend.load_balancers[parameter(response, "LoadBalancerArn")]
        setattr(balancer, _ATTRIBUTE, wanted)
        result.result[_NAME] = wanted
    return result


def apply() -> None:
    """Install the correction."""
    around(ELBV2Response, "create_load_balancer", _create)
    around(ELBV2Response, "set_security_groups", _set)
