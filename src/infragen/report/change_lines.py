"""One change as lines of text: what it is, what can come of it, why, and what differs.

Every line is safe to print as it is (one line, no control character) and is at most as wide as asked. What does not
fit is counted in a line of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import LOOKS, Action, AttributeChange, Change, Level, OutputChange, Risk
from infragen.plan.shown_address import address_parts, relative_address
from infragen.redaction.paths import first_name
from infragen.report.change_details import ChangeDetails, details_of
from infragen.report.groups import Group, line_of
from infragen.report.labels import SYMBOLS, about, about_all, full_name, symbol_of, word_of
from infragen.report.lines import Limits, Line, Part, Role, muted
from infragen.report.severity import destroys_something
from infragen.report.similar_changes import general_details, in_common, is_told
from infragen.text import broken, cells, shorten, shorten_counts, shorten_pair, sides, span, visible, wrap_items

T = TypeVar("T")
_INSIDE = 2  # the depth of what stands below the line of a change
_ROOMY_PAIR = 50
_LONG = 10_000  # characters of a text of many lines that fits on no line; it is not even made printable as a whole
_IN_SECONDS = ("_seconds", "_sec")
_SECONDS = re.compile(r"[1-9]\d{0,8}", re.ASCII)
WHOLE = frozenset({Action.CREATE, Action.DELETE, Action.FORGET, *LOOKS})
"""What a change does to an object as a whole: its attributes say nothing of it."""


class LineWriter:
    """Writes changes as lines of at most `width` columns, as many as the limits allow."""

    def __init__(self, width: int, limits: Limits) -> None:
        self.width = width
        self.limits = limits

    def change(self, change: Change, address: str, place: Location | None) -> Iterator[Line]:
        details = details_of(change)
        written = {line_of(attribute.origin.location) for attribute in details.attributes if attribute.origin}
        here = written.pop() if len(written) == 1 else change.location
        where = _other_place(here, place)
        yield from self._shown_texts(details, address, about(change), where, here if where else place)

    def alike(self, group: Group, address: str) -> Iterator[Line]:
        details = in_common(details_of(group.shown[0]))
        if not group.has_one_origin:
            details = replace(details, attributes=tuple(map(_without_place, details.attributes)))
        details = general_details(details, with_values=group.is_pattern)
        yield from self._shown_texts(details, address, about_all(group.like), "", group.location)

    def address(self, change: Change, place: Location | None) -> Iterator[Line]:
        yield from self._with_place(Line(" ", 2, (Part(full_name(change)),)), _other_place(change.location, place))

    def _shown_texts(
        self, details: ChangeDetails, address: str, facts: str, where: str, place: Location | None
    ) -> Iterator[Line]:
        change = details.change
        one = None if facts or where else self._one_liner(details, address, place)
        if one is not None:
            yield one
            return
        text = f"{word_of(change)} {address}"
        yield from self.heading(change, role_of(change), text, facts, where)
        for risk in details.risks:
            if risk.level > Level.LOW:
                words = visible(f"{risk.level.name} {risk.kind}: {risk.reason}")
                yield from self.wrapped(words, 2, Role.WARNING)
            elif is_told(details.change, risk):
                yield from self.wrapped(visible(risk.reason), 2)
        apart = _apart(details)
        for cause in details.causes:
            if cause.chain or cause.attribute in apart:
                words = f"because {visible(cause.words)}"
                chain = f": {_several(cause.chain, 4, ' <- ')}" if cause.chain else ""
                yield from self.wrapped(f"{words}{chain}", 2)
        yield from self._attributes(details, place)

    def heading(self, change: Change, role: Role, text: str, tail: str = "", where: str = "") -> Iterator[Line]:
        symbol = symbol_of(change)
        if not tail or cells(text) + cells(tail) <= self._room(1):
            parts = (Part(text, role), Part(tail, Role.MUTED)) if tail else (Part(text, role),)
            yield from self._with_place(Line(symbol, 1, parts), where)
            return
        yield self.fit(text, 1, role, symbol)
        yield from (muted(line, 2) for line in wrap_items(tail.strip().split("  "), self._room(2), "  "))
        yield from ([self.fit(where, 2)] if where else [])

    def _with_place(self, line: Line, where: str) -> Iterator[Line]:
        room = self._room(line.depth)
        *ahead, last = line.parts
        last = Part(shorten(last.text, room - sum(cells(part.text) for part in ahead)), last.role)
        line = Line(line.symbol, line.depth, (*ahead, last))
        gap = room - cells(line.text) - cells(where)
        if where and gap >= 2:
            yield Line(line.symbol, line.depth, (*line.parts, Part(" " * gap + where, Role.MUTED)))
            return
        yield line
        if where:
            yield self.fit(where, line.depth + 1)

    def outside(self, change: Change, risk: Risk) -> Iterator[Line]:
        details = details_of(change)
        verb = "was deleted" if change.action is Action.DELETE else "has changed"
        yield from self.heading(change, Role.OTHER, visible(relative_address(change)), f"  {verb}")
        if risk.level > Level.LOW:
            yield from self.wrapped(f"{risk.level.name} ({risk.kind}): {visible(risk.reason)}", 2)
        yield from self._attributes(details, None)

    def output(self, output: OutputChange) -> Iterator[Line]:
        note = f"  ({output.note})" if output.note else ""
        room = self._room(1) - cells(note)
        name = f"{output.stack}: {output.name}" if output.stack else output.name
        name = shorten(visible(name), room // 2)
        before, after = visible(output.before or "null"), visible(output.after or "null")
        if output.action in {Action.CREATE, Action.DELETE}:
            text = shorten(after if output.action is Action.CREATE else before, room - cells(name) - 2)
        else:
            text = sides(*shorten_pair(before, after, room - cells(name) - 6))
        yield Line(SYMBOLS[output.action], 1, (Part(name, Role.NAME), Part(f"  {text}"), Part(note, Role.MUTED)))

    def names(self, items: Sequence[str], depth: int = 1, limit: int | None = None) -> Iterator[Line]:
        limit = self.limits.names if limit is None else limit
        yield from (muted(line, depth) for line in wrap_items(items, self._room(depth), ", ", limit))

    def counts(self, symbol: str, role: Role, text: str, counts: Sequence[tuple[str, int]]) -> Line:
        types = shorten_counts(counts, self._room(1) - cells(text) - 2)
        return Line(symbol, 1, (Part(text, role), Part(f"  {types}", Role.MUTED)))

    def all_counts(self, symbol: str, role: Role, text: str, counts: Sequence[tuple[str, int]]) -> Iterator[Line]:
        words = [words for words, _ in counts]
        types, *more = wrap_items(words, self._room(2) - cells(text), ", ", self.limits.names, "more types")
        yield Line(symbol, 1, (Part(text, role), Part(f"  {types}", Role.MUTED)))
        indent = " " * cells(text)
        yield from (Line(" ", 1, (Part(f"{indent}  {line}", Role.MUTED),)) for line in more)

    def fit(self, text: str, depth: int = 1, role: Role = Role.MUTED, symbol: str = " ") -> Line:
        return Line(symbol, depth, (Part(shorten(text, self._room(depth)), role),))

    def exceptions(self, group: Group) -> Iterator[Line]:
        shown = first(list(zip(group.exceptions, group.exception_names, strict=True)), self.limits.other)
        texts = []
        example = self._general(group, group.shown[0])
        usual = {_values(one) for one in example}
        for change, name in shown:
            details = details_of(change).attributes
            pairs = zip(details, self._general(group, change), strict=True)
            different = [one for one, general in pairs if _values(general) not in usual]
            with_name = len(example) != 1 or any(one.path != example[0].path for one in different)
            values = (
                f"{_name_of(one) + ' ' if with_name else ''}{sides(*shorten_pair(*_texts(one), 48))}"
                for one in different or details
            )
            places = {line_of(one.origin.location) for one in different if one.origin} - {line_of(group.location)}
            where = f" ({place_text(places.pop())})" if len(places) == 1 else ""
            texts.append(f"{visible(name)} {', '.join(values)}{where}")
        hidden = len(group.exceptions) - len(shown)
        texts += [f"not shown: {hidden} more that differ"] if hidden else []
        count = len(group.exceptions)
        texts[0] = f"{count} {'differs' if count == 1 else 'differ'}: {texts[0]}"
        yield from (Line(" ", 2, (Part(line),)) for line in wrap_items(texts, self._room(2), "; "))

    def _general(self, group: Group, change: Change) -> tuple[AttributeChange, ...]:
        return general_details(in_common(details_of(change)), with_values=group.is_pattern).attributes

    def _room(self, depth: int) -> int:
        return self.width - 2 - 2 * depth

    def _one_liner(self, details: ChangeDetails, address: str, place: Location | None) -> Line | None:
        change = details.change
        if change.action is not Action.UPDATE or details.risk.level > Level.LOW:
            return None
        if len(details.attributes) != 1 or _is_long(details.attributes[0]):
            return None
        parts = [Part(f"{word_of(change)} {address}", role_of(change)), Part("  ")]
        parts += _whole_attribute(details.attributes[0], place)
        if details.folded:
            parts.append(Part(f"  and {_folded(details)}", Role.MUTED))
        fits = sum(cells(part.text) for part in parts) <= self._room(1)
        return Line(symbol_of(change), 1, tuple(parts)) if fits else None

    def wrapped(self, text: str, depth: int, role: Role = Role.PLAIN) -> Iterator[Line]:
        room = self._room(depth)
        for line in wrap_items(shorten(text, 3 * room).split(" "), room, " "):
            yield Line(" ", depth, (Part(line, role),))

    def _attributes(self, details: ChangeDetails, place: Location | None) -> Iterator[Line]:
        change = details.change
        if change.action in WHOLE and not (self.limits.creations and change.action is Action.CREATE):
            return
        if change.action is Action.UPDATE and not details.attributes and not details.folded:
            yield muted("the plan shows no difference in it", _INSIDE)
            return
        shown = first(_forcing_once(details), self.limits.attributes)
        lines: list[Line] = []
        for attribute in shown:
            lines += self._attribute(attribute, place, is_whole=change.action is Action.CREATE)
        if len(shown) < len(details.attributes):
            hidden = len(details.attributes) - len(shown)
            lines.append(muted(f"not shown: {hidden} more attributes, to keep this short", _INSIDE))
        folded = f"and {_folded(details)}"
        *ahead, last = lines or (None,)
        if not details.folded:
            yield from lines
        elif last and last.depth == _INSIDE and cells(last.text) + cells(folded) + 2 <= self._room(_INSIDE):
            yield from filter(None, ahead)
            yield replace(last, parts=(*last.parts, Part(f"  {folded}", Role.MUTED)))
        else:
            yield from lines
            yield self.fit(folded, _INSIDE)

    def _attribute(self, attribute: AttributeChange, place: Location | None, *, is_whole: bool) -> Iterator[Line]:
        if _is_long(attribute):
            yield from self._text_lines(attribute, place)
            return
        room = self._room(_INSIDE)
        whole = _whole_attribute(attribute, place, is_whole=is_whole)
        if sum(cells(part.text) for part in whole) <= room:
            yield Line(" ", _INSIDE, whole)
        elif attribute.lines:
            yield from self._text_lines(attribute, place)
        else:
            for kept in (1, 0):
                if _first_line(whole) > room:
                    sources = tuple(_in_modules(address, kept) for address in attribute.comes_from)
                    attribute = replace(attribute, comes_from=sources)
                    whole = _whole_attribute(attribute, place, is_whole=is_whole)
            if (too_wide := _first_line(whole) - room) > 0 and len(attribute.comes_from) == 1:
                address = visible(attribute.comes_from[0])
                attribute = replace(attribute, comes_from=(shorten(address, max(cells(address) - too_wide, 20)),))
                whole = _whole_attribute(attribute, place, is_whole=is_whole)
            yield from self._long_attribute(attribute, whole, is_whole=is_whole)

    def _long_attribute(
        self, attribute: AttributeChange, whole: tuple[Part, Part, Part], *, is_whole: bool
    ) -> Iterator[Line]:
        path, values, notes = whole
        room = self._room(_INSIDE)
        notes = Part(shorten(notes.text, room - min(cells(path.text), room // 3)), notes.role)
        path_room = room - cells(notes.text)
        path = Part(shorten(path.text, path_room), path.role)
        value_room = path_room - cells(path.text)
        # One of a pair is cut, since its end is shown next to the other's.
        is_cut = bool(attribute.before and attribute.after) and not is_whole and not self.limits.creations
        if is_cut and value_room >= _ROOMY_PAIR and cells(values.text) > room:
            yield Line(" ", _INSIDE, (path, _short_values(attribute, value_room), notes))
            return
        yield Line(" ", _INSIDE, (path, notes))
        if not values.text:
            return
        if is_cut:
            yield Line(" ", _INSIDE, (_short_values(attribute, room),))
            return
        indent = "  " if is_whole or (attribute.before and attribute.after) else "    "
        words = values.text.strip().split(" ")
        if self.limits.creations:
            words = [part for word in words for part in broken(word, room - len(indent))]
        lines = wrap_items(words, room - len(indent), " ", self.limits.names, "more words")
        for number, line in enumerate(lines):
            yield Line(" ", _INSIDE, (Part(f"{indent if number else '  '}{line}"),))

    def _text_lines(self, attribute: AttributeChange, place: Location | None) -> Iterator[Line]:
        path, notes = Part(_name_of(attribute), Role.NAME), _notes_part(attribute, place)
        room = self._room(_INSIDE)
        path = Part(shorten(path.text, max(room - cells(notes.text), room // 2)), path.role)
        yield Line(" ", _INSIDE, (path, Part(shorten(notes.text, room - cells(path.text)), notes.role)))
        lines = attribute.lines[attribute.lines[0] == "@" :]
        shown = first(lines, self.limits.texts)
        for line in shown:
            symbol, text = (line[:1], line[1:]) if line[:1] in {"+", "-"} else (" ", line[1:])
            text = "⋯" if line == "@" else visible(text)
            role = {"+": Role.CREATE, "-": Role.DESTROY}.get(symbol, Role.MUTED)
            yield Line(" ", _INSIDE + 1, (Part(f"{symbol} {shorten(text, self._room(_INSIDE + 1) - 2)}", role),))
        if len(shown) < len(lines):
            hidden = len(lines) - len(shown)
            yield muted(f"not shown: {hidden} more lines of this text, to keep this short", _INSIDE + 1)


def first(items: Sequence[T], limit: int) -> Sequence[T]:
    """Return the items to show; one more than the limit is shown rather than counted."""
    return items if len(items) <= limit + 1 else items[:limit]


def place_text(location: Location | None) -> str:
    return visible(f"{location.file}:{location.line}") if location else ""


def role_of(change: Change) -> Role:
    if change.action is Action.DELETE:
        return Role.DESTROY
    if change.action.is_replace:
        return Role.REPLACE if destroys_something(change) else Role.UPDATE
    return {Action.UPDATE: Role.UPDATE, Action.CREATE: Role.CREATE}.get(change.action, Role.OTHER)


def _other_place(location: Location | None, known: Location | None) -> str:
    return place_text(location) if line_of(location) != line_of(known) else ""


def _without_place(attribute: AttributeChange) -> AttributeChange:
    """Keep the catalogue's name of a value and forget its line, which is another one in each place."""
    origin = attribute.origin
    if origin is None or origin.field is None:
        return replace(attribute, origin=None)
    name, other = (origin.field, attribute.path) if origin.is_own else (attribute.path, f"from `{origin.field}`")
    note = " ".join(filter(None, (attribute.note, other if origin.field != attribute.path else None)))
    return replace(attribute, path=name, note=note or None, origin=None)


def _values(attribute: AttributeChange) -> tuple[object, ...]:
    return attribute.path, attribute.before, attribute.after, attribute.lines


def _short_values(attribute: AttributeChange, room: int) -> Part:
    return Part(f"  {sides(*shorten_pair(*_texts(attribute), room - len('   -> ')))}")


def _folded(details: ChangeDetails) -> str:
    return ", ".join(f"{count} {words}" for words, count in details.folded)


def _whole_attribute(
    attribute: AttributeChange, place: Location | None, *, is_whole: bool = False
) -> tuple[Part, Part, Part]:
    before, after = _texts(attribute)
    if (attribute.before is None and attribute.after is None) or (attribute.note and before == after):
        values = ""
    else:
        values = f"  {after or 'null'}" if is_whole else f"  {sides(before, after)}"
    return Part(_name_of(attribute), Role.NAME), Part(values), _notes_part(attribute, place)


def _is_long(attribute: AttributeChange) -> bool:
    return bool(attribute.lines) and len(attribute.before or "") + len(attribute.after or "") > _LONG


def _notes_part(attribute: AttributeChange, place: Location | None) -> Part:
    role = Role.REPLACE if attribute.forces_replacement else Role.MUTED
    return Part("".join(f"  {note}" for note in _notes(attribute, place)), role)


def _first_line(whole: tuple[Part, Part, Part]) -> int:
    path, _, notes = whole
    return cells(path.text) + cells(notes.text)


def _in_modules(address: str, kept: int) -> str:
    parts = address_parts(address.removeprefix("…"))
    place = 0
    while len(parts) > place + 2 * kept + 2 and parts[place][0] == "module":
        place += 2
    return "…" * (place > 0 or address[:1] == "…") + ".".join(label + key for label, key in parts[place:])


def _name_of(attribute: AttributeChange) -> str:
    origin = attribute.origin
    return visible((origin.field if origin and origin.is_own else None) or attribute.path)


def _texts(attribute: AttributeChange) -> tuple[str, str]:
    before, after = attribute.before or "", attribute.after or ""
    if attribute.origin and attribute.origin.is_own and attribute.path.endswith(_IN_SECONDS):
        before, after = (span(int(text)) if _SECONDS.fullmatch(text) else text for text in (before, after))
    return visible(before), visible(after)


def _owners(details: ChangeDetails) -> Callable[[AttributeChange], str | None]:
    """Which cause a difference is about; a lens's own paths are about the only cause that no path names."""
    causing = {cause.attribute for cause in details.causes if cause.attribute}
    others = causing - {first_name(one.path) for one in details.attributes if one.forces_replacement}
    other = others.pop() if len(others) == 1 else None
    return lambda one: named if (named := first_name(one.path)) in causing else other


def _apart(details: ChangeDetails) -> set[str | None]:
    """Return the causes, by attribute, that need their own line: not exactly one difference shows each of them."""
    if not details.causes:  # as of most changes
        return set()
    owner = _owners(details)
    about: dict[str | None, list[str]] = {}
    for one in details.attributes:
        if one.forces_replacement:
            about.setdefault(owner(one), []).append(first_name(one.path))
    return {cause.attribute for cause in details.causes if about.get(cause.attribute) != [cause.attribute]}


def _forcing_once(details: ChangeDetails) -> tuple[AttributeChange, ...]:
    apart = {cause.attribute for cause in details.causes if not cause.chain} & _apart(details)
    if not apart:
        return details.attributes
    owner = _owners(details)
    return tuple(
        replace(one, forces_replacement=False) if one.forces_replacement and owner(one) in apart else one
        for one in details.attributes
    )


def _notes(attribute: AttributeChange, place: Location | None) -> Iterator[str]:
    origin = attribute.origin
    if origin and origin.field and origin.field != attribute.path:
        yield f"({visible(attribute.path)})" if origin.is_own else f"(from `{visible(origin.field)}`)"
    if attribute.note:
        yield f"({visible(attribute.note)})"
    if attribute.comes_from:
        yield f"(from {_several(attribute.comes_from, 3)})"
    if attribute.forces_replacement:
        yield "forces replacement"
    if origin and line_of(origin.location) != line_of(place):
        yield place_text(origin.location)


def _several(names: Iterable[str], limit: int, joint: str = ", ") -> str:
    every = [visible(name) for name in names]
    shown = first(every, limit)
    more = f"{joint}{len(every) - len(shown)} more" if len(shown) < len(every) else ""
    return joint.join(shown) + more
