"""`infragen ci github` where infragen.toml says how code is built: a second workflow, which releases it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from tests.unit.stacks.systems import write
from tests.unit.workflow.release.test_release import DELIVERED, FILES

from infragen.core.delivery import CACHE_CONTROL
from infragen.stacks.pipelines import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

WORKFLOW = ".github/workflows/infragen-release.yml"
PINNED = f'ci.install = "git+https://git.example.com/infragen@{"0f" * 20}"\n'
CODE = """
[release.demo]
branches = {dev = "develop"}
builds = {"services/web" = "web", "services/api" = "code/api"}
tests = {dev = 'npm run test:integration -- "https://$DOMAIN_NAME"'}
"""


REGION = "--region ap-northeast-1"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """Three services, two of them a pipeline's, in a repository with their code."""
    dev = FILES["dev.yaml"] + "domain_name: dev.example.com\n"
    write(tmp_path, {**FILES, "dev.yaml": dev})
    (tmp_path / ".git").mkdir()
    for folder in ("web", "code/api"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path


@pytest.fixture
def written(infragen: Infragen, system: Path) -> Callable[..., dict[str, Any]]:
    """Write the workflow, hold it against GitHub's schema, and return it."""

    def write_it(settings: str = CODE) -> dict[str, Any]:
        (system / "infragen.toml").write_text(PINNED + settings)
        outcome = infragen("ci", "github", "-C", system)
        assert outcome.code == 0, outcome.err
        path = system / WORKFLOW
        checked = CliRunner().invoke(check_jsonschema, ["--builtin-schema", "vendor.github-workflows", str(path)])
        assert checked.exit_code == 0, checked.output
        found: dict[str, Any] = yaml.safe_load(path.read_text())
        return found

    return write_it


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def step(job: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in job["steps"] if name in (one.get("name") or one.get("uses")))


def position(job: dict[str, Any], name: str) -> int:
    return job["steps"].index(step(job, name))  # type: ignore[no-any-return]


def test_a_push_to_the_branch_of_an_environment_is_released_there(written: Any) -> None:
    workflow = written()
    assert workflow[True] == {"push": {"branches": ["develop"]}}, "PyYAML reads `on` as true"
    job = workflow["jobs"]["release-demo-dev"]
    assert job["if"] == "github.ref == 'refs/heads/develop'"
    assert step(job, "Release")["run"].splitlines()[-1] == 'exec infragen release "$TARGET" --tag "$GITHUB_SHA"'
    assert step(job, "Release")["env"]["TARGET"] == "demo/dev"


def release_step(job: dict[str, Any], folder: Path, **inputs: str) -> list[str]:
    """Run the step that releases in bash, with an infragen that writes its arguments down, and return those."""
    program = folder / "bin/infragen"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    asked = {"TARGET": "demo/dev", "GITHUB_SHA": "0f0f", **dict.fromkeys(("BACK", "END_LAST", "DESPITE_ALARMS"), "")}
    env = {**asked, **inputs, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    script = step(job, "Release")["run"]
    said = subprocess.run(["bash", "-ec", script], env=env, check=True, capture_output=True, text=True).stdout
    return said.split()[1:]  # after `::stop-commands::`


@pytest.mark.parametrize(
    ("inputs", "arguments"),
    [
        ({}, "release demo/dev --tag 0f0f"),
        ({"END_LAST": "--end-last"}, "release demo/dev --tag 0f0f --end-last"),
        (
            {"END_LAST": "--end-last", "DESPITE_ALARMS": "--despite-alarms"},
            "release demo/dev --tag 0f0f --end-last --despite-alarms",
        ),
        ({"BACK": "--back"}, "release demo/dev --back"),
    ],
)
def test_what_codedeploy_delivers_is_ended_and_taken_back_by_whoever_runs_the_workflow(
    written: Any, system: Path, inputs: dict[str, str], arguments: str
) -> None:
    write(system, {**FILES, **DELIVERED})
    workflow = written()
    assert workflow[True]["push"] == {"branches": ["develop"]}
    assert set(workflow[True]["workflow_dispatch"]["inputs"]) == {"end-last", "despite-alarms", "back"}
    job = workflow["jobs"]["release-demo-dev"]
    asked = {
        name: f"${{{{ inputs.{name.lower().replace('_', '-')} && " for name in ("BACK", "END_LAST", "DESPITE_ALARMS")
    }
    env = step(job, "Release")["env"]
    assert all(env[name].startswith(begin) for name, begin in asked.items())
    assert release_step(job, system, **inputs) == arguments.split()


def test_it_signs_in_with_a_token_of_the_job_and_no_key_is_stored(written: Any, system: Path) -> None:
    job = written()["jobs"]["release-demo-dev"]
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    signing = step(job, "aws-actions/configure-aws-credentials")["with"]
    assert signing["role-to-assume"] == "arn:aws:iam::111122223333:role/demo-dev-ci-release"
    assert not [name for name in signing if "key" in name]
    assert "secrets." not in (system / WORKFLOW).read_text()
    assert job["environment"] == "dev-release", "another one than that whose secret opens plans"


def test_the_workflow_ends_before_its_session_does(written: Any) -> None:
    job = written()["jobs"]["release-demo-dev"]
    signing = step(job, "aws-actions/configure-aws-credentials")["with"]
    assert job["timeout-minutes"] * 60 < signing["role-duration-seconds"] == 7200


def test_images_are_built_once_and_pushed_by_their_commit(written: Any) -> None:
    job = written()["jobs"]["release-demo-dev"]
    built = [one for one in job["steps"] if one.get("name", "").startswith("Build")]
    pushed = [one for one in job["steps"] if one.get("name", "").startswith("Push")]
    assert [one["env"]["REPOSITORY"] for one in pushed] == ["demo-dev-web", "demo-dev-api"]
    image = '"$REGISTRY/$REPOSITORY:$GITHUB_SHA"'
    assert all(f"docker push {image}" in one["run"] for one in pushed)
    assert [(one["env"]["REPOSITORY"], one["env"]["FOLDER"]) for one in built] == [
        ("demo-dev-web", "web"),
        ("demo-dev-api", "code/api"),
    ], "the job that migrates runs the image of services/web"
    for one in built:
        assert f'docker build --platform "$PLATFORM" --tag {image} "./$FOLDER"' in one["run"]
        assert "latest" not in one["run"]
        assert one["env"]["PLATFORM"] == "linux/amd64"


def test_static_files_of_an_image_are_uploaded_before_it_is_released_and_none_is_deleted(
    written: Any, system: Path
) -> None:
    web = FILES["services/web.yaml"] + "static_files: {path: /app/.next/static, bucket: assets, prefix: _next/static}\n"
    write(system, {**FILES, "services/web.yaml": web, "buckets/assets.yaml": "name: assets\ntitle: Assets\n"})
    job = written()["jobs"]["release-demo-dev"]
    names = (
        "Build the image of jobs/migrate",
        "Sign in",
        "Push the image of jobs/migrate",
        "Sign out",
        "Take",
        "Upload",
    )
    order = [position(job, name) for name in (*names, "Release")]
    assert order == sorted(order), "people's code is built before anything signs in, and published after it signs out"
    bucket = "s3://demo-dev-assets-111122223333/_next/static"
    assert uploaded(job, system, "mkdir static-files; touch static-files/a.js") == [
        "docker create --pull never 111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/demo-dev-web:0f0f -",
        "docker cp 0c:/app/.next/static/. static-files",
        "docker rm 0c",
        f"aws s3 sync static-files {bucket} --no-follow-symlinks {REGION} --cache-control {CACHE_CONTROL}",
    ]
    for hostile in ("ln -s /etc static-files/b", "ln -s /etc/passwd static-files/c", "mkfifo static-files/d"):
        said = uploaded(job, system, f"mkdir static-files; {hostile}")
        assert said[-1] == "docker rm 0c", "a link leads to any file of the machine: nothing of the image is published"


def uploaded(job: dict[str, Any], folder: Path, copied: str) -> list[str]:
    """Return the commands of the steps that publish an image's files, which a shell command poses for."""
    programs, log = folder / "bin", folder / "log"
    programs.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    shutil.rmtree(folder / "static-files", ignore_errors=True)
    for name in ("docker", "aws"):
        text = f'echo "{name} $*" >>"$LOG"\ncase "$1" in create) echo 0c;; cp) {copied};; esac\n'
        (programs / name).write_text(f"#!/bin/sh\n{text}")
        (programs / name).chmod(0o755)
    for name in ("Take static files", "Upload static files"):
        found = step(job, name)
        env = {**found["env"], "GITHUB_SHA": "0f0f", "LOG": str(log), "PATH": f"{programs}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", found["run"]], env=env, check=False, cwd=folder)
        if done.returncode:
            break
    return log.read_text().splitlines()


def test_an_image_for_arm_is_built_as_one(written: Any, system: Path) -> None:
    path = system / "catalog/demo/services/api.yaml"
    path.write_text(path.read_text() + "architecture: arm64\n")
    job = written(CODE + 'runner = "arm-and-emulator"\n')["jobs"]["release-demo-dev"]
    assert step(job, "Build the image of services/api")["env"]["PLATFORM"] == "linux/arm64"
    assert job["runs-on"] == "arm-and-emulator"
    assert written()["jobs"]["release-demo-dev"]["runs-on"] == "ubuntu-latest", "the other image is not for ARM"


def test_where_all_images_are_for_arm_github_s_arm_machines_build_them(written: Any, system: Path) -> None:
    for name in ("services/web", "services/api", "jobs/migrate"):
        path = system / f"catalog/demo/{name}.yaml"
        path.write_text(path.read_text() + "architecture: arm64\n")
    jobs = written()["jobs"]
    assert (jobs["release-demo-dev"]["runs-on"], jobs["test-demo-dev"]["runs-on"]) == (
        "ubuntu-24.04-arm",
        "ubuntu-latest",
    )
    own = written('ci.runner = "ours"\n' + CODE)["jobs"]
    assert own["release-demo-dev"]["runs-on"] == "ours"


def test_it_stands_beside_the_other_one(infragen: Infragen, system: Path) -> None:
    (system / "infragen.toml").write_text(PINNED + CODE)
    assert infragen("ci", "github", "--file", system / ".github/workflows/dev.yml", "-C", system).code == 0
    assert (system / ".github/workflows/dev-release.yml").is_file()


def test_code_of_one_environment_is_held_against_the_whole_system(infragen: Infragen, system: Path) -> None:
    """What belongs to other environments is known, and left out."""
    other = (system / "environments/demo/dev.yaml").read_text().replace("environment: dev", "environment: prod")
    (system / "environments/demo/prod.yaml").write_text(other.replace("10.1.0.0", "10.2.0.0"))
    code = CODE.replace('dev = "develop"', 'dev = "develop", prod = "main"')
    (system / "infragen.toml").write_text(PINNED + code)
    outcome = infragen("ci", "github", "demo/prod", "-C", system)
    assert outcome.code == 0, outcome.err
    found = yaml.safe_load((system / WORKFLOW).read_text())
    assert list(found["jobs"]) == ["release-demo-prod"]
    assert found[True]["push"]["branches"] == ["main"]


def test_everything_is_pushed_before_anything_is_released(written: Any) -> None:
    job = written()["jobs"]["release-demo-dev"]
    order = ["configure-aws", "Build the image of services/api", "Sign in", "Push the image of services/api"]
    order += ["Sign out", "Release", "Show the log"]
    assert [position(job, name) for name in order] == sorted(position(job, name) for name in order)


def test_nothing_in_the_workflow_deploys_or_migrates_by_itself(written: Any, system: Path) -> None:
    """`infragen release` awaits the migration, and then gives each service a new revision."""
    written()
    text = (system / WORKFLOW).read_text()
    assert not re.search(r"force-new-deployment|aws ecs|run-task|terraform", text)


def test_the_log_of_a_migration_that_fails_is_shown(written: Any) -> None:
    shown = step(written()["jobs"]["release-demo-dev"], "Show the log")
    assert shown["if"] == "failure() && steps.release.outcome == 'failure'"
    assert shown["env"]["LOG_GROUP"] == "/demo/dev/job/migrate"


def test_tests_come_after_the_release_and_have_no_access(written: Any) -> None:
    job = written()["jobs"]["test-demo-dev"]
    assert job["needs"] == "release-demo-dev"
    assert job["permissions"] == {"contents": "read"}
    tests = step(job, "Run the integration tests")
    assert tests["run"] == 'npm run test:integration -- "https://$DOMAIN_NAME"'
    assert tests["env"] == {"TARGET": "demo/dev", "DOMAIN_NAME": "dev.example.com"}


def test_without_a_command_nothing_is_tested(written: Any) -> None:
    assert set(written(CODE.replace("tests =", "# "))["jobs"]) == {"release-demo-dev"}


LOAD_TEST = """
name: peak
title: Peak
target: balancers/main
stages: [{duration: 5 min, users: 5}]
goals: {response_time: 200 ms, errors: 1 %}
steps: [{name: home, path: /, pause: 1 s}]
"""


@pytest.fixture
def tested(system: Path) -> Path:
    """The same with a load test of what is before its services."""
    balancer = "name: main\ntitle: Main\nreach: internet\nroutes: {all: {service: web}}\n"
    for name, text in {"balancers/main.yaml": balancer, "load-tests/peak.yaml": LOAD_TEST}.items():
        (system / "catalog/demo" / name).parent.mkdir()
        (system / "catalog/demo" / name).write_text(text)
    return system


@pytest.mark.usefixtures("tested")
def test_a_load_test_comes_after_the_release_where_somebody_asks_for_it(
    written: Any, infragen: Infragen, system: Path
) -> None:
    workflow = written(f'{CODE}load_tests = {{dev = "peak"}}')
    assert set(workflow[True]["workflow_dispatch"]["inputs"]) == {"load-test", "thresholds"}
    job = workflow["jobs"]["load-test-demo-dev"]
    assert (job["if"], job["needs"]) == ("inputs.load-test", "release-demo-dev")
    assert job["permissions"] == {"contents": "read"}
    assert job["environment"] == workflow["jobs"]["release-demo-dev"]["environment"]
    ran = step(job, "Run the load test")
    assert infragen("render", "-C", system).code == 0
    text = (system / ran["env"]["SCRIPT"]).read_text("utf-8")
    assert set(re.findall(r"__ENV\.(\w+)", text)) == {"BASE_URL", "THRESHOLDS"} <= ran["env"].keys()
    assert ran["run"].splitlines()[-1] == 'exec k6 run "$SCRIPT"'


@pytest.mark.usefixtures("tested")
@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('{dev = "peek"}', "`release.demo.load_tests.dev`: demo/dev has no load test 'peek'"),
        ('{prod = "peak"}', "`release.demo.load_tests.prod`: no branch of 'prod'"),
    ],
)
def test_a_load_test_that_is_not_there_is_told(infragen: Infragen, system: Path, said: str, message: str) -> None:
    (system / "infragen.toml").write_text(f"{PINNED}{CODE}load_tests = {said}\n")
    refused = infragen("ci", "github", "-C", system)
    assert refused.code == 1
    assert f"infragen.toml:7:15: error C003 {message}" in refused.err


def test_actions_are_pinned_as_the_other_workflow_pins_them(written: Any) -> None:
    pin = "3d3c42e5aac5ba805825da76410c181273ba90b2"
    workflow = written(f'ci.pins = {{"actions/checkout" = "{pin}"}}\n{CODE}')
    used = {one["uses"] for one in steps(workflow) if "uses" in one}
    assert f"actions/checkout@{pin}" in used
    known = {f"{name}@{version.partition(' ')[0]}" for name, version in ACTIONS.items()}
    assert used - known == {f"actions/checkout@{pin}"}


def test_no_value_is_put_into_a_script(written: Any) -> None:
    assert not [one["run"] for one in steps(written()) if "${{" in one.get("run", "")]


def test_a_release_that_runs_is_not_cut_off(written: Any) -> None:
    job = written()["jobs"]["release-demo-dev"]
    assert job["concurrency"] == {"group": "infragen-release-demo-dev", "cancel-in-progress": False}


def test_it_is_checked_and_removed_with_the_other_one(infragen: Infragen, system: Path, written: Any) -> None:
    written()
    assert infragen("ci", "github", "--check", "-C", system).code == 0
    (system / WORKFLOW).write_text((system / WORKFLOW).read_text().replace("develop", "main"))
    stale = infragen("ci", "github", "--check", "-C", system)
    assert (stale.code, "infragen-release.yml" in stale.out) == (2, True)
    (system / "infragen.toml").write_text(PINNED)
    assert infragen("ci", "github", "--check", "-C", system).code == 2
    removed = infragen("ci", "github", "-C", system)
    assert removed.code == 0
    assert "infragen-release.yml: removed" in removed.err
    assert not (system / WORKFLOW).exists()
    assert infragen("ci", "github", "--check", "-C", system).code == 0


def test_a_file_of_somebody_else_s_stays(infragen: Infragen, system: Path) -> None:
    (system / WORKFLOW).parent.mkdir(parents=True)
    (system / WORKFLOW).write_text("name: ours\n")
    (system / "infragen.toml").write_text(PINNED)
    assert infragen("ci", "github", "-C", system).code == 0
    (system / "infragen.toml").write_text(PINNED + CODE)
    refused = infragen("ci", "github", "-C", system)
    assert (refused.code, "X026" in refused.err) == (1, True)
    assert (system / WORKFLOW).read_text() == "name: ours\n"


def test_a_system_whose_code_nobody_releases_is_named(infragen: Infragen, system: Path) -> None:
    (system / "infragen.toml").write_text(PINNED)
    said = infragen("ci", "github", "-C", system)
    assert "demo: infragen.toml does not configure its code" in said.err
    assert not (system / WORKFLOW).exists()


def test_what_is_still_to_be_done_is_said(infragen: Infragen, system: Path) -> None:
    (system / "infragen.toml").write_text(PINNED + CODE)
    said = infragen("ci", "github", "-C", system).err
    assert "an environment `dev-release` for the branch develop" in said


def test_bootstrap_makes_the_role_that_the_workflow_names(infragen: Infragen, system: Path, written: Any) -> None:
    job = written('[github]\nrepository = "acme/demo"\n' + CODE)["jobs"]["release-demo-dev"]
    assert infragen("bootstrap", "demo/dev", "-C", system).code == 0
    text = (system / "generated/demo/dev/bootstrap/release.tf").read_text()
    name = step(job, "configure-aws-credentials")["with"]["role-to-assume"].rpartition("/")[2]
    assert f'"{name}"' in text
    assert f'"repo:acme/demo:environment:{job["environment"]}"' in text
    assert '"refs/heads/develop"' in text


@pytest.mark.parametrize("whose", ["demo", "mini"])
def test_releases_share_no_github_environment_with_the_applies_of_another(
    infragen: Infragen, system: Path, whose: str
) -> None:
    """The role that applies in an environment trusts every job that is in it, of whichever system."""
    if whose == "mini":
        shutil.copytree(system / "catalog/demo", system / "catalog/mini")
        for path in (system / "catalog/mini").rglob("*.yaml"):
            path.write_text(path.read_text().replace("system: demo", "system: mini"))
        (system / "environments/mini").mkdir()
    other = (system / "environments/demo/dev.yaml").read_text().replace("environment: dev", "environment: dev-release")
    (system / f"environments/{whose}/dev-release.yaml").write_text(other.replace("10.1.0.0", "10.2.0.0"))
    (system / "infragen.toml").write_text(PINNED + CODE)
    refused = infragen("ci", "github", "demo", "-C", system)
    assert refused.code == 1
    assert "infragen.toml:4:13: error C003 `release.demo.branches.dev`: releases of it and applies" in refused.err


@pytest.mark.parametrize(
    ("change", "said", "hint"),
    [
        (
            ("[release.demo]", "[release.dmo]"),
            "3:10: error C003 `release.dmo`: there is no such system",
            "did you mean `demo`?",
        ),
        (
            ("dev =", "dve ="),
            "4:13: error C003 `release.demo.branches.dve`: there is no environment 'dve' of demo",
            "did you mean `dev`?",
        ),
        (
            ("{dev = 'npm", "{prod = 'npm"),
            "6:10: error C003 `release.demo.tests.prod`: no branch of 'prod'",
            "write one of dev",
        ),
        (
            ("services/api", "services/apo"),
            '5:35: error C003 `release.demo.builds."services/apo"`: no pipeline deploys that',
            "did you mean `services/api`?",
        ),
        (
            ("services/api", "services/own"),
            '5:35: error C003 `release.demo.builds."services/own"`: no pipeline deploys that',
            "did you mean `services/web`?",
        ),
        (
            (', "services/api" = "code/api"', ""),
            "5:1: error C002 `release.demo.builds`: the folder of the image of services/api is missing",
            'add `"services/api" = "..."`, a folder with a Dockerfile',
        ),
        (
            ('"code/api"', '"code/api", "jobs/migrate" = "code/api"'),
            "5:64: error C003 jobs/migrate, services/web share one image, but code/api, web build it",
            "name the folder once",
        ),
        (
            ('"code/api"', '"code"'),
            "5:35: error C003 `release.demo.builds.\"services/api\"`: there is no Dockerfile in 'code'",
            "write a folder with a Dockerfile, relative to the repository's folder",
        ),
        (
            ('"code/api"', '"../api"'),
            "5:52: error C003 `release.demo.builds.\"services/api\"`: '../api' is outside the repository",
            "write a path relative to the repository's folder, with slashes",
        ),
        (
            ('{dev = "develop"}', "{}"),
            "4:12: error C003 `release.demo.branches`: the table is empty",
            "write at least one line below `[release.demo.branches]`, or remove `[release.demo]`",
        ),
        (
            ('branches = {dev = "develop"}', ""),
            "3:1: error C002 `release.demo.branches` is missing",
            "add `branches = ...`",
        ),
    ],
)
def test_what_does_not_fit_the_catalogue_is_told_at_its_line(
    infragen: Infragen, system: Path, change: tuple[str, str], said: str, hint: str
) -> None:
    (system / "infragen.toml").write_text(PINNED + CODE.replace(*change, 1))
    refused = infragen("ci", "github", "-C", system)
    assert refused.code == 1
    assert f"infragen.toml:{said}" in refused.err
    assert hint in refused.err
    assert not (system / WORKFLOW).exists()
