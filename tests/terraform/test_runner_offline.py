"""Planning with the real AWS provider, no account and no network."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from infragen.diagnostics import InfragenError
from infragen.stacks.model import Stack
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.combined import stack_of
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.events import EventKind
from infragen.terraform.offline import offline_environment
from infragen.terraform.provider_mirror import Mirror, find_mirror
from infragen.terraform.runner import Folder, PlanOptions
from infragen.terraform.workfolder import Basis, open_work_folders

pytestmark = pytest.mark.terraform

VERSIONS = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
"""

PROVIDERS = """provider "aws" {
  region              = "ap-northeast-1"
  allowed_account_ids = ["123456789012"]

  default_tags {
    tags = {
      System = "technova"
    }
  }
}
"""

STACKS = [Stack("network", (), (), ("topic",)), Stack("data-sales", (), ("network",), ())]

TREE = {
    "modules/topic/main.tf": VERSIONS
    + """
variable "name" {
  type = string
}

resource "aws_sns_topic" "this" {
  name = var.name
}

output "arn" {
  value = aws_sns_topic.this.arn
}
""",
    "network/versions.tf": VERSIONS,
    "network/providers.tf": PROVIDERS,
    "network/backend.tf": 'terraform {\n  backend "s3" {\n    bucket = "none"\n  }\n}\n',
    "network/main.tf": 'module "events" {\n  source = "../modules/topic"\n  name   = "events"\n}\n'
    'output "topic_arn" {\n  value = module.events.arn\n}\n'
    'output "name" {\n  value = "known"\n}\n',
    "data-sales/versions.tf": VERSIONS,
    "data-sales/providers.tf": PROVIDERS,
    "data-sales/upstream.tf": 'data "terraform_remote_state" "network" {\n  backend = "s3"\n}\n',
    "data-sales/main.tf": """
ephemeral "aws_secretsmanager_random_password" "this" {}

resource "aws_secretsmanager_secret" "this" {
  name = "order"
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.this.random_password
  secret_string_wo_version = 1
}

resource "aws_ssm_parameter" "topic" {
  name  = "/topic"
  type  = "String"
  value = local.network.topic_arn
}

resource "aws_ssm_parameter" "name" {
  name  = "/name"
  type  = "String"
  value = local.network.name
}
""",
}


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Plan the environment offline; return the JSON of the plan by address and the events."""
    project, heard = tmp_path_factory.mktemp("project"), []
    mirror = find_mirror(None, os.environ, Path.home())
    runner = TerraformRunner(find_binary(), mirror, child_environment(os.environ))
    with open_work_folders(project, "technova", "dev") as work, offline_environment(os.environ) as environment:
        work.write_combined(TREE, STACKS, runner, basis=Basis(offline=True))
        folder = work.combined
        offline = runner.with_environment(environment)
        plan = offline.plan(folder, work.plan_file("combined"), PlanOptions(refresh=False), heard.append)
        shown = json.loads(offline.show_json(folder, plan.path, project / "plan.json").read_text())
    return {change["address"]: change["change"] for change in shown["resource_changes"]}, heard


def test_an_environment_that_was_never_applied_is_planned_as_one(planned):
    changes, _ = planned
    assert {(stack_of(address, STACKS)[0].name, stack_of(address, STACKS)[1]) for address in changes} == {
        ("network", "module.events.aws_sns_topic.this"),
        ("data-sales", "aws_secretsmanager_secret.this"),
        ("data-sales", "aws_secretsmanager_secret_version.this"),
        ("data-sales", "aws_ssm_parameter.topic"),
        ("data-sales", "aws_ssm_parameter.name"),
    }


def test_what_an_upstream_gives_is_known_or_unknown_and_never_invented(planned):
    changes, _ = planned
    assert changes["module.data_sales.aws_ssm_parameter.name"]["after"]["value"] == "known"
    topic = changes["module.data_sales.aws_ssm_parameter.topic"]
    assert "value" not in topic["after"]
    assert topic["after_unknown"]["value"] is True


def test_the_environments_tags_are_on_everything(planned):
    changes, _ = planned
    tags = [change["after"]["tags_all"] for change in changes.values() if "tags_all" in change["after"]]
    assert tags == [{"System": "technova"}] * 4


def test_nothing_is_said_of_backends_and_accounts(planned):
    _, heard = planned
    assert [event.message for event in heard if event.kind is EventKind.DIAGNOSTIC] == []


def test_no_mirror_and_no_network_says_what_to_do(tmp_path):
    (tmp_path / "main.tf").write_text(VERSIONS)
    with offline_environment(os.environ | {"HOME": str(tmp_path), "XDG_DATA_DIRS": str(tmp_path)}) as environment:
        runner = TerraformRunner(find_binary(), Mirror(None, "none"), environment)
        with pytest.raises(InfragenError) as caught:
            runner.init(Folder(tmp_path, "generated/x/dev/stack"), backend=False)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "T021"
    assert "--plugin-dir" in diagnostic.hint


def test_a_mirror_without_the_provider_says_what_to_do(tmp_path):
    (tmp_path / "main.tf").write_text(VERSIONS)
    (tmp_path / "mirror" / "registry.terraform.io").mkdir(parents=True)
    mirror = Mirror(tmp_path / "mirror", "for this test", flag=True)
    runner = TerraformRunner(find_binary(), mirror, child_environment(os.environ))
    with pytest.raises(InfragenError, match="T021"):
        runner.init(Folder(tmp_path, "generated/x/dev/stack"), backend=False)
