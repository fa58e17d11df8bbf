"""What the module of a web ACL logs: what rules found, or everything; a plan after the apply is quiet."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.binary import find_binary
from infragen.terraform.provider_mirror import find_mirror
from tests.sandbox.conftest import REGION
from tests.shipped import module_files

if TYPE_CHECKING:
    from infragen.terraform.sandbox import Sandbox

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

CALL = """
provider "aws" {
  region = "us-east-1"
}

module "acl" {
  source = "./acl"

  name                  = "site"
  description           = "Before site"
  log_group_name        = "aws-waf-logs-site"
  log_retention_in_days = 30
  log_every_request     = %s

  managed_rules = [{ name = "core", group = "AWSManagedRulesCommonRuleSet", action = "block" }]
  rate_rules    = []
}
"""


def test_the_log_has_what_rules_found_or_everything(server: Sandbox, account: str, tmp_path: Path) -> None:
    (tmp_path / "acl").mkdir()
    for name, text in module_files("web_acl_cloudfront").items():
        (tmp_path / "acl" / name).write_text(text)
    variables = {**os.environ, **server.environment(account, REGION), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments: str) -> None:
        command = [*find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command, *arguments, "-input=false", "-no-color"]
        ended = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def filtered(every: str) -> int:
        (tmp_path / "main.tf").write_text(CALL % every)
        if not (tmp_path / ".terraform").exists():
            mirror = find_mirror(None, os.environ, Path.home())
            run("init", *([f"-plugin-dir={mirror.path}"] if mirror.flag else []))
        run("apply", "-auto-approve")
        run("plan", "-detailed-exitcode")
        return (tmp_path / "terraform.tfstate").read_text("utf-8").count('"action_condition"')

    assert (filtered("false"), filtered("true")) == (5, 0)
