"""The picture of an environment in DOT, the language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.part import INTERNET
from infragen.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.stacks.graph import Graph, Node

_SHAPES: Final = {"runs": "box", "store": "cylinder", "edge": "hexagon"}


def render(graph: Graph) -> str:
    """Return the graph: a box for each entry, domains around them, dashed arrows for events."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield f"digraph {_text(graph.target)} {{"
    yield f"  graph [rankdir=LR, label={_text(graph.title)}, fontname=Helvetica];"
    yield "  node [fontname=Helvetica];"
    if graph.has_internet:
        yield f"  {_text(INTERNET)} [shape=ellipse];"
    for node in graph.nodes:
        if node.domain is None:
            yield f"  {_node(node)}"
    for domain in graph.domains:
        yield f"  subgraph {_text(f'cluster_{domain}')} {{"
        yield f"    label={_text(domain)};"
        yield from (f"    {_node(node)}" for node in graph.nodes if node.domain == domain)
        yield "  }"
    for link in graph.links:
        style = ", style=dashed" if link.is_event else ""
        yield f"  {_text(link.source)} -> {_text(link.target)} [tooltip={_text(link.why)}{style}];"
    yield "}"


def _node(node: Node) -> str:
    label, tooltip, shape = _text(f"{node.kind} {node.name}"), _text(node.title), _SHAPES[node.role]
    return f"{_text(node.id)} [label={label}, tooltip={tooltip}, shape={shape}];"


def _text(text: str) -> str:
    """Return a quoted string, in which a backslash would begin an escape of a label (Graphviz, "The DOT Language")."""
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
