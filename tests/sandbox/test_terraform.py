"""Real terraform with the real provider on the sandbox: state in S3 with its lock, and no password in the state."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.binary import find_binary
from infragen.terraform.provider_mirror import find_mirror
from tests.sandbox.conftest import REGION
from tests.sandbox.inventory import missing_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

KEY = "technova/dev/secrets.tfstate"
ROOT = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  backend "s3" {
    bucket       = "states-ACCOUNT"
    key          = "technova/dev/secrets.tfstate"
    region       = "ap-northeast-1"
    use_lockfile = true
  }
}

provider "aws" {
  region              = "ap-northeast-1"
  allowed_account_ids = ["ACCOUNT"]
}

ephemeral "aws_secretsmanager_random_password" "this" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "this" {
  name = "technova/dev/planning"
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.this.random_password
  secret_string_wo_version = 1
}

resource "aws_sns_topic" "this" {
  name = "technova-dev-alarms"
}

resource "aws_ssm_association" "this" {
  name                = "AWS-RunPatchBaseline"
  schedule_expression = "cron(0 18 ? * SUN *)"

  parameters = {
    Operation = "Install"
  }

  targets {
    key    = "InstanceIds"
    values = ["i-0123456789abcdef0"]
  }
}
"""
LOCK = {"ID": "0a1b2c3d", "Operation": "OperationTypeApply", "Who": "somebody@elsewhere", "Version": "1.11.4"}


@pytest.fixture
def terraform(server: Sandbox, account: str, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    server.create_state_bucket(f"states-{account}", account, REGION)
    (tmp_path / "main.tf").write_text(ROOT.replace("ACCOUNT", account))
    command = find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command
    variables = {**os.environ, **server.environment(account, REGION), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
        )

    mirror = find_mirror(None, os.environ, Path.home())
    plugins = [f"-plugin-dir={mirror.path}"] if mirror.flag else []
    initialised = run("init", "-input=false", *plugins)
    assert initialised.returncode == 0, initialised.stderr
    return run


def test_a_stack_lives_on_the_sandbox(
    terraform: Callable[..., subprocess.CompletedProcess[str]],
    server: Sandbox,
    account: str,
    aws: Callable[[str], Any],
    tmp_path: Path,
) -> None:
    applied = terraform("apply", "-auto-approve", "-input=false", "-no-color")
    assert applied.returncode == 0, applied.stderr
    assert terraform("plan", "-detailed-exitcode", "-input=false").returncode == 0

    text = (server.read_object(f"states-{account}", KEY, account, REGION) or b"").decode()
    resources = json.loads(text)["resources"]
    planned = [
        (one["type"], instance["attributes"]["id"])
        for one in resources
        if one["mode"] == "managed"
        for instance in one["instances"]
    ]
    assert len(planned) == 4
    assert missing_from(server.inventory(account, REGION), planned) == ()
    version = next(one for one in resources if one["type"] == "aws_secretsmanager_secret_version")
    assert not version["instances"][0]["attributes"]["secret_string"]
    assert not version["instances"][0]["attributes"]["secret_string_wo"]

    # Of a first apply that cannot be stored, `errored.tfstate` has no lineage yet; pushing it gives it one.
    aws("s3").delete_object(Bucket=f"states-{account}", Key=KEY)
    (tmp_path / "errored.tfstate").write_text(json.dumps({**json.loads(text), "lineage": "", "serial": 0}))
    pushed = terraform("state", "push", "errored.tfstate")
    assert pushed.returncode == 0, pushed.stderr
    stored = json.loads(server.read_object(f"states-{account}", KEY, account, REGION) or b"")
    assert stored["lineage"]
    assert stored["resources"] == resources
    assert terraform("plan", "-detailed-exitcode", "-input=false").returncode == 0

    assert terraform("destroy", "-auto-approve", "-input=false").returncode == 0
    assert server.inventory(account, REGION) == ()


@pytest.mark.long
def test_a_state_that_is_locked_is_refused_with_the_owners_name(
    terraform: Callable[..., subprocess.CompletedProcess[str]], aws: Callable[[str], Any], account: str
) -> None:
    """The like of "lock held" in tests/engine/test_faults.py."""
    s3 = aws("s3")
    s3.put_object(Bucket=f"states-{account}", Key=f"{KEY}.tflock", Body=json.dumps(LOCK).encode())

    planned = terraform("plan", "-input=false", "-no-color")

    assert planned.returncode == 1
    assert "somebody@elsewhere" in planned.stderr
