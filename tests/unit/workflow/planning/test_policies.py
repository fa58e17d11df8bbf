"""The policies of infragen.toml on a plan: lines of the catalogue, no secrets, and what stops a plan."""

from __future__ import annotations

import json
from textwrap import dedent
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.engine.small import STACKS, small_project
from tests.unit.terraform.conftest import PRELUDE

from infragen.diagnostics import InfragenError
from infragen.terraform.child_process import Stopper
from infragen.workflow.planning.policies import PolicyCheck
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infragen.workflow.session import Session

ORDER = "catalog/small/databases/sales/order.yaml"
PARAMETER = "module.data_sales.module.database_order.aws_ssm_parameter.capacity"
SECRET = "correct-horse-battery"


def change(address: str, *actions: str, **after: object) -> dict[str, Any]:
    module, kind, name = address.rsplit(".", 2)
    return {
        "address": address,
        "module_address": module,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": list(actions),
            "before": None if actions == ("create",) else after,
            "after": after,
            "after_unknown": {},
            "before_sensitive": {"value": True},
            "after_sensitive": {"value": True},
        },
    }


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_project(tmp_path / "small", aws=STACKS)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Write the JSON of a combined plan: one object that is made, one that stays as it is."""
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [
            change(PARAMETER, "create", value=SECRET),
            change("module.network.aws_sns_topic.base", "no-op", name="base"),
        ],
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def hook(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., PolicyCheck]:
    """Return the policies of a project; `answers` maps programs that are installed to what they print."""

    def make(settings: str, answers: dict[str, Any]) -> PolicyCheck:
        (small / "infragen.toml").write_text(dedent(settings))
        (small / "policy").mkdir(exist_ok=True)
        for tool, said in answers.items():
            program = tmp_path / "bin" / tool
            program.parent.mkdir(exist_ok=True)
            body = f"print({json.dumps(said)!r})\nsys.stderr.write({SECRET!r})\n"
            program.write_text(PRELUDE.format(python=python(), log=str(tmp_path / "calls.log")) + body)
            program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        project = open_project(small)
        _, environment = resolve_one(project, "small/dev")
        composed = compose(project, environment, templates_of(project))
        return PolicyCheck(cast("Session", SimpleNamespace(project=project, composed=composed, stopper=Stopper())))

    return make


def python() -> str:
    import sys

    return sys.executable


OPA = '[[policy]]\ntool = "opa"\npaths = ["policy"]\nquery = "data.x.deny"\n'


def denied(*values: object) -> dict[str, Any]:
    return {"result": [{"expressions": [{"value": list(values), "text": "data.x.deny"}]}]}


def test_a_finding_stands_at_the_entrys_line(hook: Any, plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policies = hook(OPA, {"opa": denied({"msg": "too large", "address": PARAMETER})})
    policies(plan)
    assert policies.tell()
    said = capsys.readouterr().err
    assert f"{ORDER}:1" in said
    assert "error X027" in said
    assert "opa data.x.deny: too large (data-sales: module.database_order.aws_ssm_parameter.capacity)" in said


def test_an_object_that_does_not_change_has_its_line_too(hook: Any, plan: Path, capsys: Any) -> None:
    policies = hook(OPA, {"opa": denied("module.network.aws_sns_topic.base is open")})
    policies(plan)
    assert policies.tell()
    assert "environments/small/dev.yaml:1" in capsys.readouterr().err


def test_a_message_shows_no_secret_of_the_plan(hook: Any, plan: Path, capsys: Any) -> None:
    policies = hook(OPA, {"opa": denied(f"the value {SECRET} is weak", {"msg": "x", "address": f"a_b.{SECRET}"})})
    policies(plan)
    assert policies.tell()
    said = capsys.readouterr().err
    assert SECRET not in said
    assert "is weak" in said


def test_control_sequences_stay_visible_text(hook: Any, plan: Path, capsys: Any) -> None:
    policies = hook(OPA, {"opa": denied("a\x1b[31mred\nline")})
    policies(plan)
    policies.tell()
    assert "\x1b" not in capsys.readouterr().err


def test_a_policy_that_is_not_enforced_warns(hook: Any, plan: Path, capsys: Any) -> None:
    policies = hook(f"{OPA}enforce = false\n", {"opa": denied("a")})
    policies(plan)
    assert not policies.refuses
    assert not policies.tell()
    assert "warning X027" in capsys.readouterr().err


def test_a_missing_program_is_told_once(hook: Any, plan: Path, capsys: Any) -> None:
    policies = hook(f"{OPA}\n{OPA}", {})
    policies(plan)
    policies(plan)
    assert not policies.tell()
    said = capsys.readouterr().err
    assert said.count("X028") == 1
    assert "notice X028 opa is not on PATH" in said


def test_a_missing_program_that_is_required_is_told_before_anything_is_planned(hook: Any) -> None:
    with pytest.raises(InfragenError) as caught:
        hook(f"{OPA}\n{OPA}required = true\n", {})
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic) == "error X028 opa is not on PATH: its policies are not checked"


def test_policies_that_are_not_there_are_told_before_anything_is_planned(hook: Any) -> None:
    """Whether the program is there or not."""
    with pytest.raises(InfragenError, match=r"infragen\.toml:3:10: error C003 .*there is no 'nowhere'"):
        hook(OPA.replace('"policy"', '"nowhere"'), {})


def test_every_program_that_is_there_runs(hook: Any, plan: Path, capsys: Any) -> None:
    failed = [{"filename": "p", "namespace": "main", "successes": 0, "failures": [{"msg": "b"}]}]
    conftest = '[[policy]]\ntool = "conftest"\npaths = ["policy"]\n[[policy]]\ntool = "checkov"\n'
    policies = hook(OPA + conftest, {"opa": denied("a"), "conftest": failed})
    policies(plan)
    policies.tell()
    said = capsys.readouterr().err
    assert "opa data.x.deny: a" in said
    assert "conftest main: b" in said
    assert "X028 checkov" in said


def test_a_program_that_fails_is_an_error_without_secrets(hook: Any, plan: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        hook(OPA, {"opa": {"errors": [{"message": "broken"}]}})(plan)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "X029"
    assert SECRET not in diagnostic.message


def test_without_policies_nothing_is_said(hook: Any, plan: Path, capsys: Any) -> None:
    policies = hook("", {})
    policies(plan)
    assert not policies.tell()
    assert capsys.readouterr().err == ""


def test_settings_that_are_wrong_are_told_before_anything_is_planned(hook: Any) -> None:
    with pytest.raises(InfragenError, match="C002"):
        hook('[[policy]]\ntool = "opa"\npaths = ["p"]\n', {})
    with pytest.raises(InfragenError, match="C002"):
        hook('[[policy]]\ntool = "conftest"\n', {})
