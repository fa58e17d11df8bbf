"""How two environments differ, as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from infragen.source import yaml_text
from infragen.text import counted, first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.diagnostics import Location
    from infragen.environment import Difference, Parity

VERSION: Final = 1
"""Of the JSON; a member may be added without a new one."""

_MOST_VALUES: Final = 4
_MOST_PLACES: Final = 2


def text(found: Parity) -> str:
    """Return the differences for people, those first that no reason is given for."""
    lines = [heading(found)]
    for title, differences in _parts(found):
        lines += ["", title]
        for one in differences:
            lines += [f"  {_path(one)}: {_values(one.values[0])} | {_values(one.values[1])}"]
            lines += [f"    {_places(one.places[0])} | {_places(one.places[1])}"]
            lines += [f"    {one.expected} ({one.because})"] if one.expected else []
    lines += (
        ["", "Expected, and the same in both", *(f"  {path} ({place})" for path, place in found.idle)]
        if found.idle
        else []
    )
    return "\n".join(lines)


def markdown(found: Parity) -> str:
    """Return the differences as tables."""
    one, other = found.names
    lines = [heading(found)]
    for title, differences in _parts(found):
        lines += ["", f"**{title}**", "", f"| setting | {one} | {other} | why |", "|---|---|---|---|"]
        lines += [
            f"| `{_path(each)}` | {_cell(each.values[0], each.places[0])} | {_cell(each.values[1], each.places[1])} "
            f"| {_escaped(each.expected or '')} |"
            for each in differences
        ]
    lines += (
        ["", "**Expected, and the same in both**", "", *(f"- `{path}` ({place})" for path, place in found.idle)]
        if found.idle
        else []
    )
    return "\n".join(lines)


def as_json(found: Parity) -> str:
    """Return everything."""
    document = {
        "version": VERSION,
        "environments": list(found.names),
        "differences": [_json(one) for one in found.differences],
        "idle": [{"path": path, "location": str(place)} for path, place in found.idle],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def heading(found: Parity) -> str:
    """Return how many settings differ, and how many of them for no reason that is given."""
    one, other = found.names
    if not found.differences:
        return f"{one} and {other.partition('/')[2]} are alike"
    count = counted(len(found.differences), "difference")
    return f"{one} and {other.partition('/')[2]}: {count}, {len(found.unexpected)} without a reason"


def _parts(found: Parity) -> Iterator[tuple[str, Sequence[Difference]]]:
    if found.unexpected:
        yield "Without a reason", found.unexpected
    expected = [one for one in found.differences if one.expected is not None]
    if expected:
        yield "Expected", expected


def _path(one: Difference) -> str:
    return one.path if len(one.paths) == 1 else f"{one.path} ({len(one.paths)})"


def _values(values: Sequence[Any]) -> str:
    return first_of(
        [value if isinstance(value, str) and " " in value else yaml_text(value) for value in values], _MOST_VALUES
    )


def _places(places: Sequence[Location]) -> str:
    return first_of([str(place) for place in places], _MOST_PLACES)


def _cell(values: Sequence[Any], places: Sequence[Location]) -> str:
    return f"{_escaped(_values(values))}<br>{_escaped(_places(places))}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _json(one: Difference) -> dict[str, Any]:
    return {
        "path": one.path,
        "paths": list(one.paths),
        "values": [list(values) for values in one.values],
        "locations": [[str(place) for place in places] for places in one.places],
        "expected": one.expected,
        "expected_at": str(one.because) if one.because else None,
    }
