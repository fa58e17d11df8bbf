"""The whole life of delivery-tracking's Osaka on the emulated AWS, beside what it is the standby of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infragen.terraform.sandbox import Sandbox

from .lives import Life, live

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]

PRIMARY = "delivery-tracking/prod"
ACCOUNT = "123456789012"
STACKS = ("image-replicas-ap-northeast-3", "network", "bucket-replicas-ap-northeast-3", "data", "edge")
"""What of prod has to be there: the images, the database and the buckets that are copied, and the zone."""


def test_osaka_lives_and_leaves_nothing_it_should_not(life: Life) -> None:
    life.run("render", PRIMARY)
    for stack in STACKS:
        life.run("apply", f"{PRIMARY}/{stack}", "--sandbox", "--yes")
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    variables = {**os.environ, **sandbox.environment(ACCOUNT, "us-east-1")}
    command = [str(Path(sys.executable).parent / "aws"), "route53", "list-hosted-zones", "--output", "json"]
    said = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    [zone] = [one for one in json.loads(said)["HostedZones"] if not one["Config"]["PrivateZone"]]
    life.edit("environments/delivery-tracking/dr.yaml", "Z0123456789ABCDEFGHIJ", zone["Id"].rpartition("/")[2])
    live(life, "delivery-tracking/dr")
