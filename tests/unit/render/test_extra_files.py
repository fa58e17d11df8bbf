"""Hand-written HCL is read, and what would break its stack is refused at its line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from infragen.diagnostics import InfragenError, Location
from infragen.render.extra_files import ExtraFile, check_extras, read_extras
from infragen.stacks.data_sources import COMPUTED_LOCALLY
from infragen.terraform.provider_mirror import find_mirror

RENDERED = {
    "network/main.tf": 'module "vpc" {\n  source = "../modules/vpc"\n}\n\nresource "aws_eip" "nat" {\n}\n',
    "network/outputs.tf": 'output "vpc_id" {\n  value = module.vpc.id\n}\n',
    "network/upstream.tf": "locals {\n  security = {}\n}\n",
    "data/main.tf": 'module "other" {\n  source = "../modules/other"\n}\n',
    "network/sql/users.sql": 'module "in_no_hcl" {\n',
}


def found(text: str, stack: str = "network") -> list[tuple[str, int, int]]:
    extra = ExtraFile(stack, "own", f"catalog/technova/extra/{stack}/own.tf", text)
    problems = check_extras([extra], RENDERED, ["network", "data"])
    assert all(problem.location and problem.location.file == extra.source for problem in problems)
    return [(problem.code, problem.location.line, problem.location.column) for problem in problems if problem.location]


def test_a_file_that_fits_is_fine() -> None:
    text = """
    locals {
      own = { a = 1 }
    }
    resource "aws_vpn_gateway" "own" {
      vpc_id = module.vpc.id
      provisioner "local-exec" {
        command = "true"
      }
    }
    data "aws_iam_policy_document" "own" {
    }
    data "http" "own" {
      url = "https://example.com"
    }
    moved {
      from = aws_eip.a
      to   = aws_eip.b
    }
    moved {
      from = aws_eip.c
      to   = aws_eip.d
    }
    module "other" {
      source = "../modules/vpc"
    }
    """
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'module "vpc" {\n}',
        'resource "aws_eip" "nat" {\n}',
        'output "vpc_id" {\n  value = 1\n}',
        "output vpc_id {\n  value = 1\n}",
    ],
)
def test_an_address_that_the_stack_has_already_is_refused(text: str) -> None:
    assert found(f"\n{text}\n") == [("G011", 2, 1)]


def test_a_local_value_that_the_stack_has_already_is_refused() -> None:
    assert found("locals {\n  own = 1\n  security = 2\n}\n") == [("G011", 3, 3)]


def test_an_address_twice_in_hand_written_files_is_refused_in_the_second() -> None:
    extras = [ExtraFile("network", name, f"{name}.tf", 'module "own" {\n}\n') for name in ("a", "b")]

    [problem] = check_extras(extras, {}, ["network"])

    assert (problem.code, problem.location) == ("G011", Location("b.tf", 1, 1))
    assert "a.tf:1:1" in problem.message


@pytest.mark.parametrize(
    "text",
    ['provider "aws" {\n}', 'terraform {\n  backend "s3" {\n  }\n}', "import {\n  to = aws_eip.a\n  id = 1\n}"],
)
def test_a_block_of_the_stacks_shell_is_refused(text: str) -> None:
    assert found(f"# why\n  {text}\n") == [("G012", 2, 3)]


def test_a_data_source_may_call_aws() -> None:
    assert found('data "aws_vpc" "a" {\n}\n\ncheck "b" {\n  data "aws_eips" "c" {\n  }\n}\n') == []


def test_reading_another_state_is_refused_also_inside_a_check() -> None:
    text = 'data "terraform_remote_state" "a" {\n}\ncheck "b" {\n  data "terraform_remote_state" "c" {\n  }\n}\n'
    assert found(text) == [("G013", 1, 1), ("G013", 4, 3)]


@pytest.mark.parametrize(("text", "line"), [("locals {\n  b = = 2\n}\n", 2), ('\nresource "a" "b" {\n', 2), ('"', 1)])
def test_hcl_that_cannot_be_read_is_refused_at_its_line(text: str, line: int) -> None:
    [(code, found_line, _)] = found(text)

    assert (code, found_line) == ("G010", line)


def test_a_stack_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    [problem] = check_extras([ExtraFile("netwrok", "a", "a.tf", "")], RENDERED, ["network", "data"])

    assert (problem.code, problem.hint) == ("G014", "did you mean `network`?")


def test_files_are_read_from_a_folder_for_each_stack(tmp_path: Path) -> None:
    for name in ("network/b.tf", "network/a.tf", "data/x.tf", "network/README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    extras = read_extras(tmp_path, "catalog/technova/extra")

    assert [(extra.path, extra.source, extra.text) for extra in extras] == [
        ("data/extra_x.tf", "catalog/technova/extra/data/x.tf", "data/x.tf"),
        ("network/extra_a.tf", "catalog/technova/extra/network/a.tf", "network/a.tf"),
        ("network/extra_b.tf", "catalog/technova/extra/network/b.tf", "network/b.tf"),
    ]
    assert read_extras(tmp_path / "nothing", "x") == ()


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "network").mkdir()
    (tmp_path / "network" / "a.tf").write_bytes(b"\xff")

    with pytest.raises(InfragenError, match=r"extra/network/a\.tf:1:1: error G010"):
        read_extras(tmp_path, "extra")


ARGUMENTS = {
    "aws_arn": 'arn = "arn:aws:iam::123456789012:role/x"',
    "aws_cloudwatch_log_data_protection_policy_document": """
      name = "mask"
      dynamic "statement" {
        for_each = ["audit", "mask"]
        content {
          data_identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
          operation {
            dynamic "audit" {
              for_each = statement.value == "audit" ? [1] : []
              content {
                findings_destination {}
              }
            }
            dynamic "deidentify" {
              for_each = statement.value == "mask" ? [1] : []
              content {
                mask_config {}
              }
            }
          }
        }
      }
    """,
    "aws_ecr_lifecycle_policy_document": """
      rule {
        priority = 1
        selection {
          tag_status   = "any"
          count_type   = "imageCountMoreThan"
          count_number = 10
        }
      }
    """,
    "aws_sagemaker_prebuilt_ecr_image": 'repository_name = "kmeans"',
    "aws_service": 'service_id = "ec2"',
    "aws_service_principal": 'service_name = "ec2"',
}
PROVIDER = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "fake"
  secret_key                  = "fake"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  max_retries                 = 1
}
"""


@pytest.mark.terraform
def test_every_data_source_that_is_allowed_is_read_without_network_and_keys(tmp_path: Path) -> None:
    blocks = (f'data "{name}" "x" {{\n  {ARGUMENTS.get(name, "")}\n}}\n' for name in sorted(COMPUTED_LOCALLY))
    (tmp_path / "main.tf").write_text(PROVIDER + "\n".join(blocks))
    mirror = find_mirror(None, os.environ, Path.home())
    plugins = [f"-plugin-dir={mirror.path}"] if mirror.flag else []
    dead = "http://127.0.0.1:9"

    subprocess.run(["terraform", "init", *plugins], cwd=tmp_path, check=True, capture_output=True)
    outcome = subprocess.run(
        ["terraform", "plan", "-refresh=false", "-no-color"],
        cwd=tmp_path,
        env={**os.environ, "HTTP_PROXY": dead, "HTTPS_PROXY": dead, "NO_PROXY": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    for name in COMPUTED_LOCALLY:
        assert f"data.{name}.x: Read complete" in outcome.stdout
