"""How two environments differ, as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from infragen.source import yaml_text
from infragen.text import counted, first_of, in_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen.diagnostics import Location
    from infragen.environment import Difference, Parity

VERSION: Final = 1
"""Of the JSON; a member may be added without a new one."""

_MOST_VALUES: Final = 4
_MOST_PLACES: Final = 2


def text(found: Parity) -> str:
    """Return the differences for people: those without a reason with their lines, the others by their reason."""
    lines = [heading(found)]
    if found.unexpected:
        lines += ["", "Without a reason"]
    for one in found.unexpected:
        lines += [f"  {_what(one)}", f"    {_places(one.places[0])} | {_places(one.places[1])}"]
    for (why, place), differences in _expected(found).items():
        lines += ["", f"{why} ({place})", *(f"  {_what(one)}" for one in differences)]
    if found.idle:
        lines += ["", "A reason is given, and nothing differs", *(f"  {path} ({place})" for path, place in found.idle)]
    return "\n".join(lines)


def markdown(found: Parity) -> str:
    """Return the differences as a table, and what is the same in spite of a reason."""
    one, other = found.names
    lines = [heading(found)]
    if found.differences:
        lines += ["", f"| setting | {one} | {other} | why |", "|---|---|---|---|"]
    for each in sorted(found.differences, key=lambda each: each.expected is not None):
        cells = (_cell(values, places) for values, places in zip(each.values, each.places, strict=True))
        lines.append(f"| `{_path(each)}` | {' | '.join(cells)} | {in_cell(each.expected or '**no reason**')} |")
    if found.idle:
        lines += ["", "A reason is given, and nothing differs:", ""]
        lines += [f"- `{path}` ({place})" for path, place in found.idle]
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


def _expected(found: Parity) -> Mapping[tuple[str, Location], list[Difference]]:
    """Return the differences that a reason is given for, by reason and its line."""
    groups: dict[tuple[str, Location], list[Difference]] = {}
    for one in found.differences:
        if one.expected is not None and one.because is not None:
            groups.setdefault((one.expected, one.because), []).append(one)
    return groups


def _what(one: Difference) -> str:
    return f"{_path(one)}: {_values(one.values[0])} | {_values(one.values[1])}"


def _path(one: Difference) -> str:
    return one.path if len(one.paths) == 1 else f"{one.path} ({len(one.paths)})"


def _values(values: Sequence[Any]) -> str:
    return first_of([value if isinstance(value, str) else yaml_text(value) for value in values], _MOST_VALUES)


def _places(places: Sequence[Location]) -> str:
    return first_of([str(place) for place in places], _MOST_PLACES)


def _cell(values: Sequence[Any], places: Sequence[Location]) -> str:
    return f"{in_cell(_values(values))}<br>{in_cell(_places(places))}"


def _json(one: Difference) -> dict[str, Any]:
    return {
        "path": one.path,
        "paths": list(one.paths),
        "values": [list(values) for values in one.values],
        "locations": [[str(place) for place in places] for places in one.places],
        "expected": one.expected,
        "expected_at": str(one.because) if one.because else None,
    }
