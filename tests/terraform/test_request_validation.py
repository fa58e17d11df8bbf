"""Requests that API Gateway checks against a contract, as terraform plans them: paths, methods, parameters, models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.facts.planned import of_type, planned_resources
from tests.unit.stacks.systems import GATEWAY, SERVICE, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

pytestmark = pytest.mark.terraform

POOL = "arn:aws:cognito-idp:ap-northeast-1:111122223333:userpool/ap-northeast-1_AbCdEfGhI"
CONTRACT = """\
openapi: 3.1.0
info: {title: Web, version: 2.0.0}
paths:
  /:
    get: {responses: {"204": {description: it is there}}}
  /items/{item_id}/price:
    parameters:
      - {name: item_id, in: path, required: true, schema: {type: string}}
      - {name: day, in: query, required: true, schema: {type: string}}
    put:
      parameters: [{name: X-Shop, in: header, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, properties: {price: {type: number, maximum: 0.5}}}}
      responses: {"204": {description: done}}
"""
FILES = {
    "services/web.yaml": SERVICE + "versions: {2.0.0: {request_validation: true}}\n",
    "contracts/web/v2.0.0.yaml": CONTRACT,
    "gateways/public.yaml": GATEWAY + "routes: {'shops/{shop}': web}\npreflight: true\nclients: {web: a shop}\n"
    "firewall: {managed: [core], rate_limit: 1000}\n"
    f"authorizer: {{user_pools: ['{POOL}']}}\n",
}


def test_a_contract_becomes_methods_that_check_requests(tmp_path: Path, infragen: Callable[..., Outcome]) -> None:
    write(tmp_path, FILES)
    file = tmp_path / "plan.json"
    for command in (("render",), ("plan", "demo/dev", "--offline", "--json-out", file)):
        outcome = infragen(*command, "-C", tmp_path)
        assert outcome.code == 0, outcome.out + outcome.err
    resources = planned_resources(file)
    route = "module.edge.module.route_public_shops___shop__v2"
    methods = {
        one.address.removeprefix(f'{route}.aws_api_gateway_method.this["').removesuffix('"]'): one.values
        for one in of_type(resources, "aws_api_gateway_method")
    }
    paths = {one.values["path_part"] for one in of_type(resources, "aws_api_gateway_resource")}
    assert paths == {"shops", "{shop}", "v2", "items", "{item_id}", "price"}
    price = "/items/{item_id}/price"
    assert methods.keys() == {"GET /", f"PUT {price}", "OPTIONS /", f"OPTIONS {price}"}
    assert {key: (one["authorization"], one["api_key_required"]) for key, one in methods.items()} == {
        "GET /": ("COGNITO_USER_POOLS", True), f"PUT {price}": ("COGNITO_USER_POOLS", True),
        "OPTIONS /": ("NONE", False), f"OPTIONS {price}": ("NONE", False),
    }  # fmt: skip
    variables = {"method.request.path.shop": True, "method.request.path.item_id": True}
    assert methods[f"OPTIONS {price}"]["request_parameters"] == variables
    assert methods[f"PUT {price}"]["request_parameters"] == {
        **variables, "method.request.querystring.day": True, "method.request.header.X-Shop": True,
    }  # fmt: skip
    [model] = of_type(resources, "aws_api_gateway_model")
    assert methods[f"PUT {price}"]["request_models"] == {"$default": model.values["name"]}
    assert json.loads(model.values["schema"])["properties"] == {"price": {"type": "number", "maximum": 0.5}}
    uris = {one.address: one.values["uri"] for one in of_type(resources, "aws_api_gateway_integration")}
    balancer = "http://load-balancer.dev.demo.internal:8443/web/{shop}/v2"
    assert uris[f'{route}.aws_api_gateway_integration.this["PUT {price}"]'] == f"{balancer}{price}"
    assert uris[f'{route}.aws_api_gateway_integration.this["GET /"]'] == balancer
    [answer] = [one for one in of_type(resources, "aws_api_gateway_gateway_response") if "bad_requests" in one.address]
    assert answer.values["response_type"] == "BAD_REQUEST_BODY"
    assert answer.values["response_parameters"] == {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
