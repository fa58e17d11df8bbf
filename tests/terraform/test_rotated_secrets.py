"""A secret that Terraform drew and others have rotated since is not drawn once more: its version keeps a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from tests.unit.stacks.systems import write

from .lives import stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .lives import Life

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

ACCOUNT, REGION, SECRET = "111122223333", "ap-northeast-1", "/demo/dev/session"


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A rendered system of a drawn secret; its sandbox is stopped afterwards."""
    files = {"secrets/session.yaml": "name: session\ntitle: Session\ngenerate: {length: 40}\n"}
    with stopped_afterwards(write(tmp_path, files)) as life:
        life.run("render", "demo")
        yield life


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
