"""A terraform that answers nonsense, and a machine that knows its user by a number alone: words, and never a crash."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.engine.small import STACKS, rendered_project

from infragen.diagnostics import InfragenError
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import Binary, Kind
from infragen.terraform.provider_mirror import Mirror
from infragen.terraform.runner import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

STATE = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "a", "outputs": {}, "resources": []}
RESOURCE = {
    "mode": "managed",
    "type": "aws_sns_topic",
    "name": "base",
    "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
    "instances": [{"schema_version": 0, "attributes": {"id": "x"}}],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered_project(tmp_path_factory.mktemp("small"), aws=STACKS)


@pytest.fixture
def answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a terraform on PATH that gives these answers."""

    def put(*, state: str = "", shown: str = "{}", version: str = '{"terraform_version": "1.11.4"}') -> None:
        program = tmp_path / "bin/terraform"
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            f"#!{sys.executable}\nimport sys\nwords = sys.argv[1:]\n"
            f"if words[0] == 'version': print({version!r})\n"
            f"if words[:2] == ['state', 'pull']: print({state!r})\n"
            f"if words[0] == 'show': print({shown!r})\n"
            "if words[0] == 'plan':\n    open(next(w for w in words if w.startswith('-out='))[5:], 'w').write('x')\n"
            "    sys.exit(2)\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        monkeypatch.delenv("INFRAGEN_TERRAFORM", raising=False)

    return put


def with_resource(**changed: object) -> str:
    return json.dumps({**STATE, "resources": [{**RESOURCE, **changed}]})


@pytest.mark.parametrize(
    "state",
    [
        "no json",
        '{"version": 4',
        "[]",
        "7",
        '{"version": "four"}',
        json.dumps({**STATE, "serial": "x"}),
        json.dumps({**STATE, "resources": {}}),
        json.dumps({**STATE, "resources": [1]}),
        json.dumps({**STATE, "outputs": []}),
        with_resource(type=7),
        with_resource(mode=None),
        with_resource(name=["a"]),
        with_resource(provider=3),
        with_resource(instances={}),
        with_resource(instances=[1]),
        with_resource(instances=[{"attributes": [1]}]),
        with_resource(instances=[{"attributes": {"id": 7}, "index_key": {}}]),
        with_resource(instances=[{"dependencies": "x"}]),
        with_resource(module=1),
    ],
)
def test_a_state_that_is_none_is_named(
    infragen: Infragen, small: Path, answering: Callable[..., None], state: str
) -> None:
    answering(state=state)
    for command in ("plan", "drift"):
        outcome = infragen(command, "small/dev/network", "-C", small)
        assert outcome.code == 1, outcome.out
        assert "B001" not in outcome.err, outcome.err
        assert "error " in outcome.err


@pytest.mark.parametrize(
    "shown", ["no json", '{"format_version":', "[]", "7", '{"format_version": "9.0"}', '{"resource_changes": 7}', ""]
)
def test_a_plan_that_is_none_is_named(
    infragen: Infragen, small: Path, answering: Callable[..., None], shown: str
) -> None:
    answering(shown=shown)
    outcome = infragen("plan", "small/dev", "--offline", "-C", small)
    assert outcome.code == 1, outcome.out
    assert "B001" not in outcome.err, outcome.err
    assert "error " in outcome.err


@pytest.mark.parametrize(
    "version", ["", "no json", "[]", "7", '{"terraform_version": 7}', '{"terraform_version": "x"}']
)
def test_a_version_that_is_none_is_named(
    infragen: Infragen, small: Path, answering: Callable[..., None], version: str
) -> None:
    answering(version=version)
    outcome = infragen("plan", "small/dev", "--offline", "-C", small)
    assert (outcome.code, "error T003" in outcome.err, "INFRAGEN_TERRAFORM" in outcome.err) == (1, True, True)


@pytest.mark.parametrize("answer", ["", "no json", "[]", '{"x": 1}', '{"x": {}}', "7"])
def test_outputs_that_are_none_are_named(tmp_path: Path, answer: str) -> None:
    program = tmp_path / "terraform"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    runner = TerraformRunner(
        Binary((str(program),), Kind.TERRAFORM, "1.11.4"), Mirror(None, "none"), {"PATH": "/usr/bin:/bin"}
    )
    with pytest.raises(InfragenError) as caught:
        runner.output(Folder(tmp_path, "generated/small/dev/network"))
    (found,) = caught.value.diagnostics
    assert (found.code, bool(found.hint)) == ("T044", True)
    assert "generated/small/dev/network" in found.message


@pytest.mark.parametrize(
    "line",
    [
        {"type": "apply_complete", "hook": [1]},
        {"type": "apply_complete", "hook": {"resource": "x"}},
        {"type": "planned_change", "change": "x"},
        {"type": "change_summary", "changes": [1]},
        {"type": "diagnostic", "diagnostic": "x"},
        {"type": "outputs", "outputs": [1]},
        {"type": ["x"]},
    ],
)
def test_a_line_of_another_form_is_no_message(tmp_path: Path, line: object) -> None:
    program = tmp_path / "terraform"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(line)}\nEND\n")
    program.chmod(0o755)
    runner = TerraformRunner(
        Binary((str(program),), Kind.TERRAFORM, "1.11.4"), Mirror(None, "none"), {"PATH": "/usr/bin:/bin"}
    )
    folder = Folder(tmp_path, "generated/small/dev/network")
    assert runner.plan(folder, tmp_path / "plan").changes is False


def test_an_apply_whose_words_had_no_room_is_no_apply_of_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "terraform"
    program.write_text('#!/bin/sh\necho \'{"type": "apply_start", "hook": {}}\'\necho \'{"type": "apply_compl\'\n')
    program.chmod(0o755)
    runner = TerraformRunner(
        Binary((str(program),), Kind.TERRAFORM, "1.11.4"), Mirror(None, "none"), {"PATH": "/usr/bin:/bin"}
    )
    monkeypatch.setattr("infragen.terraform.adapter.ROOM", 1 << 62)  # as if there were none
    with pytest.raises(InfragenError) as caught:
        runner.apply(Folder(tmp_path, "generated/small/dev/network"), tmp_path / "plan")
    (found,) = caught.value.diagnostics
    assert (found.code, "its output was lost" in found.message, "TMPDIR" in (found.hint or "")) == ("T045", True, True)


@pytest.mark.parametrize("words", [("plan", "small/dev", "--offline"), ("doctor",), ("runs",), ("unlock", "small/dev")])
def test_a_user_without_a_name_and_a_home(small: Path, answering: Callable[..., None], words: tuple[str, ...]) -> None:
    """As in a container that runs under a bare number: `HOME` is not set, and no system knows the user."""
    answering()
    nobody = (
        "import os, pwd, sys\n"
        "for name in ('HOME', 'USER', 'LOGNAME', 'LNAME', 'USERNAME'):\n    os.environ.pop(name, None)\n"
        "def unknown(*_):\n    raise KeyError('uid not found')\n"
        "pwd.getpwuid = unknown\n"
        "from infragen.cli.app import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", nobody, *words, "-C", str(small)], capture_output=True, text=True, check=False
    )
    assert "B001" not in ended.stderr, ended.stderr
    assert ended.returncode in {0, 1}
