"""Which items of two lists belong together."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from infragen.plan.values import Number, Redacted, Unknown, holds_unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from infragen.plan.values import Value

__all__ = ["NATURAL_KEYS", "frozen", "order_note", "pair_items", "unmatched"]

NATURAL_KEYS = ("name", "Sid", "sid", "id", "key", "Name", "containerName")


def unmatched(before: Sequence[Value], after: Sequence[Value]) -> tuple[list[int], list[int]]:
    """Return the places of items that have no equal on the other side, wherever it stands."""
    old = [frozen(item) for item in before]
    new = [None if holds_unknown(item) else frozen(item) for item in after]
    return _surplus(old, Counter(new)), _surplus(new, Counter(old))


def pair_items(
    before: Sequence[Value], after: Sequence[Value], removed: list[int], added: list[int]
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the items that differ: by a name of their own when each has one, else in the order they stand."""
    old_names, new_names = _names(before, removed), _names(after, added)
    if old_names is None or new_names is None:
        yield from zip_longest(removed, added)
        return
    for name, new in new_names.items():
        yield old_names.pop(name, None), new
    yield from ((old, None) for old in old_names.values())


def order_note(items: Sequence[Value]) -> str:
    """Say that only the order differs."""
    return f"the order of {len(items)} items"


def frozen(value: Value) -> Hashable:
    """Return a value as something that sets and dictionaries can hold; equal values give equal results."""
    if isinstance(value, Redacted):
        return value.token
    if isinstance(value, dict):
        return tuple(sorted((key, frozen(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("list", *map(frozen, value))
    return value if isinstance(value, str | Number | Unknown) else ("plain", value)


def _names(items: Sequence[Value], places: list[int]) -> dict[str, int] | None:
    """Return the places by the items' names, or None when an item has none or two share one."""
    for key in NATURAL_KEYS:
        names: dict[str, int] = {}
        for place in places:
            item = items[place]
            name = item.get(key) if isinstance(item, dict) else None
            if isinstance(name, str):
                names[name] = place
        if len(names) == len(places):
            return names
    return None


def _surplus(items: Sequence[Hashable], available: Counter[Hashable]) -> list[int]:
    places = []
    for index, item in enumerate(items):
        if item is not None and available[item] > 0:
            available[item] -= 1
        else:
            places.append(index)
    return places
