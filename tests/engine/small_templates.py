"""The templates of the small system: what it is made of where no provider is needed, and what of AWS.

`terraform_data` is terraform's own: no provider process starts, so that a plan costs a hundredth. Both are chained in
the same way, by values that are unknown until the stack before is applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AWS", "COMMON", "PLAIN", "PROVIDERS", "SHELL", "STACKS_OF", "VERSIONS"]

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
      version = ">= 5.100, < 7.0"
    }
  }
}
"""

_DATABASE = """\
        module "@{own.database.label}" {
          source = "@{own.module}"

          cluster_identifier = "@{own.identifier}"
          min_capacity       = "@{database.capacity.min}"
          max_capacity       = "@{database.capacity.max}"
          kms_key_arn        = local.security.role_arn
          subnet_group_name  = local.network.topic_arn
        }
        """

COMMON: Final[Mapping[str, str]] = {
    "kinds/security_groups/main.tf": "# The small system has none.\n",
    "kinds/databases/users.sql": "-- Nothing.\n",
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
    "modules/database_alarms/variables.tf": "\n".join(
        f'variable "{name}" {{\n  type = string\n}}\n' for name in ("alarm_prefix", "topic_arn")
    ),
}

AWS: Final[Mapping[str, str]] = {
    "kinds/databases/main.tf": _DATABASE,
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
    "kinds/alarms/topic.tf": """\
        resource "aws_sns_topic" "alerts" {
          name         = "@{own.name}"
          display_name = "after ${element(split("/", local.security.topic_name), 1)}"
        }
        """,
    "kinds/alarms/entry.tf": """\
        module "@{own.made.label}" {
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
    "modules/database_alarms/main.tf": """\
        resource "aws_ssm_parameter" "this" {
          name  = "/small/alarms/${var.alarm_prefix}"
          type  = "String"
          value = var.topic_arn
        }
        """,
    "modules/database_alarms/outputs.tf": 'output "arn" {\n  value = aws_ssm_parameter.this.arn\n}\n',
    "modules/database_alarms/versions.tf": VERSIONS,
    "modules/aurora_cluster_managed_password/outputs.tf": 'output "arn" {\n  value = aws_sns_topic.this.arn\n}\n',
    "modules/aurora_cluster_managed_password/versions.tf": VERSIONS,
}

_ANY = 'terraform {\n  required_version = ">= 1.11"\n}\n'

SHELL: Final[Mapping[str, str]] = {
    "stacks/_shell/versions.tf": _ANY,
    "stacks/_shell/providers.tf": "# No provider: terraform starts the process of each that is named, used or not.\n",
}
"""What takes the place of infragen's own shell where not every stack is of AWS."""

_PROVIDER = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region              = "ap-northeast-1"
  allowed_account_ids = ["111122223333"]

  default_tags {
    tags = { Environment = "dev", ManagedBy = "infragen", System = "small" }
  }
}

"""

_ONCE = f"""\
# {{% if own.database.label == "database_order" or own.database.label == "database_parts" %}}
{_PROVIDER}# {{% endif %}}
"""
"""No stack has both, and more than one provider of a name it may not have."""

PROVIDERS: Final[Mapping[str, str]] = {
    "kinds/network/main.tf": _PROVIDER,
    "kinds/keys/main.tf": _PROVIDER,
    "kinds/databases/main.tf": _ONCE,
    "kinds/alarms/topic.tf": _PROVIDER,
}
"""What infragen's own shell says of AWS, before the templates of those stacks that need it where not all of them do."""

STACKS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "kinds/network/": ("network",),
    "kinds/flow_log/": ("network",),
    "kinds/keys/": ("security",),
    "kinds/databases/": ("data-plant", "data-sales"),
    "kinds/alarms/": ("observability",),
    "modules/database_alarms/": ("observability",),
    "modules/aurora_cluster_managed_password/": ("data-plant", "data-sales"),
}
"""Whose templates these are, by how their paths begin."""

PLAIN: Final[Mapping[str, str]] = {
    "kinds/databases/main.tf": _DATABASE,
    "kinds/network/main.tf": """\
        resource "terraform_data" "base" {
          triggers_replace = "@{own.name}"
        }

        resource "terraform_data" "cidr" {
          input = "@{settings.network.cidr}"
        }

        output "topic_arn" {
          value = terraform_data.base.id
        }

        output "cidr" {
          value = "@{settings.network.cidr}"
        }
        """,
    "kinds/flow_log/main.tf": """\
        resource "terraform_data" "flow" {
          input = { name = "@{own.log_group_name}", retention_in_days = "@{settings.network.flow_log_retention}" }
        }
        """,
    "kinds/keys/main.tf": """\
        resource "terraform_data" "reader" {
          input = "small-reader"
        }

        resource "terraform_data" "topic" {
          input = { name = "/small/security/topic", value = local.network.topic_arn }
        }

        output "role_arn" {
          value = terraform_data.reader.output
        }

        output "topic_name" {
          value = terraform_data.topic.id
        }
        """,
    "kinds/alarms/topic.tf": """\
        resource "terraform_data" "alerts" {
          input = { name = "@{own.name}", display_name = "after ${local.security.topic_name}" }
        }
        """,
    "kinds/alarms/entry.tf": """\
        module "@{own.made.label}" {
          source = "../modules/database_alarms"

          alarm_prefix = "@{own.name}"
          topic_arn    = "${terraform_data.alerts.id} ${"@{own.module.arn}"}"
        }
        """,
    "modules/aurora_cluster_managed_password/main.tf": """\
        resource "terraform_data" "capacity" {
          input = "${var.min_capacity} to ${var.max_capacity} of ${var.kms_key_arn}"
        }

        resource "terraform_data" "group" {
          input = "/small/${var.cluster_identifier}"
        }

        resource "terraform_data" "this" {
          input = { name = var.cluster_identifier, display_name = "after ${var.subnet_group_name}" }
        }
        """,
    "modules/aurora_cluster_managed_password/outputs.tf": 'output "arn" {\n  value = terraform_data.this.id\n}\n',
    "modules/aurora_cluster_managed_password/versions.tf": _ANY,
    "modules/database_alarms/main.tf": """\
        resource "terraform_data" "this" {
          input = { name = var.alarm_prefix, value = var.topic_arn }
        }
        """,
    "modules/database_alarms/outputs.tf": 'output "arn" {\n  value = terraform_data.this.id\n}\n',
    "modules/database_alarms/versions.tf": _ANY,
}
"""What it is made of where no stack needs AWS; the paths are those of `AWS`."""
