"""What other people's programs and files can do in the workflows that `infragen ci github` writes.

Each step is run by bash, with programs that print what an attacker would, and a runner that reads the log as GitHub's.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from tests.unit.stacks.systems import write
from tests.unit.workflow.release.test_release import DELIVERED, FILES

from infragen.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS: Final = f"""
ci.install = "git+https://git.example.com/infragen@{"0f" * 20}"
[release.demo]
branches = {{dev = "develop"}}
builds = {{"services/web" = "web", "services/api" = "api"}}
load_tests = {{dev = "peak"}}
"""
BALANCER: Final = "name: main\ntitle: Main\nreach: internet\nroutes: {all: {service: web}}\n"
LOAD_TEST: Final = """
name: peak
title: Peak
target: balancers/main
stages: [{duration: 5 min, users: 5}]
goals: {response_time: 200 ms, errors: 1 %}
steps: [{name: home, path: /, pause: 1 s}]
"""
STATIC: Final = "static_files: {path: /app/.next/static, bucket: assets, prefix: _next/static}\n"
CATALOGUE: Final = {
    **FILES,
    **DELIVERED,
    "services/web.yaml": FILES["services/web.yaml"] + STATIC,
    "buckets/assets.yaml": "name: assets\ntitle: Assets\n",
    "balancers/main.yaml": BALANCER,
    "load-tests/peak.yaml": LOAD_TEST,
}
FORGED: Final = r"a\r::error title=forged::b\n##[add-mask]forged\n  ::set-output name=run::forged\n::warning ::forged\n"
OTHERS: Final = ("infragen", "python", "docker", "aws", "k6")
"""Programs that print what other people wrote: rules, packages, build steps, names of files, logs, pages."""
PROGRAM: Final = f"""#!/bin/bash
env >> "$LOG/$(basename "$0").env"
printf '{FORGED}' >&2
case "$*" in
  *"--format json"*) echo '{{"targets": [], "environments": [{{"target": "a", "notices": ["x\\n::error::y"]}}]}}' ;;
  *batch-get-image*) echo "$FOUND" ;;
  "create "*) echo 0c ;;
  "cp "*) mkdir static-files ;;
  *) printf '{FORGED}' ;;
esac
"""
TOKENS: Final = ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "GITHUB_ENV", "GITHUB_PATH")


@pytest.fixture(scope="module")
def workflows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("demo")
    write(root, dict(CATALOGUE))
    (root / ".git").mkdir()
    for folder in ("web", "api"):
        (root / folder).mkdir()
        (root / folder / "Dockerfile").write_text("FROM scratch\n")
    (root / "infragen.toml").write_text(SETTINGS)
    assert run(["ci", "github", "-C", str(root)]) == 0
    return {path.stem: yaml.safe_load(path.read_text()) for path in (root / ".github/workflows").iterdir()}


def jobs(workflows: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for workflow in workflows.values():
        for name, job in workflow["jobs"].items():
            yield name, workflow, job


def obeyed(log: str) -> Iterator[str]:
    """Yield the lines that GitHub's runner takes for commands (actions/runner: `ActionCommandManager`).

    It reads lines as .NET does, for which a carriage return ends one.
    """
    token = ""
    for line in re.split(r"\r\n|\r|\n", log):
        found = re.match(r"\s*::([\w-]+)(?: [^:]*)?::(.*)", line) or re.search(r"##\[([\w-]+)[^\]]*\](.*)", line)
        if not found:
            continue
        if token:
            token = "" if found[1] == token else token
        elif found[1] == "stop-commands":
            token = found[2]
            assert re.fullmatch(r"[0-9a-f]{40}", token), "an empty or a known token stops nothing"
        else:
            yield line.strip()


def programs(folder: Path) -> Path:
    found = folder / "bin"
    found.mkdir()
    for name in OTHERS:
        (found / name).write_text(PROGRAM)
        (found / name).chmod(0o755)
    (found / "gh").write_text("#!/bin/sh\necho 42\n")
    (found / "gh").chmod(0o755)
    for name in ("git", "sleep"):
        (found / name).write_text("#!/bin/sh\n")
        (found / name).chmod(0o755)
    return found


def ran(step: dict[str, Any], workflow: dict[str, Any], folder: Path, **more: str) -> str:
    """Run a step with every value that it may have, and return its log."""
    shutil.rmtree(folder / "static-files", ignore_errors=True)
    given = {**workflow.get("env", {}), **step.get("env", {})}
    env = {
        **dict.fromkeys(TOKENS, "secret"),
        "GITHUB_SHA": "c0ffee",
        "GITHUB_REPOSITORY": "acme/demo",
        **{f"GITHUB_{name}": str(folder / name.lower()) for name in ("OUTPUT", "STEP_SUMMARY", "WORKSPACE")},
        "RUNNER_TEMP": str(folder),
        "LOG": str(folder),
        "FOUND": "0",
        **{name: "age1x" if "${{" in str(value) else str(value) for name, value in given.items()},
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        **more,
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60,
        errors="replace",
    )  # fmt: skip
    return done.stdout


@pytest.mark.skipif(not all(map(shutil.which, ("jq", "openssl"))), reason="GitHub's machines have jq and openssl")
@pytest.mark.parametrize("found", ["0", "1"])
def test_what_other_programs_print_is_no_command_to_the_runner(
    workflows: dict[str, Any], tmp_path: Path, found: str
) -> None:
    programs(tmp_path)
    (tmp_path / "web").mkdir()
    (tmp_path / "api").mkdir()
    started: set[str] = set()
    for name, workflow, job in jobs(workflows):
        for step in (one for one in job["steps"] if "run" in one):
            commands = [one for one in obeyed(ran(step, workflow, tmp_path, FOUND=found)) if "forged" in one]
            shown = step["name"] == "Show the findings"
            commands = [one for one in commands if not (shown and one.startswith("::warning ::"))]
            assert not commands, (name, step["name"])
            started |= {one for one in OTHERS if (tmp_path / f"{one}.env").exists()}
    assert started == {*OTHERS}


def test_other_programs_get_no_token_of_the_job_and_no_way_into_later_steps(
    workflows: dict[str, Any], tmp_path: Path
) -> None:
    programs(tmp_path)
    (tmp_path / "web").mkdir()
    (tmp_path / "api").mkdir()
    for name, workflow, job in jobs(workflows):
        for step in (one for one in job["steps"] if "run" in one):
            ran(step, workflow, tmp_path)
            logged_in = "docker login" in step["run"] or re.search(r"docker (push|pull|logout)", step["run"])
            trusted = "batch-get-image" in step["run"]  # AWS's program, about a list of tags
            for file in tmp_path.glob("*.env"):
                given = {line.partition("=")[0] for line in file.read_text(errors="replace").splitlines()}
                file.unlink()
                if not (logged_in or trusted):
                    assert not given & {*TOKENS, "GITHUB_TOKEN", "GH_TOKEN", "IDENTITY"}, (name, step["name"])


def test_credentials_are_there_only_in_steps_that_ask_for_them(workflows: dict[str, Any]) -> None:
    asking = set()
    for _, _, job in jobs(workflows):
        for step in job["steps"]:
            if "configure-aws-credentials" in step.get("uses", ""):
                assert step["with"]["output-env-credentials"] is False
                assert "id-token" in job["permissions"]
            if "AWS_SECRET_ACCESS_KEY" in step.get("env", {}):
                asking.add(re.split(" of | to ", step["name"])[0])
    assert asking == {
        "Plan", "Apply exactly that", "Look for the image", "Sign in", "Upload static files", "Release",
        "Show the log",
    }  # fmt: skip


def test_people_s_code_is_built_while_nothing_is_signed_in(workflows: dict[str, Any], tmp_path: Path) -> None:
    job = workflows["infragen-release"]["jobs"]["release-demo-dev"]
    names = [one.get("name", "") for one in job["steps"]]
    built = [number for number, name in enumerate(names) if name.startswith(("Build", "Take static files"))]
    signed_in, signed_out = (names.index(f"Sign {way} the registry") for way in ("in to", "out of"))
    assert not [number for number in built if signed_in < number < signed_out]
    programs(tmp_path)
    (tmp_path / "outside").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work/web").symlink_to("../outside")
    [build] = [one for one in job["steps"] if one.get("env", {}).get("FOLDER") == "web"]
    (tmp_path / "bin/docker").write_text('#!/bin/sh\ntouch "$LOG/built"\n')
    script = {**build, "run": f"cd work\n{build['run']}"}
    assert "leads out of the repository" in ran(script, {}, tmp_path)
    assert not (tmp_path / "built").exists(), "a build sends its folder to the daemon, whatever a link leads to"


def test_only_annotations_are_shown_of_findings(workflows: dict[str, Any], tmp_path: Path) -> None:
    programs(tmp_path)
    job = workflows["infragen"]["jobs"]["plan-demo-dev"]
    [shown] = [one for one in job["steps"] if one.get("name") == "Show the findings"]
    said = b"::notice title=a::b\r::error title=c::d\n::add-mask::e\n##[error]f\n"
    (tmp_path / "findings.txt").write_bytes(said)
    assert [*obeyed(ran(shown, {}, tmp_path))] == ["::notice title=a::b ::error title=c::d"]


def test_a_summary_holds_what_a_tree_says_as_text(workflows: dict[str, Any], tmp_path: Path) -> None:
    """For Markdown a carriage return ends a line, and what begins one is a heading, a picture, a link."""
    programs(tmp_path)
    answer = json.dumps({"targets": [], "environments": []})
    (tmp_path / "bin/infragen").write_text(
        f"#!/bin/bash\ncase \"$*\" in *json*) echo '{answer}' ;;"
        " *) printf 'a\\r## No changes\\r\\n![](https://evil)' ;; esac\n"
    )
    job = workflows["infragen"]["jobs"]["check"]
    [affected] = [one for one in job["steps"] if one.get("id") == "affected"]
    ran(affected, {}, tmp_path)
    lines = re.split(r"\r\n|\r|\n", (tmp_path / "step_summary").read_bytes().decode())
    assert "    ## No changes" in lines
    assert not [line for line in lines if line.strip() and not line.startswith("    ")]


def test_no_job_starts_for_a_stranger_s_event_or_with_a_cache(workflows: dict[str, Any]) -> None:
    events = {event for workflow in workflows.values() for event in workflow[True]}
    assert events == {"push", "pull_request", "workflow_dispatch"}, "no pull_request_target, no comment, no other run"
    text = json.dumps(workflows)
    assert not re.search(r"actions/cache|\"cache\"|restore-keys|persist-credentials\": true|secrets: inherit", text)
    for name, _, job in jobs(workflows):
        assert job["permissions"].get("contents", "read") == "read", name
        if name.startswith("apply"):
            assert job["environment"], name


@pytest.mark.parametrize("committed", [".infragen/reviewed/x.json", ".infragen"])
def test_a_committed_memory_of_runs_fails_the_check(workflows: dict[str, Any], tmp_path: Path, committed: str) -> None:
    job = workflows["infragen"]["jobs"]["check"]
    [check] = [one for one in job["steps"] if "git ls-files" in one.get("run", "")]
    file = tmp_path / "tree" / committed
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "tree", check=True)
    clean = subprocess.run(["bash", "-ec", check["run"]], cwd=tmp_path / "tree", check=False)
    subprocess.run([*git, "add", "-f", "."], cwd=tmp_path / "tree", check=True)
    failed = subprocess.run(["bash", "-ec", check["run"]], cwd=tmp_path / "tree", check=False, capture_output=True)
    assert (clean.returncode, failed.returncode) == (0, 1)
