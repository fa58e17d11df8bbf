"""Texts with what stands in them: `{NAME.url}` of a container, `${KEY}` of the development defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTRIBUTES: Final = ("database", "host", "password", "port", "url", "user")
"""What may be asked of a container."""

_REFERENCE: Final = re.compile(
    r"\{(?P<name>[a-z][a-z0-9-]*)\.(?P<attribute>[a-z]+)\}|\$\{(?P<key>[A-Za-z_][A-Za-z0-9_]*)\}"
)


class Reference(Struct, frozen=True):
    """`{name.attribute}`, or `${key}`."""

    name: str = ""
    attribute: str = ""
    key: str = ""

    @property
    def text(self) -> str:
        """As it is written."""
        return f"${{{self.key}}}" if self.key else f"{{{self.name}.{self.attribute}}}"


def parts(text: str) -> Iterator[str | Reference]:
    """Yield the texts and references that a value is made of."""
    end = 0
    for found in _REFERENCE.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        yield Reference(found["name"] or "", found["attribute"] or "", found["key"] or "")
        end = found.end()
    if end < len(text):
        yield text[end:]


def references(text: str) -> tuple[Reference, ...]:
    """Return the references in a value."""
    return tuple(part for part in parts(text) if isinstance(part, Reference))


def literal(text: str) -> str:
    """Return a text so that Compose reads no variable in it (Compose file reference: Interpolation)."""
    return text.replace("$", "$$")


def variable(key: str, default: str) -> str:
    """Return what Compose takes from `.env`, and else the default (the same page)."""
    return f"${{{key}:-{default}}}"
