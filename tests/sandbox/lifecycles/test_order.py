"""Terraform that does not wait for what takes time on AWS fails in a strict sandbox; what waits does not.

That a proxy waits: tests/facts/test_technova.py; that the sandbox refuses one: gate/test_rds_proxy_targets.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.binary import find_binary
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.sandbox import Sandbox
from tests.sandbox.conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

GENERATED = Path(__file__).parents[3] / "generated" / "technova" / "dev"
ACCOUNT = "123456789012"
AROUND = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  for_each          = { a = "10.0.0.0/20", c = "10.0.16.0/20", d = "10.0.32.0/20" }
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "ap-northeast-1${each.key}"
}

resource "aws_security_group" "this" {
  vpc_id      = aws_vpc.this.id
  name        = "databases"
  description = "databases"
}

resource "aws_db_subnet_group" "this" {
  name       = "databases"
  subnet_ids = [for subnet in aws_subnet.this : subnet.id]
}

locals {
  network = {
    db_subnet_group_name = aws_db_subnet_group.this.name
    vpc_data_subnet_ids  = { for key, subnet in aws_subnet.this : "ap-northeast-1${key}" => subnet.id }
  }
  security = {
    key_databases_arn                = null
    key_logs_arn                     = null
    key_secrets_arn                  = null
    security_group_database_order_id = aws_security_group.this.id
    security_group_proxy_order_id    = aws_security_group.this.id
  }
}
"""
WAITS = re.compile(
    r"\n  # RDS Proxy refuses .*\n  depends_on = \[aws_rds_cluster_instance.writer, aws_rds_cluster_instance.reader\]\n"
)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Sandbox]:
    """A strict sandbox."""
    sandbox = Sandbox.start(tmp_path, strict=True)
    yield sandbox
    sandbox.stop()


def test_a_proxy_that_does_not_wait_for_instances_gets_no_target(strict: Sandbox, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(GENERATED / "modules", tmp_path / "modules")
    shutil.copytree(GENERATED / "modules", tmp_path / "old")
    outputs = tmp_path / "old" / "aurora_cluster_managed_password" / "outputs.tf"
    text, removed = WAITS.subn("\n", outputs.read_text("utf-8"))
    assert removed == 1
    outputs.write_text(text, "utf-8")
    today = (GENERATED / "data-sales" / "database-order.tf").read_text("utf-8")
    today = re.sub(r'\nmodule "sql_order" {.*?\n}\n', "", today, flags=re.DOTALL)  # nobody needs its users here
    old = today.replace("../modules/", "../old/").replace("sales-order", "sales-old")
    root.mkdir()
    (root / "main.tf").write_text(AROUND, "utf-8")
    (root / "today.tf").write_text(today, "utf-8")
    (root / "old.tf").write_text(re.sub(r"\b(database|proxy)_order\b(?!_id)", r"\1_old", old), "utf-8")

    applied = _apply(root, strict)

    assert (root / "terraform.tfstate").exists(), applied.stderr
    state = json.loads((root / "terraform.tfstate").read_text("utf-8"))
    targets = {one["module"] for one in state["resources"] if one["type"] == "aws_db_proxy_target" and one["instances"]}
    instances = {one["module"] for one in state["resources"] if one["type"] == "aws_rds_cluster_instance"}
    assert applied.returncode == 1
    assert applied.stderr.count("Error:") == 1, applied.stderr
    assert "with module.proxy_old.aws_db_proxy_target.this" in applied.stderr
    assert re.search(r"InvalidDB(ClusterStateFault|InstanceState)", applied.stderr)
    assert targets == {"module.proxy_order"}
    assert instances == {"module.database_old", "module.database_order"}


def _apply(root: Path, sandbox: Sandbox) -> subprocess.CompletedProcess[str]:
    command = find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command
    variables = {**os.environ, **sandbox.environment(ACCOUNT, REGION), "CHECKPOINT_DISABLE": "1"}
    mirror = find_mirror(None, os.environ, Path.home())
    plugins = [f"-plugin-dir={mirror.path}"] if mirror.flag else []

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=root, env=variables, capture_output=True, text=True, check=False
        )

    initialised = run("init", "-input=false", *plugins)
    assert initialised.returncode == 0, initialised.stderr
    return run("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=100")
