"""What differs between two plans of the same thing: what one does and the other does not, or does in another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.plan.model import AttributeChange, Change, ChangeSet, OutputChange

__all__ = ["Comparison", "Different", "OtherDifference", "compare_change_sets"]

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Different:
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans beside each other; `same` counts the changes that both make alike."""

    old: ChangeSet
    new: ChangeSet
    added: tuple[Change, ...]
    gone: tuple[Change, ...]
    different: tuple[Different, ...]
    same: int
    outputs: tuple[tuple[OutputChange | None, OutputChange | None], ...]
    others: tuple[OtherDifference, ...]

    @property
    def is_same(self) -> bool:
        """Whether both plans make the same changes."""
        return not (self.added or self.gone or self.different or self.outputs or self.others)


def compare_change_sets(old: ChangeSet, new: ChangeSet) -> Comparison:
    """Compare two change sets that were read together, so that equal secrets are known as equal."""
    before, after = _by_key(old.changes), _by_key(new.changes)
    both = [(before[key], after[key]) for key in before.keys() & after.keys()]
    different = [pair for pair in both if not _is_same(*pair)]
    return Comparison(
        old=old,
        new=new,
        added=_worst_first(after[key] for key in after.keys() - before.keys()),
        gone=_worst_first(before[key] for key in before.keys() - after.keys()),
        different=tuple(_different(*pair) for pair in sorted(different, key=lambda pair: _danger(pair[1]))),
        same=len(both) - len(different),
        outputs=_outputs(old.outputs, new.outputs),
        others=tuple(_others(old, new)),
    )


def _others(old: ChangeSet, new: ChangeSet) -> Iterator[OtherDifference]:
    """Yield the checks, drift, deferred changes, invoked actions and failures that only one of them has."""
    for (what, before), (_, after) in zip(_all_others(old), _all_others(new), strict=True):
        yield from (OtherDifference(what, text, is_new=False) for text in sorted(before - after))
        yield from (OtherDifference(what, text, is_new=True) for text in sorted(after - before))


def _all_others(plan: ChangeSet) -> Iterator[tuple[str, frozenset[str]]]:
    yield "planning", frozenset({"planning failed"} if plan.errored else ())
    yield "checks", frozenset(f"{one.address}: {one.status}" for one in plan.checks)
    yield "drift", frozenset(f"{one.address}: {one.action}" for one in plan.drift)
    yield "deferred", frozenset(f"{one.change.address}: {one.reason}" for one in plan.deferred)
    yield "actions", frozenset(f"{one.address}: {one.trigger}" for one in plan.invocations)


def _key(change: Change) -> Key:
    return change.stack or "", change.address, change.deposed or ""


def _danger(change: Change) -> tuple[int, Key]:
    return change.action.rank, _key(change)


def _worst_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=_danger))


def _by_key(changes: Iterable[Change]) -> Mapping[Key, Change]:
    return {_key(change): change for change in changes}


def _is_same(old: Change, new: Change) -> bool:
    facts = (old.action, old.previous_address, old.importing)
    return facts == (new.action, new.previous_address, new.importing) and old.body.digest() == new.body.digest()


def _different(old: Change, new: Change) -> Different:
    before = {attribute.path: attribute for attribute in old.attributes}
    after = {attribute.path: attribute for attribute in new.attributes}
    paths = sorted(before.keys() | after.keys())
    pairs = ((before.get(path), after.get(path)) for path in paths)
    return Different(
        old, new, tuple((one, other) for one, other in pairs if _shown_fields(one) != _shown_fields(other))
    )


def _shown_fields(attribute: AttributeChange | None) -> tuple[object, ...] | None:
    if attribute is None:
        return None
    return attribute.before, attribute.after, attribute.forces_replacement, attribute.note, attribute.lines


def _outputs(
    old: Iterable[OutputChange], new: Iterable[OutputChange]
) -> tuple[tuple[OutputChange | None, OutputChange | None], ...]:
    before = {(output.stack or "", output.name): output for output in old}
    after = {(output.stack or "", output.name): output for output in new}
    keys = sorted(before.keys() | after.keys())
    return tuple((before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))
