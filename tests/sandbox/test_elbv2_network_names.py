from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.balancers import make_balancer

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_network_load_balancer_says_so_in_its_arn(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    arn = make_balancer(elbv2, vpc, kind="network")

    assert ":loadbalancer/net/network-inside/" in arn
    assert elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]["Type"] == "network"
    assert ":loadbalancer/app/" in make_balancer(elbv2, vpc)
