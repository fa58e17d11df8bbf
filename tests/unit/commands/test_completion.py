"""What the shell offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands import completion

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_targets_start_with_systems_and_go_on_with_environments(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "catalog")
    assert completion.targets("sh") == ["shop", "shop/prod", "shop/test"]
    assert completion.targets("shop/p") == ["shop/prod"]


def test_entries_are_offered_for_explain(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    assert completion.paths("services.or") == ["services.order"]


def test_nothing_is_offered_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert completion.targets("") == []
    assert completion.paths("") == []
