from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.rest_apis import replace

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_model_can_be_updated_and_stays_while_a_method_has_it(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    api = apigateway.create_rest_api(name="web")["id"]
    root = apigateway.get_resources(restApiId=api)["items"][0]["id"]
    apigateway.create_model(restApiId=api, name="Asked", contentType="application/json", schema="{}")
    apigateway.put_method(
        restApiId=api, resourceId=root, httpMethod="POST", authorizationType="NONE", requestModels={"$default": "Asked"}
    )

    apigateway.update_model(restApiId=api, modelName="Asked", patchOperations=[replace("/schema", '{"type":"object"}')])
    assert apigateway.get_model(restApiId=api, modelName="Asked")["schema"] == '{"type":"object"}'

    with pytest.raises(apigateway.exceptions.ConflictException):
        apigateway.delete_model(restApiId=api, modelName="Asked")
    operations = [{"op": "remove", "path": "/requestModels/$default"}]
    apigateway.update_method(restApiId=api, resourceId=root, httpMethod="POST", patchOperations=operations)
    apigateway.delete_model(restApiId=api, modelName="Asked")
    assert apigateway.get_models(restApiId=api)["items"] == []
