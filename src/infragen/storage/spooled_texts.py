"""Texts by path, of which only so many stay in memory: the files of ten thousand entries would take most of it."""

import os
import sys
from collections.abc import Iterator, MutableMapping
from typing import IO, Final, cast

from msgspec import Struct

_ROOM: Final = 8 * 2**20
"""Characters that stay in memory: more than the files of an environment with a few hundred entries have."""


class _Spooled(Struct, frozen=True, gc=False):
    begin: int
    size: int


class SpooledTexts(MutableMapping[str, str]):
    """A mapping as a dict is; what does not fit into `room` characters lies in a temporary file without a name.

    Where no temporary file can be written, all stays in memory.
    """

    def __init__(self, room: int = _ROOM) -> None:
        self._texts: dict[str, str | _Spooled] = {}
        self._room = room
        self._file: IO[bytes] | None = None

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def __getitem__(self, path: str) -> str:
        found = self._texts[path]
        if isinstance(found, str):
            return found
        descriptor = cast("IO[bytes]", self._file).fileno()
        return os.pread(descriptor, found.size, found.begin).decode("utf-8", "surrogatepass")

    def __setitem__(self, path: str, text: str) -> None:
        if self._room >= len(text):
            self._room -= len(text)
            self._texts[path] = text
        else:
            self._texts[path] = self._spooled(text)

    def __delitem__(self, path: str) -> None:
        del self._texts[path]

    def __contains__(self, path: object) -> bool:
        return path in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def sort(self) -> None:
        self._texts = {path: self._texts[path] for path in sorted(self._texts)}

    def _spooled(self, text: str) -> str | _Spooled:
        content = text.encode("utf-8", "surrogatepass")
        try:
            if self._file is None:
                import tempfile  # most commands need none

                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed in `__del__`
            begin = self._file.seek(0, os.SEEK_END)
            if self._file.write(content) == len(content):
                return _Spooled(begin, len(content))
        except OSError:
            pass
        self._room = sys.maxsize  # as much as there is
        return text
