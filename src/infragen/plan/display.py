"""Values and paths as one-line texts that read like HCL."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from infragen.plan.decode import Number
from infragen.plan.redact import MASK, is_marked, mark_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["UNKNOWN", "literal", "path_text", "unknown_at"]

UNKNOWN = "(known after apply)"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def literal(value: object, mark: object = False, unknown: object = False) -> str:
    """Return a value as HCL-like text: sorted maps, marked parts as `(sensitive)`, unknown as `(known after apply)`."""
    if unknown is True:
        return UNKNOWN
    if isinstance(value, dict) and not _hides_whole(value, mark):
        return "{" + ", ".join(_members(value, mark, unknown)) + "}"
    if isinstance(value, list) and not _hides_whole(value, mark):
        return "[" + ", ".join(_items(value, mark, unknown)) + "]"
    if is_marked(mark):
        return MASK
    return _scalar(value)


def path_text(path: Sequence[str | int]) -> str:
    """Return `rule[0].tags["a b"]` for ("rule", 0, "tags", "a b")."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _IDENTIFIER.match(step):
            text += f".{step}" if text else step
        else:
            text += f"[{_quoted(step)}]"
    return text


def unknown_at(unknown: object, key: object) -> object:
    """Return which parts of a member are unknown, from the tree of its parent."""
    if isinstance(unknown, dict):
        return unknown.get(key, False)
    if isinstance(unknown, list) and isinstance(key, int):
        return unknown[key] if key < len(unknown) else False
    return unknown is True


def _hides_whole(value: object, mark: object) -> bool:
    """Whether the mark is not a tree that fits the value, and so hides all of it."""
    return is_marked(mark) and not (isinstance(mark, dict | list) and type(mark) is type(value))


def _members(value: dict[str, object], mark: object, unknown: object) -> Iterator[str]:
    keys = set(value)
    if isinstance(unknown, dict):
        keys |= {key for key, part in unknown.items() if part is True}
    for key in sorted(keys):
        text = literal(value.get(key), mark_at(mark, value, key), unknown_at(unknown, key))
        yield f"{key if _IDENTIFIER.match(key) else _quoted(key)} = {text}"


def _items(value: list[object], mark: object, unknown: object) -> Iterator[str]:
    for index, item in enumerate(value):
        yield literal(item, mark_at(mark, value, index), unknown_at(unknown, index))


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Number):
        return value.text
    return "null" if value is None else str(value).lower()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
