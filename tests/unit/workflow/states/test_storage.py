"""Which stacks there may be, besides those of the catalogue."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from infragen.workflow.states import storage

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_bucket_that_was_listed_is_not_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Any] = []

    def stored_names(session: Any, _environment: Any) -> frozenset[str]:
        listed.append(session)
        return frozenset({"from-the-bucket"})

    monkeypatch.setattr(storage, "stored_names", stored_names)
    monkeypatch.setattr(storage, "open_runs", lambda _: ())
    monkeypatch.setattr(storage, "unfinished", lambda _: ())
    monkeypatch.setattr(storage, "applied_records", lambda _: SimpleNamespace(all=dict))
    monkeypatch.setattr(storage, "shells", lambda _, names: tuple(sorted(names)))
    known: dict[str, Any] = {
        "environment": SimpleNamespace(target="small/dev", all=lambda _: ()),
        "on_sandbox": False, "project": SimpleNamespace(root=tmp_path), "folders": SimpleNamespace(root=tmp_path),
    }  # fmt: skip
    session: Any = SimpleNamespace(**known, stored=None)
    assert storage.find_removed_stacks(session) == ("from-the-bucket",)
    again: Any = SimpleNamespace(**known, stored=frozenset({"listed-before"}))
    assert storage.find_removed_stacks(again) == ("listed-before",)
    assert len(listed) == 1
