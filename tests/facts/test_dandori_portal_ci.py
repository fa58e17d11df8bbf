"""DP-01, DP-09, and phase 4's CI/CD pipeline: what `infragen ci github` writes for dandori-portal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from . import pipelines

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = ("dev", "prod")
BUILT = ("auth", "business", "web")
"""Services with code of their own; background jobs and migrations run the business logic's image."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue in a repository with the code, and what infragen writes there."""
    return pipelines.repository(tmp_path_factory.mktemp("dandori-portal"), "dandori-portal")


@pytest.fixture(scope="module")
def jobs(repository: Path) -> dict[str, Any]:
    """The jobs of the workflow that releases code."""
    text = (repository / ".github/workflows/infragen-release.yml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_dp_01_each_service_is_built_and_pushed_before_one_command_releases_all(
    name: str, jobs: dict[str, Any]
) -> None:
    steps = jobs[f"release-dandori-portal-{name}"]["steps"]
    pushed = {(one["env"]["REPOSITORY"], one["env"]["FOLDER"]) for one in steps if "docker build" in one.get("run", "")}
    assert pushed == {(f"dandori-portal-{name}-{built}", built) for built in BUILT}
    runs = [one.get("run", "") for one in steps]
    [released] = [number for number, run in enumerate(runs) if "infragen release" in run]
    assert max(number for number, run in enumerate(runs) if "docker push" in run) < released
    [uploaded] = [number for number, run in enumerate(runs) if "s3 sync" in run]
    assert uploaded < released
    assert "--delete" not in runs[uploaded], "pages that are open ask for files of the last release"
    assert steps[uploaded]["env"]["BUCKET"].endswith("/_next/static")


@pytest.mark.parametrize("name", TARGETS)
def test_dp_01_its_role_delivers_web_through_codedeploy_and_goes_back_if_asked(
    name: str, repository: Path, jobs: dict[str, Any]
) -> None:
    role = (repository / f"generated/dandori-portal/{name}/bootstrap/release.tf").read_text("utf-8")
    for action in ("codedeploy:CreateDeployment", "codedeploy:StopDeployment", "ecs:RegisterTaskDefinition"):
        assert f'"{action}"' in role
    assert f"deploymentgroup:dandori-portal-{name}-web/dandori-portal-{name}-web" in role
    assert jobs[f"release-dandori-portal-{name}"]["permissions"]["id-token"] == "write"
    text = (repository / ".github/workflows/infragen-release.yml").read_text("utf-8")
    assert "--back" in text


def test_dp_09_the_load_test_is_run_where_somebody_asks_and_with_secrets_of_the_environment(
    jobs: dict[str, Any],
) -> None:
    found = [name for name in jobs if name.startswith("load-test-")]
    assert found == ["load-test-dandori-portal-prod"]
    job = jobs[found[0]]
    [asked] = [step for step in job["steps"] if "k6 run" in step.get("run", "")]
    said = f"{asked}{job.get('env')}"
    assert "generated/dandori-portal/prod/edge/k6/peak.js" in said
    assert {"secrets.LOAD_TEST_PASSWORDS", "secrets.LOAD_TEST_API_KEY"} <= {*re.findall(r"secrets\.\w+", said)}
    assert "load-test" in job["if"]
    assert "id-token" not in job.get("permissions", {})
