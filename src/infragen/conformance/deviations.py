"""Whether the plan of one stack *refines* what was promised of it.

The same happens to the same objects, every value that was known is the same, and nothing is new. A value that was
unknown may be anything, unless it makes a change into a replacement. An update or a replacement that hung on unknown
values alone may come out as nothing to do: they turned out to be what they were. What an update leaves alone may have
become something else by itself, as a number of tasks does that is scaled; what it changes may not be more.

To read a data source is no promise, for it changes nothing, and outputs follow from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from infragen.conformance.planned_changes import (
    LEAVES,
    NOTHING,
    REPLACES,
    UPDATE,
    changed_by_update,
    deferred,
    identity_of,
    importing_of,
    invocations,
    is_quiet,
    managed,
    replace_paths_of,
    value_and_mark,
    within,
    word_of_item,
)
from infragen.plan.address import clean_address
from infragen.plan.display import literal, path_text
from infragen.redaction.decode import guarded
from infragen.redaction.document import opened
from infragen.redaction.exact_json import collector_paused
from infragen.redaction.keyed_digest import MismatchKind, Seal, hidden_leaves, hides_at
from infragen.redaction.marks import mark_at
from infragen.redaction.paths import names_in
from infragen.redaction.redactor import Taints
from infragen.redaction.safe import safe
from infragen.redaction.sensitive_values import leaves, tainted_values
from infragen.redaction.values import MASK, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.conformance.contract import Contract, Promise
    from infragen.conformance.planned_changes import Invocation
    from infragen.redaction.decode import OpenPlan
    from infragen.redaction.document import ResourceItem
    from infragen.redaction.keyed_digest import Mismatch

__all__ = ["Deviation", "DeviationKind", "refines", "refines_together"]

_IN_PLACE = frozenset({UPDATE, NOTHING})
_WHOLE = frozenset({(), ("id",)})
_TAINTED = "replace_because_tainted"

_EMPTY: tuple[object, ...] = (None, "", False, [], {}, Number("0"))
"""What `terraform import` writes where nobody set anything and a creation leaves null: `infragen resume` imports."""


class DeviationKind(StrEnum):
    """In what a plan differs from the contract."""

    NEW = "new"  # a change that was not promised
    GONE = "gone"  # a promised change that is not there
    ACTION = "action"  # another action
    MOVES = "moves"  # from another address
    IMPORTS = "imports"  # another object
    OBJECT = "object"  # another object of the same address goes
    REPLACES = "replaces"  # another attribute forces the replacement
    CHANGES = "changes"  # another attribute changes, be it to the value that was reviewed
    VALUE = "value"  # another value
    UNKNOWN = "unknown"  # a value that was known is not any more


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing in which a plan is not what was promised.

    `address` is within the stack; `path` is the attribute, if it is about one. `promised` and `found` are what the
    contract and this plan say, where there are words for it; they are safe to show.
    """

    stack: str
    address: str
    kind: DeviationKind
    deposed: str = ""
    path: str | None = None
    promised: str | None = None
    found: str | None = None


def refines(contract: Contract, plan: OpenPlan, stack: str, *, partly_done: bool = False) -> tuple[Deviation, ...]:
    """Return in what the plan of a stack does not keep the contract; nothing when it does.

    With `partly_done` an apply that did not come to its end may have done a part already. Raises InfragenError (P202).
    """
    with collector_paused(), guarded(plan.name, "a value is nested too deeply to be read"):
        return tuple(_Comparison(contract, _Planned(plan), stack, partly_done=partly_done).deviations())


def refines_together(
    contract: Contract, plan: OpenPlan, labels: Mapping[str, str], stacks: Iterable[str]
) -> dict[str, tuple[Deviation, ...]]:
    """Return the same for stacks of a combined root, a part of which may be done already, where one does not keep it.

    `labels` maps the name of each module to its stack, as for `contract_of`. Raises InfragenError (P202).
    """
    with collector_paused(), guarded(plan.name, "a value is nested too deeply to be read"):
        planned = _Planned(plan, labels)
        found = {stack: tuple(_Comparison(contract, planned, stack, partly_done=True).deviations()) for stack in stacks}
        return {stack: deviations for stack, deviations in found.items() if deviations}


class _Planned:
    """A plan that is compared: the stack's own, or that of a combined root, where modules have `labels`."""

    def __init__(self, plan: OpenPlan, labels: Mapping[str, str] | None = None) -> None:
        self.plan = plan
        self.labels = labels or {}
        self.facts = plan.facts
        self._items: dict[str, dict[tuple[str, str], ResourceItem]] = {}
        for item in managed(plan):
            stack, address = within(item.address or "", self.labels)
            self._items.setdefault(stack, {})[address, item.deposed or ""] = item

    def of(self, stack: str) -> dict[tuple[str, str], ResourceItem]:
        """Return the objects of a stack by their addresses within it."""
        return self._items.get(self.name_of(stack), {})

    def name_of(self, stack: str) -> str:
        """Return what `within` calls a stack: nothing in its own plan."""
        return stack if self.labels else ""


class _Comparison:
    """The plan of one stack beside its contract."""

    def __init__(self, contract: Contract, planned: _Planned, stack: str, *, partly_done: bool) -> None:
        self._stack = stack
        self._name = planned.name_of(stack)
        self._labels = planned.labels
        self._plan = planned.plan
        self._facts = planned.facts
        self._seal = Seal(contract.key)
        self._partly_done = partly_done
        self._contract = contract.of(stack)
        self._promises = {(one.address, one.deposed): one for one in self._contract.changes}
        self._items = planned.of(stack)
        self._known_taints: Taints | None = None

    def deviations(self) -> Iterator[Deviation]:
        """Yield everything that is not as promised: objects by address, then the rest."""
        for key in sorted(self._promises.keys() | self._items.keys()):
            promise, item = self._promises.get(key), self._items.get(key)
            if promise is not None:
                yield from self._of_promise(promise, item)
            elif item is not None:
                yield from self._of_unpromised(key[0], item)
        yield from self._of_the_rest()

    def _of_unpromised(self, address: str, item: ResourceItem) -> Iterator[Deviation]:
        if is_quiet(item):
            return
        replaced = self._promises.get((address, ""))
        if self._partly_done and item.deposed and replaced is not None and replaced.actions == ("create", "delete"):
            return
        deviation = self._at(address, DeviationKind.NEW, found=word_of_item(item))
        yield replace(deviation, deposed=item.deposed or "")

    def _of_promise(self, promise: Promise, item: ResourceItem | None) -> Iterator[Deviation]:
        if self._partly_done and self._is_done(promise, item):
            return
        if item is None:
            yield self._about(promise, DeviationKind.GONE, promised=promise.word)
            return
        actions = tuple(item.change.actions)
        hangs = not promise.is_certain and (promise.actions == UPDATE or promise.actions in REPLACES)
        comes_to_nothing = actions == NOTHING and hangs
        if actions != promise.actions and not comes_to_nothing:
            kind = DeviationKind.GONE if is_quiet(item) else DeviationKind.ACTION
            found, forced = word_of_item(item), ", ".join(replace_paths_of(item.change)) or None
            yield self._about(promise, kind, forced, promised=promise.word, found=found)
            return
        yield from self._of_kept(promise, item)

    def _of_kept(self, promise: Promise, item: ResourceItem) -> Iterator[Deviation]:
        """Yield what differs beside the action."""
        previous = within(item.previous_address, self._labels)[1] if item.previous_address else None
        if previous != promise.previous and not (self._partly_done and previous is None):
            promised, found = (one and clean_address(one, self._taints) for one in (promise.previous, previous))
            yield self._about(promise, DeviationKind.MOVES, promised=promised, found=found)
        if promise.identity is not None and promise.identity != identity_of(item.change, self._seal):
            yield self._about(promise, DeviationKind.OBJECT, promised=promise.word)
        importing = importing_of(item.change, self._seal)
        may_differ = self._partly_done if importing is None else promise.importing is True
        if importing != promise.importing and not may_differ:
            yield self._about(promise, DeviationKind.IMPORTS)
        for path in replace_paths_of(item.change):
            if not any(path == one or path.startswith(f"{one}.") for one in promise.replace_paths):
                yield self._about(promise, DeviationKind.REPLACES, path)
        mismatches = list(self._mismatches(promise, item))
        known = [*promise.changes, *(names_in(one.path) for one in mismatches)]
        for names in changed_by_update(item, self._facts):
            if not _touches(names, known):
                yield self._about(
                    promise, DeviationKind.CHANGES, path_text(names), found=self._before(names, promise, item)
                )
        after, mark = value_and_mark(item.change.after, item.change.after_sensitive, item, self._facts)
        for one in mismatches:
            place = path_text(one.path) or None
            yield self._about(promise, DeviationKind(one.kind.value), place, found=self._shown(one, after, mark))

    def _mismatches(self, promise: Promise, item: ResourceItem) -> Iterator[Mismatch]:
        """Yield what is not as promised; of what neither the reviewed plan nor this one changes, nothing was."""
        after, unknown = opened(item.change.after), opened(item.change.after_unknown)
        found = self._seal.mismatches(promise.after, after, unknown, self._facts.of(item.type).sets)
        if not {promise.actions, tuple(item.change.actions)} <= _IN_PLACE:
            yield from found
            return
        changing = None
        for one in found:
            names = names_in(one.path)
            changing = changing or [*promise.changes, *changed_by_update(item, self._facts)]
            if names in _WHOLE or _touches(names, changing):
                yield one

    def _is_done(self, promise: Promise, item: ResourceItem | None) -> bool:
        """Whether an apply that did not come to its end has done this, or what is left of it is a part of it.

        A part is also what a half-made object still lacks, where that makes it into exactly what was promised.
        """
        if item is None:
            return promise.actions in LEAVES
        actions = tuple(item.change.actions)
        if is_quiet(item):
            could_be = promise.actions not in LEAVES
        else:
            tainted = actions in REPLACES and item.action_reason == _TAINTED
            lacking = actions == UPDATE and not item.previous_address and opened(item.change.importing) is None
            half_made = actions == ("create",) or tainted or lacking
            could_be = half_made and (promise.actions == ("create",) or promise.actions in REPLACES)
        changing = changed_by_update(item, self._facts)
        stands = is_quiet(item) or actions == UPDATE
        differing = (
            one
            for one in self._mismatches(promise, item)
            if not (stands and one.value in _EMPTY and not _touches(names_in(one.path), changing))
        )
        return could_be and next(differing, None) is None

    def _of_the_rest(self) -> Iterator[Deviation]:
        """Yield what else is new: invoked actions, and objects that wait for another apply."""
        invoked = (one for one in invocations(self._plan, self._labels) if one.stack == self._name)
        for one in sorted(invoked, key=lambda one: one.told):
            yield from self._of_invocation(one)
        waiting = {address for stack, address in deferred(self._plan, self._labels) if stack == self._name}
        for address in sorted(waiting - {*self._contract.deferred}):
            yield self._at(address, DeviationKind.NEW, found="wait for another apply")

    def _of_invocation(self, invocation: Invocation) -> Iterator[Deviation]:
        if invocation.told not in self._contract.invocations:
            yield self._at(invocation.told, DeviationKind.NEW, found="invoke")
            return
        sealed = self._contract.invocations[invocation.told]
        for one in self._seal.mismatches(sealed, invocation.values, invocation.unknown):
            found = self._shown(one, invocation.values, invocation.mark)
            yield self._at(invocation.told, DeviationKind(one.kind.value), path_text(one.path) or None, found=found)

    def _about(
        self,
        promise: Promise,
        kind: DeviationKind,
        path: str | None = None,
        *,
        promised: str | None = None,
        found: str | None = None,
    ) -> Deviation:
        deviation = self._at(promise.address, kind, path, promised=promised, found=found)
        return replace(deviation, deposed=promise.deposed)

    def _at(
        self,
        address: str,
        kind: DeviationKind,
        path: str | None = None,
        *,
        promised: str | None = None,
        found: str | None = None,
    ) -> Deviation:
        place = None if path is None else self._taints.clean(path)
        shown = clean_address(address, self._taints)
        return Deviation(self._stack, shown, kind, path=place, promised=promised, found=found)

    def _shown(self, mismatch: Mismatch, whole: object, mark: object) -> str | None:
        """Return what this plan says at a place of a value, as it may be shown."""
        if mismatch.kind is MismatchKind.UNKNOWN:
            return None
        if mismatch.is_hidden:
            return MASK
        for step in mismatch.path:
            mark, whole = mark_at(mark, whole, step), _member(whole, step)
        return self._taints.clean(literal(safe(mismatch.value, self._taints, mark, mismatch.unknown)))

    def _before(self, names: tuple[str, ...], promise: Promise, item: ResourceItem) -> str:
        """Return what stands at a place that changes, as it may be shown."""
        if hides_at(promise.after, names):
            return MASK
        value, mark = value_and_mark(item.change.before, item.change.before_sensitive, item, self._facts)
        for name in names:
            mark, value = mark_at(mark, value, name), _member(value, name)
        return self._taints.clean(literal(safe(value, self._taints, mark)))

    @property
    def _taints(self) -> Taints:
        """What must not be shown: what this plan marks as sensitive, and what the reviewed one did.

        A value that another stack hands over is marked in a plan of all stacks together, and not any more in this one.
        """
        if self._known_taints is None:
            values = tainted_values([(self._plan.document, self._facts)])
            for key, promise in self._promises.items():
                item = self._items.get(key)
                if item is not None:
                    for side in (item.change.before, item.change.after):
                        for hidden in hidden_leaves(promise.after, opened(side)):
                            values.update(leaves(hidden))
            self._known_taints = Taints(values)
        return self._known_taints


def _touches(names: tuple[str, ...], places: Iterable[tuple[str, ...]]) -> bool:
    """Whether a place is one of some places, lies in one or holds one."""
    return any(all(one == other for one, other in zip(names, place, strict=False)) for place in places)


def _member(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
