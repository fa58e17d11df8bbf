"""A change set as lines of text: what terminal and Markdown have in common.

Every line is safe to print as it is (one line, no control character) and is at most as wide as asked. What does not
fit is counted in a line of its own.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from infragen.plan import Action
from infragen.report.groups import Group, group_changes, relative_address
from infragen.report.risk import destroys_something
from infragen.report.text import cells, shorten, shorten_pair, visible, wrap_list
from infragen.report.told import worth_telling
from infragen.report.words import SYMBOLS, action_counts, action_word, type_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.plan import AttributeChange, Change, ChangeSet, OutputChange

__all__ = ["EVERYTHING", "SHORT", "Limits", "Line", "Part", "Role", "Section", "outline"]

T = TypeVar("T")

_ROOMY_PAIR = 50


class Role(StrEnum):
    """What a piece of text is, for a format to colour; no meaning is in the colour alone."""

    PLAIN = "plain"
    NAME = "name"
    TITLE = "title"
    MUTED = "muted"
    WARNING = "warning"
    DESTROY = "destroy"
    REPLACE = "replace"
    UPDATE = "update"
    CREATE = "create"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many changes of one group, attributes of one change and outputs are told before the rest is counted."""

    destructive: int = 25
    other: int = 12
    attributes: int = 12
    outputs: int = 20


SHORT = Limits()
EVERYTHING = Limits(*[sys.maxsize - 1] * 4)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one line."""

    text: str
    role: Role = Role.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """One line below a headline: a symbol that says the action (or a space), a depth, and the text."""

    symbol: str
    depth: int
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The line without its symbol and indentation."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Section:
    """A headline with its lines. `place` is the catalogue line, `changes` what it stands for."""

    symbol: str
    role: Role
    label: str
    title: str
    counts: str
    place: str
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    is_destructive: bool

    @property
    def types(self) -> str | None:
        """The types of the changes, when the only line counts one kind of change as the headline does; else None."""
        if len(self.lines) == 1 and self.changes and self.lines[0].parts[0].text == self.counts:
            return type_counts(self.changes)
        return None


def outline(change_set: ChangeSet, width: int, limits: Limits = SHORT) -> tuple[Section, ...]:
    """Return the sections of a change set, worst first: groups, outputs, and what changed outside of terraform.

    `width` is in columns and bounds every line's text.
    """
    writer = _Writer(width, limits)
    sections = [writer.group(group) for group in group_changes(change_set)]
    if change_set.outputs:
        sections.append(writer.outputs(change_set.outputs))
    if change_set.drift or change_set.hidden_drift:
        sections.append(writer.drift(change_set))
    return tuple(sections)


class _Writer:
    """Writes lines of one width, as many as the limits allow."""

    __slots__ = ("_limits", "_width")

    def __init__(self, width: int, limits: Limits) -> None:
        self._width = width
        self._limits = limits

    def group(self, group: Group) -> Section:
        """Return the section of one group."""
        worst = group.changes[0]
        return Section(
            symbol=SYMBOLS[worst.action],
            role=_role(worst),
            label=visible(group.label),
            title=visible(group.title),
            counts=action_counts(group.changes),
            place=visible(_place(group)),
            lines=tuple(self._group_lines(group)),
            changes=group.changes,
            is_destructive=group.is_destructive,
        )

    def outputs(self, outputs: Sequence[OutputChange]) -> Section:
        """Return the section of the output values."""
        shown = _first(outputs, self._limits.outputs)
        lines = [self._output_line(output) for output in shown]
        if len(shown) < len(outputs):
            lines.append(_muted(f"not shown: {len(outputs) - len(shown)} outputs, to keep this short"))
        counts = f"{len(outputs)} change" if len(outputs) == 1 else f"{len(outputs)} changes"
        return Section("~", Role.OTHER, "outputs", "", counts, "", tuple(lines), (), is_destructive=False)

    def drift(self, change_set: ChangeSet) -> Section:
        """Return the section of what changed outside of terraform."""
        lines: list[Line] = []
        for change in _first(change_set.drift, self._limits.other):
            verb = "was deleted" if change.action is Action.DELETE else "has changed"
            lines.append(self._line(SYMBOLS[change.action], 1, visible(relative_address(change)), f"  {verb}", change))
            lines.extend(self._attribute_lines(change, 2))
        hidden = len(change_set.drift) - len(_first(change_set.drift, self._limits.other))
        if hidden:
            lines.append(_muted(f"not shown: {hidden} more, to keep this short"))
        if change_set.hidden_drift:
            lines.append(_muted(f"not shown: {change_set.hidden_drift} without effect on this plan"))
        counts = f"{len(change_set.drift) + change_set.hidden_drift} changed outside of terraform"
        return Section("?", Role.WARNING, "drift", "", counts, "", tuple(lines), (), is_destructive=False)

    def _group_lines(self, group: Group) -> Iterator[Line]:
        if group.members:
            yield from self._member_lines(group)
        told = [change for change in group.shown if _is_told(change)]
        counted = [change for change in group.shown if not _is_told(change)]
        destructive = [change for change in told if destroys_something(change, change.risks[0])]
        other = [change for change in told if change not in destructive]
        for changes, limit in ((destructive, self._limits.destructive), (other, self._limits.other)):
            shown = _first(changes, limit)
            for change in shown:
                yield from self._change_lines(change, visible(group.address(change)))
            if len(shown) < len(changes):
                rest = changes[len(shown) :]
                yield self._fit(" ", 1, f"not shown: {action_counts(rest)}, to keep this short", Role.MUTED)
        yield from self._counted_lines(counted)

    def _member_lines(self, group: Group) -> Iterator[Line]:
        """Name every entry that a folded group stands for, over as many lines as it takes."""
        for line in wrap_list(", ".join(map(visible, group.members)), self._width - 4):
            yield _muted(line)

    def _counted_lines(self, changes: Sequence[Change]) -> Iterator[Line]:
        """Tell creations, reads and bookkeeping by how many there are of which type."""
        for action in Action:
            same = [change for change in changes if change.action is action]
            if same:
                text = f"{action_word(action)} {len(same)}"
                yield self._line(SYMBOLS[action], 1, text, f"  {type_counts(same)}", same[0])

    def _change_lines(self, change: Change, address: str) -> Iterator[Line]:
        one = self._one_liner(change, address)
        if one is not None:
            yield one
            return
        text = f"{action_word(change.action)} {address}"
        yield self._line(SYMBOLS[change.action], 1, text, _about(change), change)
        yield from self._attribute_lines(change, 2)

    def _one_liner(self, change: Change, address: str) -> Line | None:
        """Return object and attribute on one line, when there is one attribute to tell and it fits."""
        if change.action is not Action.UPDATE or _about(change):
            return None
        told, folded = _fold_attributes(change)
        if len(told) != 1:
            return None
        parts = [Part(f"update {address}", _role(change)), Part("  ")]
        parts += _whole_attribute(told[0])
        if folded:
            parts.append(Part(f"  and {', '.join(folded)}", Role.MUTED))
        fits = sum(cells(part.text) for part in parts) <= self._width - 4
        return Line(SYMBOLS[change.action], 1, tuple(parts)) if fits else None

    def _attribute_lines(self, change: Change, depth: int) -> Iterator[Line]:
        if change.action in {Action.DELETE, Action.FORGET, Action.CREATE, Action.READ}:
            return
        told, folded = _fold_attributes(change)
        shown = _first(told, self._limits.attributes)
        for attribute in shown:
            yield from self._one_attribute(attribute, depth)
        if len(shown) < len(told):
            yield _muted(f"not shown: {len(told) - len(shown)} more attributes, to keep this short", depth)
        if folded:
            yield self._fit(" ", depth, f"and {', '.join(folded)}", Role.MUTED)

    def _one_attribute(self, attribute: AttributeChange, depth: int) -> Iterator[Line]:
        """Tell an attribute on one line, or its values on a second one when they need the room."""
        room = self._width - 2 - 2 * depth
        whole = _whole_attribute(attribute)
        if sum(cells(part.text) for part in whole) <= room:
            yield Line(" ", depth, whole)
            return
        path, values, notes = whole
        path_room = room - cells(notes.text)
        path = Part(shorten(path.text, path_room), path.role)
        value_room = path_room - cells(path.text)
        if value_room >= _ROOMY_PAIR and cells(values.text) > room:
            yield Line(" ", depth, (path, self._short_values(attribute, value_room), notes))
            return
        yield Line(" ", depth, (path, notes))
        yield Line(" ", depth, (self._short_values(attribute, room),))

    def _short_values(self, attribute: AttributeChange, room: int) -> Part:
        before, after = _sides(attribute)
        before, after = shorten_pair(before, after, room - len("   -> "))
        return Part(f"  {before} -> {after}")

    def _output_line(self, output: OutputChange) -> Line:
        name = f"{output.stack}: {output.name}" if output.stack else output.name
        name = shorten(visible(name), self._width // 2)
        before, after = _sides(output)
        before, after = shorten_pair(before, after, self._width - cells(name) - 12)
        text = after if output.action is Action.CREATE else f"{before} -> {after}"
        return Line(SYMBOLS[output.action], 1, (Part(name, Role.NAME), Part(f"  {text}")))

    def _line(self, symbol: str, depth: int, text: str, tail: str, change: Change) -> Line:
        room = self._width - 2 - 2 * depth
        text = shorten(text, max(room - cells(tail), room // 2))
        tail = shorten(tail, max(room - cells(text), 3))
        return Line(symbol, depth, (Part(text, _role(change)), Part(tail, Role.MUTED)))

    def _fit(self, symbol: str, depth: int, text: str, role: Role) -> Line:
        return Line(symbol, depth, (Part(shorten(text, self._width - 2 - 2 * depth), role),))


def _first(items: Sequence[T], limit: int) -> Sequence[T]:
    """Return the items to tell; one more than the limit is told rather than counted."""
    return items if len(items) <= limit + 1 else items[:limit]


def _is_told(change: Change) -> bool:
    """Whether a change has a line of its own; a creation or a read is only counted by type."""
    if change.action in {Action.CREATE, Action.READ}:
        return change.previous_address is not None or change.importing is not None
    return True


def _fold_attributes(change: Change) -> tuple[tuple[AttributeChange, ...], list[str]]:
    told, folded = worth_telling(change.attributes)
    return told, [f"{count} {words}" for words, count in folded]


def _whole_attribute(attribute: AttributeChange) -> tuple[Part, Part, Part]:
    """Return an attribute's path, values and notes, nothing shortened."""
    role = Role.REPLACE if attribute.forces_replacement else Role.MUTED
    notes = Part("".join(f"  {note}" for note in _notes(attribute)), role)
    before, after = _sides(attribute)
    values = "" if attribute.before is None and attribute.after is None else f"  {before} -> {after}"
    return Part(visible(attribute.path), Role.NAME), Part(values), notes


def _sides(attribute: AttributeChange | OutputChange) -> tuple[str, str]:
    return visible(attribute.before or "null"), visible(attribute.after or "null")


def _notes(attribute: AttributeChange) -> Iterator[str]:
    if attribute.note:
        yield f"({attribute.note})"
    if attribute.forces_replacement:
        yield "forces replacement"


def _about(change: Change) -> str:
    """Say what the address and the action do not."""
    facts = []
    if change.deposed:
        facts.append(f"deposed object {visible(change.deposed)}")
    if change.previous_address:
        facts.append(f"moved from {visible(change.previous_address)}")
    if change.importing is not None:
        facts.append(f"imported from {visible(change.importing)}")
    if change.action is Action.REPLACE_CREATE_FIRST:
        facts.append("the new one first")
    if change.action is Action.REPLACE_FORGET:
        facts.append("the old one stays, unmanaged")
    if change.action is Action.FORGET:
        facts.append("it stays, unmanaged")
    return "".join(f"  ({fact})" for fact in facts)


def _place(group: Group) -> str:
    location = group.location
    return f"{location.file}:{location.line}" if location else ""


def _role(change: Change) -> Role:
    if change.action is Action.DELETE:
        return Role.DESTROY
    if change.action.is_replace:
        return Role.REPLACE if destroys_something(change, change.risks[0]) else Role.UPDATE
    return {Action.UPDATE: Role.UPDATE, Action.CREATE: Role.CREATE}.get(change.action, Role.OTHER)


def _muted(text: str, depth: int = 1) -> Line:
    return Line(" ", depth, (Part(text, Role.MUTED),))
