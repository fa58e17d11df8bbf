"""The walk over two safe values, down to the leaves that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.differences.documents import open_documents
from infragen.plan.differences.lists import order_note, pair_items, unmatched
from infragen.plan.differences.texts import line_difference
from infragen.plan.display import literal, path_text
from infragen.plan.model import AttributeChange
from infragen.plan.values import Redacted, holds_unknown, is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.paths import Path
    from infragen.plan.values import Value
    from infragen.plan.view import View

__all__ = ["compare", "differences", "whole"]

_SHORT_LIST = 6


def differences(view: View, skip: frozenset[str] = frozenset()) -> Iterator[AttributeChange]:
    """Yield what differs in an object, sorted by attribute, without the attributes to skip.

    A created or deleted object is told attribute by attribute, each whole; a changed one down to the leaf, into JSON
    texts as well. Equal items of lists are matched wherever they stand.
    """
    for name in view.names if view.is_whole else view.changed():
        if name in skip:
            continue
        note = None if view.is_whole else view.mark_change(name)
        if view.is_whole:
            yield from whole(view, name)
        elif note:
            yield leaf(view, (name,), view.before(name), view.after(name), note)
        else:
            yield from compare(view, (name,), view.before(name), view.after(name))


def whole(view: View, name: str) -> Iterator[AttributeChange]:
    """Yield an attribute of the one side that exists; nothing when it is null."""
    before, after = view.before(name), view.after(name)
    if before is not None or after is not None:
        yield leaf(view, (name,), before, after)


def compare(view: View, path: Path, before: Value, after: Value) -> Iterator[AttributeChange]:
    """Yield the differences of two values at a path."""
    if before == after and not holds_unknown(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from compare(view, (*path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _compare_lists(view, path, before, after)
    elif isinstance(before, Redacted) and isinstance(after, Redacted) and before.token == after.token:
        note = "becomes sensitive" if after.marked else "is no longer sensitive"
        yield leaf(view, path, before, after, note)
    else:
        yield from _compare_texts(view, path, before, after)


def leaf(view: View, path: Path, before: Value, after: Value, note: str | None = None) -> AttributeChange:
    """Return a difference as two texts."""
    return AttributeChange(
        path=path_text(path),
        before=None if before is None else view.clean(literal(before)),
        after=None if after is None else view.clean(literal(after)),
        sensitive=is_hidden(before) or is_hidden(after),
        unknown=holds_unknown(after),
        forces_replacement=view.forces(path),
        note=note,
        lines=() if note else line_difference(before, after),
    )


def _compare_texts(view: View, path: Path, before: Value, after: Value) -> Iterator[AttributeChange]:
    """Compare what two texts hold when both are documents of one kind, else the texts: long ones by line."""
    documents = open_documents(before, after)
    if documents is None:
        yield leaf(view, path, before, after)
        return
    if documents.before == documents.after:
        yield leaf(view, path, before, after, documents.same_note)
        return
    yield from compare(view, path, documents.before, documents.after)


def _compare_lists(view: View, path: Path, before: list[Value], after: list[Value]) -> Iterator[AttributeChange]:
    is_set = tuple(step for step in path if isinstance(step, str)) in view.facts.sets
    removed, added = unmatched(before, after)
    if not removed and not added:
        if not is_set:
            yield _order_change(view, path, before, after)
        return
    if all(map(_is_scalar, (*before, *after))):
        yield _compare_scalars(view, path, before, after)
        return
    for old, new in pair_items(before, after, removed, added):
        place = new if new is not None else old
        if place is not None:
            yield from compare(
                view, (*path, place), None if old is None else before[old], None if new is None else after[new]
            )


def _order_change(view: View, path: Path, before: list[Value], after: list[Value]) -> AttributeChange:
    if all(map(_is_scalar, after)):
        return leaf(view, path, before, after, "order only")
    return leaf(view, path, None, None, order_note(after))


def _compare_scalars(view: View, path: Path, before: list[Value], after: list[Value]) -> AttributeChange:
    if max(len(before), len(after)) <= _SHORT_LIST:
        return leaf(view, path, before, after)
    removed, added = unmatched(before, after)
    gone: Value = [before[index] for index in removed] or None
    new: Value = [after[index] for index in added] or None
    return leaf(view, path, gone, new, f"{len(before) - len(removed)} other items stay")


def _is_scalar(value: Value) -> bool:
    return not isinstance(value, dict | list)
