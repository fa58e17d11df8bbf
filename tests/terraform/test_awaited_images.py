"""What runs an image is applied when that image is in the registry, and not before."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from tests.unit.stacks.systems import SERVICE, write

from .lives import Life

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
ONE = SERVICE.replace("max: 2", "max: 1")


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A rendered system of one service, and an emulated AWS that knows which images were pushed."""
    life = Life(write(tmp_path, {"services/web.yaml": ONE}))
    life.run("render", "demo")
    Sandbox.start(tmp_path, without=("ecr_pushed_images",))
    try:
        yield life
    finally:
        stop = [sys.executable, "-m", "infragen", "sandbox", "stop", "-C", str(tmp_path)]
        subprocess.run(stop, capture_output=True, check=False)


def test_a_service_waits_for_its_image(life: Life) -> None:
    refused = life.run("apply", "demo/dev", "--sandbox", "--yes", code=1)
    assert "error T052 the image demo-dev-web:v1 is not in the registry; nothing of app was applied" in refused.err
    assert f"--tag {ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/demo-dev-web:v1 ." in refused.err

    push(life)
    done = life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert "T052" not in done.err


def push(life: Life) -> None:
    """Put an image into the service's repository."""
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    ecr = Aws(sandbox.environment(ACCOUNT, REGION)).client("ecr", REGION)
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}
    ecr.put_image(repositoryName="demo-dev-web", imageManifest=json.dumps(manifest), imageTag="v1")
