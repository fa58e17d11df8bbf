"""A saved plan of many AWS resources, made by terraform itself without credentials or network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from infragen.terraform.binary import find_binary
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.provider_mirror import find_mirror

__all__ = ["plan_of_alarms"]

_ROOT = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "ap-northeast-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = toset([for number in range(%d) : tostring(number)])

  alarm_name          = "alarm-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  metric_name         = "CPUUtilization"
  namespace           = "AWS/ECS"
  period              = 60
  statistic           = "Average"
  threshold           = 80
  alarm_description   = "CPU of service ${each.key}"
}
"""


def plan_of_alarms(folder: Path, count: int) -> tuple[str, ...] | None:
    """Write `plan.bin` and `plan.json` of a plan into a folder; return the command of `terraform show` on it.

    None where there is no terraform, or no provider to plan with.
    """
    try:
        terraform = find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command
    except Exception:  # noqa: BLE001  # whatever the reason, there is none
        return None
    mirror = find_mirror(None, os.environ, Path.home())
    folder.mkdir()
    (folder / "main.tf").write_text(_ROOT % count, encoding="utf-8")
    plugins = (f"-plugin-dir={mirror.path}",) if mirror.path else ()
    environment = child_environment(os.environ)
    for arguments in (("init", *plugins), ("plan", "-refresh=false", "-out=plan.bin")):
        done = subprocess.run((*terraform, *arguments), cwd=folder, env=environment, capture_output=True, check=False)
        if done.returncode != 0:
            return None
    with (folder / "plan.json").open("wb") as file:
        subprocess.run((*terraform, "show", "-json", "plan.bin"), cwd=folder, env=environment, stdout=file, check=True)
    return (*terraform, "show", "-no-color", "plan.bin")
