"""What is known only after apply, as a text that may stand in others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

_START, _BETWEEN, _END = "\ufdd0", "\ufdd1", "\ufdd2"
"""Code points that Unicode keeps from texts (noncharacters), so that no value has them."""
_MARK: Final = re.compile(f"{_START}([^{_BETWEEN}]*){_BETWEEN}([^{_END}]*){_END}")


class UnevaluatedError(ValueError):
    """What an expression comes to cannot be told."""


class FailsError(UnevaluatedError):
    """Terraform itself fails here, so that `try` goes on."""


class Known(NamedTuple):
    """What a mark in a text stands for: an attribute of an object, `arn` or `master_user_secret[0].secret_arn`."""

    address: str
    attribute: str


class Later(str):
    """An attribute of an object that is known only after apply."""

    __slots__ = ("known",)
    known: Known

    def __new__(cls, address: str, attribute: str) -> Self:
        made = super().__new__(cls, f"{_START}{address}{_BETWEEN}{attribute}{_END}")
        made.known = Known(address, attribute)
        return made

    def of(self, key: object) -> Later:
        address, attribute = self.known
        return Later(address, f"{attribute}[{key}]" if isinstance(key, int) else f"{attribute}.{key}".lstrip("."))

    def through(self, function: str) -> Later:
        return Later(self.known.address, f"{function}({self.known.attribute})")


def marked(text: str) -> Iterator[str | Known]:
    at = 0
    for found in _MARK.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield Known(found[1], found[2])
        at = found.end()
    if at < len(text):
        yield text[at:]


def is_marked(text: str) -> bool:
    return _START in text


def as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and (value.is_integer() or "e" not in repr(value)):
        return str(int(value)) if value.is_integer() else repr(value)
    raise UnevaluatedError(f"{type(value).__name__} is no text")


def is_true(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise UnevaluatedError(f"{value!r} is no truth value")
