"""What differs between two plans of the same thing: what one does and the other does not, or does in another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.plan.model import AttributeChange, Change, ChangeSet, OutputChange

__all__ = ["Comparison", "Different", "compare_change_sets"]

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

    @property
    def is_same(self) -> bool:
        """Whether both plans do the same."""
        return not (self.added or self.gone or self.different or self.outputs)


def compare_change_sets(old: ChangeSet, new: ChangeSet) -> Comparison:
    """Compare two change sets that were read together, so that equal secrets are known as equal."""
    before, after = _by_key(old.changes), _by_key(new.changes)
    both = [(before[key], after[key]) for key in before.keys() & after.keys()]
    different = [pair for pair in both if not _is_same(*pair)]
    return Comparison(
        old=old,
        new=new,
        added=tuple(after[key] for key in sorted(after.keys() - before.keys())),
        gone=tuple(before[key] for key in sorted(before.keys() - after.keys())),
        different=tuple(_different(*pair) for pair in sorted(different, key=lambda pair: _key(pair[0]))),
        same=len(both) - len(different),
        outputs=_outputs(old.outputs, new.outputs),
    )


def _key(change: Change) -> Key:
    return change.stack or "", change.address, change.deposed or ""


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
    return Different(old, new, tuple((one, other) for one, other in pairs if _said(one) != _said(other)))


def _said(attribute: AttributeChange | None) -> tuple[object, ...] | None:
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
