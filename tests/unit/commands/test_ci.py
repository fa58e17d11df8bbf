from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import jsonschema
import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from tests.conftest import ROOT
from tests.engine.small import STACKS, edit, rendered_project
from tests.fixtures import SMALL

from infragen.affected import levels
from infragen.cli.app import run
from infragen.hcl.literal import Reference
from infragen.pinned import unpinned
from infragen.render.languages import yaml_literal
from infragen.workflow.review.apply_progress import ApplyProgress
from infragen.workflow.review.bundle import Bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

WORKFLOW = ".github/workflows/infragen.yml"
ACTION = ".github/actions/plan-comment"
COMMIT = "0f3b1f2c9a5d4e6b7c8d9e0f1a2b3c4d5e6f7a8b"
HASHED = f"infragen-catalogue==0.1.0 \\\n    --hash=sha256:{'ab' * 32}\n"
PINNED = f'ci.install = "git+https://git.example.com/infragen@{COMMIT}"\n'


@pytest.fixture
def system(shop: Path) -> Path:
    """The small system in a repository of its own."""
    (shop / ".git").mkdir()
    (shop / "infragen.toml").write_text(PINNED)
    return shop


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is rendered of it."""
    root = shutil.copytree(SMALL, tmp_path_factory.mktemp("rendered"), dirs_exist_ok=True)
    assert run(["render", "-C", str(root)]) == 0
    return Path(root)


@pytest.fixture
def github(infragen: Infragen, system: Path) -> Callable[..., dict[str, Any]]:
    """Write the workflow, hold it against GitHub's schema, and return it."""

    def write(*arguments: str, settings: str = PINNED) -> dict[str, Any]:
        (system / "infragen.toml").write_text(settings)
        outcome = infragen("ci", "github", *arguments, "-C", system)
        assert outcome.code == 0, outcome.err
        checked = CliRunner().invoke(
            check_jsonschema, ["--builtin-schema", "vendor.github-workflows", str(system / WORKFLOW)]
        )
        assert checked.exit_code == 0, checked.output
        return read(system)

    return write


def read(system: Path) -> dict[str, Any]:
    return yaml.safe_load((system / WORKFLOW).read_text())  # type: ignore[no-any-return]


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def step(job: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in job["steps"] if one.get("name") == name or str(one.get("uses")).startswith(name))


def test_a_job_for_each_environment(github: Any) -> None:
    jobs = github("--one-job")["jobs"]
    names = [f"{verb}-shop-{name}" for name in ("prod", "test") for verb in ("plan", "apply")]
    assert set(jobs) == {
        "check",
        "hand-written",
        *names,
        *(f"{name}-fork" for name in names if name.startswith("plan")),
    }


def test_a_plan_has_the_role_that_bootstrap_makes_and_no_environment(github: Any) -> None:
    """A job that names an environment has another subject, which the role for plans does not trust."""
    plan = github("shop/prod")["jobs"]["plan-shop-prod"]
    assert "environment" not in plan
    signing = step(plan, "aws-actions/configure-aws-credentials")["with"]
    assert signing["role-to-assume"] == "arn:aws:iam::444455556666:role/shop-prod-ci-plan"
    assert signing["aws-region"] == "ap-northeast-1"
    assert plan["permissions"] == {"contents": "read", "id-token": "write", "pull-requests": "write"}
    assert plan["concurrency"]["cancel-in-progress"] is False, "a plan that is killed leaves its locks"
    kept = step(plan, "Plan")
    assert "--encrypt-to" in kept["run"]
    assert kept["env"]["RECIPIENT"] == "${{ vars.INFRAGEN_RECIPIENT_SHOP_PROD }}"


@pytest.mark.parametrize(
    ("flags", "name", "group"),
    [
        (["--one-job"], "apply-shop-prod", "infragen-apply-shop-prod"),
        ([], "apply-shop-prod-2", "infragen-apply-shop-prod-${{ matrix.stack }}"),
    ],
)
def test_an_apply_stands_in_its_protected_environment_alone(
    github: Any, flags: list[str], name: str, group: str
) -> None:
    apply = github("shop/prod", *flags)["jobs"][name]
    assert apply["environment"] == "prod"
    assert apply["concurrency"] == {"group": group, "queue": "max"}
    assert apply["timeout-minutes"] * 60 < step(apply, "aws-actions/configure")["with"]["role-duration-seconds"]
    assert apply["if"].startswith("github.event_name == 'push' && ")
    signing = step(apply, "aws-actions/configure-aws-credentials")["with"]
    assert signing["role-to-assume"] == "arn:aws:iam::444455556666:role/shop-prod-ci-apply"
    assert "--plan" in step(apply, "Apply exactly that")["run"]
    assert apply["permissions"] == {
        "actions": "read",
        "contents": "read",
        "id-token": "write",
        "pull-requests": "read",
    }


def test_the_roles_are_those_of_the_bootstrap(infragen: Infragen, system: Path, github: Any) -> None:
    assert infragen("bootstrap", "shop/prod", "--github", "acme/infra", "-C", system).code == 0
    made = (system / "generated/shop/prod/bootstrap/github.tf").read_text()
    text = json.dumps(github("shop/prod"))
    names = re.findall(r'name += "(shop-prod-ci-[a-z]+)"', made)
    assert len(names) == 2
    assert all(f":role/{name}" in text for name in names)
    assert '"repo:acme/infra:environment:prod"' in made


def test_a_fork_gets_nothing_and_leaves_nothing(github: Any) -> None:
    jobs = github("shop/prod")["jobs"]
    fork = jobs["plan-shop-prod-fork"]
    assert fork["permissions"] == {"contents": "read"}
    assert not any("secrets." in str(one) or "vars." in str(one) for one in fork["steps"])
    assert not any("upload-artifact" in str(one) or "aws-actions" in str(one) for one in fork["steps"])
    assert "--offline" in step(fork, "Plan without credentials")["run"]
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    assert own in jobs["plan-shop-prod"]["if"]
    assert f"!({own}" in fork["if"]
    assert "select(.head_repository.full_name == env.GITHUB_REPOSITORY)" in str(jobs["apply-shop-prod-0"])


def test_hand_written_terraform_is_planned_once_somebody_approved_that(github: Any) -> None:
    """A job that was skipped lets no plan run, nor one that failed; a fork's plan has no credentials."""
    jobs = github("shop/prod")["jobs"]
    assert jobs["hand-written"]["environment"] == "hand-written"
    assert jobs["hand-written"]["permissions"] == {"actions": "read"}
    plan = jobs["plan-shop-prod"]
    assert plan["needs"] == ["check", "hand-written"]
    assert plan["if"].startswith(
        "!cancelled() && needs.check.result == 'success' && github.event_name == 'pull_request' && "
    )
    asked = "(needs.check.outputs.hand_written == 'false' || needs.hand-written.result == 'success')"
    assert plan["if"].endswith(f" && {asked}")
    assert jobs["plan-shop-prod-fork"]["needs"] == ["check"]

    trusting = github("shop/prod", settings=f'{PINNED}\nci.hand_written = "planned"\n')["jobs"]
    assert "hand-written" not in trusting
    assert trusting["plan-shop-prod"]["needs"] == ["check"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [("echo 1", 0), ("echo 0", 1), ("echo Not Found >&2; exit 1", 1)],
    ids=["reviewers", "none", "no environment"],
)
def test_an_environment_that_nobody_guards_approves_nothing(
    github: Any, tmp_path: Path, answer: str, code: int
) -> None:
    program = tmp_path / "gh"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    script = step(github("shop/prod")["jobs"]["hand-written"], "Somebody had to approve this")["run"]
    variables = {"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_REPOSITORY": "acme/infra"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert ("required reviewers" in done.stdout) == bool(code)


def test_permissions_are_given_job_by_job_and_no_token_stays_in_a_clone(github: Any) -> None:
    workflow = github()
    assert workflow["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())
    clones = [one for one in steps(workflow) if str(one.get("uses")).startswith("actions/checkout")]
    assert clones
    assert all(one["with"]["persist-credentials"] is False for one in clones)
    assert workflow["jobs"]["check"]["steps"][0]["with"]["fetch-depth"] == 0


def test_a_plan_tells_what_the_pull_request_changed(github: Any) -> None:
    jobs = github("shop/prod")["jobs"]
    for job, name in (("plan-shop-prod", "Plan"), ("plan-shop-prod-fork", "Plan without credentials")):
        found = step(jobs[job], name)
        assert '--base "$BASE"' in found["run"]
        assert found["env"]["BASE"] == "refs/remotes/origin/${{ github.base_ref }}"
        assert step(jobs[job], "actions/checkout")["with"]["fetch-depth"] == 0


def test_nothing_of_an_event_is_pasted_into_a_script(github: Any) -> None:
    assert not [one["run"] for one in steps(github()) if "${{" in one.get("run", "")]


def test_scripts_are_shell_and_their_filters_jq(github: Any) -> None:
    scripts = {one["run"] for one in steps(github("shop/prod")) if "run" in one}
    for script in scripts:
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("jq") is None, reason="GitHub's machines have jq")
def test_what_is_affected_is_handed_on_and_its_notices_are_warnings(github: Any, tmp_path: Path) -> None:
    """Run the script with a program that poses as infragen."""
    check = github("shop/prod")["jobs"]["check"]
    one = {"target": "shop/prod", "notices": ["100% gone\n::error::x"], "hand_written": ["templates/x.tf"]}
    program = tmp_path / "bin/infragen"
    program.parent.mkdir()
    answer = json.dumps({"targets": ["shop/prod"], "environments": [one]})
    program.write_text(f'#!/bin/sh\ncase "$*" in *json*) cat <<\'END\'\n{answer}\nEND\n;; *) echo "$*";; esac\n')
    program.chmod(0o755)
    variables = {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "TARGET": "shop/prod",
        "BASE": "c0ffee",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    script = step(check, "Find the affected stacks")["run"]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], env=variables, capture_output=True, text=True, check=False
    )
    said = done.stdout.splitlines()
    assert (done.returncode, said[2:]) == (0, ["::warning::shop/prod: 100%25 gone%0A::error::x"]), done.stderr
    assert said[0].removeprefix("::stop-commands::") == said[1].strip(":")
    assert (tmp_path / "output").read_text() == 'targets=["shop/prod"]\nhand_written=true\n'
    summary = (tmp_path / "summary").read_text()
    assert summary == "    affected shop/prod --base c0ffee --diff\n"  # indented: whatever stands in it is no Markdown


def test_the_reviewed_plan_is_that_of_the_merged_pull_request(github: Any, tmp_path: Path) -> None:
    """Run the script with a program that poses as GitHub's."""
    job = github("shop/prod")["jobs"]["apply-shop-prod-0"]
    script = next(one["run"] for one in job["steps"] if one.get("id") == "reviewed")
    program = tmp_path / "bin/gh"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\ncase "$2" in */pulls) echo "$HEAD";; *state=all*) echo "$OTHERS";;\n'
        '*) echo "$2" >> "$LOG"; echo "$RUN";; esac\n'
    )
    program.chmod(0o755)

    def answered(head: str, number: str, others: str = "0") -> subprocess.CompletedProcess[str]:
        variables = {
            "PATH": f"{program.parent}:/usr/bin:/bin",
            "OTHERS": others,
            "GITHUB_REPOSITORY": "acme/infra",
            "GITHUB_SHA": "c0ffee",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "WORKFLOW": "infragen.yml",
            "BRANCH": "main",
            "HEAD": head,
            "RUN": number,
            "LOG": str(tmp_path / "log"),
        }
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script], env=variables, capture_output=True, text=True, check=False
        )

    assert answered("abc", "42").returncode == 0
    assert (tmp_path / "output").read_text() == "run=42\n"
    assert "actions/workflows/infragen.yml/runs?event=pull_request&head_sha=abc" in (tmp_path / "log").read_text()
    for *asked, words in (("", "42", "nobody reviewed"), ("abc", "", "not kept"), ("abc", "42", "1", "another branch")):
        ended = answered(*asked)
        assert ended.returncode == 1
        assert ended.stdout.startswith("::error::")
        assert words in ended.stdout


def test_the_key_of_a_plan_is_in_no_file_and_in_no_environment(github: Any, tmp_path: Path) -> None:
    """Run the script with a program that poses as infragen: it takes the shell's place, so that signals reach it."""
    script = step(github("shop/prod")["jobs"]["apply-shop-prod-0"], "Apply exactly that")["run"]
    program = tmp_path / "bin/infragen"
    program.parent.mkdir()
    program.write_text(
        "#!/usr/bin/env python3\nimport os, sys\n"
        'key = open(sys.argv[sys.argv.index("--identity") + 1]).read()\n'
        'print(os.getpid(), sys.argv[1:3], key.strip(), "IDENTITY" in os.environ)\n'
    )
    program.chmod(0o755)
    variables = {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "TARGET": "shop/prod",
        "SECRET": "THE_SECRET",
        "IDENTITY": "AGE-SECRET-KEY-1",
        "RUNNER_TEMP": str(tmp_path / "bin"),
    }

    def asked() -> tuple[int, int, str]:
        arguments = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        with subprocess.Popen(arguments, env=variables, stdout=subprocess.PIPE, text=True) as shell:
            said, _ = shell.communicate()
            return shell.pid, shell.returncode, said

    pid, code, said = asked()
    assert (code, said.splitlines()[1:]) == (0, [f"{pid} ['apply', 'shop/prod'] AGE-SECRET-KEY-1 False"])
    assert [path.name for path in program.parent.iterdir()] == ["infragen"]
    variables["IDENTITY"] = ""
    _, code, said = asked()
    assert (code, "THE_SECRET" in said) == (1, True)


def test_another_attempt_goes_on_where_the_first_one_stopped(github: Any, tmp_path: Path) -> None:
    """What infragen remembers of a reviewed plan is kept from where it writes it, and put back there."""
    bundle = Bundle(Mock(sandbox=False), Mock(key=b"x"), Mock())
    ApplyProgress(tmp_path, bundle).begin("network")
    assert len(list((tmp_path / ".infragen/reviewed").glob("*.json"))) == 1
    for flags in ((), ("--one-job",)):
        jobs = github("shop/prod", *flags)["jobs"]
        for job in (one for name, one in jobs.items() if name.startswith("apply-")):
            kept, found = (
                step(job, "Keep how far it came, for another attempt"),
                step(job, "Find how far an earlier attempt came"),
            )
            assert kept["with"]["path"] == found["with"]["path"] == ".infragen/reviewed"
            assert kept["with"]["name"] == found["with"]["name"]
            assert kept["with"]["overwrite"] is True
            assert found["if"] == "github.run_attempt > 1"
            names = [one.get("name") for one in job["steps"]]
            assert names.index(found["name"]) < names.index("Apply exactly that") < names.index(kept["name"])


def test_the_workflow_checks_itself(infragen: Infragen, system: Path) -> None:
    """A stack that is not in the matrix would never be applied, and nobody told."""
    for flags in ((), ("shop/prod", "--one-job"), ("shop/prod", "--file", system / ".github/workflows/a b.yml")):
        assert infragen("ci", "github", *flags, "-C", system).code == 0
        file = flags[2] if "--file" in flags else system / WORKFLOW
        workflow = yaml.safe_load(file.read_text())
        check = step(workflow["jobs"]["check"], "This workflow is up to date")
        # As bash makes the words, with a program that writes them down in infragen's place.
        program = system / "bin/infragen"
        program.parent.mkdir(exist_ok=True)
        program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$LOG"\n')
        program.chmod(0o755)
        log = {"LOG": str(system / "log"), "PATH": f"{program.parent}:/usr/bin:/bin"}
        subprocess.run(["bash", "-ec", check["run"]], env={**workflow["env"], **check["env"], **log}, check=True)
        words = ["infragen", *(system / "log").read_text().splitlines()]
        assert (words[:3], words[-1]) == (["infragen", "ci", "github"], "--check")
        if "--file" in words:
            words[words.index("--file") + 1] = str(system / words[words.index("--file") + 1])
        assert infragen(*words[1:], "-C", system).code == 0


def test_code_owners_are_asked_for_of_everything_that_decides_what_jobs_with_a_role_run(
    infragen: Infragen, system: Path
) -> None:
    (system / "wheels").mkdir()
    (system / "wheels/b.whl").write_bytes(b"")
    policy = '[[policy]]\ntool = "conftest"\npaths = ["rules/plans"]\n'
    (system / "infragen.toml").write_text(f'ci.install = "wheels/b.whl"\n{policy}')
    (system / "rules/plans").mkdir(parents=True)
    told = infragen("ci", "github", "-C", system).err
    page = (ROOT / "docs/ci.md").read_text()
    always = (
        "/.github/", "CODEOWNERS", ".gitattributes", ".gitmodules", "/infragen.toml", "/.infragen*", "/catalog/",
        "/environments/", "/templates/", "/generated/", "/atlantis.yaml", "/.checkov.yaml", "/.checkov.yml",
        "/conftest.toml",
    )  # fmt: skip
    for one in (*always, "/rules/plans", "/wheels/b.whl"):
        assert f"\n  {one}\n" in told, one
    assert all(f"\n   {one} @" in page for one in always)


def test_actions_are_pinned_to_commits(github: Any) -> None:
    used = {one["uses"] for one in steps(github("shop/prod")) if "uses" in one}
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in used - {f"./{ACTION}"}), used


def test_a_run_by_level_waits_for_the_one_before(github: Any) -> None:
    assert "concurrency" not in github("shop/prod", "--one-job")
    whole = github("shop/prod")["concurrency"]
    assert whole["group"].endswith("${{ github.event_name == 'push' && github.ref || github.run_id }}")


def test_levels_wait_for_each_other_and_have_every_stack_once(github: Any, generated: Path) -> None:
    jobs = github("shop/prod")["jobs"]
    applies = {name: job for name, job in jobs.items() if name.startswith("apply-")}
    assert list(applies) == [f"apply-shop-prod-{number}" for number in range(len(applies))]
    for before, after in itertools.pairwise(applies):
        assert applies[after]["needs"] == ["check", before]
    stacks = [job["strategy"]["matrix"]["stack"] for job in applies.values()]
    assert "network" in stacks[0]
    everything = [name for level in stacks for name in level]
    assert sorted(everything) == sorted(stacks_of(generated, "shop/prod"))
    last = next(reversed(applies.values()))
    assert last["strategy"]["fail-fast"] is False
    assert step(last, "Apply exactly that")["env"]["TARGET"] == "shop/prod/${{ matrix.stack }}"
    assert last["concurrency"]["group"].endswith("-${{ matrix.stack }}")


def test_settings(github: Any, system: Path) -> None:
    sha = "11bd71901bbe5b1630ceea73d27597364c9af683"
    settings = f"""
        [github]
        branch = "trunk"
        [ci]
        runner = "my-runner"
        terraform = "1.12.2"
        python = "3.12"
        install = "requirements.txt"
        plan_expires = "36h"
        pins = {{"actions/checkout" = "{sha} # v4.2.2"}}
    """
    (system / "requirements.txt").write_text(HASHED)
    workflow = github("shop/prod", settings=settings)
    assert workflow[True]["push"]["branches"] == ["trunk"]
    assert f"uses: actions/checkout@{sha} # v4.2.2\n" in (system / WORKFLOW).read_text()
    job = workflow["jobs"]["plan-shop-prod"]
    assert job["runs-on"] == "my-runner"
    assert step(job, "hashicorp/setup-terraform")["with"]["terraform_version"] == "1.12.2"
    assert step(job, "actions/setup-python")["with"]["python-version"] == "3.12"
    installs = {one["run"] for one in steps(workflow) if one.get("name") == "Install infragen"}
    assert {words for one in installs for words in one.splitlines() if "$INFRAGEN" in words} == {
        'python -P -m pip install --require-hashes --no-build-isolation --requirement "$INFRAGEN"'
    }
    assert step(job, "Install infragen")["env"] == {"INFRAGEN": "requirements.txt"}
    assert step(job, "actions/upload-artifact")["with"]["retention-days"] == 2


def test_a_pin_of_an_action_that_is_not_used(infragen: Infragen, system: Path) -> None:
    (system / "infragen.toml").write_text(f'{PINNED}[ci.pins]\n"actions/cache" = "{"a" * 40}"\n')
    outcome = infragen("ci", "github", "-C", system)
    assert (outcome.code, "X025" in outcome.err) == (1, True)


def test_a_project_in_a_folder_of_its_repository(infragen: Infragen, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    rendered_project(tmp_path / "infra", aws=STACKS)
    (tmp_path / "infra/infragen.toml").write_text(PINNED)
    assert infragen("ci", "github", "-C", tmp_path / "infra").code == 0
    workflow = read(tmp_path)
    assert workflow["defaults"]["run"]["working-directory"] == "infra"
    journal = step(workflow["jobs"]["apply-small-dev-0"], "Keep the journal")
    assert journal["with"]["path"] == "infra/.infragen/runs/*/[jl]*"  # and not the key of a contract
    assert (tmp_path / ACTION / "action.yml").is_file()
    assert infragen("ci", "atlantis", "-C", tmp_path / "infra").code == 0
    projects = yaml.safe_load((tmp_path / "atlantis.yaml").read_text())["projects"]
    assert {one["dir"] for one in projects} >= {"infra/generated/small/dev/network"}


def test_the_action_comes_along(github: Any, system: Path) -> None:
    github("shop/prod")
    for name in ("action.yml", "plan_comment.py"):
        assert (system / ACTION / name).read_bytes() == (ROOT / ACTION / name).read_bytes()


def test_check_compares_and_writes_nothing(infragen: Infragen, system: Path) -> None:
    for engine, file in (("github", WORKFLOW), ("atlantis", "atlantis.yaml")):
        outcome = infragen("ci", engine, "--check", "-C", system)
        assert outcome.code == 2
        assert not (system / file).exists()
        assert infragen("ci", engine, "-C", system).code == 0
        before = (system / file).read_bytes()
        assert infragen("ci", engine, "--check", "-C", system).code == 0
        assert infragen("ci", engine, "-C", system).code == 0
        assert (system / file).read_bytes() == before
        (system / file).write_text((system / file).read_text() + "# more\n")
        outcome = infragen("ci", engine, "--check", "-C", system)
        assert (outcome.code, file in outcome.out) == (2, True)


def test_a_file_of_somebody_else_stays(infragen: Infragen, system: Path) -> None:
    (system / "atlantis.yaml").write_text("version: 3\n")
    outcome = infragen("ci", "atlantis", "-C", system)
    assert (outcome.code, "X026" in outcome.err) == (1, True)
    assert (system / "atlantis.yaml").read_text() == "version: 3\n"
    assert infragen("ci", "atlantis", "--file", system / "other.yaml", "-C", system).code == 0


@pytest.mark.parametrize("target", ["shop/prod/network", "shop/nothing", "nothing"])
def test_targets_that_are_no_environments(infragen: Infragen, system: Path, target: str) -> None:
    assert infragen("ci", "github", target, "-C", system).code == 1
    assert not (system / WORKFLOW).exists()


def stacks_of(generated: Path, target: str) -> list[str]:
    return [one.parent.name for one in (generated / "generated" / target).glob("*/backend.tf")]


def test_atlantis(infragen: Infragen, system: Path, generated: Path) -> None:
    assert infragen("ci", "atlantis", "-C", system).code == 0
    document = yaml.safe_load((system / "atlantis.yaml").read_text())
    schema = json.loads((ROOT / "tests/schemas/atlantis.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    projects = {one["name"]: one for one in document["projects"]}
    rendered = [one for target in ("shop/prod", "shop/test") for one in stacks_of(generated, target)]
    assert "workflows" not in document, "one that a pull request defines runs its commands on the server"
    assert len(projects) == len(document["projects"]) == len(rendered)
    for project in projects.values():
        assert (generated / project["dir"]).is_dir()
        assert project["workflow"] == "infragen"
        for name in project.get("depends_on", ()):
            assert projects[name]["execution_order_group"] < project["execution_order_group"]
    graph = {name: tuple(one.get("depends_on", ())) for name, one in projects.items()}
    assert levels(graph) == {name: one["execution_order_group"] for name, one in projects.items()}


def test_a_project_is_planned_for_what_terraform_reads_of_it_and_nothing_else(
    infragen: Infragen, system: Path, generated: Path
) -> None:
    assert infragen("ci", "atlantis", "shop/prod", "-C", system).code == 0
    for project in yaml.safe_load((system / "atlantis.yaml").read_text())["projects"]:
        folder = generated / project["dir"]
        waiting, called = [folder], set()
        while waiting:
            for file in waiting.pop().glob("*.tf"):
                for source in re.findall(r'^\s*source\s*=\s*"(\.\.[^"]+)"', file.read_text(), re.MULTILINE):
                    module = (file.parent / source).resolve()
                    if module not in called:
                        called.add(module)
                        waiting.append(module)
        patterns = {"*.tf", ".terraform.lock.hcl", *(f"../modules/{module.name}/*.tf" for module in called)}
        assert set(project["autoplan"]["when_modified"]) == patterns


def test_a_stack_that_reads_files_is_planned_for_them(infragen: Infragen, tmp_path: Path) -> None:
    project = rendered_project(tmp_path, aws=STACKS)
    (project / "infragen.toml").write_text(
        f'{PINNED}\n[programs]\nallow = ["small/data-sales/local.a", "small/data-plant/local.a"]\n'
    )
    edit(
        project,
        "templates/kinds/databases/main.tf",
        'module "@{own.database.label}"',
        'locals {\n  a = file("x")\n}\n\nmodule "@{own.database.label}"',
    )
    assert infragen("ci", "atlantis", "-C", project).code == 0
    projects = yaml.safe_load((project / "atlantis.yaml").read_text())["projects"]
    patterns = {one["name"]: one["autoplan"]["when_modified"] for one in projects}
    assert "sql/*" in patterns["small-dev-data-sales"]
    assert "sql/*" not in patterns["small-dev-network"]


def test_the_wheel_carries_the_action(repository: Path) -> None:
    text = (repository / "pyproject.toml").read_text()
    for name in ("action.yml", "plan_comment.py"):
        assert f'"{ACTION}/{name}" = "infragen/_github/actions/plan-comment/{name}"' in text
    assert '".github/requirements" = "infragen/_github/requirements"' in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain-1_a/b.c", "plain-1_a/b.c"),
        ("on", '"on"'),
        ("No", '"No"'),
        ("1.10", '"1.10"'),
        ("a: b", '"a: b"'),
        ("${{ x }}", '"${{ x }}"'),
        ("", '""'),
        ('q"\n', '"q\\"\\n"'),
        ("\u2028", '"\\u2028"'),
        ("日本", '"日本"'),
        (("a", "b c"), '[a, "b c"]'),
        (True, "true"),
        (None, "null"),
        (7, "7"),
        (Reference("a@b # c"), "a@b # c"),
    ],
)
def test_yaml_literals(value: object, text: str) -> None:
    assert yaml_literal(value) == text
    if not isinstance(value, Reference):
        assert yaml.safe_load(f"a: {text}")["a"] == (list(value) if isinstance(value, tuple) else value)


def test_nothing_is_left_beside_the_files(infragen: Infragen, system: Path) -> None:
    shutil.rmtree(system / ".git")
    assert infragen("ci", "github", "-C", system).code == 0
    left = [path.name for path in (system / ".github").rglob("*") if path.is_file()]
    locks = ["build.txt", "infragen.txt", "schemathesis.txt"]
    assert sorted(left) == sorted(["action.yml", "infragen.yml", "plan_comment.py", *locks])


@pytest.mark.parametrize("engine", ["github", "atlantis"])
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", "X040"),
        ("[ci]\n", "infragen.toml:1:1: error X040"),
        ('[ci]\ninstall = "infragen"', "infragen.toml:2:11: error C003"),
        ('[ci]\ninstall = "infragen==0.1.0"', "infragen.toml:2:11: error C003"),
        ('[ci]\ninstall = "pip install infragen"', "infragen.toml:2:11: error C003"),
        ('[ci]\ninstall = "git+https://a.example/b"', "the 40 digits of a commit"),
        ('[ci]\ninstall = "git+https://a.example/b@main"', "the 40 digits of a commit"),
        (f'[ci]\ninstall = "git+https://a.example/b@{COMMIT[:12]}"', "the 40 digits of a commit"),
        (f'[ci]\ninstall = "git+http://a.example/b@{COMMIT}"', "is not fetched over https"),
        (f'[ci]\ninstall = "git+https://me:word@a.example/b@{COMMIT}"', "contains a password"),
        (f'[ci]\ninstall = "git+https://a.example/b@{COMMIT}#egg=x"', "has more after the commit"),
        ('[ci]\ninstall = "https://a.example/b.whl"', "#sha256="),
        ('[ci]\ninstall = "https://a.example/b.whl#sha256=12"', "#sha256="),
        (f'[ci]\ninstall = "https://a.example/b.zip#sha256={"ab" * 32}"', "is not a wheel"),
        ('[ci]\ninstall = "../b.whl"', "is not a path in the project"),
        ('[ci]\ninstall = "a b;id.whl"', "is not a path in the project"),
        ('[ci]\ninstall = "wheels/b.whl"', "infragen.toml:2:11: error C003 `ci.install`: there is no 'wheels/b.whl'"),
        ('[ci]\ninstall = "loose.txt"', "loose.txt:3:1: error C003 'infragen-catalogue==0.1.0' has no `--hash=sha256"),
    ],
)
def test_ci_installs_nothing_that_is_not_pinned(
    infragen: Infragen, system: Path, engine: str, settings: str, expected: str
) -> None:
    (system / "infragen.toml").write_text(settings)
    lines = ("--index-url https://pypi.example.com/simple", "# ours", "infragen-catalogue==0.1.0")
    (system / "loose.txt").write_text("\n".join(lines))
    outcome = infragen("ci", engine, "-C", system)
    assert outcome.code == 1
    assert expected in outcome.err
    assert "git+https://" in outcome.err or "--generate-hashes" in outcome.err or "committed" in outcome.err
    assert not (system / WORKFLOW).exists()
    assert not (system / "atlantis.yaml").exists()


@pytest.mark.parametrize(
    ("install", "given", "flags"),
    [
        (f"git+https://a.example/b@{COMMIT}", f"git+https://a.example/b@{COMMIT}", "--no-deps"),
        ("wheels/b.whl", "./wheels/b.whl", "--no-deps"),
        (f"https://a.example/b.whl#sha256={'ab' * 32}", f"https://a.example/b.whl#sha256={'ab' * 32}", "--no-deps"),
        ("requirements.txt", "requirements.txt", "--require-hashes"),
    ],
)
def test_ci_installs_from_what_is_named(
    github: Any, infragen: Infragen, system: Path, *, install: str, given: str, flags: str
) -> None:
    """Nothing is taken that has no hash: not a dependency, and not what builds a package."""
    (system / "wheels").mkdir()
    (system / "wheels/b.whl").write_bytes(b"")
    (system / "requirements.txt").write_text(HASHED)
    workflow = github(settings=f'ci.install = "{install}"')
    assert infragen("ci", "atlantis", "-C", system).code == 0
    header = [line.strip("# ") for line in (system / "atlantis.yaml").read_text().splitlines() if line.startswith("#")]
    for one in (one for one in steps(workflow) if "Install" in one.get("name", "")):
        lines = [line for line in one["run"].splitlines() if "pip install" in line]
        assert all("--require-hashes" in line or ("--no-deps" in line and "$INFRAGEN" in line) for line in lines)
        assert all("--only-binary :all:" in line or "--no-build-isolation" in line for line in lines)
        assert one["name"] != "Install infragen" or (one["env"] == {"INFRAGEN": given} and flags in lines[-1])
    told = [line for line in header if line.startswith("python")]
    assert all("--require-hashes" in line or "--no-deps" in line for line in told)
    assert given in told[-1]


def test_the_locks_have_the_versions_that_are_tested_here_and_everything_that_infragen_imports() -> None:
    """`.ci/lock` writes them."""
    versions = {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in (("infragen", project["dependencies"]), ("schemathesis", ["schemathesis"])):
        text = (ROOT / f".github/requirements/{lock}.txt").read_text()
        pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
        assert not [*unpinned(text)]
        assert {name: versions.get(name) for name in pinned} == pinned
        names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=\[]", one)[0]).lower() for one in wanted}
        assert names <= pinned.keys()
        assert not re.search(r"https?:|--index|--find", text), "a lock names no server"
