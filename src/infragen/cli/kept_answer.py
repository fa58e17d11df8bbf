"""Keeps the output of `validate` and `render --check`, and prints it again if no input has changed since.

Answers lie in the folder of this user's key, sealed with it, and never in the project. Inputs are the command line, the
environment's variables, the terminal, the date, infragen and installed packages, git's index, and every file of the
project. A file is identified by inode, mode, size and both times; the change time cannot be set by a user.
"""

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from infragen.storage import INTERNAL, InTheWayError, journal, signing_key

_HIDDEN: Final = (".github", ".gitlab")
"""Hidden folders at the top of a project that are inputs; of infragen's own, only owner and mode are."""
_MARKS: Final = ("catalog", "environments", ".git")
"""Names that make a parent folder a project or a repository of its own."""
_OF_USER: Final = ("~/.gitconfig", "~/.config/git/config", "/etc/gitconfig", "/etc/localtime")
_OF_SHELL: Final = frozenset({"_", "OLDPWD", "SHLVL"})
"""Variables that shells change with each command, and infragen does not read."""
_DERIVED: Final = "__pycache__"  # compiled modules and templates of infragen, which Python compares with their sources
_MOST_FILES: Final = 60_000  # limit on the inputs: a longer scan costs more than it saves
_LARGEST: Final = 4_000_000  # limit on an answer, in characters
_KEPT: Final = 32
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which another change yields another time: the coarsest file systems count in two seconds."""
Input = tuple[str, int, object]
"""Name, time of the last change (nanoseconds), identifying properties."""


class _UnknownError(Exception):
    """The inputs cannot be determined: the project contains a link, or is a worktree of git."""


class KeptAnswer:
    """The kept answer to one command line; inactive for commands whose answers are not kept."""

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments
        self._said: list[tuple[int, str]] = []
        self._state = ""
        is_one = arguments[0] == "validate" or "--check" in arguments
        if not is_one or any(one.startswith(("--project", "-C")) for one in arguments):
            return
        with suppress(OSError):
            here, place = os.getcwd(), signing_key.user_key().place
            self._root = _project(here)
            self._path = Path(place, "answers", hashlib.sha256(json.dumps([here, arguments]).encode()).hexdigest())
            self._state = self._look() if self._root and place else ""

    def noting(self, stream: int) -> Callable[[str], None] | None:
        return (lambda text: self._said.append((stream, text))) if self._state else None

    def answer(self) -> tuple[list[tuple[int, str]], int] | None:
        known = journal.read_document(self._path) if self._state else None
        return (known["said"], known["code"]) if known is not None and known["state"] == self._state else None

    def keep(self, code: int) -> None:
        if not self._state or sum(len(text) for _, text in self._said) > _LARGEST or self._look() != self._state:
            return
        with suppress(OSError, InTheWayError):
            folder = self._path.parent
            others = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns) if folder.exists() else []
            for one in others[:-_KEPT]:
                one.unlink()
            journal.write_document(self._path, {"state": self._state, "code": code, "said": self._said}, sync=False)

    def _look(self) -> str:
        """Return a digest of all inputs; empty if they cannot be determined, or changed a moment ago."""
        digest, limit = hashlib.sha256(), time.time_ns() - _SETTLED
        try:
            for count, one in enumerate(self._inputs()):
                if one[1] > limit or count > _MOST_FILES:
                    return ""
                digest.update(repr(one).encode())
        except (OSError, _UnknownError):
            return ""
        return digest.hexdigest()

    def _inputs(self) -> Iterator[Input]:
        terminals = [(one.isatty(), _size(one)) for one in (sys.stdin, sys.stdout, sys.stderr) if one is not None]
        variables = sorted((name, value) for name, value in os.environ.items() if name not in _OF_SHELL)
        days = time.strftime("%F %Z"), time.strftime("%F", time.gmtime())
        python = sys.version, sys.flags, sys.path
        yield "command", 0, (self._arguments, python, variables, terminals, days, os.geteuid())
        for path in (*sys.path, *map(os.path.expanduser, _OF_USER)):
            yield _path(path)
        folder, above = "", self._root
        while folder != above:
            folder, above = above, os.path.dirname(above)
            yield _path(folder, is_whole=False)
            yield from (_path(f"{folder}/{name}", is_whole=False) for name in _MARKS)
            yield from (_path(f"{folder}/{name}") for name in (".git/index", ".git/config", ".git/HEAD"))
            if os.path.isfile(f"{folder}/.git"):
                raise _UnknownError
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        for folder in (package, f"{os.path.dirname(os.path.dirname(package))}/templates"):  # of a source checkout
            yield from _below(folder, _DERIVED)
        with os.scandir(self._root) as top:
            for entry in top:
                if entry.name == INTERNAL:
                    yield _path(entry.path, is_whole=False)
                    yield from (_path(one.path) for one in os.scandir(entry.path))
                elif not entry.name.startswith(".") or entry.name in _HIDDEN or entry.is_file(follow_symlinks=False):
                    yield from _entry(entry)


def _project(start: str) -> str:
    """Return the nearest folder with a catalogue, as `Project.find` does; empty if there is none."""
    folder, above = "", os.path.realpath(start)
    while folder != above:
        folder, above = above, os.path.dirname(above)
        if os.path.isdir(f"{folder}/catalog"):
            return folder
    return ""


def _size(stream: TextIO) -> tuple[int, ...] | None:
    try:
        return tuple(os.get_terminal_size(stream.fileno()))
    except (OSError, ValueError):
        return None


def _path(path: str, *, is_whole: bool = True) -> Input:
    """Return a path as an input; unless `is_whole`, only its mode and owner, as for folders around the project."""
    try:
        found = os.stat(path)
    except OSError as error:
        return path, 0, error.errno
    return _known(path, found) if is_whole else (path, 0, (found.st_mode, found.st_uid))


def _known(path: str, found: os.stat_result) -> Input:
    times = found.st_mtime_ns, found.st_ctime_ns
    return path, max(times), (found.st_ino, found.st_mode, found.st_uid, found.st_size, *times)


def _below(folder: str, apart: str = "") -> Iterator[Input]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name != apart:
                yield from _entry(entry, apart)


def _entry(entry: os.DirEntry[str], apart: str = "") -> Iterator[Input]:
    found = entry.stat(follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        raise _UnknownError
    if not stat.S_ISDIR(found.st_mode):
        yield _known(entry.path, found)
    elif not os.path.exists(f"{entry.path}/pyvenv.cfg"):
        yield entry.path, 0, (found.st_mode, found.st_uid)
        yield from _below(entry.path, apart)
