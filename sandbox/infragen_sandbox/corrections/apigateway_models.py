"""A model can be updated, and stays as long as a method has it.

AWS: UpdateModel patches description and schema (API Gateway API Reference, UpdateModel, Patch operations); DeleteModel
answers with a ConflictException ("Cannot delete model 'X', is referenced in method request"). moto has no update, and
deletes any.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.exceptions import ConflictException
from moto.apigateway.models import APIGatewayBackend
from moto.apigateway.responses import APIGatewayResponse

from infragen_sandbox.corrections.json_patches import Field, apply_patches
from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELDS = {"description": Field("description"), "schema": Field("schema")}


def _update(response: Any) -> Any:
    _, _, api, _, name = response.path.split("/")[:5]
    model = response.backend.get_model(api, name)
    apply_patches(model, _FIELDS, parameter(response, "patchOperations"))
    return 200, {}, json.dumps(model.to_json())


def _delete(original: Callable[..., None], backend: Any, rest_api_id: str, model_name: str) -> None:
    for resource in backend.get_rest_api(rest_api_id).resources.values():
        for method in resource.resource_methods.values():
            if model_name in (method.request_models or {}).values():
                raise ConflictException(f"Cannot delete model '{model_name}', is referenced in method request")
    original(backend, rest_api_id, model_name)


def apply() -> None:
    """Install the correction."""
    add(APIGatewayResponse, "update_model", _update)
    around(APIGatewayBackend, "delete_model", _delete)
