"""The walk over two safe values, down to the leaves that differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from infragen.plan.change_parts import AttributeChange
from infragen.plan.differences.documents import is_policy, normal_policy, open_documents, same_policy, unwrapped
from infragen.plan.differences.lists import (
    Members,
    frozen,
    is_reordered,
    labels_of,
    pair_items,
    pair_similar,
    unmatched,
)
from infragen.plan.differences.look_alikes import look_alike_note, look_alikes
from infragen.plan.differences.texts import text_difference
from infragen.plan.display import literal, path_text
from infragen.plan.view import View
from infragen.redaction.paths import Label, Path, names_in
from infragen.redaction.values import MASK, HiddenKey, Redacted, Value, holds_unknown, is_hidden, sources_of

_HIDDEN = (Redacted(MASK, b"old", marked=True), Redacted(MASK, b"new", marked=True))
# The provider sorts these before it compares them: containerDefinitions.orderContainers, orderEnvironmentVariables and
# orderSecrets (terraform-provider-aws, internal/service/ecs/task_definition_equivalency.go).
_FREE_ORDER = {("container_definitions", *inner) for inner in ((), ("environment",), ("secrets",))}


class _At(NamedTuple):
    """Where the walk stands: the path to show, and the plan's own, in which items have their places."""

    shown: Path
    real: Path

    def member(self, key: str) -> _At:
        return _At((*self.shown, key), (*self.real, key))

    def item(self, step: str | int | None, place: int) -> _At:
        return _At(self.shown if step is None else (*self.shown, step), (*self.real, place))


def differences(view: View, skip: frozenset[str] = frozenset()) -> Iterator[AttributeChange]:
    # A created or deleted object is told attribute by attribute, each whole; a changed one down to the leaf, into texts
    # that hold documents as well. Items of lists are matched by what names them, else wherever their equal stands.
    if view.is_whole:
        for name in view.names:
            if name not in skip:
                yield from whole(view, name)
        return
    for name in view.changed():
        if name in skip:
            continue
        note = view.mark_change(name)
        if note:
            yield AttributeChange(
                path=name, before=MASK, after=MASK, sensitive=True, forces_replacement=view.forces((name,)), note=note
            )
        else:
            yield from _walk(view, _At((name,), (name,)), *expected_sides(view, name))


def expected_sides(view: View, name: str) -> tuple[Value, Value]:
    """Return an attribute before and after; a document that only the files tell, where the text before is one, too."""
    before, after = view.before(name), view.expected(name)
    if isinstance(after, dict | list) and before not in (None, "") and open_documents(before, after) is None:
        return before, view.after(name)
    return before, after


def whole(view: View, name: str) -> Iterator[AttributeChange]:
    before, after = view.before(name), view.expected(name)
    if before is not None or after is not None:
        yield leaf(view, (name,), before, after)


def compare(view: View, path: Path, before: Value, after: Value) -> Iterator[AttributeChange]:
    yield from _walk(view, _At(path, path), before, after)


def leaf(view: View, path: Path, before: Value, after: Value, note: str | None = None) -> AttributeChange:
    return _leaf(view, _At(path, path), before, after, note)


def _walk(view: View, at: _At, before: Value, after: Value) -> Iterator[AttributeChange]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _maps(view, at, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(view, at, before, after)
    elif isinstance(before, Redacted) and isinstance(after, Redacted) and before.token == after.token:
        note = "becomes sensitive" if after.marked else "is no longer sensitive"
        yield _leaf(view, at, before, after, note)
    else:
        yield from _texts(view, at, before, after)


def _maps(view: View, at: _At, before: dict[str, Value], after: dict[str, Value]) -> Iterator[AttributeChange]:
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    hidden = {key for key in gone | come if isinstance(key, HiddenKey)}
    is_told = not hidden.isdisjoint(gone) and not hidden.isdisjoint(come)
    if is_told:
        yield _leaf(view, at, *_HIDDEN)
    twins = look_alikes((*sorted(gone), *sorted(come)))
    notes = {
        key: f"keys: {note}" for one, other, note in twins if (one in gone) != (other in gone) for key in (one, other)
    }
    for key in sorted({*before, *after}):
        if key in notes:
            yield _leaf(view, at.member(key), before.get(key), after.get(key), notes[key])
        elif not (is_told and key in hidden):
            old, new = before.get(key), after.get(key)
            if old is None and new is None and (key in before) != (key in after):
                yield _leaf(view, at.member(key), None, None, "null is " + ("added" if key in after else "removed"))
            else:
                yield from _walk(view, at.member(key), old, new)


def _leaf(view: View, at: _At, before: Value, after: Value, note: str | None = None) -> AttributeChange:
    is_unknown = holds_unknown(after)
    lines: tuple[str, ...] = ()
    if note is None and isinstance(before, str | Redacted) and isinstance(after, str | Redacted):
        lines, note = text_difference(before, after)
    old, new = (None if side is None else view.redact(literal(side)) for side in (before, after))
    if note is None and old is not None and new is not None:
        note = look_alike_note(old, new)
    return AttributeChange(
        path=path_text(at.shown),
        before=old,
        after=new,
        sensitive=is_hidden(before) or is_hidden(after),
        unknown=is_unknown,
        forces_replacement=view.forces(at.real),
        note=note,
        lines=lines,
        comes_from=(sources_of(after) or view.comes_from(at.real)) if is_unknown else (),
    )


def _texts(view: View, at: _At, before: Value, after: Value) -> Iterator[AttributeChange]:
    """Compare what both hold; an object with unknown parts is what a text will hold by the files (`View.expected`)."""
    is_expected = isinstance(after, dict | list) and holds_unknown(after)
    if not isinstance(before, str | Redacted) or not (is_expected or isinstance(after, str | Redacted)):
        yield _leaf(view, at, before, after)
        return
    documents = open_documents(before, after, view.redactor)
    if documents is not None:
        yield from _documents(view, at, *documents)
        return
    inside = None if is_expected else unwrapped(before, after, view.redactor)
    if inside is None:
        yield _leaf(view, at, before, after)
    elif inside.before == inside.after:
        yield _same(view, at, before, after, f"the same text, encoded differently ({inside.encoding})")
    else:
        for inner in _walk(view, at, inside.before, inside.after):
            note = f"{inside.encoding}; {inner.note}" if inner.note else inside.encoding
            yield replace(inner, note=note)


def _documents(view: View, at: _At, before: Value, after: Value, same_note: str) -> Iterator[AttributeChange]:
    if before == after:
        yield _same(view, at, before, after, same_note)
    elif isinstance(before, dict) and isinstance(after, dict) and is_policy(before) and is_policy(after):
        old, new = normal_policy(before), normal_policy(after)
        if same_policy(old, new):
            yield _same(view, at, before, after, "the same policy, formatted differently")
        else:
            yield from _walk(view, at, old, new)
    else:
        yield from _walk(view, at, before, after)


def _same(view: View, at: _At, before: Value, after: Value, note: str) -> AttributeChange:
    is_sensitive = is_hidden(before) or is_hidden(after)
    return AttributeChange(path_text(at.shown), None, None, is_sensitive, False, view.forces(at.real), note)


class _Two(NamedTuple):
    """Two lists at one place; `is_free` where their order says nothing, as in a set."""

    view: View
    at: _At
    before: list[Value]
    after: list[Value]
    is_set: bool
    is_free: bool

    def one_sided(self, step: str | int | None, old: int | None, new: int | None) -> AttributeChange:
        gone = None if old is None else self.before[old]
        come = None if new is None else self.after[new]
        here = self.at.item(step, (new if old is None else old) or 0)
        if gone is None and come is None:
            return _leaf(self.view, here, None, None, "null is added" if old is None else "null is removed")
        return _leaf(self.view, here, gone, come)

    def both(self, step: str | int | None, old: int, new: int) -> Iterator[AttributeChange]:
        yield from _walk(self.view, self.at.item(step, new), self.before[old], self.after[new])

    def order(self) -> AttributeChange:
        return _leaf(self.view, self.at, None, None, f"the order of {len(self.after)} items")


def _lists(view: View, at: _At, before: list[Value], after: list[Value]) -> Iterator[AttributeChange]:
    names = names_in(at.real)
    is_set = names in view.schema.sets
    two = _Two(view, at, before, after, is_set, is_set or isinstance(before, Members) or names in _FREE_ORDER)
    if not any(isinstance(one, dict | list) for one in (*before, *after)):
        yield from _scalars(two)
        return
    if len(before) == len(after) == 1 and not two.is_free:
        yield from two.both(0, 0, 0)
        return
    labels = labels_of(before, after)
    if labels is not None:
        yield from _named(two, *labels)
    elif two.is_free:
        yield from _unordered(two)
    else:
        removed, added = unmatched(two.before, two.after)
        for old, new in pair_items(two.before, two.after, removed, added):
            if old is not None and new is not None:
                yield from two.both(new, old, new)
            else:
                yield two.one_sided(old if new is None else new, old, new)
        if is_reordered(two.before, two.after, removed, added):
            yield two.order()


def _named(two: _Two, old_labels: list[str], new_labels: list[str]) -> Iterator[AttributeChange]:
    old_places = {label: place for place, label in enumerate(old_labels)}
    new_places = {label: place for place, label in enumerate(new_labels)}
    for label in dict.fromkeys((*new_labels, *old_labels)):
        step = Label(two.view.redact(label))
        old, new = old_places.get(label), new_places.get(label)
        if old is not None and new is not None:
            yield from two.both(step, old, new)
        else:
            yield two.one_sided(step, old, new)
    stay = [label for label in old_labels if label in new_places]
    if not two.is_free and stay != [label for label in new_labels if label in old_places]:
        yield two.order()


def _unordered(two: _Two) -> Iterator[AttributeChange]:
    """Tell a member of a set, which has no place, as a whole, unless it is the only one that changes."""
    removed, added = unmatched(two.before, two.after)
    may_pair = not two.is_set or len(removed) == len(added) == 1
    pairs = dict(pair_similar(two.before, two.after, removed, added)) if may_pair else {}
    for old, new in sorted(pairs.items(), key=lambda pair: pair[1]):
        yield from two.both(None if two.is_set else new, old, new)
    taken = set(pairs.values())
    for old in removed:
        if old not in pairs:
            yield two.one_sided(None if two.is_set else old, old, None)
    for new in added:
        if new not in taken:
            yield two.one_sided(None if two.is_set else new, None, new)


def _scalars(two: _Two) -> Iterator[AttributeChange]:
    is_short = max(len(two.before), len(two.after)) <= 6
    if is_short and not two.is_free and len(two.before) != len(two.after):
        yield _leaf(*two[:4])
        return
    removed, added = unmatched(two.before, two.after)
    moved = not two.is_free and is_reordered(two.before, two.after, removed, added)
    if removed or added:
        yield _members(two, removed, added, moved=moved) if two.is_free or not is_short else _leaf(*two[:4])
    elif moved:
        yield _leaf(*two[:4], "order only") if is_short else two.order()


def _members(two: _Two, removed: list[int], added: list[int], *, moved: bool) -> AttributeChange:
    stay = len(two.before) - len(removed)
    if stay == 0:
        return _leaf(*two[:4])
    gone, come = [two.before[place] for place in removed], [two.after[place] for place in added]
    if two.is_free:
        gone, come = (sorted(side, key=lambda one: repr(frozen(one))) for side in (gone, come))
    note = f"{stay} other{'' if stay == 1 else 's'} unchanged{', reordered' if moved else ''}"
    return _leaf(two.view, two.at, gone or None, come or None, note)
