"""Stacks with their state in S3 and no `init` of their own: terraform accepts what was derived from another one."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
import pytest

from infragen.stacks.model import Stack
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.child_process import Stopper
from infragen.terraform.engine import Status, dependencies, run_stacks
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.events import Counts
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.runner import PlanOptions
from infragen.terraform.workfolder import open_work_folders

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

REGION = "ap-northeast-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}

VERSIONS = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
"""


OF_AWS = f'{VERSIONS}provider "aws" {{\n  region = "{REGION}"\n}}\n'
"""What a stack begins with that has objects of AWS; one of terraform's own is planned in a tenth of a second."""


def stack_files(name: str, body: str, upstream: str | None = None) -> dict[str, str]:
    files = {
        "backend.tf": 'terraform {\n  backend "s3" {\n    bucket       = "state"\n'
        f'    key          = "technova/dev/{name}.tfstate"\n    region       = "{REGION}"\n'
        "    use_lockfile = true\n    encrypt      = true\n  }\n}\n",
        "main.tf": body,
    }
    if upstream:
        files["upstream.tf"] = (
            f'data "terraform_remote_state" "{upstream}" {{\n  backend = "s3"\n  config = {{\n    bucket = "state"\n'
            f'    key    = "technova/dev/{upstream}.tfstate"\n    region = "{REGION}"\n  }}\n}}\n'
            f"locals {{\n  {upstream} = data.terraform_remote_state.{upstream}.outputs\n}}\n"
        )
    return {f"{name}/{path}": text for path, text in files.items()}


STACKS = [Stack("network", (), (), ("topic",)), Stack("edge", (), ("network",), ()), Stack("broken", (), (), ())]
TREE = (
    {
        "modules/topic/main.tf": 'resource "terraform_data" "this" {\n  input = "x"\n}\n'
        'output "arn" {\n  value = terraform_data.this.output\n}\n'
    }
    | stack_files(
        "network",
        'module "topic" {\n  source = "../modules/topic"\n}\noutput "arn" {\n  value = module.topic.arn\n}\n',
    )
    | stack_files(
        "edge",
        OF_AWS
        + 'resource "aws_ssm_parameter" "x" {\n  name  = "/x"\n  type  = "String"\n  value = local.network.arn\n}\n',
        "network",
    )
    | stack_files("broken", 'resource "terraform_data" "x" {\n  input = file("missing")\n}\n')
)


@pytest.fixture
def endpoint():
    """Return the address of an emulated AWS with a bucket for states."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=url, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    client.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": REGION})
    yield url
    server.stop()


class Counting(TerraformRunner):
    """Counts how often `init` runs."""

    inits = 0

    def init(self, folder, **more):
        type(self).inits += 1
        super().init(folder, **more)


def test_apply_plan_and_destroy_without_an_init_of_any_stack(tmp_path, endpoint):
    stopper = Stopper()
    environment = child_environment(os.environ, KEYS | {"AWS_ENDPOINT_URL": endpoint})
    runner = Counting(find_binary(), find_mirror(None, os.environ, Path.home()), environment, stopper)
    with open_work_folders(tmp_path, "technova", "dev") as work:
        folders = work.prepare_stacks(TREE, STACKS, runner)

        def plan(name, on_event, *, destroy=False):
            return runner.plan(folders[name], work.plan_file(name), PlanOptions(destroy=destroy), on_event)

        def apply(name, on_event):
            return runner.apply(folders[name], plan(name, on_event).path, on_event=on_event).counts

        def destroy(name, on_event):
            if not runner.state_list(folders[name]):
                return Counts()
            return runner.apply(folders[name], plan(name, on_event, destroy=True).path, on_event=on_event).counts

        applied = run_stacks(dependencies(STACKS), apply, stopper, jobs=2)
        assert {result.stack: result.status for result in applied.results} == {
            "network": Status.DONE,
            "edge": Status.DONE,
            "broken": Status.FAILED,
        }
        (broken,) = applied.of(Status.FAILED)
        assert broken.diagnostics[0].location.file == "generated/technova/dev/broken/main.tf"
        assert applied.values["edge"] == Counts(add=1)

        planned = run_stacks(dependencies(STACKS[:2]), plan, stopper, jobs=2)
        assert {name: result.changes for name, result in planned.values.items()} == {"network": False, "edge": False}

        destroyed = run_stacks(dependencies(STACKS, reverse=True), destroy, stopper, jobs=2)
        assert {name: counts.remove for name, counts in destroyed.values.items()} == {
            "network": 1,
            "edge": 1,
            "broken": 0,
        }
    assert Counting.inits == 1
