"""Paths into a value, as plans write them."""

import re
from collections.abc import Iterable

from infragen.redaction.values import Number

Path = tuple[str | int, ...]
_FIRST_NAME = re.compile(r"\w*")


class Label(str):
    """A step to the item of a list that has this name; only in paths that are shown."""

    __slots__ = ()


def first_name(path: str) -> str:
    """Return the attribute that a written path begins with: `rule` of `rule[0].name`; nothing when it has no name."""
    found = _FIRST_NAME.match(path)
    return found[0] if found else ""


def names_in(path: Path) -> tuple[str, ...]:
    """Return a path without the places of items."""
    return tuple(step for step in path if isinstance(step, str))


def steps(path: object) -> Path:
    """Return a path of strings and numbers; what is neither ends it."""
    found: list[str | int] = []
    for step in path if isinstance(path, list) else ():
        if isinstance(step, Number) and step.text.isdecimal() and len(step.text) < 10:
            found.append(int(step.text))
        elif isinstance(step, str):
            found.append(step)
        else:
            break
    return tuple(found)


def value_at(value: object, path: Iterable[str | int]) -> object:
    """Return what stands at a path; None when nothing does."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
