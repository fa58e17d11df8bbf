"""MC-11: the workflows that `infragen ci github` writes for multicloud; its other tools are named and not built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from . import pipelines
from .told import without_signed_in

if TYPE_CHECKING:
    from pathlib import Path

BUILDS = {"app", "background"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue in a repository with the code, and what infragen writes there."""
    return pipelines.repository(tmp_path_factory.mktemp("multicloud"), "multicloud")


def test_mc_11_github_actions_build_each_image_and_release_it(repository: Path) -> None:
    text = (repository / ".github/workflows/infragen-release.yml").read_text("utf-8")
    job = yaml.safe_load(text)["jobs"]["release-multicloud-prod"]
    steps = [" ".join((one.get("uses", ""), one.get("run", ""))) for one in job["steps"]]
    pushed = {one["env"]["FOLDER"] for one in job["steps"] if "docker build" in one.get("run", "")}
    assert pushed == BUILDS
    assert any('infragen release "$TARGET" --tag "$GITHUB_SHA"' in step for step in steps)


def test_mc_11_credentials_are_temporary(repository: Path) -> None:
    """一時的クレデンシャル: a role that this repository's workflows alone may take, and no stored key."""
    texts = [without_signed_in(path) for path in (repository / ".github/workflows").iterdir()]
    assert not [text for text in texts if "AWS_SECRET_ACCESS_KEY" in text or "aws-secret-access-key" in text]
    assert any("id-token: write" in text for text in texts)
    roles = (repository / "generated/multicloud/prod/bootstrap/release.tf").read_text("utf-8")
    assert "repo:example/multicloud" in roles
