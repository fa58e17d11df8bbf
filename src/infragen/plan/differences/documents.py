"""Texts that hold a document: JSON."""

from __future__ import annotations

from json import JSONDecodeError
from typing import TYPE_CHECKING, NamedTuple

from infragen.plan.document import decode_value
from infragen.plan.values import Redacted

if TYPE_CHECKING:
    from infragen.plan.values import Value

__all__ = ["Documents", "open_documents"]


class Documents(NamedTuple):
    """What two texts hold, and what to say when that is the same."""

    before: Value
    after: Value
    same_note: str


def open_documents(before: Value, after: Value) -> Documents | None:
    """Open two texts that are documents of one kind; None when they are not."""
    old, new = _open(before), _open(after)
    if old is None or new is None or type(old) is not type(new):
        return None
    return Documents(old, new, "the same JSON, written in another way")


def _open(text: Value) -> Value:
    if isinstance(text, Redacted):
        return text.inside
    if not isinstance(text, str) or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value = decode_value(text)
    except (JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None  # safe: the text has no secret, nor have its parts
