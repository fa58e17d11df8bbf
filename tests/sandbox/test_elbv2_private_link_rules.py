from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.balancers import make_balancer

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


def _seen(elbv2: Any, arn: str) -> str | None:
    balancer: dict[str, str] = elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
    return balancer.get(NAME)


def test_rules_hold_for_private_link_until_they_are_lifted(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    arn = make_balancer(elbv2, vpc, kind="network", SecurityGroups=[vpc["group"]])
    assert _seen(elbv2, arn) == "on"

    elbv2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[vpc["group"]], **{NAME: "off"})
    assert _seen(elbv2, arn) == "off"


def test_an_application_load_balancer_has_no_such_setting(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    assert _seen(elbv2, make_balancer(elbv2, vpc, SecurityGroups=[vpc["group"]])) is None
