"""What `infragen validate` and `infragen doctor` say about infragen.toml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine.small import STACKS, small_project

from infragen.commands.doctor import doctor
from infragen.commands.validate import validate

if TYPE_CHECKING:
    from infragen.commands.flags import FindingsFormat

TYPO = "[ci]\nterafrom = '1.11.4'\n[providers]\nplatforms = 3\n"
BROKEN = "[ci\n"
CHECKOV = '[[policy]]\ntool = "checkov"\n'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_project(tmp_path / "small", aws=STACKS)


@pytest.fixture
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with everything that plan and apply need, and no program for policies."""
    monkeypatch.setattr("infragen.commands.doctor._terraform", lambda _: "ok       terraform")
    monkeypatch.setattr("infragen.workflow.planning.policies.find_tool", lambda _policy: None)


@pytest.mark.parametrize("output", ["text", "json", "github", "sarif"])
@pytest.mark.parametrize(("text", "codes"), [(TYPO, ("C001", "C003")), (BROKEN, ("S008",))])
def test_validate_reports_errors_of_the_settings(
    small: Path, capsys: pytest.CaptureFixture[str], output: FindingsFormat, text: str, codes: tuple[str, ...]
) -> None:
    (small / "infragen.toml").write_text(text)
    assert validate(None, output, folder=small) == 1
    told = capsys.readouterr()
    assert all(code in told.out for code in codes)
    assert "infragen.toml" in told.out
    if output == "text":
        assert f"{len(codes)} error" in told.err
    if output in ("json", "sarif"):
        json.loads(told.out)


def test_validate_says_where(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "infragen.toml").write_text(f"{TYPO}{CHECKOV}paths = ['nowhere']\n")
    validate(quiet=True, folder=small)
    said = capsys.readouterr().out
    assert "infragen.toml:2:1: error C001 unknown key `ci.terafrom`" in said
    assert "infragen.toml:4:13: error C003 `providers.platforms`: must be a list, not 3" in said


def test_validate_with_sound_settings_says_nothing_of_them(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "infragen.toml").write_text("[ci]\nterraform = '1.11.4'\n")
    assert validate(quiet=True, folder=small) == 0
    assert "infragen.toml" not in capsys.readouterr().out


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (TYPO, 1, "wrong    C001           infragen.toml:2:1: unknown key `ci.terafrom`"),
        (TYPO, 1, "wrong    C003           infragen.toml:4:13: `providers.platforms`: must be a list, not 3"),
        (BROKEN, 1, "wrong    S008           infragen.toml:1:4: invalid TOML"),
        (f"{CHECKOV}paths = ['nowhere']", 1, "wrong    C003           infragen.toml:3:10: `paths` of the first"),
        (f"{CHECKOV}required = true", 1, "missing  X028           checkov is not on PATH"),
        (CHECKOV, 0, "absent   X028           checkov is not on PATH"),
        ("", 0, "infragen.toml; policies: none"),
    ],
)
def test_doctor_reports_the_settings(
    small: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, said: str
) -> None:
    (small / "infragen.toml").write_text(text)
    assert doctor(folder=small) == code
    assert said in capsys.readouterr().out


@pytest.mark.usefixtures("_machine")
def test_doctor_without_settings_says_nothing_of_them(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "infragen.toml").unlink()
    assert doctor(folder=small) == 0
    assert "ok       settings" not in capsys.readouterr().out
    assert doctor(folder=Path("/")) == 1
    assert "ok       settings" not in capsys.readouterr().out
