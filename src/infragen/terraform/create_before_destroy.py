"""Which objects a stack's own plan replaces by creating first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.stacks.model import Stack
    from infragen.terraform.states import State

__all__ = ["created_first"]

_RESOURCE: Final = re.compile(r'^resource "([\w-]+)" "([\w-]+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_CREATE_FIRST: Final = re.compile(r"^\s*create_before_destroy\s*=\s*true\b", re.MULTILINE)
_INDEX: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$')


def created_first(
    objects: Iterable[str], tree: Mapping[str, str], stacks: Iterable[Stack], states: Mapping[str, State]
) -> frozenset[str]:
    """Return those of some objects (addresses of the combined root) that their own stacks create first.

    They say so themselves, in the stack's files or its modules; or something in the same stack that depends on them
    does, which terraform has noted in the state.
    """
    waiting = frozenset(objects)
    found: set[str] = set()
    for stack in stacks:
        mine = {address for address in waiting if address.startswith(f"module.{stack.identifier}.")}
        said = _said(tree, stack) if mine else frozenset()
        if not said:
            continue
        found.update(address for address in mine if _block(address) in said)
        if stack.name in states:
            found.update(mine.intersection(states[stack.name].created_first(stack.identifier)))
    return frozenset(found)


def _said(tree: Mapping[str, str], stack: Stack) -> frozenset[tuple[str, str]]:
    """Return type and name of the resources of a stack and its modules that say `create_before_destroy`."""
    folders = (f"{stack.name}/", *(f"modules/{module}/" for module in stack.modules))
    texts = (text for path, text in tree.items() if path.startswith(folders) and path.endswith(".tf"))
    blocks = (match for text in texts for match in _RESOURCE.finditer(text))
    return frozenset((match[1], match[2]) for match in blocks if _CREATE_FIRST.search(match[3]))


def _block(address: str) -> tuple[str, str]:
    """Return type and name of a resource's address."""
    kind, name = _INDEX.sub("", address).rsplit(".", 2)[-2:]
    return kind, name
