"""The workflows of delivery-tracking are what 1B.4, 11.1 and 12.3 of the document want, with the mistakes mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from . import delivery_tracking as d
from . import pipelines

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = ("dr", "prod", "stg")
BRANCHES = pipelines.DELIVERY_BRANCHES


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue in a repository with the code, and what infragen writes there."""
    return pipelines.repository(tmp_path_factory.mktemp("delivery-tracking"), "delivery-tracking")


@pytest.fixture(scope="module")
def code(repository: Path) -> dict[str, Any]:
    """The workflow that releases code."""
    return yaml.safe_load((repository / ".github/workflows/infragen-release.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def infrastructure(repository: Path) -> dict[str, Any]:
    """The workflow that plans and applies."""
    return yaml.safe_load((repository / ".github/workflows/infragen.yml").read_text("utf-8"))


def texts(repository: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (repository / ".github/workflows").iterdir()}


def names(job: dict[str, Any]) -> list[str]:
    return [one.get("name") or one["uses"].partition("@")[0] for one in job["steps"]]


def step(job: dict[str, Any], beginning: str) -> dict[str, Any]:
    return job["steps"][[name.startswith(beginning) for name in names(job)].index(True)]


@pytest.mark.parametrize("name", TARGETS)
def test_dt_17_a_push_to_its_branch_is_released_in_each_environment(name: str, code: dict[str, Any]) -> None:
    assert code[True]["push"]["branches"] == sorted(d.BRANCHES.values())
    job = code["jobs"][f"release-delivery-tracking-{name}"]
    assert job["if"] == f"github.ref == 'refs/heads/{BRANCHES[name]}'"


@pytest.mark.parametrize("name", TARGETS)
def test_dt_17_images_have_the_commit_s_tag_and_are_pushed_before_the_release(name: str, code: dict[str, Any]) -> None:
    job = code["jobs"][f"release-delivery-tracking-{name}"]
    if name == "dr":  # ECR copies prod's
        awaited = [one for one in names(job) if one.startswith("Await the image of ")]
        assert any("services/backend-api" in one for one in awaited)
        assert names(job).index("Release") > max(map(names(job).index, awaited))
        assert not any("docker" in one.get("run", "") for one in job["steps"])
        return
    built = [one for one in job["steps"] if "docker build" in one.get("run", "")]
    folders = {one["env"]["REPOSITORY"].removesuffix(f"-{name}"): one["env"]["FOLDER"] for one in built}
    assert folders["backend-api"] == d.BUILDS["services/backend-api"]
    assert all(":$GITHUB_SHA" in one["run"] for one in built)
    assert names(job).index("Release") > max(job["steps"].index(one) for one in built)


@pytest.mark.parametrize("name", TARGETS)
def test_dt_17_one_command_migrates_first_awaits_it_and_gives_services_a_new_revision(
    name: str, code: dict[str, Any], repository: Path
) -> None:
    """tests/unit/workflow/release/test_release.py holds that command to the order."""
    job = code["jobs"][f"release-delivery-tracking-{name}"]
    assert 'exec infragen release "$TARGET" --tag "$GITHUB_SHA"' in step(job, "Release")["run"]
    assert step(job, "Release")["env"]["TARGET"] == f"delivery-tracking/{name}"
    text = texts(repository)["infragen-release.yml"]
    assert [one for one in d.MISTAKES if re.search(rf"(?<!ubuntu-){one}", text)] == []


def test_dt_17_integration_tests_run_after_the_deployment_of_stg(code: dict[str, Any]) -> None:
    name, command, variable, address = d.TESTS
    job = code["jobs"][f"test-delivery-tracking-{name}"]
    assert job["needs"] == f"release-delivery-tracking-{name}"
    tests = step(job, "Run the integration tests")
    assert tests["run"] == f'{variable}="https://$DOMAIN_NAME" {command}'
    assert f"https://{tests['env']['DOMAIN_NAME']}" == address


@pytest.mark.parametrize("name", TARGETS)
def test_dt_17_the_role_of_a_release_runs_the_migration_and_makes_revisions(name: str, repository: Path) -> None:
    text = (repository / f"generated/delivery-tracking/{name}/bootstrap/release.tf").read_text("utf-8")
    assert f"task-definition/delivery-tracking-{name}-job-db-migrate:*" in text
    for action in ("ecs:RunTask", "ecs:DescribeTasks", "ecs:RegisterTaskDefinition", "ecs:UpdateService"):
        assert f'"{action}"' in text
    assert ("backup:StartBackupJob" in text) == (name in ("prod", "dr")), (
        "DT-15: before each release of prod, and of its standby once that took over"
    )


def test_dt_20_pull_requests_are_planned_and_main_applies_what_was_saved(infrastructure: dict[str, Any]) -> None:
    assert infrastructure[True]["pull_request"]["branches"] == ["main"]
    for name in TARGETS:
        plan = infrastructure["jobs"][f"plan-delivery-tracking-{name}"]
        assert "github.event_name == 'pull_request'" in plan["if"]
        assert " --out " in step(plan, "Plan")["run"]
        applies = [
            job for key, job in infrastructure["jobs"].items() if key.startswith(f"apply-delivery-tracking-{name}")
        ]
        assert applies
        for job in applies:
            assert "github.event_name == 'push'" in job["if"]
            assert " --plan " in step(job, "Apply exactly that")["run"]


def test_dt_20_jobs_sign_in_by_oidc_and_no_key_is_stored(
    code: dict[str, Any], infrastructure: dict[str, Any], repository: Path
) -> None:
    for job in (*code["jobs"].values(), *infrastructure["jobs"].values()):
        signs_in = "aws-actions/configure-aws-credentials" in names(job)
        assert (job["permissions"].get("id-token") == "write") == signs_in
    given = re.compile(r"AWS_\w+: \$\{\{ steps\.aws\.outputs\.[\w-]+ \}\}")  # of the session that was signed in to
    assert not [key for text in texts(repository).values() for key in d.STORED_KEYS if key in given.sub("", text)]


def test_dt_20_actions_are_pinned_and_terraform_locks_without_a_table(
    code: dict[str, Any], infrastructure: dict[str, Any], repository: Path
) -> None:
    steps = [one for workflow in (code, infrastructure) for job in workflow["jobs"].values() for one in job["steps"]]
    used = {one["uses"] for one in steps if not one.get("uses", "./").startswith("./")}
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []
    terraform = {one["with"]["terraform_version"] for one in steps if "terraform_version" in one.get("with", {})}
    [version] = (tuple(map(int, one.split("."))) for one in terraform)
    assert version >= d.LOCKFILE_SINCE > d.TERRAFORM_OF_THE_DOCUMENT
    for name in TARGETS:
        backend = (repository / f"generated/delivery-tracking/{name}/bootstrap/backend.tf").read_text("utf-8")
        assert re.search(r"use_lockfile += true", backend)


def test_dt_20_every_environment_on_aws_has_its_jobs_and_dev_has_none(
    code: dict[str, Any], infrastructure: dict[str, Any]
) -> None:
    for workflow in (code, infrastructure):
        found = {one for key in workflow["jobs"] for one in re.findall(r"delivery-tracking-([a-z]+)", key)}
        assert found == set(TARGETS)
