from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.balancers import make_balancer, make_listener

if TYPE_CHECKING:
    from collections.abc import Callable

STORE = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:truststore/clients/0123456789abcdef"


def test_a_listener_keeps_its_mutual_authentication(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    verify = {"Mode": "verify", "TrustStoreArn": STORE}
    made = make_listener(elbv2, make_balancer(elbv2, vpc), MutualAuthentication=verify)

    seen = elbv2.describe_listeners(ListenerArns=[made["ListenerArn"]])["Listeners"][0]["MutualAuthentication"]
    assert (seen["Mode"], seen["TrustStoreArn"]) == ("verify", STORE)
    assert seen["IgnoreClientCertificateExpiry"] is False


def test_a_listener_without_it_says_off(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    assert make_listener(elbv2, make_balancer(elbv2, vpc))["MutualAuthentication"]["Mode"] == "off"


def test_it_can_be_changed(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    listener = make_listener(elbv2, make_balancer(elbv2, vpc))["ListenerArn"]

    elbv2.modify_listener(ListenerArn=listener, MutualAuthentication={"Mode": "passthrough"})

    seen = elbv2.describe_listeners(ListenerArns=[listener])["Listeners"][0]["MutualAuthentication"]
    assert seen["Mode"] == "passthrough"
