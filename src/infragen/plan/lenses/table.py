"""A lens written as a table: topics, each one line that says several attributes in words.

A fact turns the values of one side into phrases; an update shows the phrases that the other side has not. What has no
words is shown generically, so a table cannot lose a difference: a value of another shape than the provider's schema
gives it, one that is hidden or wholly unknown, and one that changes without a change of its phrases.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from string import Formatter
from typing import Any, Final, NamedTuple

from infragen.plan.change_parts import AttributeChange, Noise
from infragen.plan.differences.engine import differences
from infragen.plan.display import literal, quoted
from infragen.plan.lenses.phrases import Lens, is_empty
from infragen.plan.view import View
from infragen.redaction.paths import Path
from infragen.redaction.values import UNKNOWN, UNKNOWN_TEXT, Number, Redacted, Unknown, Value, holds_unknown, is_hidden
from infragen.tables import own_table

Phrases = Iterable[str]
_BARE = re.compile(r"[A-Za-z0-9_*/\\+-][A-Za-z0-9_.:/*%@#{}$+=&?~^|-]*\Z")
_VALUES_WIDTH = 70
"""Both sides of a line together, with their commas; what a terminal of 80 columns has below an address."""


class Unreadable(ValueError):  # noqa: N818 (no error: the value is shown generically)
    """A value has another shape than the words are made for."""


class Fact(NamedTuple):
    """What a few attributes mean together: `say` takes their values on one side, in this order.

    `nothing` is the value of a single attribute that says what null says: its default, which AWS tells and nobody set.
    """

    attributes: tuple[str, ...]
    say: Callable[..., Phrases]
    nothing: Value = None


class Topic(NamedTuple):
    """One line: what it is called, and the facts that it says.

    `title` names plain attributes whose values call it better when they are known: `A api.example.com` for a record.
    Where an object is created or destroyed, the facts of these attributes alone are not said once more.
    """

    name: str
    facts: tuple[Fact, ...]
    title: tuple[str, ...] = ()


class Keyed(NamedTuple):
    """A line an item of one attribute, by what the item is called: `say` takes the attribute's value on one side."""

    name: str
    attribute: str
    say: Callable[[Value], Mapping[str, Phrases]]

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)


def lens(*topics: Topic | Keyed) -> Lens:
    facts = [fact for topic in topics for fact in (topic.facts if isinstance(topic, Topic) else (topic,))]
    return Lens(frozenset(name for fact in facts for name in fact.attributes), partial(describe, topics))


def lenses(module: str, **functions: Callable[..., Any]) -> Mapping[str, Lens]:
    """Return the lenses of the table beside a module (`rds.toml`) by type; `functions` are those that it names.

    Its `types` tell which lens a type has. A lens has topics, a topic attributes, and each of these how it is said:

    - `"port {}"`: a phrase with a plain value; `{ says = "port {}", nothing = 0 }` with `nothing` as in a `Fact`,
      or with a number for which it is not said, `unless`
    - `["public", "not public"]`: a phrase when true, and one when false
    - `{ each = "role {}" }`, `{ pair = "{} = {}" }`: a phrase an item of a list, an entry of a map of plain values
    - `{ block = { ... } }`: the attributes of the only block, each in one of these ways
    - `{ form = "{limit} a {period}" }`: a phrase a block of members by their names; `block` says the others
    - `{ by = "range" }`: a function's phrases; it takes the values of all attributes that the key names
    - `{ keyed = "rules" }`, `{ key = "name", block = { ... } }`: a line an item, by a function or by an item's key

    `title = { of = [...] }` is the topic's.
    """
    table = own_table(module)
    types = table.pop("types")
    made = {
        name: lens(*(_topic(title, said, functions) for title, said in topics.items()))
        for name, topics in table.items()
    }
    return {kind: made[name] for kind, name in types.items()}


def _topic(name: str, said: dict[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Topic | Keyed:
    title = tuple(said.pop("title", {}).get("of", ()))
    attribute, how = next(iter(said.items()))
    if isinstance(how, dict) and "keyed" in how:
        return Keyed(name, attribute, functions[how["keyed"]])
    if isinstance(how, dict) and "key" in how:
        ways = _ways(how, functions)
        say = partial(by_key, key=how["key"], say=lambda item: _inside(known_only(item, how["key"], *ways), ways))
        return Keyed(name, attribute, say)
    return Topic(name, tuple(_fact(*one, functions) for one in said.items()), title)


def _fact(attributes: str, how: Any, functions: Mapping[str, Callable[..., Any]]) -> Fact:
    nothing = how.get("nothing") if isinstance(how, dict) else None
    default = Number(str(nothing)) if isinstance(nothing, int) else nothing
    return Fact(tuple(attributes.split()), _way(how, functions), default)


def _ways(how: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Mapping[str, Callable[..., Phrases]]:
    return {name: _way(one, functions) for name, one in how.get("block", {}).items()}


def _way(how: Any, functions: Mapping[str, Callable[..., Any]]) -> Callable[..., Phrases]:
    if isinstance(how, str):
        return partial(_phrase, how)
    if isinstance(how, list):
        return partial(switch, *how)
    if "by" in how:
        return functions[how["by"]]
    ways = _ways(how, functions)
    if "form" in how:
        return partial(_formed, how["form"], ways)
    if "block" in how:
        return lambda value: _inside(block(value, *ways), ways)
    if "unless" in how:
        return lambda value: () if value == Number(str(how["unless"])) else _phrase(how["says"], value)
    kind = next(name for name in _OF_TEMPLATE if name in how)
    return partial(_OF_TEMPLATE[kind], how[kind])


def _inside(values: Mapping[str, Value], ways: Mapping[str, Callable[..., Phrases]]) -> Phrases:
    return [phrase for name, way in ways.items() for phrase in way(values.get(name))]


def _formed(template: str, ways: Mapping[str, Callable[..., Phrases]], value: Value) -> Phrases:
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    for item in listed(value):
        held = known_only(item, *names, *ways)
        yield template.format(**{name: word(held.get(name)) for name in names})
        yield from _inside(held, ways)


def describe(topics: Iterable[Topic | Keyed], view: View) -> Iterator[AttributeChange]:
    """Yield a line a topic of which anything differs, two when only a part of it forces the replacement."""
    rest = _Rest(frozenset(view.names if view.is_whole else view.changed()), set(), set())
    for topic in topics:
        if isinstance(topic, Topic):
            yield from _lines(view, topic, [one for fact in topic.facts for one in _phrased_facts(view, fact, rest)])
        else:
            yield from _items(view, topic, rest)
    if rest.empty:
        text = ", ".join(sorted(rest.empty))
        is_new = any(view.after(name) is not None for name in rest.empty)
        yield AttributeChange("empty", None if is_new else text, text if is_new else None, noise=Noise.EMPTY)
    if rest.generic:
        yield from differences(view, skip=frozenset(view.names) - rest.generic)


class _Rest(NamedTuple):
    """What differs, and of that what no phrase says: told generically, or empty in an object created or destroyed."""

    changed: frozenset[str]
    generic: set[str]
    empty: set[str]


class _PhrasedFact(NamedTuple):
    attributes: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    is_sensitive: bool
    forces: bool
    is_unknown: bool
    comes_from: tuple[str, ...]


def _phrased_facts(view: View, fact: Fact, rest: _Rest) -> Iterator[_PhrasedFact]:
    """Yield a fact of both sides in words, when they say all of the difference; else add its attributes to the rest."""
    touched = _touched(view, fact.attributes, rest)
    if not touched:
        return
    old, new = tuple(map(view.before, fact.attributes)), tuple(map(view.after, fact.attributes))
    if not view.is_whole and all(value in (None, "", fact.nothing) for value in (*old, *new)):
        rest.empty.update(touched)
        return
    if not _is_open(view, touched, old, new):
        rest.generic.update(touched)
        return
    try:
        seen = (
            _without_computed(view, (name,), one, other)
            for name, one, other in zip(fact.attributes, old, new, strict=True)
        )
        before, after = _only(view, fact.say(*old), fact.say(*seen))
    except Unreadable:
        before = after = ()
    if after in {before, (UNKNOWN_TEXT,)}:
        rest.generic.update(touched)
        return
    hides, forces = any(map(is_hidden, (*old, *new))), any(view.forces((name,)) for name in touched)
    unknown = [name for name, value in zip(fact.attributes, new, strict=True) if holds_unknown(value)]
    sources = tuple(source for name in unknown for source in view.comes_from((name,)))
    yield _PhrasedFact(tuple(sorted(touched)), before, after, hides, forces, bool(unknown), sources)


def _touched(view: View, attributes: tuple[str, ...], rest: _Rest) -> frozenset[str]:
    touched = rest.changed.intersection(attributes)
    if not view.is_whole or not all(is_empty(view.current(name)) for name in touched):
        return touched
    rest.empty.update(name for name in touched if view.current(name) is not None)
    return frozenset()


def _is_open(view: View, touched: frozenset[str], old: tuple[Value, ...], new: tuple[Value, ...]) -> bool:
    """Whether phrases can say a difference: nothing is wholly unknown, and no change is hidden or one of the mark."""
    if UNKNOWN in new:
        return False
    return view.is_whole or not (any(map(is_hidden, (*old, *new))) or any(map(view.mark_change, touched)))


def _without_computed(view: View, path: Path, before: Value, after: Value) -> Value:
    """Return a new value without those parts that only become unknown, where nothing was and nothing is set."""
    if after == UNKNOWN and path[1:] and before in (None, "", Number("0")) and not view.comes_from(path):
        return before
    if isinstance(before, dict) and isinstance(after, dict):
        return {key: _without_computed(view, (*path, key), before.get(key), part) for key, part in after.items()}
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [_without_computed(view, (*path, place), one, other) for place, (one, other) in pairs]
    return after


def _only(view: View, before: Phrases, after: Phrases) -> tuple[tuple[str, ...], tuple[str, ...]]:
    old, new = Counter(map(view.redact, before)), Counter(map(view.redact, after))
    return tuple((old - new).elements()), tuple((new - old).elements())


def _items(view: View, keyed: Keyed, rest: _Rest) -> Iterator[AttributeChange]:
    name = keyed.attribute
    if not _touched(view, (name,), rest):
        return
    old, new = view.before(name), view.after(name)
    lines: list[AttributeChange] = []
    try:
        if _is_open(view, frozenset({name}), (old,), (new,)):
            hides, is_unknown = is_hidden(old) or is_hidden(new), holds_unknown(new)
            sources = view.comes_from((name,)) if is_unknown else ()
            whole = _PhrasedFact((name,), (), (), hides, view.forces((name,)), is_unknown, sources)
            lines = [
                _line(f"{keyed.name} {view.redact(key)}".strip(), _together(together))
                for key, before, after in _item_sides(view, keyed.say(old), keyed.say(new))
                for together in _packed(_parts(whole._replace(before=before, after=after)))
            ]
    except Unreadable:
        lines = []
    yield from lines
    if not lines:
        rest.generic.add(name)


def _item_sides(
    view: View, old: Mapping[str, Phrases], new: Mapping[str, Phrases]
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for key in sorted({*old, *new}):
        before, after = _only(view, old.get(key, ()), new.get(key, ()))
        if before != after:
            yield key, before, after
        elif (key in old) != (key in new):
            raise Unreadable


def _lines(view: View, topic: Topic, rendered: list[_PhrasedFact]) -> Iterator[AttributeChange]:
    values = [view.current(name) for name in topic.title]
    is_known = bool(values) and all(isinstance(value, str) and value for value in values)
    title = view.redact(" ".join(map(word, values))) if is_known else None
    if title and view.is_whole:
        rendered = [one for one in rendered if not set(one.attributes) <= set(topic.title)] or rendered
    for forces in (True, False):
        facts = [one for one in rendered if one.forces is forces]
        lines = [facts] if view.is_whole and facts else _packed([part for one in facts for part in _parts(one)])
        yield from (_line(title or topic.name, _together(together)) for together in lines)


def _parts(rendered: _PhrasedFact) -> list[_PhrasedFact]:
    before, after = _named(rendered.before), _named(rendered.after)
    both = [name for name in before if name in after]
    parts = [rendered._replace(before=(before[name],), after=(after[name],)) for name in both]
    paired = {phrase for name in both for phrase in (before[name], after[name])}
    old, new = (tuple(one for one in phrases if one not in paired) for phrases in (rendered.before, rendered.after))
    return [*parts, rendered._replace(before=old, after=new)] if old or new else parts


def _named(phrases: tuple[str, ...]) -> dict[str, str]:
    names = [phrase.partition(" = ")[0] for phrase in phrases]
    times = Counter(names)
    return {name: phrase for name, phrase in zip(names, phrases, strict=True) if name != phrase and times[name] == 1}


def _packed(facts: list[_PhrasedFact]) -> list[list[_PhrasedFact]]:
    """Return the facts in lines, as many in each as fit on a terminal, so that no report must cut them."""
    packed: list[list[_PhrasedFact]] = []
    room = 0
    for fact in facts:
        size = sum(len(phrase) + len(", ") for phrase in (*fact.before, *fact.after))
        if size > room:
            packed.append([])
            room = _VALUES_WIDTH
        packed[-1].append(fact)
        room -= size
    return packed


def _together(facts: list[_PhrasedFact]) -> _PhrasedFact:
    return _PhrasedFact(
        tuple(name for one in facts for name in one.attributes),
        tuple(phrase for one in facts for phrase in one.before),
        tuple(phrase for one in facts for phrase in one.after),
        any(one.is_sensitive for one in facts),
        facts[0].forces,
        any(one.is_unknown for one in facts),
        tuple(dict.fromkeys(source for one in facts for source in one.comes_from)),
    )


def _line(path: str, rendered: _PhrasedFact) -> AttributeChange:
    """Return a line; the name that its only phrases share goes to the path: `variables backend  blue -> green`."""
    before, after = (", ".join(phrases) or None for phrases in (rendered.before, rendered.after))
    is_unknown = rendered.is_unknown and UNKNOWN_TEXT in (after or "")
    if len(rendered.before) == len(rendered.after) == 1 and before and after:
        name, equals, value = before.partition(" = ")
        if equals and after.startswith(name + equals):
            path, before, after = f"{path} {name}", value, after.removeprefix(name + equals)
    return AttributeChange(
        path=path,
        before=before,
        after=after,
        sensitive=rendered.is_sensitive,
        unknown=is_unknown,
        forces_replacement=rendered.forces,
        comes_from=rendered.comes_from if is_unknown else (),
        about=rendered.attributes,
    )


def each(template: str, value: Value) -> Phrases:
    return [template.format(word(item)) for item in listed(value)]


def listed(value: Value) -> list[Value]:
    """Return the items of a list, none for null; raises Unreadable for what is no list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable
    return value


def word(value: Value) -> str:
    """Return a plain value, without quotes where it needs none; Unreadable for null, lists and maps."""
    if isinstance(value, str):
        return value if _BARE.match(value) else quoted(value)
    if isinstance(value, Unknown):
        return UNKNOWN_TEXT
    if isinstance(value, Number | Redacted | bool):
        return literal(value)
    raise Unreadable


def by_key(value: Value, key: str, say: Callable[[Value], Phrases]) -> Mapping[str, Phrases]:
    """Return the phrases of each item of a list of maps by its key, a known text; raises Unreadable for twins."""
    found: dict[str, Phrases] = {}
    for item in listed(value):
        name = item.get(key) if isinstance(item, dict) else None
        if not isinstance(name, str) or word(name) in found:
            raise Unreadable
        found[word(name)] = say(item)
    return found


def block(value: Value, *known: str) -> Mapping[str, Value]:
    """Return the only block of a list, or an empty one; Unreadable for two, and for attributes not known."""
    if is_empty(value):
        return {}
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        raise Unreadable
    return known_only(value[0], *known)


def known_only(value: Value, *known: str) -> Mapping[str, Value]:
    """Return a map; raises Unreadable when it holds anything beside the known keys, or is none."""
    if not isinstance(value, dict) or any(key not in known and not is_empty(part) for key, part in value.items()):
        raise Unreadable
    return value


def phrased(values: Mapping[str, Value], templates: Mapping[str, str]) -> Iterator[str]:
    for key, template in templates.items():
        yield from _phrase(template, values.get(key))


def _phrase(template: str, value: Value) -> Phrases:
    return () if is_empty(value) else (template.format(word(value)),)


def switch(on: str, off: str, value: Value) -> Phrases:
    if value is None:
        return ()
    if not isinstance(value, bool):
        raise Unreadable
    return (on if value else off,)


def entries(template: str, value: Value) -> Phrases:
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise Unreadable
    return [template.format(word(key), word(part)) for key, part in sorted(value.items())]


_OF_TEMPLATE: Final[Mapping[str, Callable[[str, Value], Phrases]]] = {"says": _phrase, "each": each, "pair": entries}
