"""Lines of a report: their parts and roles, and limits on the length of a change."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class Role(StrEnum):
    """What a piece of text is, for a format to colour; no meaning is in the colour alone."""

    PLAIN = "plain"
    NAME = "name"
    TITLE = "title"
    MUTED = "muted"
    WARNING = "warning"
    DESTROY = "destroy"
    REPLACE = "replace"
    UPDATE = "update"
    CREATE = "create"
    OTHER = "other"


class Limits(Struct, frozen=True):
    """How much is shown before the rest is counted.

    `destructive` lines of what goes in one group, `other` changes of it, `attributes` of one change, `outputs`, `texts`
    lines of one long text, `names` lines of a list, `addresses` lines of what is destroyed. With `creations`, each
    creation has a line of its own, with its attributes.
    """

    destructive: int = 30
    other: int = 12
    attributes: int = 12
    outputs: int = 20
    texts: int = 12
    names: int = 3
    addresses: int = 8
    creations: bool = False


SHORT = Limits()
_ALL = sys.maxsize - 1
EVERYTHING = Limits(_ALL, _ALL, _ALL, _ALL, _ALL, _ALL, _ALL, creations=True)


class Part(Struct, frozen=True):
    """A piece of one line."""

    text: str
    role: Role = Role.PLAIN


class Line(Struct, frozen=True):
    """One line below a headline: a symbol that says the action (or a space), a depth, and the text.

    `change_count` is how many changes it is that this line tells or counts; the lines of a group add up to all of them.
    """

    symbol: str
    depth: int
    parts: tuple[Part, ...]
    change_count: int = 0

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def with_change_count(count: int, lines: Iterable[Line]) -> Iterator[Line]:
    for place, line in enumerate(lines):
        yield line if place else replace(line, change_count=count)


def muted(text: str, depth: int = 1) -> Line:
    return Line(" ", depth, (Part(text, Role.MUTED),))
