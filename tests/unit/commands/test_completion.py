"""What the shell offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands import completion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


def test_targets_start_with_systems_and_go_on_with_environments(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "catalog")
    assert completion.targets("sh") == ["shop", "shop/prod", "shop/test"]
    assert completion.targets("shop/p") == ["shop/prod"]


def test_entries_are_offered_for_explain(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    assert completion.paths("services.or") == ["services.order"]


def test_an_entry_is_offered_by_its_name_whatever_its_file_is_called(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    services = shop / "catalog/shop/services"
    (services / "order.yaml").rename(services / "the-first-one.yaml")
    (services / "broken.yaml").write_bytes(b"\xff\xfe")
    assert completion.paths("services.") == ["services.order", "services.stock"]
    assert completion.domains("") == ["sales"]


def test_help_names_an_environment_that_is_there(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    assert completion.example() == "shop/prod"
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(completion, "_root", lambda: None)
    assert completion.example() == "demo/dev"


def test_completion_is_installed_for_the_shell_that_is_named(
    infragen: Infragen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    installed = infragen("--install-completion", "zsh")
    assert (installed.code, "completion for zsh installed in" in installed.out) == (0, True)
    assert "#compdef infragen" in (tmp_path / ".zfunc/_infragen").read_text()
    assert "complete" in infragen("--show-completion", "fish").out
    wrong = infragen("--install-completion", "zhs")
    assert (wrong.code, "error X046" in wrong.err, "did you mean `zsh`?" in wrong.err) == (1, True, True)


def test_nothing_is_offered_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert completion.targets("") == []
    assert completion.paths("") == []
