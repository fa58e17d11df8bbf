"""The same change in many places, found without keeping what the changes hold inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from infragen.plan import Action, Level, Risk
from infragen.report.told import worth_telling
from infragen.report.words import kind_plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infragen.plan import AttributeChange, Change, Entry

__all__ = [
    "Alike",
    "Fold",
    "Places",
    "Weighed",
    "alike",
    "common_address",
    "in_ranges",
    "is_counted",
    "member_labels",
    "relative_address",
    "weigh",
]

FOLD_FROM = 3
_DIGITS = 10
_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^"\]]*)\]')
_MODULE = re.compile(r"\bmodule\.[^.\[]+")
_COMPARED = frozenset(action for action in Action if action is Action.UPDATE or action.is_replace)
_COUNTED = frozenset({Action.CREATE, Action.READ})


class Weighed(NamedTuple):
    """A change with its worst risk, and what tells whether another one is like it.

    `shape` is the address with stars, `fields` a hash of which attributes differ, `values` one of how, `origins` one of
    the lines that their values come from.
    """

    change: Change
    risk: Risk
    shape: str
    fields: int
    values: int
    origins: int


@dataclass(frozen=True, slots=True)
class Fold:
    """Changes that are the same, and those like them in all but the values."""

    like: tuple[Weighed, ...]
    exceptions: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """What can be shown once, and the rest."""

    folds: tuple[Fold, ...]
    rest: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """What the places of one change are called: `noun` for all of them, `names` for each."""

    noun: str
    names: tuple[str, ...]


def weigh(change: Change) -> Weighed:
    """Judge one change. Its attributes are worked out only where they tell it from others, and not kept."""
    risk = change.risks[0]
    attributes: tuple[AttributeChange, ...] = ()
    if change.action in _COMPARED or (change.action in _COUNTED and risk.level > Level.LOW):
        attributes, _ = worth_telling(change.attributes)
    fields = hash(tuple((one.path, one.note, one.forces_replacement) for one in attributes))
    values = hash(tuple((one.before, one.after, one.lines) for one in attributes))
    origins = hash(tuple(one.origin for one in attributes))
    return Weighed(change, risk, _shape(change), fields, values, origins)


def is_counted(change: Change, risk: Risk) -> bool:
    """Whether a change is only counted by its type: a creation or a read in which nobody sees a risk."""
    if change.action not in _COUNTED or risk.level > Level.LOW:
        return False
    return change.previous_address is None and change.importing is None


def alike(changes: Iterable[Weighed]) -> Alike:
    """Fold what is the same in three places or more; what differs from it in values only joins it as an exception."""
    similar: dict[object, list[Weighed]] = {}
    rest: list[Weighed] = []
    for weighed in changes:
        if is_counted(weighed.change, weighed.risk):
            rest.append(weighed)
        else:
            similar.setdefault(_similar(weighed), []).append(weighed)
    folds: list[Fold] = []
    for found in similar.values():
        its, left = _folds(found)
        folds += its
        rest += left
    return Alike(tuple(folds), tuple(rest))


def _folds(similar: Sequence[Weighed]) -> tuple[list[Fold], list[Weighed]]:
    """Return one fold for each value found often enough; what is left joins the largest while it is the minority."""
    if len(similar) < FOLD_FROM:
        return [], list(similar)
    same: dict[int, list[Weighed]] = {}
    for weighed in similar:
        same.setdefault(weighed.values, []).append(weighed)
    often = [found for found in same.values() if len(found) >= FOLD_FROM]
    left = [weighed for found in same.values() if len(found) < FOLD_FROM for weighed in found]
    if not often:
        return [], left
    largest = max(often, key=len)
    exceptions = left if len(left) <= len(largest) else []
    folds = [Fold(tuple(found), tuple(exceptions) if found is largest else ()) for found in often]
    return folds, [] if exceptions else left


def _similar(weighed: Weighed) -> object:
    change = weighed.change
    kind = kind_plural(change.entry.id) if change.entry else None
    moved = change.previous_address and _starred(change.previous_address)
    facts = (moved, change.importing is None, change.deposed is None)
    return kind, change.type, change.action, weighed.shape, facts, weighed.risk, weighed.fields


def _shape(change: Change) -> str:
    """Return the address inside its stack with a star for every key, and for the entry's name or that of a module."""
    inside = relative_address(change)
    if change.entry is None:
        return _starred(inside)
    return _without_name(_KEY.sub("[*]", inside) if "[" in inside else inside, change.entry.id)


def _starred(address: str) -> str:
    address = _KEY.sub("[*]", address) if "[" in address else address
    return _MODULE.sub("module.*", address) if "module." in address else address


def relative_address(change: Change) -> str:
    """Return the address as it reads inside its stack: without the module that a combined root puts around it."""
    if change.stack is None:
        return change.address
    for label in (change.stack, change.stack.replace("-", "_")):
        inside = change.address.removeprefix(f"module.{label}.")
        if inside != change.address:
            return inside
    return change.address


def _without_name(address: str, entry_id: str) -> str:
    """Return the address with a star for the entry's name: `module.*_scaling.aws_appautoscaling_target.this`."""
    name = entry_id.rpartition("/")[2]
    head, dot, rest = address.partition(".")
    label, rest_dot, rest = rest.partition(".")
    for written in (name, name.replace("-", "_")):
        label = label.replace(written, "*", 1)
    return head + dot + label + rest_dot + rest


@lru_cache(maxsize=4096)
def _parts(address: str) -> tuple[tuple[str, str], ...]:
    """Return the labels of an address, each with its key: (`module`, ``), (`a`, `["x.y"]`), ..."""
    parts: list[tuple[str, str]] = []
    position = 0
    for match in _KEY.finditer(address):
        parts += [(label, "") for label in address[position : match.start()].split(".") if label]
        if parts:
            parts[-1] = (parts[-1][0], parts[-1][1] + match[0])
        position = match.end()
    parts += [(label, "") for label in address[position:].split(".") if label]
    return tuple(parts)


def common_address(addresses: Sequence[str], entry: Entry | None) -> str:
    """Return the address that all have, with a star where they differ; `entry` is whose name differs."""
    split = [_parts(address) for address in addresses]
    if len({len(parts) for parts in split}) > 1:
        return _starred(addresses[0])
    text = ""
    for place in zip(*split, strict=True):
        labels, keys = {label for label, _ in place}, {key for _, key in place}
        label = place[0][0] if len(labels) == 1 else _starred_label(place[0][0], entry.id if entry else None)
        text += f".{label}{place[0][1] if len(keys) == 1 else '[*]'}"
    return text[1:]


def _starred_label(label: str, entry_id: str | None) -> str:
    if entry_id is None:
        return "*"
    return _without_name(f"module.{label}", entry_id).removeprefix("module.")


def member_labels(changes: Sequence[Change]) -> Places:
    """Return what the places are called: entries, instances of one block, modules, else addresses."""
    entries = {change.entry.id for change in changes if change.entry}
    if len(entries) == len(changes):
        return Places(
            kind_plural(min(entries)), tuple(change.entry.id.rpartition("/")[2] for change in changes if change.entry)
        )
    return _labels_by_difference(changes)


def _labels_by_difference(changes: Sequence[Change]) -> Places:
    split = [_parts(relative_address(change)) for change in changes]
    if len({len(parts) for parts in split}) > 1:
        return Places("resources", tuple(relative_address(change) for change in changes))
    columns = list(zip(*split, strict=True))
    labels = [i for i, column in enumerate(columns) if len({label for label, _ in column}) > 1]
    keys = [i for i, column in enumerate(columns) if len({key for _, key in column}) > 1]
    if len(labels) + len(keys) != 1:
        return Places("resources", tuple(relative_address(change) for change in changes))
    if labels:
        return Places("modules", tuple(parts[labels[0]][0] for parts in split))
    return Places("instances", tuple(parts[keys[0]][1][1:-1] for parts in split))


def in_ranges(names: Sequence[str]) -> list[str]:
    """Return `0 to 12` for thirteen instances of a `count`, other names as they are."""
    if not all(name.isdecimal() and len(name) < _DIGITS for name in names):
        return list(names)
    ranges: list[list[int]] = []
    for number in sorted(map(int, names)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [f"{low} to {high}" if low < high else str(low) for low, high in ranges]
