"""Which variables of a person's shell reach terraform: with a program that poses as terraform and writes them down."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import STACKS, rendered_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

HARMLESS = {
    "TMPDIR": "/tmp",
    "LC_ALL": "C.UTF-8",
    "TF_LOG": "trace",
    "TF_PLUGIN_CACHE_DIR": "/cache",
    "TFENV_TERRAFORM_VERSION": "1.11.4",
    "ASDF_DIR": "/opt/asdf",
    "MISE_DATA_DIR": "/opt/mise",
}
ACCOUNTS = {
    "AWS_PROFILE": "prod",
    "AWS_CONFIG_FILE": "/real/config",
    "AWS_SESSION_TOKEN": "real",
    "AWS_CA_BUNDLE": "/real/ca",
    "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/admin",
}
SURPRISES = {
    "TF_CLI_ARGS": "-no-color",
    "TF_CLI_ARGS_plan": "-destroy",
    "TF_WORKSPACE": "other",
    "TF_DATA_DIR": "/elsewhere",
    "TF_REATTACH_PROVIDERS": "{}",
    "TF_VAR_size": "1",
    "GIT_DIR": "/of/a/hook/.git",
    "GIT_WORK_TREE": "/of/a/hook",
    "GIT_INDEX_FILE": ".git/index",
}
OTHERS = {
    "GIT_SSH_COMMAND": "ssh",
    "https_proxy": "http://proxy.example.com",
    "TF_TOKEN_example_com": "token",
}
UNKNOWN = {"SECRET": "x", "CI_JOB_TOKEN": "y"}
"""Whose purpose nobody knows; a user names those that a `credential_process` needs."""
LOCKED = """\
Error acquiring the state lock: ConditionalCheckFailed
Lock Info:
  ID:        11111111-2222-3333-4444-555555555555
  Path:      bucket/network
  Operation: OperationTypeApply
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-20 01:02:03.4 +0000 UTC
  Info:
"""


@pytest.fixture
def posed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Iterator[dict[str, Any]]]:
    """Put a terraform on PATH that fails at a lock, and return a reader of how it was called."""
    told = tmp_path / "told"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/terraform"
    fault = {"severity": "error", "summary": "Error acquiring the state lock", "detail": LOCKED}
    line = json.dumps({"@level": "error", "@message": "x", "type": "diagnostic", "diagnostic": fault})
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"with open({str(told)!r}, 'a') as file:\n"
        "    print(json.dumps({'words': sys.argv[1:], 'variables': dict(os.environ)}), file=file)\n"
        'if sys.argv[1] == "version":\n    print(\'{"terraform_version": "1.11.4"}\')\n    sys.exit(0)\n'
        f"print({line!r} if '-json' in sys.argv else '')\nsys.stderr.write({LOCKED!r})\nsys.exit(1)\n"
    )
    program.chmod(0o755)
    for name, value in {**HARMLESS, **ACCOUNTS, **SURPRISES, **OTHERS, **UNKNOWN}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.delenv("INFRAGEN_TERRAFORM", raising=False)

    def read() -> Iterator[dict[str, Any]]:
        return map(json.loads, told.read_text().splitlines())

    return read


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small system, with an emulated AWS that nobody has to start."""
    monkeypatch.setattr("infragen.workflow.session.sandbox_of", lambda *_: {"AWS_ACCESS_KEY_ID": "111122223333"})
    return rendered_project(tmp_path / "project", aws=STACKS)


@pytest.mark.parametrize("where", ["--sandbox", "--offline"])
def test_a_closed_terraform_gets_allowed_names_alone(
    infragen: Infragen, small: Path, posed: Callable[[], Iterator[dict[str, Any]]], where: str
) -> None:
    infragen("plan", "small/dev", where, "-C", small)
    calls = list(posed())
    assert {call["words"][0] for call in calls} > {"version"}
    for call in calls:
        variables = call["variables"]
        assert variables["CHECKPOINT_DISABLE"] == "1"
        assert not {*SURPRISES, *UNKNOWN, "MISE_GITHUB_TOKEN", "TENV_GITHUB_TOKEN"} & set(variables)
        assert {name: variables.get(name) for name in HARMLESS} == HARMLESS
        leaked = {name: value for name, value in ACCOUNTS.items() if variables.get(name) == value}
        assert leaked == {}, call["words"]
        may_download = call["words"][0] == "init"
        assert ("https_proxy" in variables, "TF_TOKEN_example_com" in variables) == (may_download, may_download)


@pytest.mark.parametrize("named", ["", "SECRET"])
def test_a_terraform_on_aws_gets_the_shell_without_surprises(
    infragen: Infragen,
    small: Path,
    posed: Callable[[], Iterator[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    named: str,
) -> None:
    monkeypatch.setenv("INFRAGEN_PASS", named)
    infragen("plan", "small/dev", "-C", small)
    calls = [call for call in posed() if call["words"][0] != "version"]
    assert calls
    for call in calls:
        assert call["variables"].items() >= {**ACCOUNTS, **OTHERS, "CHECKPOINT_DISABLE": "1"}.items()
        assert not set(SURPRISES) & set(call["variables"])
        assert set(UNKNOWN) & set(call["variables"]) == {*named.split()}


@pytest.mark.parametrize("flags", [(), ("--sandbox",)])
@pytest.mark.parametrize(
    "command", [("plan", "small/dev/network"), ("unlock", "small/dev/network"), ("drift", "small/dev")]
)
def test_the_hint_of_a_held_lock_can_be_typed(
    infragen: Infragen,
    small: Path,
    posed: object,
    command: tuple[str, ...],
    flags: tuple[str, ...],
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`terraform` says it in the stream of a plan, and on stderr of what has no stream."""
    monkeypatch.setattr("infragen.workflow.recovery.repair.all_processes", list)  # other tests run terraform, too
    outcome = infragen(*command, *flags, "-C", small)
    assert outcome.code == 1
    assert "T022" in outcome.err, outcome.err
    assert "`infragen unlock small/dev" in outcome.err
    words = outcome.err.count("`infragen unlock ")
    assert outcome.err.count(f" -C {small}`") == words
    assert outcome.err.count(f"--sandbox -C {small}`") == (words if flags else 0)
    assert "TARGET" not in outcome.err
