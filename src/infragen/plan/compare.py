"""What differs between two plans of the same thing: what one does and the other does not, or does in another way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from infragen.plan.change_parts import AttributeChange
from infragen.plan.model import Change, ChangeSet, OutputChange

Key = tuple[str, str, str, int]


class Different(Struct, frozen=True):
    """One object that both plans change, each in its own way.

    `attributes` pairs what the old and the new plan say of each attribute in which they differ; None where a plan says
    nothing. Empty when only something hidden differs.
    """

    old: Change
    new: Change
    attributes: tuple[tuple[AttributeChange | None, AttributeChange | None], ...]


class OtherDifference(NamedTuple):
    """What one of two plans says besides its changes; `what` is the kind, such as `failed checks`."""

    what: str
    text: str
    is_new: bool


class Comparison(Struct, frozen=True):
    """Two plans beside each other; `same` counts the changes that both make alike.

    `moved` pairs changes that both make alike, but of another address: a module was renamed, or its resources merged.
    """

    old: ChangeSet
    new: ChangeSet
    added: tuple[Change, ...]
    gone: tuple[Change, ...]
    moved: tuple[tuple[Change, Change], ...]
    different: tuple[Different, ...]
    same: int
    outputs: tuple[tuple[OutputChange | None, OutputChange | None], ...]
    others: tuple[OtherDifference, ...]

    @property
    def is_same(self) -> bool:
        return not (self.added or self.gone or self.moved or self.different or self.outputs or self.others)


def compare_change_sets(old: ChangeSet, new: ChangeSet) -> Comparison:
    before, after = _by_key(old.changes), _by_key(new.changes)
    both = [(before[key], after[key]) for key in before.keys() & after.keys()]
    alike: list[tuple[Change, Change]] = []
    different: list[tuple[Change, Change]] = []
    for pair in both:
        (alike if _content(pair[0]) == _content(pair[1]) else different).append(pair)
    gone = tuple(sorted(((before[key] for key in before.keys() - after.keys())), key=_danger))
    added = tuple(sorted(((after[key] for key in after.keys() - before.keys())), key=_danger))
    moved = tuple(_moved(gone, added))
    known = {id(change) for pair in moved for change in pair}
    return Comparison(
        old=old,
        new=new,
        added=tuple(change for change in added if id(change) not in known),
        gone=tuple(change for change in gone if id(change) not in known),
        moved=moved,
        different=tuple(_different(*pair) for pair in sorted(different, key=lambda pair: _danger(pair[1]))),
        same=len(alike),
        outputs=_outputs(old.outputs, new.outputs),
        others=(*_others(old, new), *_risks(alike)),
    )


def _risks(alike: Iterable[tuple[Change, Change]]) -> Iterator[OtherDifference]:
    """Yield what may come in one plan alone of a change that both make: the configuration may run a program beside."""
    for pair in sorted(alike, key=lambda pair: _danger(pair[1])):
        old, new = (
            [f"{one.address}: {risk.level.name} ({risk.kind}: {risk.reason})" for risk in one.risks] for one in pair
        )
        yield from _apart("risks", old, new)


def _others(old: ChangeSet, new: ChangeSet) -> Iterator[OtherDifference]:
    for (what, before), (_, after) in zip(_all_others(old), _all_others(new), strict=True):
        yield from _apart(what, sorted(before), sorted(after))


def _apart(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[OtherDifference]:
    yield from (OtherDifference(what, text, is_new=False) for text in old if text not in new)
    yield from (OtherDifference(what, text, is_new=True) for text in new if text not in old)


def _all_others(plan: ChangeSet) -> Iterator[tuple[str, frozenset[str]]]:
    yield "planning", frozenset(filter(None, (plan.partial,)))
    yield "checks", frozenset(f"{one.address}: {one.status}" for one in plan.checks)
    yield "drift", frozenset(f"{one.address}: {one.action}" for one in plan.drift)
    yield "deferred", frozenset(f"{one.change.address}: {one.reason}" for one in plan.deferred)
    yield "actions", frozenset(f"{one.address}: {one.trigger}" for one in plan.invocations)
    yield "sections", frozenset(f"{one.name}: not read ({one.items})" for one in plan.unread)


def _danger(change: Change) -> tuple[int, tuple[str, str, str]]:
    return change.action.rank, change.place


def _by_key(changes: Iterable[Change]) -> Mapping[Key, Change]:
    """Return changes by address; those whose addresses are one when their secrets are hidden are counted."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found: dict[Key, Change] = {}
    for change in changes:
        found[(*change.place, seen[change.place])] = change
        seen[change.place] += 1
    return found


def _content(change: Change) -> tuple[object, ...]:
    return (
        change.type, change.provider, change.action, change.previous_address, change.importing, change.body.digest(),
    )  # fmt: skip


def _moved(gone: Iterable[Change], added: Iterable[Change]) -> Iterator[tuple[Change, Change]]:
    waiting: dict[tuple[object, ...], list[Change]] = {}
    for change in gone:
        waiting.setdefault(_content(change), []).append(change)
    for change in added:
        if alike := waiting.get(_content(change)):
            yield alike.pop(0), change


def _different(old: Change, new: Change) -> Different:
    before, after = ({attribute.path: attribute for attribute in side.attributes} for side in (old, new))
    pairs = ((before.get(path), after.get(path)) for path in sorted(before.keys() | after.keys()))
    differing = tuple((one, other) for one, other in pairs if _shown_fields(one) != _shown_fields(other))
    return Different(old, new, differing)


def _shown_fields(attribute: AttributeChange | None) -> tuple[object, ...] | None:
    if attribute is None:
        return None
    return attribute.before, attribute.after, attribute.forces_replacement, attribute.note, attribute.lines


def _outputs(
    old: Iterable[OutputChange], new: Iterable[OutputChange]
) -> tuple[tuple[OutputChange | None, OutputChange | None], ...]:
    before, after = ({(output.stack or "", output.name): output for output in side} for side in (old, new))
    keys = sorted(before.keys() | after.keys())
    return tuple((before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))
