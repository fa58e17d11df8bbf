"""Writing a tree of rendered files: all of it or nothing, and only what changed.

New contents are staged in `.<environment>.infragen/` beside the environment's folder. A folder that does not exist
yet is staged whole and renamed into place. Otherwise a journal says what is about to happen, what it replaces is kept,
and a failure or Ctrl-C puts everything back; after a kill the next run does, before anything else. Without a journal
the staging folder means nothing.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.workspace.tree import TreeChanges, compare, unusable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["recover", "write"]

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
"""Bare descriptors: a file object looks at the file first, two thousand times in a render."""


def write(root: Path, files: Mapping[str, str]) -> TreeChanges:
    """Make the folder `root` hold `files` (text by path) and return what was done; a file that is right is not touched.

    Generated files that nobody asks for any more are removed, with the folders that this empties. Raises
    InfragenError, with the tree as it was, when a file that infragen did not write is in the way, when the folder
    cannot be written, and when another infragen is writing it.
    """
    recover(root)
    changes = _checked(root, files)
    if not changes:
        return changes
    try:
        with _staging(root) as staging:
            changes = _checked(root, files)
            _Writer(os.fspath(root), staging).write(changes, files)
    except OSError as error:
        raise unusable(error, "write") from error
    return changes


def recover(root: Path) -> bool:
    """Put the tree back as it was before a write that was killed; return whether there was one.

    Raises InfragenError when the write is still going on in another process, or cannot be undone.
    """
    if not os.path.isdir(_staging_path(root)):
        return False
    try:
        with _staging(root) as staging:
            interrupted = os.path.exists(f"{staging}/journal")
            if interrupted:
                _Writer(os.fspath(root), staging).undo(_read_journal(f"{staging}/journal"))
    except OSError as error:
        raise unusable(error, "write") from error
    return interrupted


def _checked(root: Path, files: Mapping[str, str]) -> TreeChanges:
    changes = compare(root, files)
    if changes.blocking:
        raise InfragenError(*(_in_the_way(root, path) for path in changes.blocking))
    return changes


def _in_the_way(root: Path, path: str) -> Diagnostic:
    return Diagnostic(
        "W002",
        "a generated file belongs here, and infragen did not write what stands in its way; nothing was written",
        Location(os.fspath(root / path)),
        hint="move it away; HCL of your own belongs in catalog/<system>/extra/<stack>/",
    )


@dataclass(frozen=True, slots=True)
class _Operation:
    """One step of a write: `create`, `change` or `remove` a path; `number` names its files in the staging folder."""

    kind: str
    number: int
    path: str


@dataclass(frozen=True, slots=True)
class _Writer:
    """The tree's folder, and the folder that a write is staged in."""

    root: str
    staging: str

    def write(self, changes: TreeChanges, files: Mapping[str, str]) -> None:
        """Do what `changes` says, or leave the tree as it is."""
        if not os.path.lexists(self.root):
            self._write_new(files)
            return
        operations = _operations(changes)
        self._stage(operations, files)
        try:
            for operation in operations:
                self._do(operation)
            os.unlink(f"{self.staging}/journal")  # from here on the new tree is the tree
        except BaseException:
            self.undo(operations)
            raise
        _prune(self.root, changes.removed)

    def undo(self, operations: list[_Operation]) -> None:
        """Put back what `operations` did so far; doing it twice is the same as once."""
        try:
            for operation in reversed(operations):
                self._undo(operation)
            _prune(self.root, [operation.path for operation in operations if operation.kind == "create"])
            with suppress(FileNotFoundError):
                os.unlink(f"{self.staging}/journal")
        except OSError as error:
            raise _not_undone(self.root, error) from error

    def _write_new(self, files: Mapping[str, str]) -> None:
        tree = f"{self.staging}/tree"
        for folder in sorted({os.path.dirname(path) for path in files}):
            _make_folder(f"{tree}/{folder}")
        for path, text in files.items():
            _write_file(f"{tree}/{path}", text)
        os.rename(tree, self.root)

    def _stage(self, operations: list[_Operation], files: Mapping[str, str]) -> None:
        os.mkdir(f"{self.staging}/new")
        os.mkdir(f"{self.staging}/old")
        for operation in operations:
            if operation.kind != "remove":
                _write_file(f"{self.staging}/new/{operation.number}", files[operation.path])
        journal = json.dumps([[operation.kind, operation.number, operation.path] for operation in operations])
        _write_file(f"{self.staging}/journal.new", journal)
        os.rename(f"{self.staging}/journal.new", f"{self.staging}/journal")

    def _do(self, operation: _Operation) -> None:
        path, old, new = self._paths(operation)
        if operation.kind == "remove":
            os.rename(path, old)
            return
        if operation.kind == "change":
            _keep(path, old)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        os.replace(new, path)

    def _undo(self, operation: _Operation) -> None:
        path, old, new = self._paths(operation)
        if os.path.lexists(old):
            os.replace(old, path)
        elif operation.kind == "create" and not os.path.lexists(new) and os.path.lexists(path):
            os.unlink(path)

    def _paths(self, operation: _Operation) -> tuple[str, str, str]:
        number = operation.number
        return f"{self.root}/{operation.path}", f"{self.staging}/old/{number}", f"{self.staging}/new/{number}"


def _prune(root: str, paths: Iterable[str]) -> None:
    """Remove the folders of `paths` that are empty now, up to the root itself."""
    for path in paths:
        folder = os.path.dirname(f"{root}/{path}")
        while len(folder) >= len(root):
            try:
                os.rmdir(folder)
            except OSError:
                break
            folder = os.path.dirname(folder)


def _not_undone(root: str, error: OSError) -> InfragenError:
    return InfragenError(
        Diagnostic(
            "W004",
            f"a write failed half way and cannot be undone yet: {error.filename}: {error.strerror or error}",
            Location(root),
            hint="make the folder writable, then run the command again: it puts everything back first",
        )
    )


def _operations(changes: TreeChanges) -> list[_Operation]:
    steps = [
        *(("create", path) for path in changes.created),
        *(("change", path) for path in changes.changed),
        *(("remove", path) for path in changes.removed),
    ]
    return [_Operation(kind, number, path) for number, (kind, path) in enumerate(steps)]


def _keep(path: str, old: str) -> None:
    """Keep a file that is about to be replaced: a second name for it, or a copy where the disk has no such thing."""
    try:
        os.link(path, old)
    except OSError:
        shutil.copy2(path, f"{old}.copy")
        os.rename(f"{old}.copy", old)


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path)
    except FileNotFoundError:
        os.makedirs(path)
    except FileExistsError:
        pass  # made for a folder below it


def _write_file(path: str, text: str) -> None:
    descriptor = os.open(path, _NEW_FILE, 0o666)
    try:
        content = memoryview(text.encode())
        while content:
            content = content[os.write(descriptor, content) :]
    finally:
        os.close(descriptor)


def _read_journal(path: str) -> list[_Operation]:
    try:
        with open(path, encoding="utf-8") as file:
            return [_Operation(kind, number, name) for kind, number, name in json.load(file)]
    except ValueError as error:
        raise InfragenError(
            Diagnostic(
                "W004",
                "an interrupted write left a journal that cannot be read",
                Location(path),
                hint=f"restore the generated files with git, then remove the folder {os.path.dirname(path)}",
            )
        ) from error


def _staging_path(root: Path) -> str:
    return os.fspath(root.parent / f".{root.name}.infragen")


@contextmanager
def _staging(root: Path) -> Iterator[str]:
    """Hold the staging folder for this process alone; afterwards it is gone, unless a journal must be kept."""
    path = _staging_path(root)
    os.makedirs(path, exist_ok=True)
    descriptor = _locked(path)
    try:
        if not os.path.exists(f"{path}/journal"):
            _empty(path)
        yield path
    finally:
        if not os.path.exists(f"{path}/journal"):
            shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def _locked(path: str) -> int:
    """Return a descriptor that holds the lock on the folder `path`; the system releases it when the process ends."""
    descriptor = os.open(path, os.O_RDONLY)
    if _lock(descriptor, path):
        return descriptor
    os.close(descriptor)
    raise InfragenError(
        Diagnostic(
            "W003",
            "another infragen is writing this environment",
            Location(path),
            hint="wait until it has finished, then run the command again",
        )
    )


def _lock(descriptor: int, path: str) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except (BlockingIOError, FileNotFoundError):  # held, or removed by its holder in this very moment
        return False


def _empty(path: str) -> None:
    for name in os.listdir(path):
        if os.path.isdir(f"{path}/{name}"):
            shutil.rmtree(f"{path}/{name}")
        else:
            os.unlink(f"{path}/{name}")
