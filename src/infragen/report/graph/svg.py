"""The picture of an environment as one SVG: nothing is fetched, and the same system gives the same bytes.

The library `fast-sugiyama` places the boxes, layers from left to right. A box is an entry; what only it uses is inside.
Colours are domains, dashed lines events, red what the internet reaches. Pointing at a box or a line tells its title, or
why it is there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.part import INTERNET, Link
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.graph import Graph, Node
from infragen.text import cells, visible

CHARACTER: Final = 7.2
"""Pixels of a letter of 12 px in a usual sans-serif font, with some room."""
_BOLD: Final = 1.15  # how much wider bold letters are
LINE: Final = 18
_PADDING: Final = 28
_GAP: Final = 110
_ROOM: Final = 22
"""Pixels between layers, where lines cross, and between boxes of one layer."""
_MOST_LINES: Final = 8  # lines that lead to one box; what more use is said in the boxes of its users
_IN_A_ROW: Final = 3  # names on one line of a box
_ROW: Final = 900  # pixels of a row of boxes that nothing leads to
_LONGEST: Final = 20_000
"""Layers that all lines of a part may pass together: the library places each line in each of them, in a second."""
_LINE_SHARE: Final = 0.35  # of a box's room in its layer, what a line needs that only passes
Point = tuple[float, float]


class Box(Struct, frozen=True):
    """An entry in the picture; `inside` says what only it uses, and which of those that many use."""

    node: Node | None
    """None for the internet."""
    inside: tuple[str, ...]
    users: int = 0
    """How many say inside that they use it, where those are many: no lines lead to it."""
    x: float = 0
    y: float = 0

    @property
    def width(self) -> float:
        if self.node is None:
            return 80
        widest = max(cells(self.node.name) * _BOLD, *map(cells, (self.subtitle, *self.inside)))
        return widest * CHARACTER + _PADDING

    @property
    def subtitle(self) -> str:
        kind = self.node.kind if self.node is not None else ""
        return f"{kind}, used by {self.users}" if self.users else kind

    @property
    def height(self) -> float:
        return LINE * (2 + len(self.inside)) + 10 if self.node is not None else 40


class Drawn(Struct, frozen=True):
    """A line with the points that it goes through, its ends included."""

    link: Link
    points: tuple[Point, ...]


class Layout(Struct, frozen=True):
    """All boxes and lines, with the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[Drawn, ...]
    width: float
    height: float


def layout(graph: Graph) -> Layout:
    """Return where everything stands, the same each time; InfragenError X060 where the library is not installed."""
    inside, hubs, links = _folded(graph)
    nodes: dict[str, Node | None] = {INTERNET: None} if graph.has_internet else {}
    nodes |= {node.id: node for node in graph.nodes}
    boxes = {name: Box(node, tuple(inside[name]), users=hubs[name]) for name, node in nodes.items() if name in inside}
    return _placed(boxes, links)


def _folded(graph: Graph) -> tuple[Mapping[str, list[str]], Counter[str], tuple[Link, ...]]:
    """Return what each box says inside, how many users those have that many use, and the links that are left as lines.

    A store that one entry alone uses stands in that one's box. What very many use would be a fan of lines that hides
    the others: each of its users says so instead.
    """
    touching = Counter(end for link in graph.links for end in {link.source, link.target})
    used = Counter(link.target for link in graph.links)
    nodes = {node.id: node for node in graph.nodes}
    own = {name for name, node in nodes.items() if node.role == "store" and touching[name] == used[name] == 1}
    inside: dict[str, list[str]] = {name: [] for name in (*nodes, INTERNET) if name not in own}
    many: dict[str, list[str]] = defaultdict(list)
    hubs, left = Counter[str](), []
    for link in graph.links:
        if link.target in own:
            inside[link.source].append(f"{nodes[link.target].kind} {nodes[link.target].name}")
        elif used[link.target] > _MOST_LINES:
            many[link.source].append(nodes[link.target].name)
            hubs[link.target] += 1
        else:
            left.append(link)
    for name, found in many.items():
        rows = (found[start : start + _IN_A_ROW] for start in range(0, len(found), _IN_A_ROW))
        inside[name] += [f"\u2192 {', '.join(row)}" for row in rows]
    return inside, hubs, tuple(left)


class _Part(Struct, frozen=True):
    """A connected part: layer and place across of each box (by its name) and of each corner of a line (by a number)."""

    places: Mapping[str | int, tuple[int, float]]
    after: Mapping[str | int, tuple[str | int, ...]]

    def way(self, source: str, target: str) -> tuple[str | int, ...]:
        for start, end, step in ((source, target, 1), (target, source, -1)):
            for first in self.after.get(start, ()):
                way: list[str | int] = [first]
                while isinstance(way[-1], int):
                    way.append(self.after[way[-1]][0])
                if way[-1] == end:
                    return tuple(way[:-1][::step])
        return ()


def _placed(boxes: Mapping[str, Box], links: Sequence[Link]) -> Layout:
    placed: dict[str, Box] = {}
    lines: list[Drawn] = []
    top = width = 0.0
    drawn = [link for link in links if link.source != link.target]
    parts: list[set[str]] = []
    for link in drawn:
        ends = {link.source, link.target}
        touched = [part for part in parts if part & ends]
        parts = [*(part for part in parts if not part & ends), ends.union(*touched)]
    for names in sorted(parts, key=lambda part: (-len(part), min(part))):
        own = [link for link in drawn if link.source in names]
        part = _spread(_part(sorted(names), own, boxes), boxes)
        columns = _columns(part, boxes)
        for name, (layer, across) in part.places.items():
            if isinstance(name, str):
                box = boxes[name]
                placed[name] = replace(box, x=columns[layer][0], y=top + across - box.height / 2)
        lines += [Drawn(link, tuple(_points(link, part, columns, placed, top))) for link in own]
        width = max(width, *(right for _, right in columns))
        top = max(box.y + box.height for name, box in placed.items() if name in names) + 2 * _ROOM
    x = right = 0.0
    for name in (name for name in boxes if name not in placed):
        if x and x + boxes[name].width > max(width, _ROW):
            x, top = 0.0, top + max(box.height for box in boxes.values()) + _ROOM
        placed[name] = replace(boxes[name], x=x, y=top)
        x += boxes[name].width + _ROOM
        right = max(right, x - _ROOM)
    height = max((box.y + box.height for box in placed.values()), default=0)
    return Layout(tuple(placed[name] for name in boxes), tuple(lines), max(width, right), height)


def _part(names: Sequence[str], links: Sequence[Link], boxes: Mapping[str, Box]) -> _Part:
    try:
        from fast_sugiyama import from_edges
    except ImportError:
        message = "the picture needs `fast-sugiyama` for its layout, and that is not installed"
        hint = "run `pip install fast-sugiyama`, or add `--format mermaid`"
        raise InfragenError(Diagnostic("X060", message, hint=hint)) from None
    if _length(names, links) > _LONGEST:
        message = f"a picture has no room for {len(names)} connected entries and {len(links)} lines between them"
        raise InfragenError(Diagnostic("X069", message, hint="add `--format mermaid`, which has no limit"))
    numbers = {name: number for number, name in enumerate(names)}
    edges = sorted({(numbers[link.source], numbers[link.target]) for link in links})
    spacing = sum(boxes[name].height for name in names) / len(names) + _ROOM
    [(coordinates, _, _, chains)] = from_edges(
        edges, minimum_length=1, vertex_spacing=spacing, dummy_vertices=True, dummy_size=_LINE_SHARE,
        crossing_minimization="barycenter", transpose=True,
    )  # fmt: skip

    def known(number: int | str) -> str | int:
        return names[int(number)] if int(number) < len(names) else int(number)

    layers = {height: layer for layer, height in enumerate(sorted({y for _, (_, y) in coordinates}, reverse=True))}
    after: dict[str | int, list[str | int]] = defaultdict(list)
    for source, target in sorted(chains or ()):
        after[known(source)].append(known(target))
    places = {known(number): (layers[y], across) for number, (across, y) in sorted(coordinates)}
    return _Part(places, {name: tuple(some) for name, some in after.items()})


def _length(names: Sequence[str], links: Sequence[Link]) -> int:
    """Return how many layers all lines pass together, in an order in which a circle is cut anywhere."""
    waiting = Counter(link.target for link in links)
    layers, left = dict.fromkeys(names, 0), dict.fromkeys(names)
    targets: dict[str, list[str]] = defaultdict(list)
    for link in links:
        targets[link.source].append(link.target)
    ready = [name for name in names if not waiting[name]]
    while left:
        name = ready.pop() if ready else next(iter(left))
        del left[name]
        for target in (one for one in targets[name] if one in left):
            layers[target] = max(layers[target], layers[name] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return sum(abs(layers[link.target] - layers[link.source]) for link in links)


def _spread(part: _Part, boxes: Mapping[str, Box]) -> _Part:
    moved: dict[str | int, tuple[int, float]] = {}
    layers: dict[int, list[tuple[float, str, str | int]]] = defaultdict(list)
    for name, (layer, across) in part.places.items():
        layers[layer].append((across, str(name), name))
    for layer, there in sorted(layers.items()):
        end = float("-inf")
        for across, _, name in sorted(there, key=lambda one: one[:2]):
            half = boxes[name].height / 2 if isinstance(name, str) else LINE / 2
            center = max(across, end + half + _ROOM / 2)
            moved[name] = (layer, center)
            end = center + half + _ROOM / 2
    least = min(
        across - (boxes[name].height / 2 if isinstance(name, str) else 0) for name, (_, across) in moved.items()
    )
    return _Part({name: (layer, across - least) for name, (layer, across) in moved.items()}, part.after)


def _columns(part: _Part, boxes: Mapping[str, Box]) -> list[tuple[float, float]]:
    widest = [0.0] * (1 + max(layer for layer, _ in part.places.values()))
    for name, (layer, _) in part.places.items():
        if isinstance(name, str):
            widest[layer] = max(widest[layer], boxes[name].width)
    columns: list[tuple[float, float]] = []
    for width in widest:
        begin = columns[-1][1] + _GAP if columns else 0.0
        columns.append((begin, begin + width))
    return columns


def _points(
    link: Link, part: _Part, columns: Sequence[tuple[float, float]], placed: Mapping[str, Box], top: float
) -> Iterator[Point]:
    source, target = placed[link.source], placed[link.target]
    forward = part.places[link.source][0] <= part.places[link.target][0]
    yield (source.x + source.width if forward else source.x), source.y + source.height / 2
    for corner in part.way(link.source, link.target):
        layer, across = part.places[corner]
        begin, end = columns[layer] if forward else columns[layer][::-1]
        yield begin, top + across
        yield end, top + across
    yield (target.x if forward else target.x + target.width), target.y + target.height / 2


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
    return "".join(f"{line}\n" for line in _lines(graph))


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
