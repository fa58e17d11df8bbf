"""How values of a plan differ, asked of the values themselves: the answers are places and yes or no, never a value."""

from collections.abc import Iterator
from typing import Final

from msgspec import UNSET

from infragen.redaction.document import Lazy, members_of, opened
from infragen.redaction.marks import is_marked, is_unknown, is_whole, mark_at, members_with_unknown, unknown_at
from infragen.redaction.values import Number

EMPTY: Final[tuple[object, ...]] = (None, "", False, [], {}, Number("0"))
"""What a provider, or `terraform import`, writes where nobody set anything, and a plan that creates leaves out."""
_MOVED_ON_BY_AWS: Final = frozenset({"latest_restorable_time"})
"""Attributes that are others at every look, whoever did nothing: a database's transaction log is kept each 5 min."""


def certainly_differs(before: object, after: object, unknown: object, *, is_replaced: bool = False) -> bool:
    """Of what `is_replaced`, a plan has nothing in place of what was empty: the provider would write that again."""
    if is_unknown(after, unknown) or (is_replaced and before in EMPTY and after in EMPTY):
        return False
    if isinstance(before, dict) and isinstance(after, dict):
        members = members_with_unknown(after, unknown)
        names = {name for name, _, _ in members}
        gone = [before[name] for name in before.keys() - names]
        return (any(value not in EMPTY for value in gone) if is_replaced else bool(gone)) or any(
            certainly_differs(before.get(name), member, part, is_replaced=is_replaced) for name, member, part in members
        )
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        items = ((old, new, unknown_at(unknown, at)) for at, (old, new) in enumerate(zip(before, after, strict=True)))
        return any(certainly_differs(*one, is_replaced=is_replaced) for one in items)
    return before != after


def changed_places(
    before: object, after: object, unknown: object, marks: tuple[object, object] = (False, False)
) -> Iterator[tuple[str, ...]]:
    """Count a list as one place, for its items may be in another order, and what is sensitive as a whole."""
    if isinstance(before, dict) and isinstance(after, dict) and not any(map(is_whole, marks, (before, after))):
        members = {name: (member, part) for name, member, part in members_with_unknown(after, unknown)}
        for name in sorted(before.keys() | members.keys()):
            if name not in before or name not in members:
                yield (name,)
                continue
            inner = mark_at(marks[0], before, name), mark_at(marks[1], after, name)
            for place in changed_places(before[name], *members[name], inner):
                yield (name, *place)
    elif is_marked(unknown) or before != after:
        yield ()


def differs_in_substance(before: Lazy, after: Lazy) -> bool:
    """Leave out what is empty either way, and what AWS itself moves on all the time."""
    old, new = members_of(before), members_of(after)
    if not (old and new):
        return True
    different = (name for name in (old.keys() | new.keys()) - _MOVED_ON_BY_AWS if old.get(name) != new.get(name))
    return any(_filled(opened(old.get(name, UNSET))) != _filled(opened(new.get(name, UNSET))) for name in different)


def _filled(value: object) -> object:
    if isinstance(value, dict):
        value = {name: kept for name, inner in value.items() if (kept := _filled(inner)) is not None}
    elif isinstance(value, list):
        value = [_filled(inner) for inner in value]
    return None if value in ("", [], {}) else value
