"""Policy programs: how each is called, and what is read from its answer (samples in the forms of their docs)."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.settings import Policy
from infragen.terraform.child_process import Stopper
from infragen.terraform.policy import PolicyFinding, find_tool, run_policy
from infragen.terraform.runner import StoppedError
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.terraform.conftest import WriteProgram

BUCKET = "module.data_sales.module.exports.aws_s3_bucket.this"

CONFTEST = [
    {
        "filename": "plan.json",
        "namespace": "main",
        "successes": 3,
        "warnings": [{"msg": "no owner tag", "metadata": {"query": "data.main.warn", "address": BUCKET}}],
        "failures": [
            {"msg": f"{BUCKET} is not encrypted", "metadata": {"query": "data.main.deny"}},
            {"msg": "too many changes", "metadata": {"query": "data.main.deny", "id": "LIMIT-1"}},
        ],
    },
    {"filename": "plan.json", "namespace": "other", "successes": 1},
]

CHECKOV = {
    "check_type": "terraform_plan",
    "results": {
        "passed_checks": [],
        "failed_checks": [
            {
                "check_id": "CKV_AWS_21",
                "bc_check_id": "BC_AWS_S3_16",
                "check_name": "Ensure all data stored in the S3 bucket have versioning enabled",
                "check_result": {"result": "FAILED", "evaluated_keys": ["versioning/[0]/enabled"]},
                "code_block": None,
                "file_path": "/plan.json",
                "file_line_range": [0, 0],
                "resource": BUCKET,
                "resource_address": BUCKET,
                "severity": None,
                "guideline": "https://docs.example/s3-16",
            }
        ],
        "skipped_checks": [],
        "parsing_errors": [],
    },
    "summary": {"passed": 0, "failed": 1, "skipped": 0, "parsing_errors": 0, "resource_count": 1},
    "url": "Add an api key",
}


def opa(value: Any, text: str = "data.terraform.deny") -> dict[str, Any]:
    return {"result": [{"expressions": [{"value": value, "text": text, "location": {"row": 1, "col": 1}}]}]}


@pytest.fixture
def answer(write_program: WriteProgram, tmp_path: Path) -> Callable[..., tuple[PolicyFinding, ...]]:
    """Run a policy whose program prints a text, or a document as JSON, and ends with a code."""

    def run(policy: Policy, said: Any, code: int = 0, stderr: str = "") -> tuple[PolicyFinding, ...]:
        text = said if isinstance(said, str) else json.dumps(said)
        body = f"sys.stderr.write({stderr!r})\nsys.stdout.write({text!r})\nsys.exit({code})\n"
        program = write_program(body, policy.tool)
        return run_policy(str(program), policy, tmp_path / "plan.json", tmp_path, Stopper())

    return run


def calls(tmp_path: Path) -> list[str]:
    return json.loads((tmp_path / "calls.log").read_text().splitlines()[-1])  # type: ignore[no-any-return]


def test_conftest(answer: Any, tmp_path: Path) -> None:
    found = answer(Policy(tool="conftest", paths=("policy",), arguments=("--namespace", "main")), CONFTEST, 1)
    assert found == (
        PolicyFinding("conftest", "LIMIT-1", "too many changes"),
        PolicyFinding("conftest", "data.main.deny", f"{BUCKET} is not encrypted", BUCKET),
        PolicyFinding("conftest", "data.main.warn", "no owner tag", BUCKET, is_warning=True),
    )
    plan = str(tmp_path / "plan.json")
    assert calls(tmp_path) == [
        *("test", plan, "--parser", "json", "--output", "json", "--no-color"),
        *("--policy", "policy", "--namespace", "main"),
    ]


def test_conftest_exceptions_are_told_and_stop_nothing(answer: Any) -> None:
    said = [{"filename": "p", "namespace": "main", "successes": 0, "exceptions": [{"msg": "data.main.exception[_]"}]}]
    (found,) = answer(Policy(tool="conftest", paths=("policy",)), said)
    assert (found.is_warning, found.message) == (True, "excepted: data.main.exception[_]")


@pytest.mark.parametrize(
    ("value", "query", "messages"),
    [
        ([], "data.terraform.deny", []),
        (["a", "b"], "data.terraform.deny", ["a", "b"]),
        ([{"msg": "a", "address": BUCKET}, {"message": "b"}], "data.terraform.deny", ["b", "a"]),
        ({"deny": ["a"], "warn": []}, "data.terraform", ["a"]),
        (True, "data.terraform.analysis.authz", []),
        (False, "data.terraform.analysis.authz", ["data.terraform.analysis.authz is false"]),
        (True, "data.terraform.violation", ["data.terraform.violation is true"]),
        (False, "data.terraform.violation", []),
        (3, "data.terraform.score", ["data.terraform.score is 3"]),
        (0, "data.terraform.score", []),
    ],
)
def test_opa(answer: Any, value: Any, query: str, messages: list[str]) -> None:
    found = answer(Policy(tool="opa", paths=("policy",), query=query), opa(value, query))
    assert [one.message for one in found] == messages


def test_opa_is_asked_its_query_of_the_plan(answer: Any, tmp_path: Path) -> None:
    assert answer(Policy(tool="opa", paths=("a", "b"), query="data.x.deny"), opa([])) == ()
    plan = str(tmp_path / "plan.json")
    assert calls(tmp_path) == [
        *("eval", "--format", "json", "--input", plan, "--data", "a", "--data", "b", "data.x.deny")
    ]


@pytest.mark.parametrize(("query", "is_warning"), [("data.x.deny", True), ("data.x.allow", False)])
def test_a_query_that_is_undefined_allows_nothing(answer: Any, query: str, is_warning: bool) -> None:
    """A rule without a default, or a package that nobody wrote: OPA says `{}` and exit code 0 in both cases."""
    (found,) = answer(Policy(tool="opa", paths=("policy",), query=query), {})
    assert (found.message, found.is_warning) == (f"{query} is undefined for this plan", is_warning)


@pytest.mark.parametrize(
    "said",
    [
        [],
        [{"filename": "plan.json", "namespace": "main", "successes": 0}],
        [{"filename": "plan.json", "namespace": "main", "successes": 0, "failures": None}],
    ],
)
def test_conftest_without_a_rule_checks_nothing_which_is_no_pass(answer: Any, said: Any) -> None:
    with pytest.raises(InfragenError, match="X029") as caught:
        answer(Policy(tool="conftest", paths=("policy",)), said)
    assert "--all-namespaces" in str(caught.value.diagnostics[0].hint)


def test_checkov_that_cannot_read_the_plan(answer: Any) -> None:
    """With `--quiet` the summary alone says so."""
    said = {**CHECKOV, "results": {"failed_checks": []}, "summary": {"failed": 0, "parsing_errors": 1}}
    with pytest.raises(InfragenError, match="X029"):
        answer(Policy(tool="checkov"), said)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (Policy(tool="conftest", paths=("policy",)), [{"namespace": "main", "successes": 1}]),
        (Policy(tool="opa", paths=("p",), query="data.x.deny"), opa([])),
        (Policy(tool="checkov"), {**CHECKOV, "results": {"failed_checks": []}}),
    ],
)
def test_a_program_that_fails_without_a_finding_is_an_error(answer: Any, policy: Policy, said: Any) -> None:
    assert answer(policy, said) == ()
    with pytest.raises(InfragenError, match="X029"):
        answer(policy, said, 3)


def test_an_address_in_a_message_is_found(answer: Any) -> None:
    policy = Policy(tool="opa", paths=("policy",), query="data.x.deny")
    said = f'bucket {BUCKET}["a.b"] (see aws_kms_key.this) is e.g. bad'
    (found,) = answer(policy, opa([said]))
    assert found.address == f'{BUCKET}["a.b"]'


@pytest.mark.parametrize("said", [CHECKOV, [CHECKOV, {**CHECKOV, "check_type": "secrets"}]])
def test_checkov(answer: Any, tmp_path: Path, said: Any) -> None:
    found = answer(Policy(tool="checkov", paths=("checks",)), said, 1)
    name = "Ensure all data stored in the S3 bucket have versioning enabled"
    assert found == (PolicyFinding("checkov", "CKV_AWS_21", name, BUCKET, hint="see https://docs.example/s3-16"),)
    assert calls(tmp_path)[2:] == [
        *("--framework", "terraform_plan", "--output", "json", "--compact", "--quiet", "--skip-download"),
        *("--external-checks-dir", "checks"),
    ]


def test_checkov_without_anything_to_check(answer: Any) -> None:
    counts = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0, "checkov_version": "3"}
    assert answer(Policy(tool="checkov"), counts) == ()


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (Policy(tool="conftest", paths=("policy",)), "Error: running test: load: no policies found in [policy]"),
        (Policy(tool="conftest", paths=("policy",)), '{"a": 1}'),
        (
            Policy(tool="opa", paths=("p",), query="data.x"),
            '{"errors": [{"message": "rego_parse_error", "code": "x"}]}',
        ),
        (Policy(tool="opa", paths=("p",), query="data.x"), "[1]"),
        (Policy(tool="checkov"), "null"),
        (Policy(tool="checkov"), "[" * 100_000),
        (Policy(tool="checkov"), ""),
        (Policy(tool="checkov"), "{}"),
    ],
)
def test_what_is_no_answer_is_an_error_and_never_a_pass(answer: Any, policy: Policy, said: str) -> None:
    with pytest.raises(InfragenError) as caught:
        answer(policy, said, 2, "it went wrong\n")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "X029"
    assert "it went wrong" in diagnostic.message
    assert "plan.json" in str(diagnostic.hint)


def test_a_program_that_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(InfragenError, match="X029"):
        run_policy(str(tmp_path / "nothing"), Policy(tool="checkov"), tmp_path / "plan.json", tmp_path, Stopper())


def test_programs_get_no_credentials(write_program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        monkeypatch.setenv(name, "hidden")
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    body = 'seen = [n for n in os.environ if os.environ[n] == "hidden"] + [os.environ["AWS_REGION"], os.getcwd()]\n'
    body += 'print(json.dumps({"result": [{"expressions": [{"value": seen, "text": "data.x"}]}]}))\n'
    policy = Policy(tool="opa", paths=("p",), query="data.x")
    found = run_policy(str(write_program(body, "opa")), policy, tmp_path / "plan.json", tmp_path, Stopper())
    assert {one.message for one in found} == {"ap-northeast-1", str(tmp_path)}


def test_ctrl_c_ends_a_program(write_program: Any, tmp_path: Path) -> None:
    started, slept = tmp_path / "started", tmp_path / "slept"
    body = f"open({str(started)!r}, 'w')\ntime.sleep({PATIENCE})\nopen({str(slept)!r}, 'w')\n"
    program = write_program(body, "checkov")
    stopper = Stopper()
    threading.Thread(target=lambda: (until(started.exists), stopper.stop())).start()
    with pytest.raises(StoppedError):
        run_policy(str(program), Policy(tool="checkov"), tmp_path / "plan.json", tmp_path, stopper)
    assert not slept.exists()


def test_which_program(write_program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_tool(Policy(tool="checkov")) is None
    program = write_program("", "checkov", tmp_path / "bin")
    assert find_tool(Policy(tool="checkov")) == os.fspath(program)
