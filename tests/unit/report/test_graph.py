"""The picture of an environment: boxes that do not touch, lines that end at them, and nothing that is markup."""

from __future__ import annotations

import itertools
import re
import sys
import xml.etree.ElementTree as ET

import pytest
from msgspec.structs import replace

from infragen.core.part import INTERNET, Link
from infragen.diagnostics import InfragenError
from infragen.report.graph import svg
from infragen.report.graph.svg import layout
from infragen.report.graph.text import dot, mermaid
from infragen.stacks.graph import Graph, Node

NASTY = '</svg><script>alert("1")</script> & "quoted" \\l %% --> ]'


def node(kind: str, name: str, domain: str | None = None, role: str = "runs") -> Node:
    return Node(f"{kind}s/{name}", kind, name, f"The {name}", domain, role)  # type: ignore[arg-type]


def web(count: int) -> Graph:
    """Return services that call each other in a circle, across it, and a database of two."""
    nodes = [node("service", f"s{number}", "sales" if number % 2 else "plant") for number in range(count)]
    links = {Link(nodes[one].id, nodes[(one + 1) % count].id, "on") for one in range(count)}
    links |= {Link(nodes[one].id, nodes[(one + count // 2) % count].id, "across") for one in range(count)}
    store = node("database", "main", role="store")
    links |= {Link(nodes[0].id, store.id), Link(nodes[1].id, store.id), Link(INTERNET, nodes[0].id)}
    return Graph("demo/dev", "Demo, dev", (*nodes, store), tuple(sorted(links)))


WEB = web(9)


@pytest.fixture(autouse=True)
def library() -> None:
    pytest.importorskip("fast_sugiyama")


@pytest.mark.parametrize("count", [3, 5, 9, 24])
def test_boxes_do_not_touch_and_stand_inside_the_picture(count: int) -> None:
    found = layout(web(count))
    for one, other in itertools.combinations(found.boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above, (one, other)
    for box in found.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= found.width
        assert box.y + box.height <= found.height


def test_every_line_begins_and_ends_at_the_side_of_its_boxes() -> None:
    found = layout(WEB)
    boxes = {box.node.id if box.node else INTERNET: box for box in found.boxes}
    for line in found.lines:
        for end, point in ((line.link.source, line.points[0]), (line.link.target, line.points[-1])):
            box = boxes[end]
            assert point[0] in (box.x, box.x + box.width)
            assert point[1] == box.y + box.height / 2


def test_every_link_is_a_line_or_stands_in_its_user_s_box() -> None:
    hub = node("service", "auth")
    users = [node("service", f"u{number}") for number in range(12)]
    own = node("database", "auth", role="store")
    links = [Link(user.id, hub.id) for user in users] + [Link(hub.id, own.id), Link(users[0].id, users[1].id)]
    found = layout(Graph("demo/dev", "Demo", (hub, *users, own), tuple(links)))
    boxes = {box.node.id: box for box in found.boxes if box.node}
    assert "databases/auth" not in boxes
    assert boxes[hub.id].inside == ("database auth",)
    assert boxes[hub.id].subtitle == "service, used by 12"
    assert all("\u2192 auth" in boxes[user.id].inside for user in users)
    assert [(line.link.source, line.link.target) for line in found.lines] == [(users[0].id, users[1].id)]


def test_the_picture_is_the_same_each_time_and_well_formed() -> None:
    text = svg.render(WEB)
    assert text == svg.render(web(9))
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(root.findall(".//*[@class='name']")) == 11  # nine services, a database of two, the internet
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_lines_and_boxes_tell_why_they_are_there() -> None:
    text = svg.render(WEB)
    assert "<title>services/s0 to services/s1: on</title>" in text
    assert "<title>services/s0: The s0</title>" in text
    assert "sales</text>" in text
    assert "from the internet</text>" in text
    assert "events and messages" not in text


def test_a_picture_that_takes_minutes_is_not_drawn_and_another_format_is_named() -> None:
    """Each service calls the next one and three far ones: the lines pass more than 20,000 layers."""
    nodes = [node("service", f"s{number}") for number in range(300)]
    pairs = {(one, min(299, one + step)) for one in range(299) for step in (1, 70, 130, 190)}
    chain = Graph("demo/dev", "Demo", tuple(nodes), tuple(sorted(Link(nodes[a].id, nodes[b].id) for a, b in pairs)))
    with pytest.raises(InfragenError, match="X069 a picture has no room for 299 connected") as refused:
        layout(chain)
    assert "--format mermaid" in str(refused.value.diagnostics[0].hint)
    assert "s299" in mermaid(chain)


def test_an_environment_without_entries_is_a_title() -> None:
    root = ET.fromstring(svg.render(Graph("demo/dev", "Demo", (), ())))
    assert "demo/dev: Demo" in "".join(root.itertext())


@pytest.mark.parametrize("writer", [svg.render, mermaid, dot])
def test_words_of_a_catalogue_are_never_markup(writer: object) -> None:
    one = replace(node("service", "web", "sales"), title=NASTY)
    other = node("service", "shop")
    graph = Graph("demo/dev", NASTY, (one, other), (Link(one.id, other.id, NASTY),))
    text = writer(graph)  # type: ignore[operator]
    assert "<script>" not in text.replace("\\", "") or writer is not svg.render
    if writer is svg.render:
        assert NASTY in "".join(ET.fromstring(text).itertext())
    else:
        assert len(re.findall(r"(?<!\\)\"", text)) % 2 == 0


def test_mermaid_has_domains_around_their_boxes_and_dashes_for_events() -> None:
    shop, store = node("service", "shop-desk", "sales"), node("database", "main", role="store")
    graph = Graph("d/e", "D", (store, shop), (Link(INTERNET, shop.id), Link(shop.id, store.id, is_event=True)))
    assert mermaid(graph).splitlines() == [
        "---",
        'title: "D"',
        "---",
        "flowchart LR",
        '  internet(("internet"))',
        '  databases_main[("database main")]',
        '  subgraph domain_sales["sales"]',
        '    services_shop_desk["service shop-desk"]',
        "  end",
        "  internet --> services_shop_desk",
        "  services_shop_desk -.-> databases_main",
    ]


def test_dot_has_clusters_and_styles() -> None:
    text = dot(WEB)
    assert text.startswith('digraph "demo/dev" {')
    assert '  subgraph "cluster_sales" {' in text
    assert '"services/s0" -> "services/s1" [tooltip="on"];' in text
    assert text.endswith("}\n")


def test_without_the_library_the_other_formats_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fast_sugiyama", None)
    with pytest.raises(InfragenError) as raised:
        svg.render(WEB)
    [problem] = raised.value.diagnostics
    assert problem.code == "X060"
    assert "--format mermaid" in (problem.hint or "")
    assert mermaid(WEB)
