"""REST APIs for tests."""

from __future__ import annotations

from typing import Any


def make_api(apigateway: Any, **settings: Any) -> str:
    """Create a regional REST API and return its id."""
    made = apigateway.create_rest_api(name="external", endpointConfiguration={"types": ["REGIONAL"]}, **settings)
    api: str = made["id"]
    return api


def make_method(apigateway: Any, api: str) -> dict[str, str]:
    """Create `ANY /planning` and return the parameters that name it."""
    root = apigateway.get_resources(restApiId=api)["items"][0]["id"]
    resource = apigateway.create_resource(restApiId=api, parentId=root, pathPart="planning")["id"]
    place = {"restApiId": api, "resourceId": resource, "httpMethod": "ANY"}
    apigateway.put_method(**place, authorizationType="NONE")
    return place


def replace(path: str, value: str) -> dict[str, str]:
    """Return a patch operation that replaces."""
    return {"op": "replace", "path": path, "value": value}
