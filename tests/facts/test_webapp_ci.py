"""WA-14: the workflows that `infragen ci github` writes for webapp build, push and update as the document says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from . import pipelines
from .told import without_signed_in

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = ("dev", "prod")
STORED_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "aws-access-key-id")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue in a repository with the code, and what infragen writes there."""
    return pipelines.repository(tmp_path_factory.mktemp("webapp"), "webapp")


@pytest.fixture(scope="module")
def jobs(repository: Path) -> dict[str, Any]:
    """The jobs of the workflow that releases code."""
    text = (repository / ".github/workflows/infragen-release.yml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_wa_14_the_five_steps_of_the_document_follow_each_other(name: str, jobs: dict[str, Any]) -> None:
    """Checkout, build, push, and one command for the new revision and the service."""
    steps = jobs[f"release-webapp-{name}"]["steps"]
    said = [" ".join((one.get("uses", ""), one.get("run", ""))) for one in steps]

    def first(part: str) -> int:
        return next(number for number, text in enumerate(said) if part in text)

    order = [first(part) for part in ("actions/checkout@", "docker build", "docker push", "infragen release")]
    assert order == sorted(order)
    [image] = [one for one in steps if "docker build" in one.get("run", "")]
    assert (image["env"]["REPOSITORY"], image["env"]["FOLDER"]) == (f"webapp-{name}-backend", "backend")
    assert 'infragen release "$TARGET" --tag "$GITHUB_SHA"' in said[order[-1]]


@pytest.mark.parametrize("name", TARGETS)
def test_wa_14_it_signs_in_by_oidc_with_a_role_that_updates_the_service(
    name: str, jobs: dict[str, Any], repository: Path
) -> None:
    assert jobs[f"release-webapp-{name}"]["permissions"]["id-token"] == "write"
    texts = [without_signed_in(path) for path in (repository / ".github/workflows").iterdir()]
    assert not [key for text in texts for key in STORED_KEYS if key in text]
    role = (repository / f"generated/webapp/{name}/bootstrap/release.tf").read_text("utf-8")
    for action in ("ecr:PutImage", "ecs:RegisterTaskDefinition", "ecs:UpdateService"):
        assert f'"{action}"' in role
    assert re.search(r"repo:example/webapp", role), "nobody else's workflow may take it"
