"""Exit codes and messages that every command shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


def test_the_version_is_said(infragen: Infragen) -> None:
    outcome = infragen("--version")
    assert outcome.code == 0
    assert outcome.out.startswith("infragen 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan",),
        ("render", "--nonsense"),
        ("frobnicate",),
        ("validate", "--format", "yaml"),
        ("plan", "a/b", "--jobs", "0"),
    ],
)
def test_a_usage_error_exits_with_1_because_2_means_changes(infragen: Infragen, arguments: tuple[str, ...]) -> None:
    outcome = infragen(*arguments)
    assert outcome.code == 1
    assert "Error" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_folder_without_a_catalogue_is_named(infragen: Infragen, tmp_path: Path) -> None:
    outcome = infragen("validate", "-C", tmp_path)
    assert outcome.code == 1
    assert "P001" in outcome.err
    assert "--project" in outcome.err


def test_an_unknown_system_gets_a_suggestion(infragen: Infragen, shop: Path) -> None:
    outcome = infragen("validate", "shp", "-C", shop)
    assert outcome.code == 1
    assert "P002" in outcome.err
    assert "did you mean `shop`?" in outcome.err


def test_an_unknown_environment_gets_a_suggestion(infragen: Infragen, shop: Path) -> None:
    outcome = infragen("explain", "shop/prd", "network.nat", "-C", shop)
    assert outcome.code == 1
    assert "did you mean `prod`?" in outcome.err


def test_a_target_of_four_parts_is_refused(infragen: Infragen, shop: Path) -> None:
    assert "P004" in infragen("plan", "shop/prod/network/x", "-C", shop).err


def test_a_bug_becomes_a_file_and_not_a_traceback(
    infragen: Infragen, shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_arguments: object, **_options: object) -> int:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("infragen.commands.explain.open_project", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    outcome = infragen("explain", "shop/prod", "network.nat", "-C", shop)
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    (crash,) = tmp_path.glob("infragen-crash-*.txt")
    assert "on purpose" in crash.read_text()


def test_ctrl_c_exits_with_130(infragen: Infragen, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object, **_options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("infragen.commands.explain.open_project", interrupt)
    ended = infragen("explain", "shop/prod", "network.nat", "-C", shop)
    assert (ended.code, ended.err) == (130, "interrupted\n")
