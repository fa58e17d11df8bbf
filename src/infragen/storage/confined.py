"""Files below a folder, reached without following a link at any step of the way.

A checkout may hold links that a stranger committed. Whatever infragen keeps or writes in one is reached from a folder
that the user named, one component after the other, each opened relative to the descriptor of the one above it: a link
in the way is an error that names it, and so is a pipe, a device or a folder where a file belongs.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import Final, Self

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
_WRITES: Final = os.O_WRONLY | os.O_RDWR
_NO_WAY: Final = {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.EMLINK}
"""How the system says that something else stands where a folder or a file belongs."""
_HINT: Final = "check what it is and remove it; infragen does not follow links here"


class InTheWayError(InfragenError):
    """Something stands where infragen would read or write that could lead it elsewhere."""


class Confined(Struct, frozen=True):
    """A folder that the user named; every `path` is relative to it, and nothing is reached outside of it.

    Raises InTheWayError where a link or something special stands in the way, OSError for all else that goes wrong.
    """

    root: Path

    def read(self, path: str | PurePath) -> bytes:
        with os.fdopen(self.open(path, os.O_RDONLY), "rb", buffering=0) as file:
            return file.read()

    def write(self, path: str | PurePath, content: bytes, *, mode: int = 0o666, sync: bool = False) -> None:
        """Replace a file as a whole, or leave it as it was; its folder is there already."""
        with self.holding(path) as (folder, name):
            self._refuse_special(path, folder, name)
            new = f".{name[:200]}.{os.urandom(6).hex()}"
            with self._or_none(path, folder, new):
                _fill(os.open(new, _NEW, mode, dir_fd=folder), content, sync=sync, mode=mode)
                os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)

    def create(self, path: str | PurePath, content: bytes, *, mode: int = 0o666, sync: bool = False) -> None:
        """Write a file that is not there yet, or nothing; FileExistsError when it is there, whatever it is."""
        with self.holding(path) as (folder, name):
            descriptor = os.open(name, _NEW, mode, dir_fd=folder)
            with self._or_none(path, folder, name):
                _fill(descriptor, content, sync=sync, mode=mode)

    @contextmanager
    def _or_none(self, path: str | PurePath, folder: int, name: str) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
            if isinstance(error, OSError):
                error.filename = error.filename or os.fspath(self.root / path)  # a full disk names no file
            raise

    def create_all(self, files: Mapping[str, bytes]) -> None:
        made: list[str] = []
        try:
            for path, content in files.items():
                self.make_folder(PurePath(path).parent)
                self.create(path, content)
                made.append(path)
        except BaseException:
            for path in made:
                self.remove(path)
            raise

    def open(self, path: str | PurePath, flags: int, mode: int = 0o666) -> int:
        """Return the descriptor of a regular file, which to write has no second name either."""
        with self.holding(path) as (folder, name):
            try:
                descriptor = os.open(name, flags & ~os.O_TRUNC | _FILE, mode, dir_fd=folder)
            except OSError as error:
                if error.errno in _NO_WAY:
                    self._refuse_special(path, folder, name)
                raise
        try:
            found = os.fstat(descriptor)
            self.refuse(path, found, writes=bool(flags & _WRITES))
            if flags & os.O_TRUNC:
                os.ftruncate(descriptor, 0)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def make_folder(self, path: str | PurePath, *, mode: int = 0o777) -> None:
        """Make a folder and those above it; `mode` is that of the last one, also where it is there already."""
        if os.fspath(path) == ".":
            return
        with self._folder(_parts(path), make=True) as folder:
            if mode != 0o777:
                os.fchmod(folder, mode)

    def remove(self, path: str | PurePath) -> None:
        with suppress(FileNotFoundError), self.holding(path) as (folder, name):
            os.unlink(name, dir_fd=folder)

    def remove_folder(self, path: str | PurePath) -> None:
        with self.holding(path) as (folder, name):
            os.rmdir(name, dir_fd=folder)

    def remove_tree(self, path: str | PurePath) -> None:
        """Remove a folder with all that is in it, or a file; links in it go, what they lead to stays."""
        with suppress(FileNotFoundError), self.holding(path) as (folder, name):
            _remove_tree(folder, name)

    def rename(self, source: str | PurePath, target: str | PurePath) -> None:
        with self.holding(source) as (from_folder, old), self.holding(target) as (to_folder, new):
            os.rename(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder)

    def names(self, path: str | PurePath) -> tuple[str, ...]:
        with suppress(FileNotFoundError), self._folder(_parts(path)) as folder:
            return tuple(sorted(os.listdir(folder)))
        return ()

    def look(self, path: str | PurePath) -> os.stat_result | None:
        with suppress(FileNotFoundError), self.holding(path) as (folder, name):
            return os.lstat(name, dir_fd=folder)
        return None

    def is_file(self, path: str | PurePath) -> bool:
        found = self.look(path)
        return found is not None and stat.S_ISREG(found.st_mode)

    def kind(self, path: str | PurePath) -> str | None:
        found = self.look(path)
        return None if found is None else _kind(self.root / path, found)

    def leads_to(self, path: str | PurePath) -> str | None:
        with suppress(OSError), self.holding(path) as (folder, name):
            return os.readlink(name, dir_fd=folder)
        return None

    def put_link(self, path: str | PurePath, target: str) -> None:
        self.remove_tree(path)
        with self.holding(path) as (folder, name):
            os.symlink(target, name, dir_fd=folder)

    def refuse_special(self, path: str | PurePath) -> None:
        with suppress(FileNotFoundError), self.holding(path) as (folder, name):
            found = os.lstat(name, dir_fd=folder)
            if not stat.S_ISDIR(found.st_mode):
                self.refuse(path, found, writes=True)

    @contextmanager
    def holding(self, path: str | PurePath) -> Iterator[tuple[int, str]]:
        *above, name = _parts(path)
        with self._folder(above) as folder:
            try:
                yield folder, name
            except OSError as error:
                raise self.named(error, path) from None

    def open_folder(self, path: str | PurePath, *, make: bool = False) -> int:
        top = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self.descend(top, [], _parts(path), make=make)

    def hold(self, path: str | PurePath, *, make: bool = False) -> Held:
        return Held(self, path, self.open_folder(path, make=make))

    def named(self, error: OSError, path: str | PurePath) -> OSError:
        if isinstance(error.filename, str) and not error.filename.startswith("/"):
            error.filename = os.fspath(self.root / path)
        return error

    @contextmanager
    def _folder(self, parts: list[str], *, make: bool = False) -> Iterator[int]:
        top = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        folder = self.descend(top, [], parts, make=make)
        try:
            yield folder
        finally:
            os.close(folder)

    def descend(self, folder: int, above: list[str], parts: list[str], *, make: bool) -> int:
        """Close the descriptor of a folder, and return that of the one below it; `above` is the folder's own path."""
        for depth in range(1, len(parts) + 1):
            try:
                below = self._step(folder, [*above, *parts[:depth]], make=make)
            finally:
                os.close(folder)
            folder = below
        return folder

    def _step(self, folder: int, path: list[str], *, make: bool) -> int:
        name = path[-1]
        for _ in range(3):
            try:
                return os.open(name, _FOLDER, dir_fd=folder)
            except FileNotFoundError:
                if not make:
                    raise
                try:
                    os.mkdir(name, dir_fd=folder)
                except FileExistsError:  # made by another process in this very moment
                    continue
                except OSError as error:
                    raise self.named(error, "/".join(path)) from None
            except OSError as error:
                if error.errno in _NO_WAY:
                    raise self._in_the_way("/".join(path), os.lstat(name, dir_fd=folder), "a folder") from error
                raise self.named(error, "/".join(path)) from None
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.root.joinpath(*path)))

    def _refuse_special(self, path: str | PurePath, folder: int, name: str) -> None:
        with suppress(FileNotFoundError):
            self.refuse(path, os.lstat(name, dir_fd=folder))

    def refuse(self, path: str | PurePath, found: os.stat_result, *, writes: bool = False) -> None:
        """Raise InTheWayError for what is no plain file, or, to write into it, has a second name."""
        if not stat.S_ISREG(found.st_mode) or (writes and found.st_nlink > 1):
            raise self._in_the_way(os.fspath(path), found, "a file")

    def _in_the_way(self, path: str, found: os.stat_result, wanted: str) -> InTheWayError:
        place = self.root / path
        message = f"{place} is {_kind(place, found)}, but {wanted} is expected"
        return InTheWayError(Diagnostic("Y001", message, Location(os.fspath(place)), hint=_HINT))


class Held:
    """A folder that is kept open for many files in it, and with it the one that the last of them lies in."""

    def __init__(self, files: Confined, path: str | PurePath, folder: int) -> None:
        self._files = files
        self._path = os.fspath(path)
        self._folder = folder
        self._last: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()
        os.close(self._folder)

    def at(self, path: str, *, make: bool = False) -> tuple[int, str]:
        above, _, name = path.rpartition("/")
        if name in {"", ".", ".."} or "\0" in name or path.startswith("/"):
            raise _leads_outside(path)
        if not above:
            return self._folder, name
        if self._last is None or self._last[0] != above:
            self._let_go()
            top = os.open(".", _FOLDER, dir_fd=self._folder)
            self._last = above, self._files.descend(top, _parts(self._path), _parts(above), make=make)
        return self._last[1], name

    def create(self, path: str, content: bytes) -> None:
        folder, name = self.at(path, make=True)
        try:
            _fill(os.open(name, _NEW, 0o666, dir_fd=folder), content)
        except OSError as error:
            raise self._named(error, path) from None

    def read(self, path: str, *, make: bool = False) -> bytes:
        folder, name = self.at(path, make=make)
        try:
            descriptor = os.open(name, os.O_RDONLY | _FILE, dir_fd=folder)
        except FileNotFoundError as error:
            raise self._named(error, path) from None
        except OSError as error:
            self.refuse_special(path)
            raise self._named(error, path) from None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            self._files.refuse(f"{self._path}/{path}", os.fstat(descriptor))
            return file.read()

    def bring(self, path: str, content: bytes) -> None:
        try:
            is_right = self.read(path, make=True) == content
        except FileNotFoundError:
            self.create(path, content)
            return
        if not is_right:
            self._files.write(f"{self._path}/{path}", content)

    def refuse_special(self, path: str) -> None:
        folder, name = self.at(path)
        with suppress(FileNotFoundError):
            found = os.lstat(name, dir_fd=folder)
            if not stat.S_ISDIR(found.st_mode):
                self._files.refuse(f"{self._path}/{path}", found, writes=True)

    def names(self, path: str) -> tuple[str, ...]:
        folder, _ = self.at(f"{path}/x" if path else "x")
        return tuple(sorted(os.listdir(folder)))

    def has(self, path: str) -> bool:
        with suppress(FileNotFoundError):
            folder, name = self.at(path)
            os.lstat(name, dir_fd=folder)
            return True
        return False

    def remove(self, path: str) -> None:
        folder, name = self.at(path)
        try:
            os.unlink(name, dir_fd=folder)
        except OSError as error:
            raise self._named(error, path) from None

    def move(self, path: str, to: Held, target: str) -> None:
        (from_folder, old), (to_folder, new) = self.at(path), to.at(target, make=True)
        try:
            os.replace(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder)
        except OSError as error:
            raise to._named(error, target) from None

    def link(self, path: str, to: Held, target: str) -> None:
        (from_folder, old), (to_folder, new) = self.at(path), to.at(target, make=True)
        os.link(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder, follow_symlinks=False)

    def copy(self, path: str, to: Held, target: str) -> None:
        folder, name = self.at(path)
        with os.fdopen(os.open(name, os.O_RDONLY | _FILE, dir_fd=folder), "rb") as file:
            content, mode = file.read(), os.fstat(file.fileno()).st_mode
        if to.has(target):
            to.remove(target)
        to.create(target, content)
        new_folder, new = to.at(target)
        os.chmod(new, stat.S_IMODE(mode), dir_fd=new_folder)

    def _named(self, error: OSError, path: str) -> OSError:
        return self._files.named(error, f"{self._path}/{path}")

    def _let_go(self) -> None:
        if self._last is not None:
            os.close(self._last[1])
            self._last = None


def _leads_outside(path: str) -> InTheWayError:
    return InTheWayError(Diagnostic("Y002", f"{path!r} leads outside the folder that infragen works in"))


def _parts(path: str | PurePath) -> list[str]:
    text = os.fspath(path)
    parts = [part for part in text.split("/") if part not in {"", "."}]
    if text.startswith("/") or "\0" in text or ".." in parts or not parts:
        raise _leads_outside(text)
    return parts


def _remove_tree(folder: int, name: str) -> None:
    if not stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
        os.unlink(name, dir_fd=folder)
        return
    below = os.open(name, _FOLDER, dir_fd=folder)
    try:
        for inside in os.listdir(below):
            _remove_tree(below, inside)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=folder)


def _kind(place: Path, found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        with suppress(OSError):
            return f"a symbolic link to {os.readlink(place)}"
        return "a symbolic link"
    if stat.S_ISDIR(found.st_mode):
        return "a folder"
    if stat.S_ISREG(found.st_mode):
        return "a file with a second name (hard link)" if found.st_nlink > 1 else "a file"
    return "a pipe" if stat.S_ISFIFO(found.st_mode) else "a socket or a device"


def _fill(descriptor: int, content: bytes, *, sync: bool = False, mode: int = 0o666) -> None:
    try:
        if mode & 0o077 == 0:
            os.fchmod(descriptor, mode)  # whatever the umask
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
