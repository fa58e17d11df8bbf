"""`imports.tf` of a stack: what exists and is taken over instead of created; part of the shell, not of the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.core.expressions import Reference
from infragen.stacks.model import Stack, StackFile

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = "imports.tf"


class Adoption(Struct, frozen=True):
    """An `import` block: the address within the stack, and the id that exists."""

    to: Reference
    id: str


def file(stack: Stack, adoptions: Iterable[tuple[str, str]], source: str) -> Stack:
    """Return what a stack has besides its own files to adopt some addresses, each with its id; `source` says so."""
    blocks = tuple(Adoption(Reference(address), found) for address, found in sorted(adoptions))
    template = f"stacks/_shell/{FILE}"
    return Stack(stack.name, (StackFile(FILE, template, {"adoptions": blocks}, None, source),), (), ())
