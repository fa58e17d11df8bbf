"""The picture of an environment in languages that others draw: DOT, and Mermaid, which GitHub and GitLab know."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from infragen.core.part import INTERNET
from infragen.stacks.graph import Graph, Node
from infragen.text import visible

_DOT_SHAPES: Final = {"runs": "box", "store": "cylinder", "edge": "hexagon"}
_MERMAID_SHAPES: Final = {"runs": ("[", "]"), "store": ("[(", ")]"), "edge": ("([", "])")}


def dot(graph: Graph) -> str:
    def opening(domain: str) -> tuple[str, ...]:
        return f"  subgraph {_dot_text(f'cluster_{domain}')} {{", f"    label={_dot_text(domain)};"

    lines = [
        f"digraph {_dot_text(graph.target)} {{",
        f"  graph [rankdir=LR, label={_dot_text(graph.title)}, fontname=Helvetica];",
        "  node [fontname=Helvetica];",
        *([f"  {_dot_text(INTERNET)} [shape=ellipse];"] if graph.has_internet else []),
        *_nodes(graph, _dot_node, opening, "  }"),
    ]
    for link in graph.links:
        style = ", style=dashed" if link.is_event else ", label=reads" if link.is_read else ""
        lines.append(f"  {_dot_text(link.source)} -> {_dot_text(link.target)} [tooltip={_dot_text(link.why)}{style}];")
    return "\n".join([*lines, "}", ""])


def mermaid(graph: Graph) -> str:
    def opening(domain: str) -> tuple[str, ...]:
        return (f"  subgraph domain_{_word(domain)}[{_quoted(domain)}]",)

    title = json.dumps(visible(graph.title), ensure_ascii=False)
    lines = ["---", f"title: {title}", "---", "flowchart LR"]
    lines += [f'  {INTERNET}(("internet"))'] if graph.has_internet else []
    lines += _nodes(graph, _mermaid_node, opening, "  end")
    for link in graph.links:
        arrow = "-.->" if link.is_event else "-->|reads|" if link.is_read else "-->"
        lines.append(f"  {_word(link.source)} {arrow} {_word(link.target)}")
    return "\n".join([*lines, ""])


def _nodes(
    graph: Graph, write: Callable[[Node], str], opening: Callable[[str], Iterable[str]], closing: str
) -> Iterator[str]:
    yield from (f"  {write(node)}" for node in graph.nodes if node.domain is None)
    for domain in graph.domains:
        yield from opening(domain)
        yield from (f"    {write(node)}" for node in graph.nodes if node.domain == domain)
        yield closing


def _dot_node(node: Node) -> str:
    label, tooltip, shape = _dot_text(f"{node.kind} {node.name}"), _dot_text(node.title), _DOT_SHAPES[node.role]
    return f"{_dot_text(node.id)} [label={label}, tooltip={tooltip}, shape={shape}];"


def _mermaid_node(node: Node) -> str:
    before, after = _MERMAID_SHAPES[node.role]
    return f"{_word(node.id)}{before}{_quoted(f'{node.kind} {node.name}')}{after}"


def _dot_text(text: str) -> str:
    """Return a quoted string, in which a backslash would begin an escape of a label (Graphviz, "The DOT Language")."""
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _word(identifier: str) -> str:
    return identifier.replace("/", "_").replace("-", "_")


def _quoted(text: str) -> str:
    """Return a text in which nothing is markup (Mermaid, "Entity codes to escape characters")."""
    escaped = "".join(one if one.isalnum() or one in " ,.-" else f"#{ord(one)};" for one in text)
    return f'"{escaped}"'
