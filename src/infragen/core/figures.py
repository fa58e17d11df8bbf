"""Where the figures of a system come from: a row of its design document, a note about one, or an assumption.

Everything is told by plain data, once for all environments of a system: no model is asked, and no default merged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from infragen.core.resolved_system import ResolvedSystem
from infragen.diagnostics import Location
from infragen.source import Document

Path = tuple[str, ...]
"""Keys from the top of a file, or as `explain` has them: `services`, `api`, `tasks`, `max`; `*` is any name."""
Marks = dict[str, "Marks"]
"""Paths in a tree by their steps; `_END` stands where one ends, and all that is in it is marked, `_ALONE` where only
that is."""

REST: Final = "*"
"""The path in `assumptions` that is all that no other one names."""
_END: Final = ""
_ALONE: Final = "."
_CLASS: Final = re.compile(r"(cache\.|db\.)?[a-z]+[0-9][a-z0-9-]*\.[a-z0-9]+(\.search)?")
"""Classes of instances: `db.r6g.large`, `cache.m6g.large`, `r6g.large.search`, `t4g.nano`."""
_NO_FIGURES: Final = frozenset([
    "assumptions", "configurations", "defaults", "differs", "document_costs", "notes", "reason", "says", "schema",
    "title", "when", "why",
])  # fmt: skip
"""Fields that speak about others, or for people; defaults are those of other entries."""


class Figure(Struct, frozen=True):
    """A number, or a text that begins with one, as it is written: what it is called, and where it stands."""

    path: Path
    document: Document
    place: Path
    reason: str | None
    """What `*` of assumptions says of it: its file's, its entry's or kind's, or else the system's."""

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def location(self) -> Location:
        return self.document.locate([int(step) if step.isdecimal() else step for step in self.place])


class _Piece(Struct, frozen=True):
    path: Path
    document: Document
    place: Path
    data: Mapping[str, Any]

    @property
    def is_of_environment(self) -> bool:
        return self.place == self.path == ()

    @property
    def assumed(self) -> Mapping[str, Any]:
        said = self.data.get("assumptions")
        return said if isinstance(said, dict) else {}

    @property
    def marked(self) -> Iterator[tuple[Path, str]]:
        notes = self.data.get("notes")
        named = [note.get("at") for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []
        for path, end in (*((one, _ALONE) for one in named), *((one, _END) for one in self.assumed)):
            if isinstance(path, str) and path != REST:
                yield _about((*self.path, *path.split("."))), end


def figures(systems: Sequence[ResolvedSystem]) -> Iterator[Figure]:
    """Yield the figures of environments of one system that neither a row nor a note nor an assumption names."""
    if not systems:
        return
    pieces, everywhere = [*_pieces(systems)], Marks()
    own: dict[str, Marks] = {}
    for paths in systems[0].system.figures.values():
        for named in paths:
            _mark(everywhere, tuple(named.split(".")))
    for piece in pieces:
        for path, end in piece.marked:
            is_of_entry = path[0] in systems[0].entries and REST not in path[1:2]
            is_own = piece.is_of_environment and not is_of_entry  # of an entry, it speaks for that one's file, too
            _mark(own.setdefault(piece.document.file, {}) if is_own else everywhere, path, end)
    rests = {
        piece.document.file if piece.is_of_environment else piece.path: piece.assumed[REST]
        for piece in pieces
        if REST in piece.assumed
    }
    whole = systems[0].system.assumptions.get(REST)
    for piece in pieces:
        marks = own.get(piece.document.file, {})
        of_kind = (*piece.path[:1], REST)
        reason = next((rests[one] for one in (piece.document.file, piece.path, of_kind) if one in rests), whole)
        for place in _numbers(piece.data):
            path = (*piece.path, *place)
            if not _has(everywhere, path) and not _has(marks, path):
                yield Figure(path, piece.document, (*piece.place, *place), reason)


def rows(system: ResolvedSystem, path: Sequence[str | int]) -> tuple[str, ...]:
    named = system.system.figures.items()
    wanted = tuple(map(str, path))
    return tuple(row for row, paths in named if any(_has(_mark({}, tuple(one.split("."))), wanted) for one in paths))


def _pieces(systems: Iterable[ResolvedSystem]) -> Iterator[_Piece]:
    documents = {owner: layers.home.document for one in systems for owner, layers in one.origins.items()}
    environments = [one.origins["environment"].home.document for one in systems if "environment" in one.origins]
    for owner, document in documents.items():
        kind, _, name = owner.partition("/")
        if owner == "system":
            yield _Piece((owner,), document, (), {key: document.data.get(key) for key in ("assumptions", "notes")})
        elif owner != "environment":
            yield _Piece((kind, name), document, (), document.data)
        yield from _of_many(document, "defaults")
    kinds = frozenset(kind for one in systems for kind in one.entries)
    for document in {one.file: one for one in environments}.values():
        own = {key: value for key, value in document.data.items() if key not in kinds and key != "every"}
        yield _Piece((), document, (), own)
        yield from _of_many(document, "every")
        for kind in kinds.intersection(document.data):
            named = document.data[kind]
            for name, data in named.items() if isinstance(named, dict) else ():
                if isinstance(data, dict):
                    yield _Piece((kind, name), document, (kind, name), data)


def _of_many(document: Document, key: str) -> Iterator[_Piece]:
    given = document.data.get(key)
    for kind, data in given.items() if isinstance(given, dict) else ():
        if isinstance(data, dict):
            yield _Piece(() if kind == "environments" else (kind, REST), document, (key, kind), data)


def _about(path: Path) -> Path:
    """Return what a path is about that begins with `every` of an environment, or `defaults` of the system."""
    steps = path[1:] if path[:2] == ("system", "defaults") else path
    if steps[:1] not in {("every",), ("defaults",)} or len(steps) == 1:
        return path
    return steps[2:] if steps[1] == "environments" else (steps[1], REST, *steps[2:])


def _mark(marks: Marks, path: Path, end: str = _END) -> Marks:
    inner = marks
    for step in path:
        inner = inner.setdefault(step, {})
    inner[end] = {}
    return marks


def _has(marks: Marks, path: Iterable[str]) -> bool:
    found = [marks]
    for step in path:
        if any(_END in one for one in found):
            return True
        found = [one[key] for one in found for key in {step, REST} if key in one]
        if not found:
            return False
    return any(not one.keys().isdisjoint((_END, _ALONE)) for one in found)


def _numbers(data: Any) -> Iterator[Path]:
    is_map = isinstance(data, dict)
    for key, value in data.items() if is_map else enumerate(data):
        if key in _NO_FIGURES or str(key).endswith("_why"):
            continue
        if is_figure(value) or (is_map and is_figure(key)):  # of a budget's alerts the keys are figures: `80 %`
            yield (str(key),)
        if isinstance(value, dict | list):
            yield from ((str(key), *path) for path in _numbers(value))


def is_figure(value: Any) -> bool:
    """Say whether plain data is a number, a text that begins with one (`70 %`, `03:00-04:00`), or `db.r6g.large`."""
    is_text = isinstance(value, str)
    return type(value) is int or (is_text and (value[:1].isdecimal() or _CLASS.fullmatch(value) is not None))


def has_figure(value: Any) -> bool:
    return is_figure(value) or (isinstance(value, dict | list | tuple) and next(_numbers(value), None) is not None)


def rest_of(system: ResolvedSystem, owner: str, path: Sequence[str | int]) -> tuple[tuple[str, ...], str | None]:
    """Return a figure's rows, else the reason of `*`; an environment's own first, a system's totals are exempt."""
    layers = system.origins[owner]
    setting = layers.setting(path)
    if not setting or not has_figure(setting[0].value(path)):
        return (), None
    if owner == "system":
        repeats = system.system.document if path[0] in ("declared", "operations") else None
        return ((repeats,) if repeats else ()), None
    models = dict(system.models())
    by = "environment" if setting[0].document.file == system.source("environment") else owner
    kind, _, name = owner.partition("/")
    about = (*((kind, name) if name else ()), *path)
    for one in dict.fromkeys((by, owner)):
        if REST in (said := getattr(models.get(one), "assumptions", {})):
            return (), said[REST]
    found = rows(system, about)
    abouts = system.about(owner, path)
    is_noted = any(note.at == whole for one, whole in abouts for note in getattr(one, "notes", ()))
    return found, None if found or is_noted else system.system.assumptions.get(REST)
