"""Values that can be compared and not read: each leaf is a digest with a key, in the value's own shape.

`True` is what is unknown, None is nothing, a text is a digest. The digest of a sensitive value begins with `!`; such a
value shows no shape, unless a part of it is unknown, and then the keys of its maps are digests too.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from typing import Any

from msgspec import Struct

from infragen.redaction.marks import is_marked, is_unknown, is_whole, mark_at, members_with_unknown, unknown_at
from infragen.redaction.paths import Path, names_in
from infragen.redaction.values import Number

KEY_BYTES = 32
_DIGEST_BYTES = 12
_HIDDEN = "!"
_MOST_MATCHED = 200
"""Members of a set with unknown parts that are matched in any order; a larger one is taken in the plan's."""
DigestTree = Any  # None, True, a text, or a list or map of such; recursive types are beyond what msgspec decodes
Sets = frozenset[tuple[str, ...]]


class MismatchKind(StrEnum):
    """How a value is not what was sealed."""

    VALUE = "value"
    UNKNOWN = "unknown"  # it was known, and is not any more


class Mismatch(Struct, frozen=True):
    """A place where a value is not what was sealed: `value` is the plan's own, `is_hidden` says not to show it."""

    path: Path
    kind: MismatchKind
    value: object = None
    unknown: object = False
    is_hidden: bool = False


class Digester:
    """Seals values with a key, and compares others with them."""

    def __init__(self, key: bytes) -> None:
        self._start = hashlib.blake2b(key=key, digest_size=_DIGEST_BYTES)

    def digest(self, value: object) -> str:
        """Return the digest of a whole value; a number and the text of its digits have two."""
        state = self._start.copy()
        state.update("".join(_canonical(value)).encode("utf-8", "surrogatepass"))
        return base64.b64encode(state.digest()).decode()

    def digest_tree(self, value: object, mark: object, unknown: object) -> DigestTree:
        if is_unknown(value, unknown):
            return True
        if value is None:
            return None
        hides = is_whole(mark, value)
        if hides and not is_marked(unknown):
            return _HIDDEN + self.digest(value)
        if isinstance(value, dict):
            members = members_with_unknown(value, unknown)
            trees = ((name, self.digest_tree(one, mark_at(mark, value, name), part)) for name, one, part in members)
            return {_HIDDEN + self.digest(name) if hides else name: tree for name, tree in trees}
        if isinstance(value, list):
            parts = ((one, mark_at(mark, value, at), unknown_at(unknown, at)) for at, one in enumerate(value))
            return [self.digest_tree(*part) for part in parts]
        return self.digest(value)

    def mismatches(
        self, expected: DigestTree, value: object, unknown: object, sets: Sets = frozenset(), path: Path = ()
    ) -> Iterator[Mismatch]:
        """Yield the places where a value is not what was sealed; `sets` are the paths whose lists have no order."""
        if expected is True:
            return
        if is_unknown(value, unknown):
            yield Mismatch(path, MismatchKind.UNKNOWN)
        elif isinstance(expected, dict) and isinstance(value, dict):
            yield from self._in_map(expected, value, unknown, sets, path)
        elif isinstance(expected, list) and isinstance(value, list):
            yield from self._in_items(expected, value, unknown, sets, path)
        elif isinstance(expected, str):
            if is_marked(unknown):
                yield Mismatch(path, MismatchKind.UNKNOWN)
            elif value is None or expected.removeprefix(_HIDDEN) != self.digest(value):
                yield Mismatch(path, MismatchKind.VALUE, value, unknown, expected.startswith(_HIDDEN))
        elif expected is not None or value is not None:
            yield Mismatch(path, MismatchKind.VALUE, value, unknown, _hides(expected))

    def _in_map(
        self, expected: dict[str, DigestTree], value: dict[str, object], unknown: object, sets: Sets, path: Path
    ) -> Iterator[Mismatch]:
        left = dict(expected)
        is_hidden = _hides_keys(expected)
        for name, member, part in members_with_unknown(value, unknown):
            key = name if name in left else _HIDDEN + self.digest(name)
            if key in left:
                yield from self.mismatches(left.pop(key), member, part, sets, (*path, name))
            else:
                yield Mismatch(path if is_hidden else (*path, name), MismatchKind.VALUE, member, part, is_hidden)
        for name, missing in left.items():
            if missing is not True:
                yield Mismatch(path if is_hidden else (*path, name), MismatchKind.VALUE, None, False, _hides(missing))

    def _in_items(
        self, expected: list[DigestTree], value: list[object], unknown: object, sets: Sets, path: Path
    ) -> Iterator[Mismatch]:
        if names_in(path) in sets and self._are_alike(expected, value, unknown, sets, path):
            return
        if len(expected) != len(value):
            yield Mismatch(path, MismatchKind.VALUE, value, unknown, _hides(expected))
            return
        for index, (one, item) in enumerate(zip(expected, value, strict=True)):
            yield from self.mismatches(one, item, unknown_at(unknown, index), sets, (*path, index))

    def _are_alike(
        self, expected: list[DigestTree], value: list[object], unknown: object, sets: Sets, path: Path
    ) -> bool:
        """Whether two sets are the same; members that were not all known may turn out to be one and the same."""
        if len(value) > len(expected) or len(expected) > _MOST_MATCHED:
            return False

        def fits(index: int, number: int) -> bool:
            part, place = unknown_at(unknown, number), (*path, number)
            return next(self.mismatches(expected[index], value[number], part, sets, place), None) is None

        taken = _matched(len(value), len(expected), lambda number, index: fits(index, number))
        if taken is None:
            return False
        # What is left must be one of these, too: an unknown member turned out to be the same as another.
        left = (index for index in range(len(expected)) if index not in taken)
        return all(any(fits(index, number) for number in range(len(value))) for index in left)


def hidden_leaves(expected: DigestTree, value: object) -> Iterator[object]:
    if isinstance(expected, str) and expected.startswith(_HIDDEN):
        yield value
    elif isinstance(expected, dict) and isinstance(value, dict):
        for name, member in value.items():
            if name in expected:
                yield from hidden_leaves(expected[name], member)
            elif _hides_keys(expected):
                yield from (name, member)
    elif isinstance(expected, list) and isinstance(value, list):
        whole = _hides(expected)
        for index, item in enumerate(value):
            if whole:
                yield item
            elif index < len(expected):
                yield from hidden_leaves(expected[index], item)


def hides_at(expected: DigestTree, names: tuple[str, ...]) -> bool:
    for name in names:
        if not isinstance(expected, dict) or _hides_keys(expected):
            break
        expected = expected.get(name)
    return _hides(expected)


def _hides(expected: DigestTree) -> bool:
    if isinstance(expected, str):
        return expected.startswith(_HIDDEN)
    if isinstance(expected, dict):
        return _hides_keys(expected) or any(map(_hides, expected.values()))
    return isinstance(expected, list) and any(map(_hides, expected))


def _hides_keys(expected: dict[str, DigestTree]) -> bool:
    return any(name.startswith(_HIDDEN) for name in expected)


def _matched(members: int, places: int, fits: Callable[[int, int], bool]) -> set[int] | None:
    holder: dict[int, int] = {}
    is_fit = cache(fits)

    def find(member: int, seen: set[int]) -> bool:
        # The place of its own number first: a set that is known has one order in every plan.
        for place in (member, *(one for one in range(places) if one != member)):
            if place not in seen and is_fit(member, place):
                seen.add(place)
                if place not in holder or find(holder[place], seen):
                    holder[place] = member
                    return True
        return False

    return set(holder) if all(find(member, set()) for member in range(members)) else None


def _canonical(value: object) -> Iterator[str]:
    if isinstance(value, Number):
        yield value.text
    elif isinstance(value, dict):
        yield "{"
        for name in sorted(value):
            yield json.dumps(name) + ":"
            yield from _canonical(value[name])
            yield ","
        yield "}"
    elif isinstance(value, list):
        yield "["
        for item in value:
            yield from _canonical(item)
            yield ","
        yield "]"
    else:
        yield json.dumps(value)
