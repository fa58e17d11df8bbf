"""Which items of two lists belong together."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import zip_longest

from infragen.redaction.values import Number, Redacted, Unknown, Value

_KEYS = (
    "name", "Sid", "sid", "id", "key", "Name", "Key", "Id", "ID", "identifier", "containerName", "container_name",
    "origin_id", "rule_no", "rule_number", "rule_id", "priority", "device_name", "attribute_name", "policy_name",
    "path_pattern", "domain_name", "containerPath", "sourceContainer", "sourceVolume", "containerPort protocol",
    "containerPort hostPort", "containerPort", "container_port", "protocol from_port to_port", "cidr_block",
    "destination_cidr_block", "arn",
)  # fmt: skip
NATURAL_KEYS: tuple[tuple[str, ...], ...] = tuple(tuple(key.split()) for key in _KEYS)
"""What names an item among its neighbours, the best first; used where every item has it and no two share it."""
_FEW = 400
_ALIKE = 0.5


class Members(list["Value"]):
    """A list whose order says nothing, in a document where no schema tells so."""


def unmatched(before: Sequence[Value], after: Sequence[Value]) -> tuple[list[int], list[int]]:
    return surplus(list(map(frozen, before)), list(map(frozen, after)))


def surplus(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    return _without(old, Counter(new)), _without(new, Counter(old))


def is_reordered(before: Sequence[Value], after: Sequence[Value], removed: Sequence[int], added: Sequence[int]) -> bool:
    gone, come = set(removed), set(added)
    return [frozen(item) for place, item in enumerate(before) if place not in gone] != [
        frozen(item) for place, item in enumerate(after) if place not in come
    ]


def labels_of(before: Sequence[Value], after: Sequence[Value]) -> tuple[list[str], list[str]] | None:
    # Of the first key that both sides have, unique on each; a key that finds someone again goes before one that finds
    # no one. Of only one item on each side, that one has changed, whatever it is called.
    if len(before) <= 1 and len(after) <= 1:
        return None
    found: tuple[list[str], list[str]] | None = None
    for key in NATURAL_KEYS:
        old = _labels(before, key)
        new = _labels(after, key) if old is not None else None
        if old is None or new is None:
            continue
        if not old or not new or not set(old).isdisjoint(new):
            return old, new
        found = found or (old, new)
    return found


def pair_items(
    before: Sequence[Value], after: Sequence[Value], removed: Sequence[int], added: Sequence[int]
) -> Iterator[tuple[int | None, int | None]]:
    old_gaps, new_gaps = _gaps(removed), _gaps(added)
    for gap in sorted({*old_gaps, *new_gaps}):
        old, new = old_gaps.get(gap, []), new_gaps.get(gap, [])
        pairs = dict(pair_similar(before, after, old, new, least=0.01))
        taken = set(pairs.values())
        yield from pairs.items()
        yield from zip_longest([one for one in old if one not in pairs], [one for one in new if one not in taken])


def pair_similar(
    before: Sequence[Value], after: Sequence[Value], removed: Sequence[int], added: Sequence[int], least: float = _ALIKE
) -> Iterator[tuple[int, int]]:
    """Pair items that have much in common, the most alike first; none where there are too many to compare."""
    if not removed or not added or len(removed) * len(added) > _FEW:
        return
    scored = sorted(
        (-_similarity(before[old], after[new]), abs(old - new), old, new) for old in removed for new in added
    )
    old_left, new_left = set(removed), set(added)
    for score, _, old, new in scored:
        if -score >= least and old in old_left and new in new_left:
            old_left.remove(old)
            new_left.remove(new)
            yield old, new


def frozen(value: Value) -> Hashable:
    if isinstance(value, str | Number | Unknown):
        return value
    if isinstance(value, Redacted):
        return (value.token, value.marked)
    if isinstance(value, dict):
        return tuple(sorted((key, frozen(part)) for key, part in value.items()))
    return ("list", *map(frozen, value)) if isinstance(value, list) else ("plain", value)


def _labels(items: Sequence[Value], key: tuple[str, ...]) -> list[str] | None:
    labels: list[str] = []
    for item in items:
        if not isinstance(item, dict):
            return None
        parts = [value.text if isinstance(value := item.get(name), Number) else value for name in key]
        texts = [part for part in parts if isinstance(part, str) and part]
        if len(texts) < len(parts):
            return None
        labels.append("/".join(texts))
    return labels if len(set(labels)) == len(labels) else None


def _gaps(places: Sequence[int]) -> dict[int, list[int]]:
    """Return places by how many items that stay stand before each."""
    gaps: dict[int, list[int]] = {}
    for count, place in enumerate(places):
        gaps.setdefault(place - count, []).append(place)
    return gaps


def _similarity(one: Value, other: Value) -> float:
    if one == other:
        return 1.0
    if isinstance(one, dict) and isinstance(other, dict):
        keys = {*one, *other}
        return sum(_similarity(one[key], other[key]) for key in keys if key in one and key in other) / len(keys)
    if isinstance(one, list) and isinstance(other, list):
        old, new = set(map(frozen, one)), set(map(frozen, other))
        return len(old & new) / len(old | new)
    return 0.0


def _without(items: Sequence[Hashable], available: Counter[Hashable]) -> list[int]:
    places = []
    for index, item in enumerate(items):
        if available[item] > 0:
            available[item] -= 1
        else:
            places.append(index)
    return places
