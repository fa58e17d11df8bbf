"""What the shell offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands import completion

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_targets_start_with_systems_and_go_on_with_environments(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "catalog")
    assert completion.targets("tech") == [
        "technova",
        "technova/dev",
        "technova/prod",
        "technova/staging",
        "technova/test",
    ]
    assert completion.targets("technova/p") == ["technova/prod"]


def test_entries_are_offered_for_explain(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert completion.paths("services.pl") == ["services.planning"]


def test_nothing_is_offered_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert completion.targets("") == []
    assert completion.paths("") == []
