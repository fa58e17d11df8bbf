"""A listener with TLS has a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(("kind", "protocol"), [("application", "HTTPS"), ("network", "TLS")])
def test_a_listener_without_a_certificate_is_refused(
    aws: Callable[[str], Any], vpc: dict[str, str], kind: str, protocol: str
) -> None:
    balancers = aws("elbv2")
    made = balancers.create_load_balancer(Name="web", Type=kind, Subnets=[vpc["subnet"], vpc["other_subnet"]])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]

    code, message = refused(
        balancers.create_listener, LoadBalancerArn=arn, Protocol=protocol, Port=443, DefaultActions=answer
    )

    assert code == "ValidationError"
    assert f"A certificate must be specified for {protocol} listeners" in message


def test_one_without_tls_needs_none(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    balancers = aws("elbv2")
    made = balancers.create_load_balancer(Name="web", Subnets=[vpc["subnet"], vpc["other_subnet"]])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]

    assert balancers.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=answer)["Listeners"]
