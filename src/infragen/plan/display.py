"""Values and paths as one-line texts that read like HCL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from infragen.plan.decode import Number
from infragen.plan.redact import MASK, is_marked, mark_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["UNKNOWN", "literal", "path_text", "unknown_at"]

Clean = Callable[[str], str]

UNKNOWN = "(known after apply)"
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def literal(value: object, mark: object = False, unknown: object = False, clean: Clean = str) -> str:
    """Return a value as HCL-like text: sorted maps, marked parts as `(sensitive)`, unknown as `(known after apply)`.

    `clean` redacts every text and key before it is quoted, and the whole afterwards: quoting could hide a value from
    it, and a value can reach over several items.
    """
    return clean(_text(value, mark, unknown, clean))


def _text(value: object, mark: object, unknown: object, clean: Clean) -> str:
    if unknown is True:
        return UNKNOWN
    if is_marked(mark) and not (isinstance(mark, dict | list) and type(mark) is type(value)):
        return MASK
    if isinstance(value, dict):
        return "{" + ", ".join(_members(value, mark, unknown, clean)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_items(value, mark, unknown, clean)) + "]"
    return _quoted(clean(value)) if isinstance(value, str) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, Number):
        return value.text
    return "null" if value is None else str(value).lower()


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


def _members(value: dict[str, object], mark: object, unknown: object, clean: Clean) -> Iterator[str]:
    keys = set(value)
    if isinstance(unknown, dict):
        keys |= {key for key, part in unknown.items() if part is True}
    for key in sorted(keys):
        text = _text(value.get(key), mark_at(mark, value, key), unknown_at(unknown, key), clean)
        yield f"{key if _IDENTIFIER.match(key) else _quoted(clean(key))} = {text}"


def _items(value: list[object], mark: object, unknown: object, clean: Clean) -> Iterator[str]:
    for index, item in enumerate(value):
        yield _text(item, mark_at(mark, value, index), unknown_at(unknown, index), clean)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
