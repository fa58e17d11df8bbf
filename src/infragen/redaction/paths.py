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
    found = _FIRST_NAME.match(path)
    return found[0] if found else ""


def names_in(path: Path) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def steps(path: object) -> Path:
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
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
