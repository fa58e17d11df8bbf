"""Texts of which only so many stay in memory."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest

from infragen.storage import SpooledTexts

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {"b/main.tf": "second\n", "a/main.tf": "größer\r\n\ud800", "c/main.tf": "", "modules/x/main.tf": "x" * 20}


@pytest.mark.parametrize("room", [0, 8, 20, 1_000])
def test_they_are_what_a_dict_would_have_however_many_stay_in_memory(room: int) -> None:
    texts = SpooledTexts(room)
    texts.update(TEXTS)
    assert dict(texts) == TEXTS
    assert list(texts) == list(TEXTS)
    assert texts == TEXTS
    texts["b/main.tf"] = "another, and a longer one"
    assert texts.pop("modules/x/main.tf") == "x" * 20
    texts.sort()
    assert list(texts.items()) == [
        ("a/main.tf", "größer\r\n\ud800"),
        ("b/main.tf", "another, and a longer one"),
        ("c/main.tf", ""),
    ]
    assert "modules/x/main.tf" not in texts
    assert texts.get("modules/x/main.tf") is None


def test_what_has_no_room_leaves_no_file_with_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    texts = SpooledTexts(0)
    texts.update(TEXTS)
    assert not list(tmp_path.iterdir())
    assert dict(texts) == TEXTS


def test_all_stays_in_memory_where_no_temporary_file_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    texts = SpooledTexts(0)
    texts.update(TEXTS)
    assert dict(texts) == TEXTS


def test_what_a_full_disk_takes_only_half_of_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    made = tempfile.TemporaryFile

    class Filling:
        """A file whose disk has room for a few bytes more."""

        def __init__(self) -> None:
            self._file = made(buffering=0)
            self.fileno, self.seek, self.close = self._file.fileno, self._file.seek, self._file.close

        def write(self, content: bytes) -> int:
            return self._file.write(content[:10])

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Filling())
    texts = SpooledTexts(0)
    texts.update(TEXTS)
    assert dict(texts) == TEXTS
