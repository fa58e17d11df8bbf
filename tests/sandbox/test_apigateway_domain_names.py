from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rest_apis import replace

if TYPE_CHECKING:
    from collections.abc import Callable

TRUST = {"truststoreUri": "s3://bucket/bundle.pem", "truststoreVersion": "1"}


def test_a_domain_keeps_its_mutual_tls(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    apigateway.create_domain_name(
        domainName="api.technova.example", endpointConfiguration={"types": ["REGIONAL"]}, mutualTlsAuthentication=TRUST
    )

    seen = apigateway.get_domain_name(domainName="api.technova.example")["mutualTlsAuthentication"]
    assert (seen["truststoreUri"], seen["truststoreVersion"]) == ("s3://bucket/bundle.pem", "1")


def test_a_domain_can_be_changed(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    apigateway.create_domain_name(domainName="api.technova.example", mutualTlsAuthentication=TRUST)
    operations = [replace("/mutualTlsAuthentication/truststoreVersion", "2"), replace("/securityPolicy", "TLS_1_2")]
    apigateway.update_domain_name(domainName="api.technova.example", patchOperations=operations)

    seen = apigateway.get_domain_name(domainName="api.technova.example")
    assert seen["mutualTlsAuthentication"]["truststoreVersion"] == "2"
    assert seen["securityPolicy"] == "TLS_1_2"


def test_a_domain_may_be_opened_to_ipv6(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    endpoint = {"types": ["REGIONAL"], "ipAddressType": "ipv4"}
    apigateway.create_domain_name(domainName="api.technova.example", endpointConfiguration=endpoint)
    wider = [replace("/endpointConfiguration/ipAddressType", "dualstack")]
    apigateway.update_domain_name(domainName="api.technova.example", patchOperations=wider)

    seen = apigateway.get_domain_name(domainName="api.technova.example")["endpointConfiguration"]
    assert seen == {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
