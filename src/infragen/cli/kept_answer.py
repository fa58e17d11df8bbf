"""The answer of `validate` and `render --check`, given again where nothing that it came of has changed.

Kept in the folder of this user's key, sealed with it; what came with a checkout is not believed. It came of: the words
of the command line, the variables of the environment, the terminal, the day, infragen itself and the packages beside
it, what git tracks, and each file of the project. A file is known by its inode, mode, size and both its times: whoever
changes one changes the last, which nobody can set.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, TextIO

INTERNAL: Final = ".infragen"
_HIDDEN: Final = (".github", ".gitlab")
"""What is read of the hidden folders at the top of a project; of infragen's own, who may write it."""
_MARKS: Final = ("catalog", "environments", ".git")
"""What makes a folder around the project one that is looked at."""
_OF_GIT: Final = (".git/index", ".git/config", ".git/HEAD")
_OF_USER: Final = ("~/.gitconfig", "~/.config/git/config", "/etc/gitconfig", "/etc/localtime")
_OF_SHELL: Final = frozenset({"_", "OLDPWD", "SHLVL"})
"""Variables that change with each command, and that none reads."""
_MOST_FILES: Final = 60_000
"""To look at more takes longer than what it may save."""
_LARGEST: Final = 4_000_000
"""Characters of an answer that is kept."""
_KEPT: Final = 32
_SETTLED: Final = 2_000_000_000
"""Nanoseconds until a file that changes once more surely has another time: some file systems count in two seconds."""

Input = tuple[str, int, object]
"""A thing that an answer may come of: its name, when it changed last (nanoseconds), and what it is."""


class _UnknownError(Exception):
    """Nobody knows all that an answer comes of: a link leads elsewhere, or there are too many files to look at."""


class KeptAnswer:
    """The place where the answer to one command line is kept; a command whose answers are not kept has none."""

    def __init__(self, arguments: list[str]) -> None:
        """Look at all that the answer comes of, before anything else does."""
        self._arguments = arguments
        self._said: list[tuple[int, str]] = []
        self._state = ""
        is_one = arguments[0] == "validate" or "--check" in arguments
        if not is_one or any(one.startswith(("--project", "-C")) for one in arguments):
            return
        from infragen.storage.signing_key import user_key

        self._key = user_key()
        with suppress(OSError):
            self._root = _project(os.getcwd())
            name = hashlib.sha256(json.dumps([os.getcwd(), arguments]).encode()).hexdigest()
            self._path = f"{self._key.place}/answers/{name}"
            self._state = self._look() if self._root and self._key.place else ""

    def noting(self, stream: int) -> Callable[[str], None]:
        """Return what takes note of a text that is printed to a stream."""
        return lambda text: self._said.append((stream, text))

    def answer(self) -> tuple[list[tuple[int, str]], int] | None:
        """Return what was printed the last time, by stream, and the exit code; None where something has changed."""
        if not self._state:
            return None
        try:
            with open(self._path, "rb") as file:
                seal, _, content = file.read().partition(b"\n")
            answer = json.loads(content) if hmac.compare_digest(seal, self._seal(content)) else {}
            return (answer["said"], answer["code"]) if answer["state"] == self._state else None
        except (OSError, ValueError, KeyError):
            return None

    def keep(self, code: int) -> None:
        """Keep what was printed, if all that it came of is as it was when the command began."""
        if not self._state or sum(len(text) for _, text in self._said) > _LARGEST or self._look() != self._state:
            return
        content = json.dumps({"state": self._state, "code": code, "said": self._said}).encode()
        folder, new = os.path.dirname(self._path), f"{self._path}.{os.getpid()}"
        with suppress(OSError):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            others = sorted(os.scandir(folder), key=lambda one: one.stat().st_mtime_ns, reverse=True)
            for one in others[_KEPT:]:
                os.unlink(one.path)
            with open(new, "xb") as file:
                file.write(self._seal(content) + b"\n" + content)
            os.replace(new, self._path)

    def _seal(self, content: bytes) -> bytes:
        return hmac.digest(self._key.secret, os.fsencode(f"answer {self._path}\n") + content, "sha256").hex().encode()

    def _look(self) -> str:
        """Return a digest of everything that the answer comes of; empty where that is unknown, or not yet settled."""
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
            yield from (_path(f"{folder}/{name}") for name in _OF_GIT)
            if os.path.isfile(f"{folder}/.git"):
                raise _UnknownError
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        yield from _below(package)
        yield from _below(f"{os.path.dirname(os.path.dirname(package))}/templates")  # those of a source checkout
        with os.scandir(self._root) as top:
            for entry in top:
                if entry.name == INTERNAL:
                    yield _path(entry.path, is_whole=False)
                    yield from (_path(one.path) for one in os.scandir(entry.path))
                elif not entry.name.startswith(".") or entry.name in _HIDDEN or entry.is_file(follow_symlinks=False):
                    yield from _entry(entry)


def _project(start: str) -> str:
    """Return the nearest folder with a catalogue, as `Project.find` does; empty where there is none."""
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
    """Return what stands at a path; unless `is_whole`, only whose it is, because what lies in it is another's."""
    try:
        found = os.stat(path)
    except OSError as error:
        return path, 0, error.errno
    return _known(path, found) if is_whole else (path, 0, (found.st_mode, found.st_uid))


def _known(path: str, found: os.stat_result) -> Input:
    times = found.st_mtime_ns, found.st_ctime_ns
    return path, max(times), (found.st_ino, found.st_mode, found.st_uid, found.st_size, *times)


def _below(folder: str) -> Iterator[Input]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            yield from _entry(entry)


def _entry(entry: os.DirEntry[str]) -> Iterator[Input]:
    """Yield what lies at an entry of a folder: a file as it is, a folder with all that is below it."""
    found = entry.stat(follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        raise _UnknownError
    if not stat.S_ISDIR(found.st_mode):
        yield _known(entry.path, found)
    elif not os.path.exists(f"{entry.path}/pyvenv.cfg"):
        yield entry.path, 0, (found.st_mode, found.st_uid)
        yield from _below(entry.path)
