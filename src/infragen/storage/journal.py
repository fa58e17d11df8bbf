r"""Journals: one JSON object on a line for each thing that happened. All of infragen's are written and read here.

A line is appended with one write. What a kill, a full disk or a power cut tore is passed over when it is read, and the
next line begins on a line of its own. Each line has its number and a seal: a digest of what it says, of its number and
of where the journal lies, with this user's key (`signing_key`). So a journal that came with a checkout, one that was
copied from elsewhere, and one whose lines were changed, moved, repeated or taken out is not believed.

    {"what": "started", "stack": "network", "n": 3, "seal": "9f0c..."}
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import stat
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path, PurePath
from typing import Any, Final

from msgspec import Struct

from infragen.storage.confined import Confined, InTheWayError
from infragen.storage.project_files import confined_path, write_internal
from infragen.storage.signing_key import Key, user_key

_SEAL: Final = b', "seal": "'
_END: Final = b'"}'
_DIGITS: Final = 32  # hexadecimal digits of a seal


class JournalContent(Struct, frozen=True):
    """What a journal says: its lines, whether its writer lives, and why it is not believed (None: it is)."""

    lines: tuple[Mapping[str, Any], ...] = ()
    held: bool = False
    doubt: str | None = None


class Writer:
    """Appends to one journal, and holds its lock for as long as it is open."""

    def __init__(self, folder: Confined, path: str | PurePath) -> None:
        self._descriptor: int | None = folder.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            with os.fdopen(self._descriptor, "rb", closefd=False) as file:
                before = file.read()
        except BaseException:
            os.close(self._descriptor)
            raise
        self._seal = _Seal.here(folder, path)
        self._number = _scan(before, self._seal)[1]
        self._torn = bool(before) and not before.endswith(b"\n")

    def write(self, fields: Mapping[str, Any], *, sync: bool = False) -> None:
        """Append one line, also to the disk if asked to; after an OSError the next one begins on a line of its own."""
        if self._descriptor is None:
            return
        self._number += 1
        line = self._seal.put(json.dumps({**fields, "n": self._number}).encode())
        torn, self._torn = self._torn, True
        data = (b"\n" if torn else b"") + line + b"\n"
        written = os.write(self._descriptor, data)  # all of it, or OSError and a torn line
        if written < len(data):
            os.write(self._descriptor, data[written:])
        self._torn = False
        if sync:
            os.fsync(self._descriptor)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def append(folder: Confined, path: str | PurePath, fields: Mapping[str, Any], *, sync: bool = True) -> None:
    with closing(Writer(folder, path)) as writer:
        writer.write(fields, sync=sync)


def read(folder: Confined, path: str | PurePath) -> JournalContent:
    try:
        descriptor = folder.open(path, os.O_RDONLY)
    except InTheWayError as error:
        return JournalContent(doubt=error.diagnostics[0].message)
    with os.fdopen(descriptor, "rb") as file:
        held = _is_held(descriptor)  # asked before it is read: what ends in between has said so
        content = file.read()
        doubt = _foreign(os.fstat(descriptor))
    lines, _, unsealed = _scan(content, _Seal.here(folder, path))
    return JournalContent(lines, held, doubt or unsealed)


def write_document(path: Path, fields: Mapping[str, Any], *, sync: bool = True, secret: bytes | None = None) -> None:
    """Seal it for this user and place, or with `secret` for whoever knows that, on any machine."""
    write_internal(path, _seal_of(path, secret).put(json.dumps(fields).encode()) + b"\n", sync=sync)


def read_document(path: Path, *, secret: bytes | None = None) -> Mapping[str, Any] | None:
    files, place = confined_path(path)
    try:
        content = files.read(place).strip()
        found = json.loads(content)
    except (OSError, ValueError, InTheWayError):
        return None
    seal = _seal_of(path, secret)
    return found if isinstance(found, dict) and seal.trouble is None and seal.holds(content) else None


def _seal_of(path: Path, secret: bytes | None) -> _Seal:
    return _Seal.here(*confined_path(path)) if secret is None else _Seal(Key(secret), os.fsencode(path.name))


class _Seal:
    def __init__(self, key: Key, place: bytes) -> None:
        self._key = key
        self._place = place + b"\0"

    @classmethod
    def here(cls, folder: Confined, path: str | PurePath) -> _Seal:
        return cls(user_key(), os.fsencode(os.path.join(os.path.realpath(folder.root), os.fspath(path))))

    @property
    def trouble(self) -> str | None:
        return self._key.trouble

    def put(self, text: bytes) -> bytes:
        return text if self.trouble else text[:-1] + _SEAL + self._digest(text) + _END

    def holds(self, text: bytes) -> bool:
        said, mark, seal = text.rpartition(_SEAL)
        return bool(mark) and hmac.compare_digest(seal, self._digest(said + b"}") + _END)

    def _digest(self, text: bytes) -> bytes:
        return hmac.digest(self._key.secret, self._place + text, "sha256").hex()[:_DIGITS].encode()


def _scan(content: bytes, seal: _Seal) -> tuple[tuple[Mapping[str, Any], ...], int, str | None]:
    lines: list[Mapping[str, Any]] = []
    last, torn = 0, False
    doubt = f"no key is available to verify it ({seal.trouble})" if seal.trouble else None
    for number, text in enumerate(content.split(b"\n"), start=1):
        try:
            found = json.loads(text)
        except ValueError:  # torn: whoever wrote it was killed, or there was no room
            torn = True
            continue
        line = found if isinstance(found, dict) else {}
        lines.append(line)
        told = line.get("n")
        known = told if isinstance(told, int) else 0
        if doubt is None and not seal.holds(text):
            doubt = f"line {number} was not written by this user's infragen at this location"
        elif doubt is None and (known <= last or (known > last + 1 and not torn)):
            doubt = f"lines are missing or repeated before line {number}"
        last, torn = max(last, known), False
    return tuple(lines), last, doubt


def _foreign(found: os.stat_result) -> str | None:
    if found.st_uid != os.geteuid():
        return f"it belongs to another user (uid {found.st_uid})"
    return "it is writable by other users" if stat.S_IMODE(found.st_mode) & 0o022 else None


def _is_held(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return False
    return True
