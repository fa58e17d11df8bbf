"""What lenses share: safe values in few words, and how two descriptions of one thing differ.

A lens describes a thing (a statement, a container, a rule) as *parts*: by a part's name what it holds, phrase by
phrase. A phrase remembers the value that it says, so that two things are compared by their values, not by the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from infragen.plan.change_parts import AttributeChange
from infragen.plan.differences.engine import compare, expected_sides, leaf, whole
from infragen.plan.differences.lists import frozen, unmatched
from infragen.plan.display import literal
from infragen.plan.view import View
from infragen.redaction.values import Value, holds_unknown, is_hidden, sources_of

_BARE = re.compile(r"[A-Za-z0-9_*?/:.@+=$-][A-Za-z0-9_*?/:.@+=${}-]*\Z")


class Lens(NamedTuple):
    """How one resource type reads: the attributes it shows, and how."""

    attributes: frozenset[str]
    read: Callable[[View], Iterable[AttributeChange]]

    @classmethod
    def of(cls, attributes: frozenset[str], describe: Describe) -> Lens:
        return cls(attributes, partial(describe_attributes, names=attributes, describe=describe))


class Phrase(NamedTuple):
    """Some words and the value that they say."""

    text: str
    value: Value


class ViewedAttribute(NamedTuple):
    """One attribute of one object: what is shown of it inherits its forced replacement and its secrets."""

    view: View
    attribute: str

    def change(
        self, path: str, before: Phrase | None, after: Phrase | None, note: str | None = None
    ) -> AttributeChange:
        """Where the words are the same and the values are not, the values are shown."""
        old, new = before.text if before else None, after.text if after else None
        sides = [side.value for side in (before, after) if side]
        view = self.view
        if before and after and old == new and not any(map(is_hidden, sides)):
            old, new = literal(before.value), literal(after.value)
        return AttributeChange(
            path=view.redact(path),
            before=None if old is None else view.redact(old),
            after=None if new is None else view.redact(new),
            sensitive=any(map(is_hidden, sides)),
            unknown=after is not None and holds_unknown(after.value),
            forces_replacement=view.forces((self.attribute,)),
            note=note,
            comes_from=sources_of(after.value) if after is not None else (),
        )

    def item_changes(self, path: str, before: Sequence[Phrase], after: Sequence[Phrase]) -> Iterator[AttributeChange]:
        removed, added = unmatched([one.value for one in before], [one.value for one in after])
        if not removed and not added:
            return
        stay = len(before) - len(removed)
        note = f"{stay} {'other unchanged' if stay == 1 else 'others unchanged'}" if stay else None
        gone, come = _joined([before[place] for place in removed]), _joined([after[place] for place in added])
        yield self.change(path, gone, come, note)

    def differing(self, label: str, before: Parts, after: Parts) -> Iterator[AttributeChange]:
        for part in (*after, *(part for part in before if part not in after)):
            yield from self.item_changes(f"{label}: {part}", before.get(part, ()), after.get(part, ()))


Parts = dict[str, list[Phrase]]
"""A thing, by the names of its parts; a part holds one phrase, or as many as its list has items."""
Describe = Callable[[ViewedAttribute, Value, Value], Iterable[AttributeChange]]


def describe_attributes(view: View, names: Collection[str], describe: Describe) -> Iterator[AttributeChange]:
    """Where `describe` yields nothing, differences are generic: a shape that is not known loses none."""
    for name in view.names if view.is_whole else view.changed():
        if name not in names:
            continue
        before, after = expected_sides(view, name)
        note = None if view.is_whole else view.mark_change(name)
        if note:
            yield leaf(view, (name,), before, after, note)
            continue
        described = tuple(describe(ViewedAttribute(view, name), before, after))
        generic = whole(view, name) if view.is_whole else compare(view, (name,), before, after)
        yield from described or generic


def parts_of(
    thing: Mapping[str, Value], first: Sequence[str], part: Callable[[str, Value], Iterable[tuple[str, list[Phrase]]]]
) -> Parts:
    parts: Parts = {}
    places = {key: place for place, key in enumerate(first)}
    for key in sorted(thing, key=lambda key: (places.get(key, len(places)), key)):
        if key != "name" and not is_empty(thing[key]):
            for name, held in part(key, thing[key]):
                if held:
                    parts.setdefault(name, []).extend(held)
    return parts


def sentence(parts: Parts) -> str:
    return ", ".join(f"{part} {', '.join(phrase.text for phrase in held)}" for part, held in parts.items())


def comparison_key(parts: Mapping[str, Iterable[Phrase]]) -> Hashable:
    return frozenset((part, frozenset(frozen(phrase.value) for phrase in held)) for part, held in parts.items())


def phrases(value: Value) -> list[Phrase]:
    items = value if isinstance(value, list) and value else [value]
    once = {frozen(item): item for item in items if item is not None}
    return [Phrase(word(item), item) for item in once.values()]


def by_name(items: Value, key: str = "name") -> dict[str, dict[str, Value]] | None:
    if items is None:
        return {}
    named: dict[str, dict[str, Value]] = {}
    for item in items if isinstance(items, list) else (None,):
        name = item.get(key) if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(name, str) or name in named:
            return None
        named[name] = item
    return named


def word(value: Value) -> str:
    return value if isinstance(value, str) and _BARE.match(value) else literal(value)


def words(values: Value) -> str:
    return ", ".join(map(word, values)) if isinstance(values, list) and values else word(values)


def compact(value: Value) -> str:
    # A block that is only there is its name, one with members has braces. Providers write a block that is not set as
    # `[]`, and an argument that is not set as null; `[{}]` is a block that is set, without arguments.
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], dict):
            return compact(value[0])
        return "[" + ", ".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        said = ((word(key), compact(part)) for key, part in sorted(value.items()) if not is_empty(part))
        return "{" + ", ".join(key if text == "{}" else f"{key} {text}" for key, text in said) + "}"
    return literal(value)


def is_empty(value: Value) -> bool:
    """Whether a value is null, an empty text, list or map; false and 0 are values."""
    return value is None or value in ("", [], {})


def _joined(held: Sequence[Phrase]) -> Phrase | None:
    if not held:
        return None
    return Phrase(", ".join(phrase.text for phrase in held), [phrase.value for phrase in held])
