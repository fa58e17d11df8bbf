"""A journal is believed when this user's infragen wrote it here, whole; whatever a kill tore is passed over."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from infragen.storage import Confined
from infragen.storage.journal import JournalContent, Writer, append, read
from infragen.storage.signing_key import Key, user_key

if TYPE_CHECKING:
    from pathlib import Path

NAME = "folder/journal.jsonl"


@pytest.fixture
def files(tmp_path: Path) -> Confined:
    (tmp_path / "folder").mkdir()
    return Confined(tmp_path)


def lines(told: JournalContent) -> list[object]:
    return [line["what"] for line in told.lines]


@pytest.fixture
def written(files: Confined) -> Path:
    for number in range(4):
        append(files, NAME, {"what": number})
    return files.root / NAME


def test_what_was_written_is_read(files: Confined, written: Path) -> None:
    told = read(files, NAME)
    assert (lines(told), told.doubt, told.held) == ([0, 1, 2, 3], None, False)
    assert written.stat().st_mode & 0o777 == 0o600
    for line in written.read_text().splitlines():
        assert json.loads(line).keys() == {"what", "n", "seal"}


def test_its_writer_is_seen_while_it_lives(files: Confined) -> None:
    writer = Writer(files, NAME)
    writer.write({"what": "begun"})
    assert read(files, NAME).held
    writer.close()
    assert not read(files, NAME).held


def test_cut_anywhere_it_is_believed_and_goes_on_on_a_line_of_its_own(files: Confined, written: Path) -> None:
    whole = written.read_bytes()
    for cut in range(len(whole)):
        written.write_bytes(whole[:cut])
        before = lines(read(files, NAME))
        append(files, NAME, {"what": "after"})
        told = read(files, NAME)
        assert told.doubt is None, cut
        assert lines(told) == [*before, "after"]
        assert whole[:cut].count(b"\n") <= len(before)


FORGED = {
    "a changed word": lambda all_: [all_[0].replace(b'"what": 0', b'"what": 9'), *all_[1:]],
    "two lines swapped": lambda all_: [all_[0], all_[2], all_[1], all_[3]],
    "a line repeated": lambda all_: [*all_, all_[3]],
    "a line taken out": lambda all_: [all_[0], *all_[2:]],
    "the beginning taken out": lambda all_: all_[1:],
    "a line without a seal": lambda all_: [*all_, b'{"what": "forged", "n": 5}'],
    "a line with a seal of its own": lambda all_: [*all_, b'{"what": "forged", "n": 5, "seal": "' + b"0" * 32 + b'"}'],
    "only a forged line": lambda all_: [b'{"what": "run"}'],
    "a line that is no object": lambda all_: [*all_, b"[1]"],
}


@pytest.mark.parametrize("forgery", FORGED)
def test_what_was_forged_is_not_believed(files: Confined, written: Path, forgery: str) -> None:
    written.write_bytes(b"\n".join(FORGED[forgery](written.read_bytes().splitlines())) + b"\n")
    doubt = read(files, NAME).doubt
    assert doubt is not None
    assert doubt.startswith(("line ", "lines are missing or repeated"))


def test_a_copy_elsewhere_is_not_believed(files: Confined, written: Path, tmp_path: Path) -> None:
    shutil.copy2(written, tmp_path / "folder/other.jsonl")
    assert "was not written by this user's infragen at this location" in str(read(files, "folder/other.jsonl").doubt)


def test_that_of_another_key_is_not_believed(files: Confined, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infragen.storage.journal.user_key", lambda: Key(b"another"))
    assert "line 1 was not written by this user's infragen" in str(read(files, NAME).doubt)


def test_without_a_key_it_is_written_and_not_believed(files: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infragen.storage.journal.user_key", lambda: Key(trouble="/nowhere: Read-only file system"))
    append(files, NAME, {"what": "begun"})
    told = read(files, NAME)
    assert lines(told) == ["begun"]
    assert told.doubt == "no key is available to verify it (/nowhere: Read-only file system)"


def test_what_others_may_write_or_own_is_not_believed(
    files: Confined, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written.chmod(0o666)
    assert read(files, NAME).doubt == "it is writable by other users"
    written.chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: written.stat().st_uid + 1)
    assert "it belongs to another user" in str(read(files, NAME).doubt)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_file_neither_hangs_nor_is_followed(files: Confined, tmp_path: Path, kind: str) -> None:
    path = tmp_path / NAME
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/etc/passwd")
    else:
        path.mkdir()
    assert "but a file is expected" in str(read(files, NAME).doubt)


def test_a_full_disk_in_the_middle_leaves_what_was_written(files: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    writer = Writer(files, NAME)
    for room in (0, 5, 60):
        writer.write({"what": "before"})
        with monkeypatch.context() as patch:

            def full(descriptor: int, data: bytes, room: int = room) -> int:
                if room:
                    real(descriptor, data[:room])
                raise OSError(28, "No space left on device")

            patch.setattr(os, "write", full)
            with pytest.raises(OSError, match="No space"):
                writer.write({"what": "lost"})
    writer.write({"what": "after"})
    writer.close()
    told = read(files, NAME)
    assert told.doubt is None
    assert [what for what in lines(told) if what != "lost"] == ["before", "before", "before", "after"]


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("INFRAGEN_STATE_DIR", "XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def nobody(_uid: int) -> object:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", nobody)
    forget_key()
    return tmp_path


def forget_key() -> None:
    from infragen.storage import signing_key as key

    key._found.cache_clear()


def test_a_user_without_name_and_home_has_a_key(homeless: Path) -> None:
    assert len(user_key().secret) == 32
    kept = homeless / f"infragen-{os.geteuid()}/key"
    assert kept.read_bytes() == user_key().secret
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    forget_key()
    assert kept.read_bytes() == user_key().secret


def test_a_folder_that_a_stranger_prepared_is_not_used(homeless: Path) -> None:
    place = homeless / f"infragen-{os.geteuid()}"
    (homeless / "theirs").mkdir()
    (homeless / "theirs/key").write_bytes(b"k" * 32)
    place.symlink_to(homeless / "theirs")
    assert user_key().trouble is not None
    place.unlink()
    forget_key()
    place.mkdir()
    place.chmod(0o777)
    assert "the folder is writable by other users" in str(user_key().trouble)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    monkeypatch.setenv("INFRAGEN_STATE_DIR", str(tmp_path))
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(0o600)
    assert "it contains no key" in str(user_key().trouble)


def test_a_home_that_cannot_be_written_is_passed_over(homeless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/proc")
    assert len(user_key().secret) == 32
    assert (homeless / f"infragen-{os.geteuid()}/key").is_file()


@pytest.fixture
def volume(homeless: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What CI mounts for `INFRAGEN_STATE_DIR`: everybody may write there."""
    volume = homeless / "volume"
    volume.mkdir()
    volume.chmod(0o777)
    monkeypatch.setenv("INFRAGEN_STATE_DIR", str(volume))
    return volume


def test_on_a_volume_that_everybody_may_write_the_key_is_in_a_folder_of_its_own(volume: Path, files: Confined) -> None:
    append(files, NAME, {"what": "begun"})
    kept = volume / f"infragen-{os.geteuid()}/key"
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    forget_key()
    assert read(files, NAME).doubt is None
    volume.chmod(0o700)  # somebody mended it: what was written is believed as before
    forget_key()
    assert read(files, NAME).doubt is None
    assert kept.read_bytes() == user_key().secret


def test_on_a_volume_of_another_user_the_key_is_in_a_folder_of_its_own(
    volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume.chmod(0o755)
    monkeypatch.setattr(
        "infragen.storage.signing_key._is_safe", lambda folder: folder != volume
    )  # only root could give it away
    secret = user_key().secret
    assert (volume / f"infragen-{os.geteuid()}/key").read_bytes() == secret


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_of_its_own_that_others_may_write_holds_no_key(volume: Path, mode: int) -> None:
    own = volume / f"infragen-{os.geteuid()}"
    own.mkdir()
    own.chmod(mode)
    assert str(user_key().trouble) == f"{own}: the folder is writable by other users: chmod go-w"
