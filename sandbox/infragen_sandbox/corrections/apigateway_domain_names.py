"""A custom domain keeps its mutual TLS, and can be updated.

AWS: CreateDomainName takes mutualTlsAuthentication (truststoreUri, truststoreVersion) and DomainName returns it;
UpdateDomainName patches certificate, security policy, trust store and endpoint configuration (API Gateway API
Reference, CreateDomainName, UpdateDomainName, MutualTlsAuthentication). moto drops it and has no update.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.models import DomainName
from moto.apigateway.responses import APIGatewayResponse

from infragen_sandbox.corrections.json_patches import Field, apply_endpoint_patches, apply_patches
from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELDS = {
    "certificateArn": Field("certificate_arn"),
    "certificateName": Field("certificate_name"),
    "mutualTlsAuthentication": Field("infragen_mutual_tls"),
    "regionalCertificateArn": Field("regional_certificate_arn"),
    "regionalCertificateName": Field("regional_certificate_name"),
    "securityPolicy": Field("security_policy"),
}


def _domain(response: Any) -> Any:
    name = parameter(response, "domainName") or response.path.split("/")[2]
    return response.backend.get_domain_name(name)


def _create(original: Callable[[Any], Any], response: Any) -> Any:
    status, headers, _ = original(response)
    domain = _domain(response)
    domain.infragen_mutual_tls = parameter(response, "mutualTlsAuthentication")
    return status, headers, json.dumps(domain.to_json())


def _update(response: Any) -> Any:
    domain = _domain(response)
    operations = parameter(response, "patchOperations")
    apply_patches(domain, _FIELDS, operations)
    domain.endpoint_configuration = domain.endpoint_configuration or {}
    apply_endpoint_patches(domain.endpoint_configuration, operations)
    return 200, {}, json.dumps(domain.to_json())


def _to_json(original: Callable[[Any], dict[str, Any]], domain: Any) -> dict[str, Any]:
    mutual_tls = getattr(domain, "infragen_mutual_tls", None)
    return {**original(domain), **({"mutualTlsAuthentication": mutual_tls} if mutual_tls else {})}


def apply() -> None:
    """Install the correction."""
    around(DomainName, "to_json", _to_json)
    around(APIGatewayResponse, "create_domain_name", _create)
    add(APIGatewayResponse, "update_domain_name", _update)
