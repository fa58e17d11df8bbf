from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_certificate_has_the_algorithm_it_was_requested_with(aws: Callable[[str], Any]) -> None:
    acm = aws("acm")
    elliptic = acm.request_certificate(DomainName="api.technova.example", KeyAlgorithm="EC_prime256v1")
    plain = acm.request_certificate(DomainName="www.technova.example")

    seen = [
        acm.describe_certificate(CertificateArn=made["CertificateArn"])["Certificate"]["KeyAlgorithm"]
        for made in (elliptic, plain)
    ]
    assert seen == ["EC_prime256v1", "RSA_2048"]
