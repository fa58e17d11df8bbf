"""The SMALL SYSTEM: a project of five chained stacks that the emulated AWS applies in seconds.

infragen renders it like any other, from a catalogue with two databases; the project's own templates turn what would be
clusters and networks into types without provider waits: SSM parameters, SNS topics, IAM roles, log groups.

    network -> security -> data-sales, data-plant -> observability

Unknown values cross every border (ARNs of topics), so that a first plan has something "(known after apply)". The
databases keep their catalogue lines: `capacity.max` of `databases/order` is the value of a parameter of `data-sales`.

    project = small_project(tmp_path)          # catalogue, environments, templates; not rendered
    project = rendered_project(tmp_path)       # also `infragen render`
    edit(project, "catalog/small/databases/sales/order.yaml", "max: 8 ACU", "max: 16 ACU"); render(project)
    run(project, "apply", TARGET, "--sandbox", "--yes")
    stop(project)                              # its emulated AWS, if one was started
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.terraform.sandbox import Sandbox

__all__ = [
    "ACCOUNT",
    "BUCKET",
    "REGION",
    "STACKS",
    "TARGET",
    "VERSIONS",
    "command",
    "edit",
    "environment",
    "locks",
    "orphans",
    "put_object",
    "recorded",
    "render",
    "rendered_project",
    "run",
    "small_project",
    "start",
    "states",
    "stop",
    "terraforms",
]

TARGET = "small/dev"
ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
BUCKET = "small-dev-terraform-state-111122223333"
STACKS = ("network", "security", "data-plant", "data-sales", "observability")
"""In the order they are applied in; the two data stacks do not wait for each other."""

_CATALOGUE = {
    "infragen.toml": """\
        [apply]
        refresh_after = false  # AWS adds nothing to its types, and every apply would cost a plan more
        """,
    "catalog/small/system.yaml": """\
        schema: 1
        name: small
        title: Small system
        time_zone: Asia/Tokyo
        layout: domains
        names: {databases: "aurora-{environment}-{domain}-{name}"}
        defaults:
          environments:
            region: ap-northeast-1
            domain_name: small.example
            log_retention: 30 days
            customer_keys: true
            alarms: true
            network: {flow_log_retention: 30 days}
          databases:
            engine: aurora-mysql
            version: "8.0"
            release: 8.0.mysql_aurora.3.10.1
            readers: 0
            connections: 20
            backup: {retention: 7 days, window: 03:00-04:00}
            maintenance: {day: sun, window: 04:30-05:30}
            audit: {retention: 365 days}
            proxy: {max_connections: 90 %}
        """,
    "catalog/small/domains/sales.yaml": "name: sales\ntitle: Sales\n",
    "catalog/small/domains/plant.yaml": "name: plant\ntitle: Plant\n",
    "catalog/small/databases/sales/order.yaml": """\
        name: order
        title: Orders
        domain: sales
        data: 10 GB
        capacity: {min: 0.5 ACU, max: 8 ACU}
        schema_name: desk
        """,
    "catalog/small/databases/plant/parts.yaml": """\
        name: parts
        title: Parts
        domain: plant
        data: 10 GB
        capacity: {min: 0.5 ACU, max: 4 ACU}
        """,
    "environments/small/dev.yaml": f"""\
        environment: dev
        title: Development
        account: "{ACCOUNT}"
        state: {{bucket: {BUCKET}}}
        internal_domain: dev.small.internal
        network:
          cidr: 10.0.0.0/16
          subnets:
            public: {{ap-northeast-1a: 10.0.0.0/24, ap-northeast-1c: 10.0.1.0/24}}
            app: {{ap-northeast-1a: 10.0.16.0/20, ap-northeast-1c: 10.0.32.0/20}}
            data: {{ap-northeast-1a: 10.0.8.0/24, ap-northeast-1c: 10.0.9.0/24}}
        """,
}

_SHELL = {
    "AWS_PROFILE": "prod",
    "AWS_SESSION_TOKEN": "real",
    "AWS_CA_BUNDLE": "/missing",
    "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:9",
    "TF_WORKSPACE": "other",
    "TF_CLI_ARGS_plan": "-no-such-flag",
}
"""What somebody who works on AWS has set; nothing of it may reach a terraform on the emulated one."""

_ASSUME = """jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })"""

VERSIONS = """\
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6.0"
    }
  }
}
"""

_TEMPLATES = {
    "kinds/network/main.tf": """\
        resource "aws_sns_topic" "base" {
          name = "@{own.name}"
        }

        resource "aws_ssm_parameter" "cidr" {
          name  = "/small/network/cidr"
          type  = "String"
          value = "@{settings.network.cidr}"
        }

        output "topic_arn" {
          value = aws_sns_topic.base.arn
        }

        output "cidr" {
          value = "@{settings.network.cidr}"
        }
        """,
    "kinds/flow_log/main.tf": """\
        resource "aws_cloudwatch_log_group" "flow" {
          name              = "@{own.log_group_name}"
          retention_in_days = "@{settings.network.flow_log_retention}"
        }
        """,
    "kinds/keys/main.tf": f"""\
        resource "aws_iam_role" "reader" {{
          name               = "small-reader"
          assume_role_policy = {_ASSUME}
        }}

        resource "aws_ssm_parameter" "topic" {{
          name  = "/small/security/topic"
          type  = "String"
          value = local.network.topic_arn
        }}

        output "role_arn" {{
          value = aws_iam_role.reader.arn
        }}

        output "topic_name" {{
          value = aws_ssm_parameter.topic.arn
        }}
        """,
    "kinds/security_groups/main.tf": "# The small system has none.\n",
    "kinds/databases/users.sql": "-- Nothing.\n",
    "kinds/databases/main.tf": """\
        module "@{own.database.label}" {
          source = "@{own.module}"

          cluster_identifier = "@{own.identifier}"
          min_capacity       = "@{database.capacity.min}"
          max_capacity       = "@{database.capacity.max}"
          kms_key_arn        = local.security.role_arn
          subnet_group_name  = local.network.topic_arn
        }
        """,
    "kinds/alarms/topic.tf": """\
        resource "aws_sns_topic" "alerts" {
          name         = "@{own.name}"
          display_name = "after ${element(split("/", local.security.topic_name), 1)}"
        }
        """,
    "kinds/alarms/entry.tf": """\
        module "@{own.label}" {
          source = "../modules/database_alarms"

          alarm_prefix = "@{own.name}"
          topic_arn    = "${aws_sns_topic.alerts.arn} ${"@{own.module.arn}"}"
        }
        """,
    "modules/aurora_cluster_managed_password/main.tf": """\
        resource "aws_ssm_parameter" "capacity" {
          name  = "/small/${var.cluster_identifier}/capacity"
          type  = "String"
          value = "${var.min_capacity} to ${var.max_capacity} of ${var.kms_key_arn}"
        }

        resource "aws_cloudwatch_log_group" "this" {
          name              = "/small/${var.cluster_identifier}"
          retention_in_days = 30
        }

        resource "aws_sns_topic" "this" {
          name         = var.cluster_identifier
          display_name = "after ${element(split(":", var.subnet_group_name), 5)}"
        }
        """,
    "modules/aurora_cluster_managed_password/variables.tf": "\n".join(
        f'variable "{name}" {{\n  type = {kind}\n}}\n'
        for name, kind in (
            ("cluster_identifier", "string"),
            ("min_capacity", "number"),
            ("max_capacity", "number"),
            ("kms_key_arn", "string"),
            ("subnet_group_name", "string"),
        )
    ),
    "modules/database_alarms/main.tf": """\
        resource "aws_ssm_parameter" "this" {
          name  = "/small/alarms/${var.alarm_prefix}"
          type  = "String"
          value = var.topic_arn
        }
        """,
    "modules/database_alarms/variables.tf": "\n".join(
        f'variable "{name}" {{\n  type = string\n}}\n' for name in ("alarm_prefix", "topic_arn")
    ),
    "modules/database_alarms/outputs.tf": 'output "arn" {\n  value = aws_ssm_parameter.this.arn\n}\n',
    "modules/database_alarms/versions.tf": VERSIONS,
    "modules/aurora_cluster_managed_password/outputs.tf": 'output "arn" {\n  value = aws_sns_topic.this.arn\n}\n',
    "modules/aurora_cluster_managed_password/versions.tf": VERSIONS,
}


def small_project(folder: Path) -> Path:
    """Write the catalogue, its environment and its templates below a folder and return it."""
    for path, text in _CATALOGUE.items():
        _write(folder / path, dedent(text))
    for path, text in _TEMPLATES.items():
        _write(folder / "templates" / path, dedent(text))
    return folder


def rendered_project(folder: Path) -> Path:
    """Write the project and render it."""
    render(small_project(folder))
    return folder


def render(project: Path) -> None:
    """Render the project again, after an edit of its catalogue."""
    ended = run(project, "render", "small")
    assert ended.returncode == 0, ended.stderr


def edit(project: Path, path: str, old: str, new: str) -> None:
    """Replace a text that stands exactly once in a file of the project."""
    file = project / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def run(
    project: Path, *arguments: str, variables: Mapping[str, str] | None = None, seconds: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run an infragen command on the project in a process of its own, to its end."""
    return subprocess.run(
        command(project, *arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        env=environment(variables),
    )


def command(project: Path, *arguments: str) -> list[str]:
    """Return the command line of an infragen command on the project."""
    return [sys.executable, "-m", "infragen", *arguments, "-C", str(project)]


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables a command runs with: this process', those of a shell for AWS, and some more."""
    return {**os.environ, **_SHELL, "TF_CLI_CONFIG_FILE": os.devnull, **(variables or {})}


def start(project: Path) -> Sandbox:
    """Start the project's emulated AWS with the bucket of its states."""
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.start(project)
    sandbox.create_state_bucket(BUCKET, ACCOUNT, REGION)
    return sandbox


def stop(project: Path) -> None:
    """Stop the project's emulated AWS, if it has one."""
    from infragen.terraform.sandbox import Sandbox

    Sandbox.stop_any(project)


def states(project: Path) -> dict[str, dict[str, object]]:
    """Return what is stored of each stack; a stack without a state is not there."""
    return _objects(project, "tfstate")


def locks(project: Path) -> dict[str, dict[str, object]]:
    """Return the locks of states that are held, by stack."""
    return _objects(project, "tfstate.tflock")


def _objects(project: Path, suffix: str) -> dict[str, dict[str, object]]:
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.running(project)
    assert sandbox is not None, "the emulated AWS does not run"
    read = {stack: sandbox.read_object(BUCKET, f"{TARGET}/{stack}.{suffix}", ACCOUNT, REGION) for stack in STACKS}
    return {stack: json.loads(found) for stack, found in read.items() if found is not None}


def terraforms(project: Path) -> list[int]:
    """Return every process that runs in a scratch folder of the project."""
    work = str(project / ".infragen" / "sandbox" / "work")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str((process / "cwd").readlink()).startswith(work):
                found.append(int(process.name))
    return found


def put_object(project: Path, key: str, text: str) -> None:
    """Put an object into the bucket of the states: somebody else's lock, for example."""
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.running(project)
    assert sandbox is not None, "the emulated AWS does not run"
    scope = f"{ACCOUNT}/20200101/{REGION}/s3/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=sandbox"
    request = urllib.request.Request(
        f"{sandbox.url}/{BUCKET}/{key}",
        text.encode(),
        {"Authorization": signed, "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
        assert answer.status == 200


def recorded(project: Path) -> set[tuple[str, str]]:
    """Return type and id of every managed resource in the states."""
    return {
        (resource["type"], instance["attributes"]["id"])
        for state in states(project).values()
        for resource in state["resources"]  # type: ignore[attr-defined]
        if resource["mode"] == "managed"
        for instance in resource["instances"]
    }


def orphans(project: Path) -> dict[str, set[tuple[str, str]]]:
    """Return what exists without a state (`unknown`) and what a state has that does not exist (`missing`)."""
    from infragen.terraform.sandbox import Sandbox
    from tests.sandbox.inventory import missing_from

    sandbox = Sandbox.running(project)
    assert sandbox is not None, "the emulated AWS does not run"
    existing = sandbox.inventory(ACCOUNT, REGION)
    known = recorded(project)
    unknown = {(thing.type, thing.identifier) for thing in existing} - known
    found = {"unknown": unknown, "missing": set(missing_from(existing, known))}
    return {what: things for what, things in found.items() if things}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
