"""Nothing outside a folder is reached through what somebody else put into it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.storage import Confined, Held, InTheWayError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPERATIONS: dict[str, Callable[[Confined, str], object]] = {
    "read": lambda files, path: files.read(path),
    "write": lambda files, path: files.write(path, b"mine"),
    "create": lambda files, path: files.create(path, b"mine"),
    "append": lambda files, path: os.close(files.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)),
    "truncate": lambda files, path: os.close(files.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)),
    "make_folder": lambda files, path: files.make_folder(path, mode=0o700),
    "remove": lambda files, path: files.remove(path),
    "remove_tree": lambda files, path: files.remove_tree(path),
    "rename": lambda files, path: files.rename(path, "elsewhere"),
    "rename to": lambda files, path: files.rename("own", path),
    "names": lambda files, path: files.names(path),
    "look": lambda files, path: files.look(path),
    "refuse_special": lambda files, path: files.refuse_special(path),
}


@pytest.fixture
def files(tmp_path: Path) -> Confined:
    (tmp_path / "inside/folder").mkdir(parents=True)
    (tmp_path / "inside/own").write_text("own")
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim/file").write_text("precious")
    return Confined(tmp_path / "inside")


def untouched(files: Confined) -> bool:
    victim = files.root.parent / "victim"
    return {path.name: path.read_text() for path in victim.iterdir()} == {"file": "precious"}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("link", ["a", "folder/a", "folder/a/b"])
def test_no_folder_on_the_way_is_a_link(files: Confined, operation: str, link: str) -> None:
    (files.root / link).parent.mkdir(exist_ok=True)
    (files.root / link).symlink_to(files.root.parent / "victim")
    with pytest.raises(InTheWayError) as refused:
        OPERATIONS[operation](files, f"{link}/file")
    (said,) = refused.value.diagnostics
    assert said.code == "Y001"
    assert f"{files.root / link} is a symbolic link to {files.root.parent / 'victim'}" in said.message
    assert untouched(files)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "hard link"])
def test_what_is_no_plain_file_is_never_written_or_read(files: Confined, operation: str, kind: str) -> None:
    path, victim = files.root / "folder/x", files.root.parent / "victim/file"
    if kind == "link":
        path.symlink_to(victim)
    elif kind == "dangling":
        path.symlink_to(files.root.parent / "victim/new")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        os.link(victim, path)
    refused = None
    try:
        OPERATIONS[operation](files, "folder/x")
    except (InfragenError, OSError) as error:
        refused = error
    assert untouched(files)
    if operation in {"append", "truncate", "refuse_special"} or (
        operation in {"read", "write"} and kind != "hard link"
    ):
        assert isinstance(refused, InTheWayError)
        assert str(path) in str(refused)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("path", ["../victim/file", "folder/../../victim/file", "{victim}", "a\0b", "", "folder/.."])
def test_a_path_that_leads_out_is_refused(files: Confined, operation: str, path: str) -> None:
    with pytest.raises(InTheWayError, match="Y002"):
        OPERATIONS[operation](files, path.format(victim=files.root.parent / "victim/file"))
    assert untouched(files)


def test_a_tree_is_removed_and_what_its_links_lead_to_stays(files: Confined) -> None:
    (files.root / "folder/deep").mkdir()
    (files.root / "folder/deep/link").symlink_to(files.root.parent / "victim")
    (files.root / "folder/file").symlink_to(files.root.parent / "victim/file")
    files.remove_tree("folder")
    assert files.names(".gitignore") == files.names("folder") == ()
    assert untouched(files)


def test_a_file_is_written_whole_or_not_at_all(files: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    files.write("own", b"new")
    assert files.read("own") == b"new"
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            files.write("own", b"newer")
    assert files.read("own") == b"new"
    assert {path.name for path in files.root.iterdir()} == {"folder", "own"}


def test_several_new_files_are_written_or_none(files: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk left an empty entry, and half of what was ejected."""
    write, left = os.write, [1]

    def full(descriptor: int, content: bytes) -> int:
        if not left:
            raise OSError(28, "No space left on device")
        return write(descriptor, content[: left.pop() * len(content)])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match=r"No space.*new/b"):
            files.create_all({"new/a": b"one", "new/b": b"two"})
    assert [path.name for path in (files.root / "new").iterdir()] == []
    files.create_all({"new/a": b"one", "new/b": b"two"})
    assert files.read("new/b") == b"two"


def test_folders_are_made_for_their_owner(files: Confined) -> None:
    files.make_folder("a/b/c", mode=0o700)
    assert (files.root / "a/b/c").stat().st_mode & 0o777 == 0o700
    files.make_folder("a/b", mode=0o700)
    assert (files.root / "a/b").stat().st_mode & 0o777 == 0o700


HELD: dict[str, Callable[[Held, str], object]] = {
    "read": lambda held, path: held.read(path),
    "create": lambda held, path: held.create(path, b"mine"),
    "bring": lambda held, path: held.bring(path, b"mine"),
    "remove": lambda held, path: held.remove(path),
    "move": lambda held, path: held.move(path, held, "elsewhere"),
    "move to": lambda held, path: held.move("own", held, path),
    "link to": lambda held, path: held.link("own", held, path),
    "copy": lambda held, path: held.copy(path, held, "elsewhere"),
    "copy to": lambda held, path: held.copy("own", held, path),
    "has": lambda held, path: held.has(path),
    "names": lambda held, path: held.names(path),
    "refuse_special": lambda held, path: held.refuse_special(path),
}


@pytest.mark.parametrize("operation", HELD)
@pytest.mark.parametrize("link", ["a", "folder/a", "folder/a/b"])
def test_nor_below_a_folder_that_is_kept_open(files: Confined, operation: str, link: str) -> None:
    (files.root / "top" / link).parent.mkdir(parents=True)
    (files.root / "top/own").write_text("own")
    (files.root / "top" / link).symlink_to(files.root.parent / "victim")
    with files.hold("top") as held, pytest.raises(InTheWayError, match=r"Y001 .* is a symbolic link"):
        HELD[operation](held, f"{link}/file")
    assert untouched(files)


@pytest.mark.parametrize("operation", HELD)
@pytest.mark.parametrize("path", ["../victim/file", "a/../../victim/file", "{victim}", "a\0b", ""])
def test_a_path_that_leads_out_of_a_folder_that_is_kept_open_is_refused(
    files: Confined, operation: str, path: str
) -> None:
    (files.root / "folder/own").write_text("own")
    with files.hold("folder") as held:
        if operation == "names" and not path:
            return  # the folder itself
        with pytest.raises(InTheWayError, match="Y002"):
            HELD[operation](held, path.format(victim=files.root.parent / "victim/file"))
    assert untouched(files)
