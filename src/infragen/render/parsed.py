"""Parts of HCL that was parsed: blocks, labels, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Token, Tree

__all__ = ["labels", "nodes", "text_of"]


def nodes(parent: Tree[Token] | Token, name: str) -> Iterator[Tree[Token]]:
    """Yield the children of a kind: `block`, `body`, `attribute`."""
    for child in getattr(parent, "children", ()):
        if getattr(child, "data", None) == name:
            yield child


def labels(block: Tree[Token]) -> list[str]:
    """Return a block's kind and then its labels."""
    words = []
    for child in block.children:
        if getattr(child, "data", None) not in ("identifier", "string"):
            break
        words.append(text_of(child))
    return words


def text_of(node: Tree[Token] | Token) -> str:
    """Return a name or label without its quotes."""
    if isinstance(node, str):
        return "" if node == '"' else str(node)
    return "".join(text_of(child) for child in node.children)
