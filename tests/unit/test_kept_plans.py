"""The terraform that keeps offline plans asks the real one once for the same files, and always for anything else."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import kept_plans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAN = ("plan", "-json", "-refresh=false")
REAL = f"""#!{sys.executable}
import pathlib, sys
calls = pathlib.Path(__file__).with_name("calls")
with calls.open("a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
text = pathlib.Path("main.tf").read_text()
for one in sys.argv[1:]:
    if one.startswith("-out=") and "broken" not in text:
        pathlib.Path(one[5:]).write_text(f"plan of {{text}} {{len(calls.read_text())}}")
print(pathlib.Path.cwd(), text, pathlib.Path(sys.argv[-1]).read_text() if sys.argv[1] == "show" else "")
sys.exit(1 if "broken" in text else 2 if sys.argv[1] == "plan" else 0)
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A real terraform on PATH that notes what it is asked, behind the one that keeps plans."""
    real = tmp_path / "real" / "terraform"
    real.parent.mkdir()
    real.write_text(REAL, "utf-8")
    real.chmod(0o755)
    monkeypatch.setenv("PATH", f"{real.parent}:{os.defpath}")
    copy = tmp_path / "tests/kept_plans.py"  # which keeps plans in its own clone
    copy.parent.mkdir()
    copy.write_bytes((kept_plans.KEPT.parents[1] / "tests/kept_plans.py").read_bytes())
    monkeypatch.setattr(kept_plans, "__file__", str(copy))
    monkeypatch.setattr(kept_plans, "KEPT", tmp_path / ".pytest_cache/plans")
    monkeypatch.setenv("PATH", kept_plans.before_path(tmp_path / kept_plans.NAME))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "offline")

    def called() -> list[str]:
        file = real.with_name("calls")
        return [line.split()[0] for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    return called


def terraform(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(["terraform", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def planned(folder: Path, text: str) -> tuple[int, str, str]:
    """Plan a folder with a file; return the code, what was said, and the plan."""
    folder.mkdir(exist_ok=True)
    (folder / "main.tf").write_text(text, "utf-8")
    out = folder / "saved"
    code, said = terraform(folder, *PLAN, f"-out={out}")
    return code, said, out.read_text("utf-8") if out.exists() else ""


def test_the_same_files_are_planned_once_wherever_they_lie(tmp_path: Path, calls: Callable[[], list[str]]) -> None:
    first, second = planned(tmp_path / "a", "text"), planned(tmp_path / "b", "text")
    assert calls() == ["plan"]
    assert first[0] == second[0] == 2
    assert first[2] == second[2]
    assert second[1] == first[1].replace(str(tmp_path / "a"), str(tmp_path / "b"))
    shown = [terraform(tmp_path / name, "show", "-json", str(tmp_path / name / "saved")) for name in "ab"]
    assert calls() == ["plan", "show"]
    assert shown[0] == shown[1]
    assert first[2] in shown[0][1]


@pytest.mark.parametrize(
    ("path", "variables"),
    [
        ("main.tf", {}),
        ("modules/one/main.tf", {}),
        (".terraform/providers/host/aws/1.0/terraform-provider-aws", {}),
        (None, {"TF_VAR_a": "b"}),
    ],
)
def test_other_files_other_providers_and_other_variables_are_another_plan(
    tmp_path: Path, calls: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, path: str | None,
    variables: dict[str, str],
) -> None:  # fmt: skip
    planned(tmp_path / "a", "text")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if path is not None and path != "main.tf":
        (tmp_path / "a" / path).parent.mkdir(parents=True)
        (tmp_path / "a" / path).write_text("more", "utf-8")
    planned(tmp_path / "a", "other" if path == "main.tf" else "text")
    assert calls() == ["plan", "plan"]


def test_a_plan_that_fails_is_not_kept(tmp_path: Path, calls: Callable[[], list[str]]) -> None:
    assert [planned(tmp_path / "a", "broken")[0] for _ in range(2)] == [1, 1]
    assert calls() == ["plan", "plan"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "-json", "-out=saved"),
        ("apply", "-refresh=false", "-out=saved"),
        ("show", "-json", "main.tf"),
        ("show", "saved"),
        ("version",),
    ],
)
def test_all_else_is_asked_each_time(
    tmp_path: Path, calls: Callable[[], list[str]], arguments: tuple[str, ...]
) -> None:
    planned(tmp_path / "a", "text")
    assert [terraform(tmp_path / "a", *arguments) for _ in range(2)]
    assert calls() == ["plan", arguments[0], arguments[0]]


def test_a_plan_with_an_account_is_made_each_time(
    tmp_path: Path, calls: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    assert [planned(tmp_path / "a", "text")[0] for _ in range(2)] == [2, 2]
    assert calls() == ["plan", "plan"]


def test_where_a_module_lies_elsewhere_nothing_is_kept(tmp_path: Path, calls: Callable[[], list[str]]) -> None:
    listed = tmp_path / "a/.terraform/modules/modules.json"
    listed.parent.mkdir(parents=True)
    listed.write_text('{"Modules":[{"Key":"a","Source":"../b","Dir":"../b"}]}', "utf-8")
    assert [planned(tmp_path / "a", "text")[0] for _ in range(2)] == [2, 2]
    assert calls() == ["plan", "plan"]
