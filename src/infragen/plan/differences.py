"""What changes inside one object, attribute by attribute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from json import JSONDecodeError
from typing import TYPE_CHECKING

from infragen.plan.decode import Number, decode_json
from infragen.plan.display import literal, path_text, unknown_at
from infragen.plan.model import AttributeChange
from infragen.plan.redact import MASK, Taints, is_marked, mark_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Sides", "differences", "value_texts"]

Path = tuple[str | int, ...]
_SHORT_LIST = 6
_NATURAL_KEYS = ("name", "Sid", "id", "key")


@dataclass(frozen=True, slots=True)
class Sides:
    """A value before and after, with the trees that say what of it is sensitive and what is unknown."""

    before: object
    after: object
    before_mark: object = False
    after_mark: object = False
    unknown: object = False

    def member(self, key: str | int) -> Sides:
        """Return the sides of one member of a map, or of the same place of two lists."""
        return self.pair(key, key)

    def pair(self, before_key: str | int | None, after_key: str | int | None) -> Sides:
        """Return the sides of two members; None stands for a member that is not there."""
        return Sides(
            before=_member(self.before, before_key),
            after=_member(self.after, after_key),
            before_mark=mark_at(self.before_mark, self.before, before_key),
            after_mark=mark_at(self.after_mark, self.after, after_key),
            unknown=False if after_key is None else unknown_at(self.unknown, after_key),
        )

    @property
    def is_marked(self) -> bool:
        """Whether any part of either side is sensitive."""
        return is_marked(self.before_mark) or is_marked(self.after_mark)

    @property
    def hides_whole(self) -> bool:
        """Whether a side is sensitive as a whole."""
        return _hides(self.before, self.before_mark) or _hides(self.after, self.after_mark)

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs, marks included."""
        return self.before == self.after and not is_marked(self.unknown) and self.before_mark == self.after_mark


def differences(sides: Sides, replace_paths: Sequence[Path], taints: Taints) -> tuple[AttributeChange, ...]:
    """Return what differs between two sides of an object, sorted by attribute.

    A created or deleted object is told attribute by attribute, each whole; a changed one down to the leaf, into JSON
    texts as well. Equal items of lists are matched wherever they stand.
    """
    walk = _Walk(replace_paths, taints)
    if not isinstance(sides.before, dict) or not isinstance(sides.after, dict):
        return tuple(walk.whole_attributes(sides))
    return tuple(walk.compare((), sides))


def value_texts(sides: Sides, taints: Taints) -> tuple[str | None, str | None]:
    """Return both sides of one value, such as an output's, as redacted texts."""
    change = _Walk((), taints).leaf((), sides)
    return change.before, change.after


class _Walk:
    """One walk over one object: knows what forces its replacement and what must not be seen."""

    __slots__ = ("_replace_paths", "_taints")

    def __init__(self, replace_paths: Sequence[Path], taints: Taints) -> None:
        self._replace_paths = replace_paths
        self._taints = taints

    def whole_attributes(self, sides: Sides) -> Iterator[AttributeChange]:
        """Yield each attribute of the one side that exists."""
        for key in _keys(sides):
            member = sides.member(key)
            if member.before is not None or member.after is not None or is_marked(member.unknown):
                yield self.leaf((key,), member)

    def compare(self, path: Path, sides: Sides) -> Iterator[AttributeChange]:
        """Yield the differences below a path."""
        if sides.is_same:
            return
        if sides.unknown is True:
            yield self.leaf(path, sides)
        elif sides.hides_whole:
            yield from self._compare_hidden(path, sides)
        elif isinstance(sides.before, dict) and isinstance(sides.after, dict):
            for key in _keys(sides):
                yield from self.compare((*path, key), sides.member(key))
        elif isinstance(sides.before, list) and isinstance(sides.after, list):
            yield from self._compare_lists(path, sides)
        elif (inside := self._inside_json(sides)) is not None:
            yield from self._compare_json(path, sides, inside)
        elif sides.before != sides.after or is_marked(sides.unknown):
            yield self.leaf(path, sides)

    def leaf(self, path: Path, sides: Sides, note: str | None = None) -> AttributeChange:
        """Return the difference as two texts."""
        before = self._text(sides.before, sides.before_mark, unknown=False)
        after = self._text(sides.after, sides.after_mark, unknown=sides.unknown)
        return self._attribute(path, before, after, sides, note)

    def _attribute(
        self, path: Path, before: str | None, after: str | None, sides: Sides, note: str | None
    ) -> AttributeChange:
        return AttributeChange(
            path=self._path_text(path),
            before=before,
            after=after,
            sensitive=sides.is_marked or MASK in (before or "") or MASK in (after or ""),
            unknown=is_marked(sides.unknown),
            forces_replacement=any(_is_prefix(forcing, path) for forcing in self._replace_paths),
            note=note,
        )

    def _path_text(self, path: Path) -> str:
        """Name the attribute; below it, keys of maps are values and can be tainted."""
        clean = self._taints.clean
        top = path_text(path[:1])
        below = path_text((*path[:1], *(clean(step) if isinstance(step, str) else step for step in path[1:])))
        return top + clean(below[len(top) :])

    def _text(self, value: object, mark: object, *, unknown: object) -> str | None:
        if value is None and not is_marked(unknown):
            return None
        return literal(value, mark, unknown, self._taints.clean)

    def _compare_hidden(self, path: Path, sides: Sides) -> Iterator[AttributeChange]:
        if sides.before != sides.after or is_marked(sides.unknown):
            yield self.leaf(path, sides)
        elif sides.before is not None:
            note = "becomes sensitive" if is_marked(sides.after_mark) else "is no longer sensitive"
            yield self._attribute(path, MASK, MASK, sides, note)

    def _compare_lists(self, path: Path, sides: Sides) -> Iterator[AttributeChange]:
        before, after = _lists(sides)
        if all(map(_is_scalar, (*before, *after))):
            yield self._compare_scalars(path, sides)
            return
        removed, added = _unmatched(before, after, sides.unknown)
        if not removed and not added:
            note = f"the order of {len(after)} items" if len(before) == len(after) else None
            yield self._attribute(path, None, None, sides, note)
        for old, new in _pairs(before, after, removed, added):
            shown = new if new is not None else old
            if shown is not None:
                yield from self.compare((*path, shown), sides.pair(old, new))

    def _compare_scalars(self, path: Path, sides: Sides) -> AttributeChange:
        before, after = _lists(sides)
        if sides.is_marked or is_marked(sides.unknown):
            return self.leaf(path, sides)
        removed, added = _unmatched(before, after, sides.unknown)
        if not removed and not added:
            return self.leaf(path, sides, "order only")
        if max(len(before), len(after)) <= _SHORT_LIST:
            return self.leaf(path, sides)
        gone = [before[index] for index in removed] or None
        new = [after[index] for index in added] or None
        return self.leaf(path, Sides(gone, new), f"{len(before) - len(removed)} other items stay")

    def _inside_json(self, sides: Sides) -> Sides | None:
        """Open two texts that are JSON objects or arrays; a text with a tainted part stays closed."""
        if sides.is_marked or sides.unknown is not False:
            return None
        before, after = self._open(sides.before), self._open(sides.after)
        if before is None or after is None or type(before) is not type(after):
            return None
        return Sides(before, after)

    def _open(self, text: object) -> dict[str, object] | list[object] | None:
        if not isinstance(text, str) or not text.lstrip().startswith(("{", "[")) or self._taints.clean(text) != text:
            return None
        try:
            value = decode_json(text)
        except (JSONDecodeError, RecursionError):
            return None
        return value if isinstance(value, dict | list) else None

    def _compare_json(self, path: Path, sides: Sides, inside: Sides) -> Iterator[AttributeChange]:
        if inside.is_same:
            yield self.leaf(path, sides, "the same JSON, written in another way")
        else:
            yield from self.compare(path, inside)


def _member(value: object, key: str | int | None) -> object:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int):
        return value[key]
    return None


def _hides(value: object, mark: object) -> bool:
    """Whether a mark hides a whole value: it is no tree, or not a tree of the value's shape."""
    if not is_marked(mark):
        return False
    return not (isinstance(mark, dict | list) and type(mark) is type(value))


def _keys(sides: Sides) -> list[str]:
    keys: set[str] = set()
    for side in (sides.before, sides.after, sides.unknown):
        if isinstance(side, dict):
            keys.update(side)
    return sorted(keys)


def _lists(sides: Sides) -> tuple[list[object], list[object]]:
    before, after = sides.before, sides.after
    return before if isinstance(before, list) else [], after if isinstance(after, list) else []


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | bool | Number)


def _unmatched(before: list[object], after: list[object], unknown: object) -> tuple[list[int], list[int]]:
    """Return the places of items that have no equal on the other side, wherever it stands."""
    before_texts = [literal(item) for item in before]
    after_texts = [None if is_marked(unknown_at(unknown, index)) else literal(item) for index, item in enumerate(after)]
    removed = _surplus(before_texts, Counter(after_texts))
    added = _surplus(after_texts, Counter(before_texts))
    return removed, added


def _pairs(
    before: list[object], after: list[object], removed: list[int], added: list[int]
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the items that differ: by a name of their own when each has one, else in the order they stand."""
    old_names, new_names = _names(before, removed), _names(after, added)
    if old_names is None or new_names is None:
        yield from zip_longest(removed, added)
        return
    for name, new in new_names.items():
        yield old_names.pop(name, None), new
    yield from ((old, None) for old in old_names.values())


def _names(items: list[object], places: list[int]) -> dict[str, int] | None:
    """Return the places by the items' names, or None when an item has none or two share one."""
    for key in _NATURAL_KEYS:
        names = {}
        for place in places:
            item = items[place]
            name = item.get(key) if isinstance(item, dict) else None
            if isinstance(name, str):
                names[name] = place
        if len(names) == len(places):
            return names
    return None


def _surplus(texts: Sequence[str | None], available: Counter[str | None]) -> list[int]:
    places = []
    for index, text in enumerate(texts):
        if text is not None and available[text] > 0:
            available[text] -= 1
        else:
            places.append(index)
    return places


def _is_prefix(forcing: Path, path: Path) -> bool:
    shorter = min(len(forcing), len(path))
    return shorter > 0 and forcing[:shorter] == path[:shorter]
