"""Safe values: what may be shown of a plan's values, and no more.

Everything that reads an object's values (differences, lenses, risks) reads them in this form, in which no secret is
left: what is sensitive is a `Redacted`, what is not known yet is `UNKNOWN`. Two equal secrets give equal `Redacted`s,
so that a change of a secret is still a change.
"""

from __future__ import annotations

from typing import NamedTuple, Self

from infragen.secret_forms import MASK as MASK  # noqa: PLC0414 -- what hides a secret everywhere

UNKNOWN_TEXT = "(known after apply)"


class Number(NamedTuple):
    """A JSON number as its digits: a float would hide a change of the 17th."""

    text: str


class Redacted(NamedTuple):
    """A text of which at least a part is a secret.

    `text` is what may be shown, `token` distinguishes hidden originals and says nothing about them, `marked` says
    whether the plan itself marks this place, `inside` is what the text holds when it is JSON (redacted too).
    """

    text: str
    token: bytes
    marked: bool = False
    inside: Value = None


class HiddenKey(str):
    """A key of a map of which at least a part is a secret: equal to that of the same secret alone."""

    __slots__ = ("token",)
    token: bytes

    def __new__(cls, text: str, token: bytes) -> Self:
        key = super().__new__(cls, text)
        key.token = token
        return key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HiddenKey) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)


class Unknown(NamedTuple):
    """A value that is known only after apply: `UNKNOWN`, where nothing more is known.

    `text` has what is known of a text around it, `sources` the addresses that it comes from, as they may be shown.
    `naming` is the least that `hcl.addresses.naming` returns for these; 0 where known text stands before.
    """

    text: str = UNKNOWN_TEXT
    sources: tuple[str, ...] = ()
    naming: int = 0


UNKNOWN = Unknown()
Value = str | bool | Number | Redacted | Unknown | list["Value"] | dict[str, "Value"] | None


def is_hidden(value: Value) -> bool:
    return _holds(value, Redacted)


def holds_unknown(value: Value) -> bool:
    return _holds(value, Unknown)


def _holds(value: Value, kind: type[Redacted | Unknown]) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, kind) or any(_holds(part, kind) for part in parts)


def sources_of(value: Value) -> tuple[str, ...]:
    if isinstance(value, Unknown):
        return value.sources
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return tuple(dict.fromkeys(source for part in parts for source in sources_of(part)))
