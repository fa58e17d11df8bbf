"""A secret that Terraform drew and others have rotated since is not drawn once more: its version keeps a label."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from tests.unit.stacks.systems import write

from .lives import Life

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

ACCOUNT, REGION, SECRET = "111122223333", "ap-northeast-1", "/demo/dev/session"


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A rendered system of a drawn secret; its sandbox is stopped afterwards."""
    life = Life(write(tmp_path, {"secrets/session.yaml": "name: session\ntitle: Session\ngenerate: {length: 40}\n"}))
    life.run("render", "demo")
    try:
        yield life
    finally:
        stop = [sys.executable, "-m", "infragen", "sandbox", "stop", "-C", str(tmp_path)]
        subprocess.run(stop, capture_output=True, check=False)


def test_a_value_that_was_rotated_twice_stays_and_another_number_still_draws_one(life: Life) -> None:
    life.run("apply", "demo/dev", "--sandbox", "--yes")
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    secrets = Aws(sandbox.environment(ACCOUNT, REGION)).client("secretsmanager", REGION)
    [drawn] = secrets.describe_secret(SecretId=SECRET)["VersionIdsToStages"]
    for value in ("first", "second"):
        secrets.put_secret_value(SecretId=SECRET, SecretString=value)
    labels = secrets.describe_secret(SecretId=SECRET)["VersionIdsToStages"]
    assert "AWSCURRENT" not in labels[drawn]
    assert "TERRAFORM" in labels[drawn]  # AWS may delete versions that have none

    planned = life.run("plan", "demo/dev", "--sandbox")
    assert "0 to add, 0 to change, 0 to destroy" in planned.out + planned.err or "no changes" in planned.out.lower()
    assert secrets.get_secret_value(SecretId=SECRET)["SecretString"] == "second"

    life.edit("catalog/demo/secrets/session.yaml", "length: 40", "length: 40, version: 2")
    life.run("render", "demo")
    life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert len(secrets.get_secret_value(SecretId=SECRET)["SecretString"]) == 40
    labels = secrets.describe_secret(SecretId=SECRET)["VersionIdsToStages"]
    [current] = [one for one, stages in labels.items() if "TERRAFORM" in stages]
    assert "AWSCURRENT" in labels[current]
