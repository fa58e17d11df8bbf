"""Dashboards of CloudWatch by their widgets: `widget cpu of Web: metrics`, and where each is on the page.

A widget has no name (Amazon CloudWatch API Reference, "Dashboard body structure and syntax"): it goes by its title, or
a text by its words, and by the text that stands above it. A widget that only moves, because something above it came
or went, is told on one line with all others that do.
"""

from collections.abc import Iterable, Iterator, Mapping

from infragen.plan.change_parts import AttributeChange
from infragen.plan.differences.documents import open_documents
from infragen.plan.lenses.phrases import Lens, Parts, Phrase, ViewedAttribute, compact, is_empty, sentence, word
from infragen.redaction.values import Value

Widget = dict[str, Value]
_PLACE = ("x", "y", "width", "height")


def _describe(viewed: ViewedAttribute, before: Value, after: Value) -> Iterator[AttributeChange]:
    documents = open_documents(before, after)
    if documents is None or not isinstance(documents.before, dict) or not isinstance(documents.after, dict):
        return
    old, new = _widgets(documents.before), _widgets(documents.after)
    if old is None or new is None:
        return
    yield from viewed.differing("dashboard", _others(documents.before), _others(documents.after))
    old = _renamed(old, new)
    moved: list[str] = []
    for name in (*new, *(name for name in old if name not in new)):
        label = f"widget {name}"
        if name in old and name in new:
            yield from viewed.differing(label, _parts(old[name]), _parts(new[name]))
            moved += [name] if _place(old[name]) != _place(new[name]) else []
        else:
            sides = (side.get(name) for side in (old, new))
            gone, come = (Phrase(f"at {_place(one)}, {sentence(_parts(one))}", one) if one else None for one in sides)
            yield viewed.change(label, gone, come)
    if moved:
        yield viewed.change("places", _places(old, moved), _places(new, moved))


def _renamed(old: dict[str, Widget], new: dict[str, Widget]) -> dict[str, Widget]:
    """Make a heading that changes one line, and not a line for each widget below it."""
    names: dict[str, str] = {}
    come = [name for name in new if name not in old]
    for name, widget in old.items():
        if name not in new:
            same = (one for one in come if one not in names.values() and _parts(new[one]) == _parts(widget))
            names[name] = next(same, name)
    for name, its in [*names.items()]:
        texts = tuple(f"text {one.rpartition(' of ')[2]}" for one in (name, its))
        if name != its and texts[0] in names and texts[1] in come and texts[1] not in names.values():
            names[texts[0]] = texts[1]
    return {names.get(name, name): widget for name, widget in old.items()}


def _widgets(body: Widget) -> dict[str, Widget] | None:
    listed = body.get("widgets")
    if not isinstance(listed, list):
        return None
    found: dict[str, Widget] = {}
    above = ""
    for widget in listed:
        properties = widget.get("properties") if isinstance(widget, dict) else None
        if not isinstance(widget, dict) or not isinstance(properties, dict):
            return None
        text = properties.get("markdown")
        if isinstance(text, str):
            above = word(text.partition("\n")[0].lstrip("# "))
            name = f"text {above}"
        else:
            title = properties.get("title")
            name = word(title) if isinstance(title, str) else word(widget.get("type"))
            name += f" of {above}" if above else ""
        if name in found:
            return None
        found[name] = widget
    return found


def _others(body: Widget) -> Parts:
    return {word(key): [Phrase(compact(part), part)] for key, part in sorted(body.items()) if key != "widgets"}


def _parts(widget: Widget) -> Parts:
    found: Parts = {}
    properties = widget.get("properties")
    rest = {key: part for key, part in widget.items() if key not in {*_PLACE, "properties"}}
    for key, part in sorted({**rest, **(properties if isinstance(properties, dict) else {})}.items()):
        if not is_empty(part):
            held = part if isinstance(part, list) else [part]
            found[word(key)] = [Phrase(compact(item), item) for item in held]
    return found


def _place(widget: Widget) -> str:
    x, y, width, height = (compact(widget.get(key)) for key in _PLACE)
    return f"{x}:{y} ({width} by {height})"


def _places(widgets: Mapping[str, Widget], names: Iterable[str]) -> Phrase:
    said = [f"{name} {_place(widgets[name])}" for name in names]
    return Phrase(", ".join(said), [*said])


LENSES: Mapping[str, Lens] = {"aws_cloudwatch_dashboard": Lens.of(frozenset({"dashboard_body"}), _describe)}
