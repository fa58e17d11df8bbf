"""TOML to plain data, with the position of every key and value.

`tomllib` reads the values and refuses what is not TOML; it keeps no positions. So the text, known to be sound by then,
is walked once more for where things stand.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.source.yaml12 import read_text

Path_ = tuple[str | int, ...]
"""Where a value stands in the data: names of keys, numbers of list items."""

_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|' r"'''.*?'''(?:'{0,2})|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'", re.DOTALL
)
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
"""What may stand between two things, comments included."""
_PLAIN: Final = re.compile(r"[^,\]}\n#]+")
"""A number, a date or a truth value; a date may hold a space."""
_LONGEST_SHOWN: Final = 60
_AT: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")
"""How tomllib ends its messages."""


class TomlDocument(Struct, frozen=True):
    """One TOML file: plain data, and the offsets of each value and of its key by path."""

    file: str
    data: dict[str, Any]
    text: str
    offsets: Mapping[Path_, tuple[int, int]]

    def locate(self, path: Sequence[str | int] = (), *, key: bool = False) -> Location:
        for length in range(len(path), 0, -1):
            if (found := self.offsets.get(tuple(path[:length]))) is not None:
                offset = found[0] if key and length == len(path) else found[1]
                start = self.text.rfind("\n", 0, offset) + 1
                return Location(self.file, self.text.count("\n", 0, offset) + 1, offset - start + 1)
        return Location(self.file)

    def written(self, path: Sequence[str | int], value: Any) -> str:
        if isinstance(value, (list, dict)):
            return "a table" if isinstance(value, dict) else "a list"
        found = self.offsets.get(tuple(path))
        plain = None if found is None or isinstance(value, str) else _PLAIN.match(self.text, found[1])
        shown = plain[0].strip() if plain else repr(value)
        return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[: _LONGEST_SHOWN - 3]}..."


def read_toml(path: Path, file: str) -> TomlDocument:
    return parse_toml(read_text(path, file), file)


_MOST_DOTS: Final = 100
_KEY: Final = re.compile(r"[\w\-. \t\"']+", re.ASCII)
"""What a dotted key is made of: a parser takes time and memory by the square of its parts."""


def parse_toml(text: str, file: str) -> TomlDocument:
    """Return the data of a TOML text with its positions; InfragenError S008 when it is not TOML."""
    text = text.replace("\r\n", "\n")  # as tomllib does before it counts
    for line, written in enumerate(text.split("\n"), 1):
        if written.count(".") > _MOST_DOTS and max(one.count(".") for one in _KEY.findall(written)) > _MOST_DOTS:
            hint = "write tables in tables: `[a.b]`"
            message = f"a key has more than {_MOST_DOTS} parts"
            raise InfragenError(Diagnostic("S008", message, Location(file, line), hint=hint))
    try:
        data = tomllib.loads(text)
        offsets = _Walk(text).whole()
    except tomllib.TOMLDecodeError as error:
        message, lines = str(error), text.split("\n")
        at = _AT.search(message)
        place = Location(file, int(at[1]), int(at[2])) if at else Location(file, len(lines), len(lines[-1]) + 1)
        what = message[: at.start()] if at else message.removesuffix(" (at end of document)")
        message = f"invalid TOML: {what[:1].lower()}{what[1:]}"
        hint = 'check quotes and brackets near this position: `key = "text"`, `[table]`'
        raise InfragenError(Diagnostic("S008", message, place, hint=hint)) from None
    except RecursionError:
        hint = "reduce the nesting"
        raise InfragenError(Diagnostic("S008", "the TOML is nested too deeply", Location(file), hint=hint)) from None
    return TomlDocument(file, data, text, offsets)


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.offsets: dict[Path_, tuple[int, int]] = {}
        self.items: dict[Path_, int] = {}
        """Arrays of tables, with the number of the item that was begun last."""

    def whole(self) -> Mapping[Path_, tuple[int, int]]:
        table: Path_ = ()
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip()
        return self.offsets

    def header(self) -> Path_:
        start = self.at
        is_item = self.text.startswith("[[", start)
        self.at += 2 if is_item else 1
        names = self.names()
        self.at += 2 if is_item else 1
        path: Path_ = ()
        for number, (name, offset) in enumerate(names):
            path = (*path, name)
            last = number == len(names) - 1
            if is_item and last:
                self.items[path] = self.items.get(path, -1) + 1
            self.offsets.setdefault(path, (offset, start))
            if path in self.items:
                path = (*path, self.items[path])
                self.offsets.setdefault(path, (offset, start))
        return path

    def pair(self, table: Path_) -> None:
        path = table
        for name, offset in self.names():
            path = (*path, name)
            self.offsets.setdefault(path, (offset, offset))
        self.at += 1  # the equals sign
        self.skip()
        self.offsets[path] = (self.offsets[path][0], self.at)
        self.value(path)

    def names(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        while True:
            self.skip()
            offset = self.at
            token = self.take(_BARE_KEY) or self.take(_STRING)
            name = tomllib.loads(f"name = {token}")["name"] if token[0] in "\"'" else token
            found.append((name, offset))
            self.skip()
            if self.text[self.at] != ".":
                return found
            self.at += 1

    def value(self, path: Path_) -> None:
        first = self.text[self.at]
        if first == "[":
            self.collection("]", path, self.item)
        elif first == "{":
            self.collection("}", path, lambda path, _number: self.pair(path))
        elif not self.take(_STRING):
            self.take(_PLAIN)

    def collection(self, end: str, path: Path_, read: Any) -> None:
        self.at += 1
        number = 0
        self.skip()
        while self.text[self.at] != end:
            read(path, number)
            number += 1
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1
                self.skip()
        self.at += 1

    def item(self, path: Path_, number: int) -> None:
        self.offsets[*path, number] = (self.at, self.at)
        self.value((*path, number))

    def skip(self) -> None:
        self.take(_SPACE)

    def take(self, pattern: re.Pattern[str]) -> str:
        if (match := pattern.match(self.text, self.at)) is None:
            return ""
        self.at = match.end()
        return match[0]
