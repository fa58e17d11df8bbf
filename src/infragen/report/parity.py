"""How two environments differ, as text, Markdown and JSON."""

from collections.abc import Sequence
from typing import Any, Final

from infragen.diagnostics import Location
from infragen.environment import Difference, Parity
from infragen.markdown import Markdown, code, plain
from infragen.report import tables
from infragen.source import yaml_text
from infragen.text import cells, counted, first_of, visible, wrap_list

_MOST_CELLS: Final = 50  # of a map in a map; of a longer one, the number of its values


def text(found: Parity) -> str:
    lines = [heading(found)]
    if found.unexpected:
        lines += ["", "Without a reason"]
    names = [target.partition("/")[2] for target in found.names]
    for one in found.unexpected:
        lines += _lines(names, f"{_path(one)}: ", [_values(values) for values in one.values], "  ")
        lines += _lines(names, "", [_places(places) for places in one.places], "    ")
    groups: dict[tuple[str, Location], list[Difference]] = {}
    for difference in found.differences:
        if difference.expected is not None and difference.because is not None:
            groups.setdefault((difference.expected, difference.because), []).append(difference)
    for (why, place), differences in groups.items():
        reason = f"{visible(why)} ({place})"
        lines += ["", *([reason] if cells(reason) <= tables.COLUMNS else [visible(why), f"  ({place})"])]
        for one in differences:
            lines += _lines(names, f"{_path(one)}: ", [_values(values) for values in one.values], "  ")
    if found.idle:
        lines += ["", "A reason is given, but nothing differs", *(f"  {path} ({place})" for path, place in found.idle)]
    return "\n".join(lines)


def markdown(found: Parity) -> str:
    one, other = found.names
    lines = [heading(found)]
    if found.differences:
        ordered = sorted(found.differences, key=lambda each: each.expected is not None)
        lines += ["", *tables.table(("setting", one, other, "why"), map(_row, ordered))]
    if found.idle:
        lines += ["", "A reason is given, but nothing differs:", ""]
        lines += [f"- {code(path)} ({plain(str(place))})" for path, place in found.idle]
    return "\n".join(lines)


def _row(one: Difference) -> tuple[str, ...]:
    sides = zip(map(_values, one.values), map(_places, one.places), strict=True)
    cells = (Markdown(f"{plain(values)}<br>{plain(places)}") for values, places in sides)
    return code(_path(one)), *cells, one.expected or Markdown("**no reason**")


def as_json(found: Parity) -> str:
    return tables.as_json(
        environments=list(found.names),
        differences=[
            tables.fields(one, "path", "paths", "values")
            | {
                "locations": [[str(place) for place in places] for places in one.places],
                "expected": one.expected,
                "expected_at": str(one.because) if one.because else None,
            }
            for one in found.differences
        ],
        idle=[{"path": path, "location": str(place)} for path, place in found.idle],
    )


def heading(found: Parity) -> str:
    one, other = found.names
    if not found.differences:
        return f"{one} and {other.partition('/')[2]} are alike"
    count = counted(len(found.differences), "difference")
    return f"{one} and {other.partition('/')[2]}: {count}, {len(found.unexpected)} without a reason"


def _lines(names: Sequence[str], what: str, sides: Sequence[str], margin: str) -> list[str]:
    line = f"{margin}{what}{' | '.join(sides)}"
    if "\n" not in line and cells(line) <= tables.COLUMNS:
        return [line]
    lines = [f"{margin}{what.rstrip()}"] if what else []
    room = tables.COLUMNS - max(map(cells, names)) - len("      ")
    for name, side in zip(names, sides, strict=True):
        first, *others = (row for value in side.split("\n") for row in wrap_list(value, room))
        lines += [f"    {name}: {first}", *(f"    {' ' * cells(name)}  {other}" for other in others)]
    return lines


def _path(one: Difference) -> str:
    return one.path if len(one.paths) == 1 else f"{one.path} ({len(one.paths)})"


def _values(values: Sequence[Any]) -> str:
    found = list(dict.fromkeys(map(_value, values)))
    return first_of(found, 4, "\n" if any(one.startswith("{") for one in found) else ", ")


def _value(value: Any) -> str:
    """Return a value as short as a reader takes it: of maps with one key the path, and no text that is for people."""
    if isinstance(value, str):
        return value
    path, inner = _only(_bare(value))
    if isinstance(inner, dict):
        inner = {key: _outlined(item) for key, item in inner.items()}
    if not path:
        return "there" if inner == {} else yaml_text(inner)
    return path if inner == {} else f"{{{path}: {yaml_text(inner, is_inner=True)}}}"


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if key != "why"}
    return value


def _outlined(value: Any) -> Any:
    is_long = isinstance(value, dict) and cells(yaml_text(value, is_inner=True)) > _MOST_CELLS
    return counted(len(value), "value") if is_long else value


def _only(value: Any) -> tuple[str, Any]:
    path: list[str] = []
    while isinstance(value, dict) and len(value) == 1:
        ((key, value),) = value.items()
        path.append(str(key))
    return ".".join(path), value


def _places(places: Sequence[Location]) -> str:
    return first_of([str(place) for place in places], 2)
