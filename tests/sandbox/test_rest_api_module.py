"""What the module of a REST API does when its settings are taken back: the provider keeps what is only left out."""

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

CALL = """
provider "aws" {
  region = "%s"
}

module "api" {
  source = "./api"

  name                     = "web"
  description              = "Web"
  minimum_compression_size = %s
  binary_media_types       = %s
}
"""


def test_settings_that_are_taken_back_are_gone(
    server: Sandbox, account: str, aws: Callable[[str], Any], tmp_path: Path
) -> None:
    (tmp_path / "api").mkdir()
    for name, text in module_files("api_gateway_regional").items():
        (tmp_path / "api" / name).write_text(text)
    variables = {**os.environ, **server.environment(account, REGION), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments: str) -> None:
        command = [*find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command, *arguments, "-input=false", "-no-color"]
        ended = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def write(compression: str, types: str) -> None:
        (tmp_path / "main.tf").write_text(CALL % (REGION, compression, types))

    def apply(compression: str, types: str) -> dict[str, Any]:
        write(compression, types)
        run("apply", "-auto-approve")
        (api,) = aws("apigateway").get_rest_apis()["items"]
        return {name: api.get(name) for name in ("minimumCompressionSize", "binaryMediaTypes")}

    types = ["application/pdf", "image/*"]
    write("1024", '["application/pdf", "image/*"]')
    mirror = find_mirror(None, os.environ, Path.home())
    run("init", *([f"-plugin-dir={mirror.path}"] if mirror.flag else []))
    assert apply("1024", '["application/pdf", "image/*"]') == {
        "minimumCompressionSize": 1024,
        "binaryMediaTypes": types,
    }
    assert apply("null", '["image/*"]') == {"minimumCompressionSize": None, "binaryMediaTypes": ["image/*"]}
    assert apply("null", "[]") == {"minimumCompressionSize": None, "binaryMediaTypes": []}
    run("plan", "-detailed-exitcode")
