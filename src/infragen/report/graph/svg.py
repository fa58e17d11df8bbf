"""The picture of an environment as one SVG: nothing is fetched, and the same system gives the same bytes.

A box is an entry; what only it uses stands inside. Colours are domains, dashed lines events, red what the internet
reaches. Pointing at a box or a line tells its title, or why it is there.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from infragen.core.part import INTERNET
from infragen.report.graph.layout import CHARACTER, LINE, Box, Drawn, layout
from infragen.stacks.graph import Graph
from infragen.text import cells, visible

_MARGIN: Final = 24
_HEAD: Final = 76
_COLOURS: Final = (
    "#2563eb", "#059669", "#d97706", "#7c3aed", "#db2777", "#0891b2", "#65a30d", "#9333ea", "#0d9488", "#b45309",
)  # fmt: skip
"""Of domains, in their order; they begin again where there are more."""
_NONE: Final = "#64748b"
_STYLE: Final = """\
text { font: 12px system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", sans-serif; fill: #0f172a }
.title { font-size: 17px; font-weight: 600 }
.name { font-weight: 600 }
.kind, .inside { font-size: 11px; fill: #475569 }
.box { fill: #fff; stroke: #cbd5e1 }
.line { fill: none; stroke: #94a3b8; stroke-width: 1.3 }
.event { stroke-dasharray: 5 4 }
.open { stroke: #dc2626; stroke-width: 1.8 }
a:hover .box, g:hover > .line { stroke: #0f172a; stroke-width: 2.2 }"""


def render(graph: Graph) -> str:
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    found = layout(graph)
    colours = {domain: _COLOURS[place % len(_COLOURS)] for place, domain in enumerate(graph.domains)}
    title = f"{graph.target}: {graph.title}"
    legend = list(_legend(graph, colours))
    width = max(found.width + 2 * _MARGIN, cells(title) * 10 + 2 * _MARGIN, legend[-1][0] if legend else 0, 320)
    height = found.height + _HEAD + 2 * _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="title">'
    )
    yield f'<title id="title">{_text(title)}</title>'
    yield f"<style>\n{_STYLE}\n</style>"
    yield "<defs>"
    yield from (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        for name, colour in (("arrow", "#94a3b8"), ("arrow-open", "#dc2626"))
    )
    yield "</defs>"
    yield f'<rect width="{width:.0f}" height="{height:.0f}" fill="#f8fafc"/>'
    yield f'<text class="title" x="{_MARGIN}" y="34">{_text(title)}</text>'
    yield from (piece for _, piece in legend)
    yield f'<g transform="translate({_MARGIN} {_HEAD + _MARGIN})">'
    yield from map(_line, found.lines)
    for box in found.boxes:
        yield from _box(box, colours)
    yield "</g>"
    yield "</svg>"


def _legend(graph: Graph, colours: Mapping[str, str]) -> Iterator[tuple[float, str]]:
    x: float = _MARGIN
    for domain, colour in colours.items():
        mark = f'<rect x="{x:.0f}" y="52" width="12" height="12" rx="3" fill="{colour}"/>'
        text = f'<text x="{x + 18:.0f}" y="62">{_text(domain)}</text>'
        x += 42 + cells(domain) * CHARACTER
        yield x, mark + text
    known = (
        ("open", "from the internet", graph.has_internet),
        ("", "calls and uses", any(not link.is_event and link.source != INTERNET for link in graph.links)),
        ("event", "events and messages", any(link.is_event for link in graph.links)),
    )
    for style, words, is_there in known:
        if is_there:
            mark = f'<path class="line {style}" d="M{x:.0f} 58h26"/>'
            text = f'<text x="{x + 34:.0f}" y="62">{words}</text>'
            x += 52 + cells(words) * CHARACTER
            yield x, mark + text


def _line(drawn: Drawn) -> str:
    link = drawn.link
    is_open = link.source == INTERNET
    style = f"line{' event' if link.is_event else ''}{' open' if is_open else ''}"
    verb, why = "reads" if link.is_read else "to", f": {link.why}" if link.why else ""
    (x, y), *others = drawn.points
    path = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in others:
        middle = (x + to_x) / 2
        path.append(
            f"L{to_x:.1f} {to_y:.1f}"
            if y == to_y
            else f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        )
        x, y = to_x, to_y
    return (
        f"<g><title>{_text(f'{link.source} {verb} {link.target}{why}')}</title>"
        f'<path class="{style}" marker-end="url(#arrow{"-open" if is_open else ""})" d="{"".join(path)}"/></g>'
    )


def _box(box: Box, colours: Mapping[str, str]) -> Iterator[str]:
    node = box.node
    if node is None:
        middle = f'x="{box.x + box.width / 2:.1f}" y="{box.y + box.height / 2 + 4:.1f}"'
        yield (
            f'<rect class="box open" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
            f'height="{box.height:.1f}" rx="20"/><text class="name" text-anchor="middle" {middle}>{INTERNET}</text>'
        )
        return
    colour = colours.get(node.domain or "", _NONE)
    yield f"<a><title>{_text(f'{node.id}: {node.title}')}</title>"
    yield (
        f'<rect class="box" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="7"/>'
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="5" height="{box.height:.1f}" rx="2.5" fill="{colour}"/>'
    )
    x, y = box.x + 15, box.y + LINE
    yield f'<text class="name" x="{x:.1f}" y="{y:.1f}">{_text(node.name)}</text>'
    yield f'<text class="kind" x="{x:.1f}" y="{y + LINE - 2:.1f}">{_text(box.subtitle)}</text>'
    for place, inner in enumerate(box.inside, 2):
        yield f'<text class="inside" x="{x:.1f}" y="{y + place * LINE - 2:.1f}">{_text(inner)}</text>'
    yield "</a>"


def _text(text: str) -> str:
    return escape(visible(text))
