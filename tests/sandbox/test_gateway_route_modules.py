"""What the modules of nested routes, functions and authorizers make of a REST API: paths, methods, integrations."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.binary import find_binary
from infragen.terraform.provider_mirror import find_mirror
from tests.sandbox.conftest import REGION
from tests.shipped import module_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

MODULES = (
    "api_gateway_regional", "api_gateway_path", "api_gateway_nested_route", "api_gateway_function_route",
    "api_gateway_function_authorizer",
)  # fmt: skip
FUNCTION = f"arn:aws:lambda:{REGION}:111122223333:function:auth"
CALLS = """
provider "aws" {
  region = "REGION"
}

module "api" {
  source = "./api_gateway_regional"

  name                     = "web"
  description              = "Web"
  minimum_compression_size = 1024
}

module "authorizer" {
  source = "./api_gateway_function_authorizer"

  rest_api_id  = module.api.id
  region       = "REGION"
  function_arn = "FUNCTION"
}

module "auth" {
  source = "./api_gateway_path"

  rest_api_id = module.api.id
  parent_id   = module.api.root_resource_id
  path_part   = "auth"
}

module "login" {
  source = "./api_gateway_function_route"

  rest_api_id   = module.api.id
  parent_id     = module.auth.resource_id
  path_part     = "login"
  region        = "REGION"
  function_arn  = "FUNCTION"
  methods       = ["ANY"]
  authorization = "NONE"
}

module "tenants" {
  source = "./api_gateway_path"

  rest_api_id = module.api.id
  parent_id   = module.api.root_resource_id
  path_part   = "tenants"
}

module "tenant" {
  source = "./api_gateway_nested_route"

  rest_api_id   = module.api.id
  parent_id     = module.tenants.resource_id
  path_part     = "{id}"
  backend_path  = "core/{id}"
  methods       = ["GET"]
  authorization = "CUSTOM"
  authorizer_id = module.authorizer.id
  preflight     = true
  vpc_link_id   = "link"
  backend_url   = "http://load-balancer.internal:8443"
}

output "fingerprints" {
  value = [module.login.fingerprint, module.tenant.fingerprint, module.authorizer.fingerprint]
}
""".replace("REGION", REGION).replace("FUNCTION", FUNCTION)


def test_routes_of_any_depth_are_made_as_they_were_written_and_stay(
    server: Sandbox, account: str, aws: Callable[[str], Any], tmp_path: Path
) -> None:
    for module in MODULES:
        (tmp_path / module).mkdir()
        for name, text in module_files(module).items():
            (tmp_path / module / name).write_text(text)
    (tmp_path / "main.tf").write_text(CALLS)
    variables = {**os.environ, **server.environment(account, REGION), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments: str) -> None:
        command = [*find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command, *arguments, "-input=false", "-no-color"]
        ended = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    mirror = find_mirror(None, os.environ, Path.home())
    run("init", *([f"-plugin-dir={mirror.path}"] if mirror.flag else []))
    run("apply", "-auto-approve")
    gateway = aws("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    methods = {
        f"{verb} {one['path']}": method
        for one in gateway.get_resources(restApiId=api["id"], embed=["methods"], limit=500)["items"]
        for verb, method in one.get("resourceMethods", {}).items()
    }
    invoked = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    core = "http://load-balancer.internal:8443/core/{id}"
    assert {name: method["methodIntegration"]["uri"] for name, method in methods.items()} == {
        "ANY /auth/login": invoked,
        "ANY /auth/login/{proxy+}": invoked,
        **{f"{verb} /tenants/{{id}}": core for verb in ("GET", "OPTIONS")},
        **{f"{verb} /tenants/{{id}}/{{proxy+}}": f"{core}/{{proxy}}" for verb in ("GET", "OPTIONS")},
    }
    proved = {name: (method["authorizationType"], method["apiKeyRequired"]) for name, method in methods.items()}
    assert proved["GET /tenants/{id}"] == proved["GET /tenants/{id}/{proxy+}"] == ("CUSTOM", True)
    assert proved["OPTIONS /tenants/{id}"] == ("NONE", False)
    assert proved["ANY /auth/login"] == ("NONE", True)
    assert methods["GET /tenants/{id}/{proxy+}"]["methodIntegration"]["requestParameters"] == {
        "integration.request.path.id": "method.request.path.id",
        "integration.request.path.proxy": "method.request.path.proxy",
    }
    (authorizer,) = gateway.get_authorizers(restApiId=api["id"])["items"]
    assert ("aws_api_gateway_authorizer", authorizer["id"]) in {
        (thing.type, thing.identifier) for thing in server.inventory(account, REGION)
    }
    run("plan", "-detailed-exitcode")
