"""The picture of an environment as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from infragen.core.part import INTERNET
from infragen.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.stacks.graph import Graph, Node

_SHAPES: Final = {"runs": ("[", "]"), "store": ("[(", ")]"), "edge": ("([", "])")}


def render(graph: Graph) -> str:
    """Return the flowchart: boxes for what runs, cylinders for what is used, domains, dashed arrows for events."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield "---"
    yield f"title: {json.dumps(visible(graph.title), ensure_ascii=False)}"
    yield "---"
    yield "flowchart LR"
    if graph.has_internet:
        yield f'  {INTERNET}(("internet"))'
    for node in graph.nodes:
        if node.domain is None:
            yield f"  {_node(node)}"
    for domain in graph.domains:
        yield f"  subgraph domain_{_word(domain)}[{_quoted(domain)}]"
        yield from (f"    {_node(node)}" for node in graph.nodes if node.domain == domain)
        yield "  end"
    for link in graph.links:
        yield f"  {_word(link.source)} {'-.->' if link.is_event else '-->'} {_word(link.target)}"


def _node(node: Node) -> str:
    before, after = _SHAPES[node.role]
    return f"{_word(node.id)}{before}{_quoted(f'{node.kind} {node.name}')}{after}"


def _word(identifier: str) -> str:
    """Return an id that Mermaid takes: names have small letters, digits and hyphens alone."""
    return identifier.replace("/", "_").replace("-", "_")


def _quoted(text: str) -> str:
    """Return a text in which nothing is markup (Mermaid, "Entity codes to escape characters")."""
    escaped = "".join(one if one.isalnum() or one in " ,.-" else f"#{ord(one)};" for one in text)
    return f'"{escaped}"'
