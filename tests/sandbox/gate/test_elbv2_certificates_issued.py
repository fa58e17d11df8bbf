"""A listener waits for its certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused_once
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_certificate_that_is_not_issued_is_refused(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    balancers, acm = aws("elbv2"), aws("acm")
    made = balancers.create_load_balancer(Name="web", Subnets=[vpc["subnet"], vpc["other_subnet"]])
    listener = {
        "LoadBalancerArn": made["LoadBalancers"][0]["LoadBalancerArn"],
        "Protocol": "HTTPS",
        "Port": 443,
        "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    }
    arns = []

    def order(number: int) -> None:
        made = acm.request_certificate(DomainName="shop.example.com", ValidationMethod="DNS")
        arns.append(made["CertificateArn"])
        balancers.create_listener(**{**listener, "Port": 444 + number}, Certificates=[{"CertificateArn": arns[-1]}])

    code, message = refused_once(order)

    arn = arns[-1]
    assert code == "UnsupportedCertificate"
    assert f"The certificate '{arn}' must have a fully-qualified domain name" in message
    until(lambda: acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED")
    assert balancers.create_listener(**listener, Certificates=[{"CertificateArn": arn}])["Listeners"]
