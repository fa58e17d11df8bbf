"""Which changes stand together in a report, and in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.report.risk import Danger, danger_of
from infragen.report.words import entry_label, kind_plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.diagnostics import Location
    from infragen.plan import Change, ChangeSet

__all__ = ["Group", "group_changes", "relative_address"]

_FOLD_FROM = 3
_NUMBER = re.compile(r"(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one catalogue entry, module or stack, worst first; or the same changes of many entries.

    `members` names the entries that one folded group stands for; `changes` are those of all of them, and `shown`
    those of the first, which are like those of each other.
    """

    label: str
    title: str
    location: Location | None
    changes: tuple[Change, ...]
    shown: tuple[Change, ...]
    members: tuple[str, ...] = ()

    @property
    def danger(self) -> Danger:
        """The worst that can come of it."""
        return min(map(danger_of, self.changes))

    @property
    def is_destructive(self) -> bool:
        """Whether something is destroyed or left behind."""
        return self.danger <= Danger.FORGET

    def address(self, change: Change) -> str:
        """Return a change's address inside its stack; a star stands for the name in which folded entries differ."""
        inside = relative_address(change)
        return _without_name(inside, change.entry.id) if self.members and change.entry else inside


def group_changes(change_set: ChangeSet) -> tuple[Group, ...]:
    """Return the groups of a change set, worst first, then by name.

    By catalogue entry where it is known, else by stack, else by module. The same updates in three entries or more are
    one group.
    """
    by_key: dict[tuple[str, str], list[Change]] = {}
    for change in change_set.changes:
        by_key.setdefault(_key(change), []).append(change)
    groups = [_group(kind, name, changes) for (kind, name), changes in by_key.items()]
    return tuple(sorted(_fold(groups), key=lambda group: (group.danger, _natural(group.label))))


def relative_address(change: Change) -> str:
    """Return the address as it reads inside its stack: without the module that a combined root puts around it."""
    if change.stack is None:
        return change.address
    for label in (change.stack, change.stack.replace("-", "_")):
        inside = change.address.removeprefix(f"module.{label}.")
        if inside != change.address:
            return inside
    return change.address


def _key(change: Change) -> tuple[str, str]:
    if change.entry is not None:
        return "entry", change.entry.id
    if change.stack is not None:
        return "stack", change.stack
    return "module", change.module_address


def _group(kind: str, name: str, changes: Iterable[Change]) -> Group:
    ordered = tuple(sorted(changes, key=_worst_first))
    entry = ordered[0].entry
    label = {
        "entry": entry_label(name),
        "stack": f"stack {name}",
        "module": name.replace("module.", "module ", 1) if name else "root module",
    }[kind]
    return Group(label, entry.title if entry else "", entry.location if entry else None, ordered, ordered)


def _worst_first(change: Change) -> tuple[object, ...]:
    return danger_of(change), change.action.rank, _natural(change.address), change.address, change.deposed or ""


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts numbers in a text by their value: [9] before [10]."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(text))


def _fold(groups: list[Group]) -> list[Group]:
    """Join groups whose entries are of one kind and change in the same way; what destroys is never joined."""
    alike: dict[object, list[Group]] = {}
    for group in groups:
        alike.setdefault(_signature(group), []).append(group)
    folded: list[Group] = []
    for same in alike.values():
        folded.extend(same if len(same) < _FOLD_FROM else [_join(sorted(same, key=lambda group: group.label))])
    return folded


def _signature(group: Group) -> object:
    entry = group.changes[0].entry
    if entry is None or group.danger is not Danger.CHANGE:
        return group.label
    return kind_plural(entry.id), tuple(_shape(change, entry.id) for change in group.changes)


def _shape(change: Change, entry_id: str) -> tuple[object, ...]:
    facts = (change.previous_address, change.importing, change.deposed)
    return change.action.value, _without_name(relative_address(change), entry_id), facts, change.attributes


def _without_name(address: str, entry_id: str) -> str:
    """Return the address with a star for the entry's name: `module.*_scaling.aws_appautoscaling_target.this`."""
    name = entry_id.rpartition("/")[2]
    head, dot, rest = address.partition(".")
    label, rest_dot, rest = rest.partition(".")
    for written in (name, name.replace("-", "_")):
        label = label.replace(written, "*", 1)
    return head + dot + label + rest_dot + rest


def _join(groups: list[Group]) -> Group:
    first = groups[0]
    entry = first.changes[0].entry
    plural = kind_plural(entry.id) if entry else "groups"
    return Group(
        label=f"{len(groups)} {plural}",
        title="",
        location=None,
        changes=tuple(change for group in groups for change in group.changes),
        shown=first.changes,
        members=tuple(group.label.partition(" ")[2] for group in groups),
    )
