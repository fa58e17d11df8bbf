"""The composite action, run as a runner does: its own step, in bash, against a GitHub on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from tests.action.github import BOT, REFUSED, TOKEN, Answer, FakeGitHub
from tests.plans.corpus import case
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github/actions/plan-comment/action.yml"
PAGE = ROOT / "docs/github-action.md"
MARKER = "<!-- infragen plan-comment plan -->"
HERE: dict[str, Any] = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "octo/infra"}}}}
FORK: dict[str, Any] = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "stranger/infra"}}}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step leaves behind."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]


class Runner:
    """Runs the action's step with inputs, as GitHub's runner would."""

    def __init__(self, folder: Path, github: FakeGitHub) -> None:
        self.folder = folder
        self.github = github
        self.event: dict[str, Any] = HERE
        self.environment: dict[str, str] = {}
        self.report = folder / "report.md"
        self.report.write_text("### one\n", encoding="utf-8")

    def __call__(self, **inputs: str) -> Outcome:
        action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
        (step,) = action["runs"]["steps"]
        given = {name: one.get("default", "") for name, one in action["inputs"].items()}
        given |= {"token": TOKEN, "markdown": str(self.report)} | {k.replace("_", "-"): v for k, v in inputs.items()}
        files = {name: self.folder / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_EVENT_PATH")}
        for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
            files[name].unlink(missing_ok=True)
        files["GITHUB_EVENT_PATH"].write_text(json.dumps(self.event), encoding="utf-8")
        done = subprocess.run(
            ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),
            cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
            env={
                "PATH": f"{self.folder}:{os.environ['PATH']}",
                "GITHUB_ACTION_PATH": str(ACTION.parent),
                "GITHUB_API_URL": self.github.url,
                "GITHUB_GRAPHQL_URL": f"{self.github.url}/graphql",
                "GITHUB_REPOSITORY": "octo/infra",
                "GITHUB_SHA": "c0ffee",
                "PLAN_COMMENT_PAUSE": "0.01",
                **{name: str(path) for name, path in files.items()},
                **{name: _filled(value, given) for name, value in step["env"].items()},
                **self.environment,
            },
        )  # fmt: skip
        outputs = files["GITHUB_OUTPUT"].read_text() if files["GITHUB_OUTPUT"].exists() else ""
        summary = files["GITHUB_STEP_SUMMARY"].read_text() if files["GITHUB_STEP_SUMMARY"].exists() else ""
        found = dict(line.split("=", 1) for line in outputs.splitlines())
        return Outcome(done.returncode, done.stdout + done.stderr, summary, found)


def _filled(template: str, inputs: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], template)


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    server = FakeGitHub()
    yield server
    server.close()


@pytest.fixture
def run(tmp_path: Path, github: FakeGitHub) -> Runner:
    return Runner(tmp_path, github)


def test_the_first_run_creates_the_comment_and_the_next_one_updates_it(run: Runner, github: FakeGitHub) -> None:
    first = run()
    assert (first.code, first.outputs["result"]) == (0, "created")
    assert first.outputs["comment-url"].endswith("#issuecomment-1")
    run.report.write_text("### two 計画\n", encoding="utf-8")
    assert run().outputs["result"] == "updated"
    assert [comment["body"] for comment in github.comments] == [f"{MARKER}\n### two 計画\n"]
    assert run().outputs["result"] == "unchanged"
    assert "DELETE" not in github.methods()


def test_each_key_has_a_comment_of_its_own_and_no_key_ends_the_marker(run: Runner, github: FakeGitHub) -> None:
    for key in ("prod", "prod-eu", "--> <b>x", "prod"):
        assert run(key=key).code == 0
    first_lines = [comment["body"].partition("\n")[0] for comment in github.comments]
    assert len(first_lines) == 3
    assert all(re.fullmatch(r"<!-- infragen plan-comment [\w%]+ -->", line) for line in first_lines)


def test_the_comment_is_found_on_a_later_page(run: Runner, github: FakeGitHub) -> None:
    for number in range(250):
        github.add(f"{number}", "somebody")
    github.add(f"{MARKER}\nold")
    assert run().outputs["result"] == "updated"
    assert github.comments[250]["body"] == f"{MARKER}\n### one\n"
    assert github.methods() == ["GET", "GET", "GET", "PATCH"]


def test_a_comment_of_somebody_else_with_the_marker_is_left_alone(run: Runner, github: FakeGitHub) -> None:
    github.add(f"{MARKER}\nforged", "mallory")
    github.add(f"see\n{MARKER}\nquoted", BOT)
    assert run().outputs["result"] == "created"
    assert [comment["body"] for comment in github.comments[:2]] == [f"{MARKER}\nforged", f"see\n{MARKER}\nquoted"]


def test_the_token_of_an_app_or_a_person_finds_its_own_comments(run: Runner, github: FakeGitHub) -> None:
    github.viewer = "robot9001"
    github.add(f"{MARKER}\nof the workflow's own token", BOT)
    assert [run().outputs["result"], run().outputs["result"]] == ["created", "unchanged"]


def test_the_report_also_stands_in_the_step_summary(run: Runner) -> None:
    assert run().summary == "### one\n\n"


def test_without_a_pull_request_there_is_a_summary_and_no_request(run: Runner, github: FakeGitHub) -> None:
    run.event = {"ref": "refs/heads/main"}
    outcome = run()
    assert (outcome.code, outcome.outputs["result"], github.requests) == (0, "summary", [])
    assert "No pull request in this event" in outcome.log
    assert run(pull_request="7").outputs["result"] == "created"


def test_a_comment_on_a_pull_request_is_its_event_too(run: Runner, github: FakeGitHub) -> None:
    run.event = {"issue": {"number": 7}}
    assert run().outputs["result"] == "summary"
    run.event = {"issue": {"number": 7, "pull_request": {}}}
    assert run().outputs["result"] == "summary"
    run.event = {"issue": {"number": 7, "pull_request": {"url": "x"}}}
    assert run().outputs["result"] == "created"


def test_a_fork_s_token_that_only_reads_is_no_failure_and_the_log_says_so(run: Runner, github: FakeGitHub) -> None:
    run.event = FORK
    github.failures["POST"] = [Answer(403, REFUSED)]
    outcome = run()
    assert (outcome.code, outcome.outputs["result"], outcome.summary) == (0, "summary", "### one\n\n")
    assert "::notice title=plan-comment::" in outcome.log
    assert "fork" in outcome.log


def test_a_job_without_the_permission_fails_and_is_told_which_one(run: Runner, github: FakeGitHub) -> None:
    github.failures["POST"] = [Answer(403, REFUSED)]
    outcome = run()
    assert outcome.code == 1
    assert "pull-requests: write" in outcome.log
    assert github.methods() == ["GET", "POST"]


def test_a_pull_request_that_is_not_there_fails_with_its_number(run: Runner) -> None:
    outcome = run(pull_request="8")
    assert outcome.code == 1
    assert "there is no pull request 8" in outcome.log


def test_a_server_s_failures_are_asked_again(run: Runner, github: FakeGitHub) -> None:
    github.failures["GET"] = [Answer(502), Answer(503)]
    github.failures["POST"] = [Answer(500), Answer(429, headers={"Retry-After": "0"})]
    assert run().outputs["result"] == "created"
    assert len(github.comments) == 1


def test_a_limit_of_requests_is_waited_for_and_not_taken_for_a_missing_permission(
    run: Runner, github: FakeGitHub
) -> None:
    limited = Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "0"})
    github.failures["POST"] = [limited]
    assert run().outputs["result"] == "created"


def test_a_write_that_was_done_before_the_server_failed_is_not_done_twice(run: Runner, github: FakeGitHub) -> None:
    github.failures["POST"] = [Answer(502, done=True)]
    assert run().code == 0
    assert len(github.comments) == 1


def test_a_server_that_never_answers_is_an_error_in_words(run: Runner, github: FakeGitHub) -> None:
    github.failures["GET"] = [Answer(503, {"message": "down\n::stop-commands::x"}) for _ in range(100)]
    outcome = run()
    assert outcome.code == 1
    assert "GitHub answered 503: down ::stop-commands::x" in outcome.log
    assert "Traceback" not in outcome.log
    assert outcome.summary == "### one\n\n"


def test_a_redirect_does_not_take_the_token_along(run: Runner, github: FakeGitHub) -> None:
    other = FakeGitHub()
    github.failures["GET"] = [Answer(301, headers={"Location": f"{other.url}/repos/octo/infra/issues/7/comments"})]
    assert run().code == 1
    assert other.requests == []
    other.close()


@pytest.mark.parametrize("failure", [None, Answer(403, REFUSED), Answer(500), Answer(422)])
def test_no_log_shows_the_token(run: Runner, github: FakeGitHub, failure: Answer | None) -> None:
    github.failures["POST"] = [failure] * 9 if failure else []
    outcome = run()
    assert TOKEN not in outcome.log + outcome.summary + str(outcome.outputs)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"markdown": ""}, "give either"),
        ({"markdown": "no-such-file.md"}, "no-such-file.md"),
        ({"plans": "nothing/*.json", "markdown": ""}, "nothing matches"),
        ({"pull_request": "7; rm -rf /"}, "is not a number"),
        ({"pull_request": "0"}, "is not a number"),
        ({"key": " "}, "`key`"),
        ({"token": ""}, "no token"),
    ],
)
def test_a_wrong_input_is_named(run: Runner, inputs: dict[str, str], words: str) -> None:
    outcome = run(**inputs)
    assert outcome.code == 1
    assert words in outcome.log
    assert "Traceback" not in outcome.log


def test_an_input_with_a_command_in_it_is_only_text(run: Runner) -> None:
    outcome = run(markdown='$(touch run-by-bash)"; touch run-by-bash; "')
    assert outcome.code == 1
    assert not (run.folder / "run-by-bash").exists()


def test_a_text_too_long_for_a_comment_says_how_to_shorten_it(run: Runner, github: FakeGitHub) -> None:
    run.report.write_text("x" * 66_000, encoding="utf-8")
    outcome = run()
    assert outcome.code == 1
    assert "--budget" in outcome.log
    assert github.comments == []


def test_a_text_too_long_for_a_summary_is_left_out_of_it(run: Runner) -> None:
    run.report.write_text("x" * 1_100_000, encoding="utf-8")
    assert run().summary == "The report is larger than a step summary may be.\n"


def _infragen(run: Runner, code: int = 0) -> None:
    """Put an infragen on PATH that prints its arguments and ends with a code."""
    program = run.folder / "infragen"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@"\nexit {code}\n', encoding="utf-8")
    program.chmod(0o755)


def test_plans_become_one_report(run: Runner, github: FakeGitHub) -> None:
    _infragen(run)
    for name in ("b.json", "a.json", "-c.json"):
        (run.folder / name).write_text("{}")
    assert run(markdown="", plans="-c.json\n[ab].json\n").outputs["result"] == "created"
    links = "--base-url=https://github.com/octo/infra/blob/c0ffee"
    assert github.comments[0]["body"].split("\n")[1:-1] == [
        "report", "--format=markdown", links, "--", "-c.json", "a.json", "b.json",
    ]  # fmt: skip
    run(markdown="", plans="a.json", title="a; b", target="technova/prod", key="two")
    assert github.comments[1]["body"].split("\n")[4:-1] == ["--title=a; b", "--target=technova/prod", "--", "a.json"]


def test_the_program_that_reads_plans_gets_no_token_and_gives_the_runner_no_command(run: Runner) -> None:
    program = run.folder / "infragen"
    program.write_text("#!/bin/sh\nenv\nprintf 'a\\r::error::forged\\n' >&2\n")
    program.chmod(0o755)
    (run.folder / "plan.json").write_text("{}")
    tokens = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x", "AWS_SECRET_ACCESS_KEY": "x", "GITHUB_ENV": "x"}
    run.environment |= tokens
    done = run(markdown="", plans="plan.json")
    assert done.code == 0, done.log
    assert not {line.partition("=")[0] for line in done.summary.splitlines()} & {*tokens, "PLAN_COMMENT_TOKEN"}
    stopped, resumed = (line.strip() for line in done.log.splitlines()[:2])
    assert resumed == f"::{stopped.removeprefix('::stop-commands::')}::"
    assert len(resumed) > 40


def test_no_module_of_the_checkout_is_imported(run: Runner) -> None:
    (run.folder / "json.py").write_text("raise SystemExit(7)\n")
    run.environment["PYTHONPATH"] = str(run.folder)
    assert run().code == 0


def test_a_real_report_of_real_plans_is_posted(run: Runner, github: FakeGitHub) -> None:
    """With the infragen of these tests, as a workflow has it on PATH."""
    program = run.folder / "infragen"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m infragen "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    run.environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    outcome = run(markdown="", plans=str(case("048").path), title="everything", fail_on="destroy")
    assert (outcome.code, outcome.outputs["result"]) == (2, "created")
    (comment,) = github.comments
    assert comment["body"].startswith(f"{MARKER}\n### `everything` ")
    assert "terraform_data.replace" in comment["body"]
    assert comment["body"].removeprefix(f"{MARKER}\n") in outcome.summary


def test_a_plan_that_is_not_to_pass_is_commented_on_and_then_fails_the_step(run: Runner, github: FakeGitHub) -> None:
    (run.folder / "a.json").write_text("{}")
    _infragen(run, code=3)
    outcome = run(markdown="", plans="a.json", fail_on="destroy")
    assert (outcome.code, outcome.outputs["result"]) == (3, "created")
    assert "--fail-on=destroy" in github.comments[0]["body"]


def test_a_report_that_cannot_be_made_is_no_comment(run: Runner, github: FakeGitHub) -> None:
    (run.folder / "a.json").write_text("{}")
    program = run.folder / "infragen"
    program.write_text("#!/bin/sh\necho 'error X001 a state is no plan' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    outcome = run(markdown="", plans="a.json")
    assert outcome.code == 1
    assert "a state is no plan" in outcome.log
    assert github.comments == []


def test_without_infragen_plans_say_what_is_missing(run: Runner) -> None:
    (run.folder / "a.json").write_text("{}")
    (run.folder / "bash").symlink_to("/bin/bash")
    python = run.folder / "python3"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    run.environment["PATH"] = str(run.folder)
    assert "a step before this one installs it" in run(markdown="", plans="a.json").log


def test_the_action_and_the_documented_workflow_have_github_s_published_shape(tmp_path: Path) -> None:
    assert _check("vendor.github-actions", ACTION) == ""
    for number, workflow in enumerate(_workflows()):
        file = tmp_path / f"{number}.yml"
        file.write_text(workflow, encoding="utf-8")
        assert _check("vendor.github-workflows", file) == ""
    broken = tmp_path / "action.yml"
    broken.write_text(ACTION.read_text(encoding="utf-8").replace("using: composite", "using: magic"))
    assert "magic" in _check("vendor.github-actions", broken)


def test_documented_workflows_use_inputs_that_exist_and_ask_for_no_more_than_they_need() -> None:
    inputs = set(yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"])
    workflows = [yaml.safe_load(text) for text in _workflows()]
    assert workflows
    for workflow in workflows:
        for job in workflow["jobs"].values():
            assert set(job["permissions"]) <= {"contents", "pull-requests", "id-token"}
            assert job["permissions"]["pull-requests"] == "write"
            used = [step for step in job["steps"] if step.get("uses", "").startswith("./.github/actions/plan-comment")]
            assert used
            assert all(set(step["with"]) <= inputs for step in used)


def test_the_page_names_every_input_and_output() -> None:
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    for name in (*action["inputs"], *action["outputs"]):
        assert f"| `{name}` |" in page


def _workflows() -> list[str]:
    page = PAGE.read_text(encoding="utf-8")
    return [block for block in re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if "jobs:" in block]


def _check(schema: str, file: Path) -> str:
    """Return what check-jsonschema has against a file; it carries GitHub's schemas, so nothing is fetched."""
    result = CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, str(file)])
    return "" if result.exit_code == 0 else result.output
