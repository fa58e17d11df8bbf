from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rest_apis import make_api, make_method, replace

if TYPE_CHECKING:
    from collections.abc import Callable

PROXY = {
    "type": "HTTP_PROXY",
    "integrationHttpMethod": "ANY",
    "uri": "https://api.technova.internal/planning",
    "connectionType": "VPC_LINK",
    "connectionId": "abcdef",
    "cacheKeyParameters": ["method.request.path.proxy"],
}


def test_an_integration_keeps_its_vpc_link(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    place = make_method(apigateway, make_api(apigateway))
    apigateway.put_integration(**place, **PROXY)

    seen = apigateway.get_integration(**place)
    assert (seen["connectionType"], seen["connectionId"]) == ("VPC_LINK", "abcdef")
    assert seen["cacheKeyParameters"] == ["method.request.path.proxy"]
    assert seen["cacheNamespace"] == place["resourceId"]


def test_an_integration_can_be_changed(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    place = make_method(apigateway, make_api(apigateway))
    apigateway.put_integration(**place, **PROXY)

    header = "integration.request.header.X-Request-Id"
    operations = [
        replace("/uri", "https://api.technova.internal/other"),
        replace("/timeoutInMillis", "5000"),
        {"op": "add", "path": f"/requestParameters/{header}", "value": "context.requestId"},
    ]
    apigateway.update_integration(**place, patchOperations=operations)

    seen = apigateway.get_integration(**place)
    assert (seen["uri"], seen["timeoutInMillis"]) == ("https://api.technova.internal/other", 5000)
    assert seen["requestParameters"] == {header: "context.requestId"}
    assert seen["connectionId"] == "abcdef"


def test_a_method_can_be_changed(aws: Callable[[str], Any]) -> None:
    apigateway = aws("apigateway")
    place = make_method(apigateway, make_api(apigateway))
    apigateway.update_method(**place, patchOperations=[replace("/apiKeyRequired", "true")])
    assert apigateway.get_method(**place)["apiKeyRequired"] is True

    operations = [replace("/apiKeyRequired", "false"), replace("/authorizationType", "AWS_IAM")]
    apigateway.update_method(**place, patchOperations=operations)
    method = apigateway.get_method(**place)
    assert (method["apiKeyRequired"], method["authorizationType"]) == (False, "AWS_IAM")
