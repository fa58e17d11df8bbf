"""Both runbooks, walked command by command on the emulated AWS, the first one while Tokyo answers nothing."""

from __future__ import annotations

import json
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import pytest

from infragen.terraform.sandbox import Sandbox

from .lives import Life, stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]

SITE: Final = Path(__file__).parent / "standby_site"
TOKYO, OSAKA = "ap-northeast-1", "ap-northeast-3"
ACCOUNT: Final = "111122223333"
_LOG: Final = logging.getLogger(__name__)
_PATIENCE: Final = 3600
GLOBAL: Final = """name: orders
title: Orders
engine: aurora-mysql
version: "8.0"
release: 8.0.mysql_aurora.3.10.6
capacity: {min: 8 ACU, max: 16 ACU}
proxy: {}
master_password: write-only
global_database: true
"""
ORDERS: Final = {
    TOKYO: f"arn:aws:rds:{TOKYO}:{ACCOUNT}:cluster:site-prod-database-orders",
    OSAKA: f"arn:aws:rds:{OSAKA}:{ACCOUNT}:cluster:site-dr-database-orders",
}
"""The clusters of a global database, by their regions."""

UNPROVED: Final = {
    r"dig ": "no name server answers for the emulated Route 53",
    r"curl ": "nothing listens at an emulated address",
    r"less ": "PostgreSQL does not run, so neither does the SQL for its users",
    r".*\bdocker ": "no Docker registry answers at an emulated address",
    r"aws cloudwatch get-metric-statistics .*(ReplicaLag|RPOLag)": "nothing is replicated, so there is no lag",
    r"aws cloudwatch get-metric-statistics .*HealthCheckStatus": "no health checker evaluates metrics",
}
"""Commands of the runbooks that are not typed here, and why; docs/sandbox-proofs.md says the same."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Life]:
    """A system with a standby, as a copy, and a global database beside the other one."""
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "infragen.toml").write_text("", encoding="utf-8")
    (tmp_path / "catalog/site/databases/orders.yaml").write_text(GLOBAL, encoding="utf-8")
    with stopped_afterwards(tmp_path) as life:
        life.edit(
            "catalog/site/services/web.yaml", "uses:\n", "uses:\n  databases/orders: {prefix: ORDERS, why: orders}\n"
        )
        yield life


class Shell:
    """A shell in the project's folder, whose `aws` asks the emulated AWS and whose `infragen apply` does."""

    def __init__(self, life: Life) -> None:
        self.life = life
        found = Sandbox.running(life.project)
        assert found is not None
        self.sandbox = found
        bin_folder = life.project / "bin"
        bin_folder.mkdir()
        run = f'exec {shlex.quote(sys.executable)} -m infragen "$@"'
        unset = "unset AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION"
        flags = 'case "$1" in apply) set -- "$@" --sandbox --yes;; outputs) set -- "$@" --sandbox;; esac'
        script = f"#!/bin/sh\n{unset}\n{flags}\n{run}\n"
        (bin_folder / "infragen").write_text(script, encoding="utf-8")
        (bin_folder / "infragen").chmod(0o755)
        self.path = f"{bin_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"

    def type(self, command: str) -> str:
        """Type a command, which has to end well, and return what it printed."""
        variables = {**os.environ, **self.sandbox.environment(ACCOUNT, "us-east-1"), "PATH": self.path}
        began = monotonic()
        finished = subprocess.run(
            ["bash", "-c", command], cwd=self.life.project, env=variables, capture_output=True, text=True,
            timeout=_PATIENCE, check=False,
        )  # fmt: skip
        _LOG.info("%5.0f s  %s", monotonic() - began, command[:120])
        said = f"{command}\n{finished.stdout[-2000:]}\n{finished.stderr[-4000:]}"
        assert finished.returncode == 0, said
        return finished.stdout.strip()

    def aws(self, command: str) -> Any:
        return json.loads(self.type(f"aws {command} --output json"))

    def walk(self, action: str, gone: str = "") -> set[str]:
        """Walk a runbook; what needs a region that is gone is left out. Return what was not typed, by its pattern."""
        left_out = set()
        book = json.loads(self.life.run("runbook", "site/prod", action, "--format", "json").out)
        assert [step["phase"] for step in book["steps"]].index("promote") > 0
        for step in book["steps"]:
            for one in step["commands"] if not gone or step["needs"] != gone else ():
                found = [pattern for pattern in UNPROVED if re.match(pattern, one["command"])]
                if found:
                    left_out.update(found)
                    continue
                answer = " ".join(self.type(one["command"]).split())
                if "describe-task-definition" in one["command"]:
                    assert re.fullmatch(rf"{ACCOUNT}\.dkr\.ecr\.{OSAKA}\.\S+|{ACCOUNT}\.dkr\.ecr\.{TOKYO}\.\S+", answer)
                if re.fullmatch(r"[\w ]+", one["shows"]) and not one["shows"].startswith("available, "):
                    assert answer == one["shows"], one["command"]
        return left_out

    def writer(self, region: str, name: str) -> Any:
        answer = self.aws(f"rds describe-db-instances --region {region} --db-instance-identifier {name}")
        return answer["DBInstances"][0].get("ReadReplicaSourceDBInstanceIdentifier")

    def global_writer(self, region: str) -> Any:
        called = "--global-cluster-identifier site-prod-database-orders-global"
        [found] = self.aws(f"rds describe-global-clusters --region {region} {called}")["GlobalClusters"]
        [writer] = [one["DBClusterArn"] for one in found["GlobalClusterMembers"] if one["IsWriter"]]
        return writer

    def tasks(self, region: str, environment: str) -> int:
        names = f"--cluster site-{environment} --services site-{environment}-web"
        answer = self.aws(f"ecs describe-services --region {region} {names}")
        return int(answer["services"][0]["desiredCount"])

    def signing(self, region: str) -> Any:
        return self.aws(f"secretsmanager get-secret-value --region {region} --secret-id /site/prod/signing")

    def led_to(self, zone: str) -> dict[str, str]:
        answer = self.aws(f"route53 list-resource-record-sets --hosted-zone-id {zone}")
        found = [one for one in answer["ResourceRecordSets"] if one["Name"] == "www.site.example.com."]
        return {one["SetIdentifier"]: one["Failover"] for one in found if one["Type"] == "A"}

    def held(self) -> tuple[bool, bool]:
        [check] = self.aws("route53 list-health-checks")["HealthChecks"]
        config = check["HealthCheckConfig"]
        assert config["AlarmIdentifier"] == {"Region": TOKYO, "Name": "site-prod-public-web-failover"}
        return config.get("Disabled", False), config.get("Inverted", False)


def test_the_standby_takes_over_and_gives_back(site: Life) -> None:
    site.run("render", "site")
    site.run("apply", "site/prod", "--sandbox", "--yes")
    shell = Shell(site)
    zone = shell.aws("route53 list-hosted-zones")["HostedZones"][0]["Id"].rpartition("/")[2]
    site.edit("environments/site/dr.yaml", "Z0123456789ABCDEFGHIJ", zone)
    site.run("render", "site/dr")
    site.run("apply", "site/dr", "--sandbox", "--yes")
    assert "no changes" in site.run("plan", "site/dr", "--sandbox").out
    assert "no changes" in site.run("plan", "site/prod", "--sandbox").out
    original = f"arn:aws:rds:{TOKYO}:{ACCOUNT}:db:site-prod-database-main"
    assert shell.writer(OSAKA, "site-dr-database-main") == original
    assert shell.tasks(OSAKA, "dr") == 0
    assert shell.global_writer(OSAKA) == ORDERS[TOKYO]
    assert shell.led_to(zone) == {"prod": "PRIMARY", "dr": "SECONDARY"}
    signed = shell.signing(TOKYO)["SecretString"]

    site.run("sandbox", "outage", TOKYO)
    assert "is out, as it was asked to be" in refused(shell, f"aws rds describe-db-instances --region {TOKYO}")
    states = f"aws s3 ls s3://site-prod-terraform-state-{ACCOUNT} --region {TOKYO}"
    assert "Service Unavailable" in refused(shell, states)
    assert shell.signing(OSAKA)["SecretString"] == signed
    left_out = shell.walk("failover", gone=TOKYO)
    assert shell.writer(OSAKA, "site-dr-database-main") is None
    assert shell.global_writer(OSAKA) == ORDERS[OSAKA]
    assert shell.tasks(OSAKA, "dr") == 2
    assert shell.held() == (True, True)
    assert "no changes" in site.run("plan", "site/dr", "--sandbox").out

    site.run("sandbox", "outage")
    left_out |= shell.walk("failback")
    assert shell.writer(TOKYO, "site-prod-database-main") is None
    assert shell.global_writer(TOKYO) == ORDERS[TOKYO]
    assert shell.writer(OSAKA, "site-dr-database-main") == original
    assert (shell.tasks(TOKYO, "prod"), shell.tasks(OSAKA, "dr")) == (2, 0)
    assert shell.held() == (False, False)
    assert shell.led_to(zone) == {"prod": "PRIMARY", "dr": "SECONDARY"}
    for target in ("site/prod", "site/dr"):
        assert "no changes" in site.run("plan", target, "--sandbox").out
    assert left_out == set(UNPROVED)


def refused(shell: Shell, command: str) -> str:
    """Return what a command says that has to fail."""
    return shell.type(f"{command} 2>&1 && exit 1 || true")
