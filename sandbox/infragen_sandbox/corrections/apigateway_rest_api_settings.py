"""A REST API keeps its binary media types, and an update changes just what it names.

AWS: CreateRestApi takes binaryMediaTypes; UpdateRestApi patches every setting of an API, booleans and numbers
included (API Gateway API Reference, CreateRestApi, UpdateRestApi, Patch operations). moto drops the first, takes the
text `false` for true, and knows neither the compression size nor VPC endpoints in an update.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.models import RestAPI
from moto.apigateway.responses import APIGatewayResponse

from infragen_sandbox.corrections.json_patches import Field, apply_endpoint_patches, apply_patches, truth
from infragen_sandbox.corrections.patching import around, parameter, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_FIELDS = {
    "name": Field("name"),
    "description": Field("description"),
    "policy": Field("policy"),
    "apiKeySource": Field("api_key_source"),
    "binaryMediaTypes": Field("binaryMediaTypes"),
    "disableExecuteApiEndpoint": Field("disableExecuteApiEndpoint", truth),
    "minimumCompressionSize": Field("minimum_compression_size", int),
}


def _patch(api: Any, operations: Iterable[Mapping[str, Any]]) -> None:
    operations = list(operations)
    apply_patches(api, _FIELDS, operations)
    apply_endpoint_patches(api.endpoint_configuration, operations)


def _create(original: Callable[[Any], Any], response: Any) -> Any:
    status, headers, body = original(response)
    given = parameter(response, "binaryMediaTypes")
    if status < 300 and given:
        api = response.backend.apis[json.loads(body)["id"]]
        api.binaryMediaTypes = list(given)
        body = json.dumps(api.to_dict())
    return status, headers, body


def apply() -> None:
    """Install the correction."""
    around(APIGatewayResponse, "create_rest_api", _create)
    replace(RestAPI, "apply_patch_operations", _patch)
