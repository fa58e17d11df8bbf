"""The first deployment: after its image is in the registry, and once more where a circle of calls needs that.

Without terraform: tests/unit/workflow/runs/test_awaited_images.py, test_reviewed_apply.py and test_rollouts.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from tests.unit.stacks.systems import SERVICE, write

from .lives import stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .lives import Life

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
ONE = SERVICE.replace("max: 2", "max: 1")
WEB = ONE + "calls:\n  api: {access: api, why: it asks}\n"
API = ONE.replace("name: web", "name: api") + "calls:\n  web: {access: api, why: it answers}\n"


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A rendered system of two services that call each other; its emulated AWS knows which images were pushed."""
    with stopped_afterwards(write(tmp_path, {"services/web.yaml": WEB, "services/api.yaml": API})) as life:
        life.run("render", "demo")
        Sandbox.start(tmp_path, without=("ecr_pushed_images",))
        yield life


def test_services_wait_for_their_images_and_then_find_each_other(life: Life) -> None:
    refused = life.run("apply", "demo/dev", "--sandbox", "--yes", code=1)
    assert "error T052 the image demo-dev-web:v1 is not in the registry; nothing of app was applied" in refused.err
    assert f"--tag {ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/demo-dev-web:v1 ." in refused.err

    assert "error T052 the image demo-dev-api:v1 is not in the registry" in refused.err

    push(life, "demo-dev-web")
    refused = life.run("apply", "demo/dev", "--sandbox", "--yes", code=1)
    assert "demo-dev-web:v1 is not" not in refused.err

    push(life, "demo-dev-api")
    done = life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert "T052" not in done.err
    assert "they call: services/api, services/web" in done.err
    assert {"services/web", "services/api"}.intersection(
        line.partition(" is deployed once more: ")[0] for line in done.err.splitlines()
    )


def push(life: Life, repository: str) -> None:
    """Put an image into a repository."""
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    ecr = Aws(sandbox.environment(ACCOUNT, REGION)).client("ecr", REGION)
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}
    ecr.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag="v1")
