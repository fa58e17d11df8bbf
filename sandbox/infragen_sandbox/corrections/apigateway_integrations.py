"""An integration keeps its VPC link and cache keys, and can be updated.

AWS: PutIntegration takes connectionId and cacheKeyParameters, Integration returns them, UpdateIntegration and
UpdateMethod patch what is there (API Gateway API Reference, PutIntegration, UpdateIntegration, UpdateMethod). moto
drops the first two and has neither update.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.models import Integration
from moto.apigateway.responses import APIGatewayResponse

from infragen_sandbox.corrections.json_patches import Field, apply_patches, truth
from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_INTEGRATION = {
    "cacheKeyParameters": Field("cache_key_parameters"),
    "cacheNamespace": Field("cache_namespace"),
    "connectionId": Field("infragen_connection_id"),
    "connectionType": Field("connection_type"),
    "contentHandling": Field("content_handling"),
    "credentials": Field("credentials"),
    "httpMethod": Field("http_method"),
    "passthroughBehavior": Field("passthrough_behaviour"),
    "requestParameters": Field("request_parameters"),
    "requestTemplates": Field("request_templates"),
    "timeoutInMillis": Field("timeout_in_millis", int),
    "tlsConfig": Field("tls_config", truth),
    "uri": Field("uri"),
}
_METHOD = {
    "apiKeyRequired": Field("api_key_required", truth),
    "authorizationScopes": Field("authorization_scopes"),
    "authorizationType": Field("authorization_type"),
    "authorizerId": Field("authorizer_id"),
    "operationName": Field("operation_name"),
    "requestModels": Field("request_models"),
    "requestParameters": Field("request_parameters", truth),
    "requestValidatorId": Field("request_validator_id"),
}


def _place(response: Any) -> tuple[str, str, str]:
    """Return the API's id, the resource's id and the method out of the request's path."""
    parts = response.path.split("/")
    return parts[2], parts[4], parts[6]


def _put(original: Callable[[Any], Any], response: Any) -> Any:
    status, headers, _ = original(response)
    integration = response.backend.get_integration(*_place(response))
    integration.infragen_connection_id = parameter(response, "connectionId")
    integration.cache_key_parameters = parameter(response, "cacheKeyParameters") or []
    integration.cache_namespace = parameter(response, "cacheNamespace") or _place(response)[1]
    return status, headers, json.dumps(integration.to_json())


def _to_json(original: Callable[[Any], dict[str, Any]], integration: Any) -> dict[str, Any]:
    return {**original(integration), "connectionId": getattr(integration, "infragen_connection_id", None)}


def _update_integration(response: Any) -> Any:
    integration = response.backend.get_integration(*_place(response))
    apply_patches(integration, _INTEGRATION, parameter(response, "patchOperations"))
    return 200, {}, json.dumps(integration.to_json())


def _update_method(response: Any) -> Any:
    method = response.backend.get_method(*_place(response))
    apply_patches(method, _METHOD, parameter(response, "patchOperations"))
    return 200, {}, json.dumps(method.to_json())


def apply() -> None:
    """Install the correction."""
    around(Integration, "to_json", _to_json)
    around(APIGatewayResponse, "put_integration", _put)
    add(APIGatewayResponse, "update_integration", _update_integration)
    add(APIGatewayResponse, "update_method", _update_method)
