from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rest_apis import make_api, replace

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_api_keeps_its_binary_media_types(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    api = make_api(apigateway, binaryMediaTypes=["application/pdf"])
    assert apigateway.get_rest_api(restApiId=api)["binaryMediaTypes"] == ["application/pdf"]

    operation = {"op": "add", "path": "/binaryMediaTypes/image~1png"}
    apigateway.update_rest_api(restApiId=api, patchOperations=[operation])
    assert apigateway.get_rest_api(restApiId=api)["binaryMediaTypes"] == ["application/pdf", "image/png"]

    operation = {"op": "remove", "path": "/binaryMediaTypes/application~1pdf"}
    apigateway.update_rest_api(restApiId=api, patchOperations=[operation])
    assert apigateway.get_rest_api(restApiId=api)["binaryMediaTypes"] == ["image/png"]


def test_false_is_not_true(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    api = make_api(apigateway, disableExecuteApiEndpoint=True)
    operations = [replace("/disableExecuteApiEndpoint", "false"), replace("/minimumCompressionSize", "1024")]
    apigateway.update_rest_api(restApiId=api, patchOperations=operations)

    seen = apigateway.get_rest_api(restApiId=api)
    assert seen["disableExecuteApiEndpoint"] is False
    assert seen["minimumCompressionSize"] == 1024
    assert seen["name"] == "external"


def test_the_endpoints_of_a_private_api_can_be_changed(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    private = {"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]}
    api = apigateway.create_rest_api(name="internal", endpointConfiguration=private)["id"]
    path = "/endpointConfiguration/vpcEndpointIds"
    operations = [{"op": "add", "path": path, "value": "vpce-2"}, {"op": "remove", "path": path, "value": "vpce-1"}]
    apigateway.update_rest_api(restApiId=api, patchOperations=operations)

    assert apigateway.get_rest_api(restApiId=api)["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-2"]
