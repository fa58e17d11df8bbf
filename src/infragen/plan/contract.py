"""What a reviewed plan promises, and whether another plan of the same thing keeps it.

A stack that reads another cannot be planned for good before that one is applied. What was reviewed is then a plan of
all stacks together, in which some values are "(known after apply)". The plan that is made later, of that stack alone,
must *refine* it: the same actions on the same objects, every value that was known the same, nothing new. A value that
was unknown may be anything, unless it makes a change into a replacement. An update or a replacement that hung on
unknown values alone may come out as nothing to do: they turned out to be what they were. What an update leaves alone
may have become something else by itself, as a number of tasks does that is scaled; what it changes may not be more.

To read a data source is no promise, for it changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from infragen.plan.address import clean_address, split_address
from infragen.plan.decode import guarded
from infragen.plan.display import literal, path_text
from infragen.plan.document import collector_paused, opened
from infragen.plan.facts import known_facts
from infragen.plan.marks import mark_at
from infragen.plan.paths import names_in, steps
from infragen.plan.promises import NOTHING, Contract, OutputPromise, Promise, StackContract, word_of
from infragen.plan.redact import Taints
from infragen.plan.safe import safe
from infragen.plan.sealed import KEY_BYTES, MismatchKind, Seal, certainly_differs, changed_places, hidden_leaves
from infragen.plan.taint import tainted_values, with_schema_marks
from infragen.plan.values import MASK, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.plan.document import ChangeBody, Lazy, ResourceItem
    from infragen.plan.facts import Facts
    from infragen.plan.reader import OpenPlan
    from infragen.plan.sealed import Mismatch, Sealed

__all__ = ["Contract", "Deviation", "DeviationKind", "contract_of", "refines"]

_REPLACES = frozenset({("delete", "create"), ("create", "delete")})
_LEAVES = frozenset({("delete",), ("forget",)})
_UPDATE = ("update",)
_IN_PLACE = frozenset({_UPDATE, NOTHING})
_WHOLE = frozenset({(), ("id",)})
_TAINTED = "replace_because_tainted"
_TOO_DEEP = "a value is nested too deeply to be read"


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


def contract_of(
    plan: OpenPlan, *, stack: str | None = None, labels: Mapping[str, str] | None = None, key: bytes | None = None
) -> Contract:
    """Return what a plan promises.

    It is the plan of `stack`, or of a combined root, where `labels` maps the name of each module to its stack; all
    these were planned. `key` is that of a contract which this one will be joined to. Raises InfragenError (P202).
    """
    key = key or secrets.token_bytes(KEY_BYTES)
    with collector_paused(), guarded(plan.name, _TOO_DEEP):
        writer = _Writer(Seal(key), _facts_of(plan))
        if stack is not None:
            return Contract(key, {stack: writer.of_stack(plan)})
        return Contract(key, writer.of_stacks(plan, labels or {}))


def refines(contract: Contract, plan: OpenPlan, stack: str, *, partly_done: bool = False) -> tuple[Deviation, ...]:
    """Return in what the plan of a stack does not keep the contract; nothing when it does.

    With `partly_done` an apply that did not come to its end may have done a part already. Raises InfragenError (P202).
    """
    with collector_paused(), guarded(plan.name, _TOO_DEEP):
        return tuple(_Comparison(contract, plan, stack, partly_done=partly_done).deviations())


class _Writer:
    """Writes down what plans promise."""

    __slots__ = ("_facts", "_seal")

    def __init__(self, seal: Seal, facts: Facts) -> None:
        self._seal = seal
        self._facts = facts

    def of_stack(self, plan: OpenPlan) -> StackContract:
        outputs = {name: self._output(change) for name, change in _outputs(plan)}
        changes = (self._promise(item, {}) for item in _managed(plan) if not _is_quiet(item))
        invocations = {one.told: self._settings(one) for one in _invocations(plan, {})}
        deferred = (address for _, address in _deferred(plan, {}))
        return StackContract(_in_order(changes), outputs, invocations, tuple(sorted(deferred)))

    def of_stacks(self, plan: OpenPlan, labels: Mapping[str, str]) -> dict[str, StackContract]:
        changes: dict[str, list[Promise]] = defaultdict(list)
        invocations: dict[str, dict[str, Sealed]] = defaultdict(dict)
        deferred: dict[str, list[str]] = defaultdict(list)
        for item in _managed(plan):
            if not _is_quiet(item):
                changes[_within(item.address or "", labels)[0]].append(self._promise(item, labels))
        for one in _invocations(plan, labels):
            invocations[one.stack][one.told] = self._settings(one)
        for stack, address in _deferred(plan, labels):
            deferred[stack].append(address)
        names = sorted({*labels.values(), *changes, *invocations, *deferred})
        return {
            name: StackContract(_in_order(changes[name]), None, invocations[name], tuple(sorted(deferred[name])))
            for name in names
        }

    def _promise(self, item: ResourceItem, labels: Mapping[str, str]) -> Promise:
        change = item.change
        before, after, unknown = opened(change.before), opened(change.after), opened(change.after_unknown)
        mark = with_schema_marks(opened(change.after_sensitive), after, self._facts.of(item.type).sensitive)
        return Promise(
            address=_within(item.address or "", labels)[1],
            actions=tuple(change.actions),
            after=self._seal.seal(after, mark, unknown),
            deposed=item.deposed or "",
            previous=_within(item.previous_address, labels)[1] if item.previous_address else None,
            importing=_importing(change, self._seal),
            replace_paths=_replace_paths(change),
            is_certain=certainly_differs(before, after, unknown),
            changes=_changes(item, self._facts),
            identity=_identity(change, self._seal) if _goes(change) else None,
        )

    def _settings(self, invocation: _Invocation) -> Sealed:
        return self._seal.seal(invocation.values, invocation.mark, invocation.unknown)

    def _output(self, change: ChangeBody) -> OutputPromise:
        before, after, unknown = opened(change.before), opened(change.after), opened(change.after_unknown)
        sealed = self._seal.seal(after, opened(change.after_sensitive), unknown)
        return OutputPromise(tuple(change.actions), sealed, certainly_differs(before, after, unknown))


class _Comparison:
    """The plan of one stack beside its contract."""

    def __init__(self, contract: Contract, plan: OpenPlan, stack: str, *, partly_done: bool) -> None:
        self._stack = stack
        self._plan = plan
        self._facts = _facts_of(plan)
        self._seal = Seal(contract.key)
        self._partly_done = partly_done
        self._contract = contract.of(stack)
        self._promises = {(one.address, one.deposed): one for one in self._contract.changes}
        self._items = {(item.address or "", item.deposed or ""): item for item in _managed(plan)}
        self._known_taints: Taints | None = None

    def deviations(self) -> Iterator[Deviation]:
        """Yield everything that is not as promised: objects by address, then outputs and the rest."""
        for key in sorted(self._promises.keys() | self._items.keys()):
            promise, item = self._promises.get(key), self._items.get(key)
            if promise is not None:
                yield from self._of_promise(promise, item)
            elif item is not None:
                yield from self._of_unpromised(item)
        yield from self._of_outputs()
        yield from self._of_the_rest()

    def _of_unpromised(self, item: ResourceItem) -> Iterator[Deviation]:
        if _is_quiet(item):
            return
        address = item.address or ""
        replaced = self._promises.get((address, ""))
        if self._partly_done and item.deposed and replaced is not None and replaced.actions == ("create", "delete"):
            return
        deviation = self._at(address, DeviationKind.NEW, found=_word_of_item(item))
        yield replace(deviation, deposed=item.deposed or "")

    def _of_promise(self, promise: Promise, item: ResourceItem | None) -> Iterator[Deviation]:
        if self._partly_done and self._is_done(promise, item):
            return
        if item is None:
            yield self._about(promise, DeviationKind.GONE, promised=promise.word)
            return
        actions = tuple(item.change.actions)
        hangs = not promise.is_certain and (promise.actions == _UPDATE or promise.actions in _REPLACES)
        comes_to_nothing = actions == NOTHING and hangs
        if actions != promise.actions and not comes_to_nothing:
            kind = DeviationKind.GONE if _is_quiet(item) else DeviationKind.ACTION
            found, forced = _word_of_item(item), ", ".join(_replace_paths(item.change)) or None
            yield self._about(promise, kind, forced, promised=promise.word, found=found)
            return
        yield from self._of_kept(promise, item)

    def _of_kept(self, promise: Promise, item: ResourceItem) -> Iterator[Deviation]:
        """Yield what differs beside the action."""
        previous = item.previous_address or None
        if previous != promise.previous and not (self._partly_done and previous is None):
            promised, found = (one and clean_address(one, self._taints) for one in (promise.previous, previous))
            yield self._about(promise, DeviationKind.MOVES, promised=promised, found=found)
        if promise.identity is not None and promise.identity != _identity(item.change, self._seal):
            yield self._about(promise, DeviationKind.OBJECT, promised=promise.word)
        importing = _importing(item.change, self._seal)
        may_differ = self._partly_done if importing is None else promise.importing is True
        if importing != promise.importing and not may_differ:
            yield self._about(promise, DeviationKind.IMPORTS)
        for path in _replace_paths(item.change):
            if not any(path == one or path.startswith(f"{one}.") for one in promise.replace_paths):
                yield self._about(promise, DeviationKind.REPLACES, path)
        mismatches = list(self._mismatches(promise, item))
        known = [*promise.changes, *(names_in(one.path) for one in mismatches)]
        for names in _changes(item, self._facts):
            if not _touches(names, known):
                yield self._about(promise, DeviationKind.CHANGES, path_text(names), found=self._before(names, item))
        after, mark = opened(item.change.after), self._mark(item.change.after, item.change.after_sensitive, item)
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
            changing = changing or [*promise.changes, *_changes(item, self._facts)]
            if names in _WHOLE or _touches(names, changing):
                yield one

    def _is_done(self, promise: Promise, item: ResourceItem | None) -> bool:
        """Whether an apply that did not come to its end has done this, or what is left of it is a part of it."""
        if item is None:
            return promise.actions in _LEAVES
        actions = tuple(item.change.actions)
        if actions == NOTHING:
            could_be = promise.actions not in _LEAVES
        else:
            half_made = actions == ("create",) or (actions in _REPLACES and item.action_reason == _TAINTED)
            could_be = half_made and (promise.actions == ("create",) or promise.actions in _REPLACES)
        return could_be and next(self._mismatches(promise, item), None) is None

    def _of_outputs(self) -> Iterator[Deviation]:
        promised = self._contract.outputs
        if promised is None or self._partly_done:
            return
        found = dict(_outputs(self._plan))
        for name in sorted(promised.keys() | found.keys()):
            yield from self._of_output(f"output.{name}", promised.get(name), found.get(name))

    def _of_output(self, address: str, promise: OutputPromise | None, change: ChangeBody | None) -> Iterator[Deviation]:
        said = None if promise is None else word_of(promise.actions)
        found = None if change is None else word_of(tuple(change.actions))
        if promise is None:
            yield self._at(address, DeviationKind.NEW, found=found)
        elif change is None:
            if promise.is_certain:
                yield self._at(address, DeviationKind.GONE, promised=said)
        elif said != found:
            yield self._at(address, DeviationKind.ACTION, promised=said, found=found)
        else:
            after, unknown = opened(change.after), opened(change.after_unknown)
            for one in self._seal.mismatches(promise.after, after, unknown):
                shown = self._shown(one, after, opened(change.after_sensitive))
                yield self._at(address, DeviationKind(one.kind.value), path_text(one.path) or None, found=shown)

    def _of_the_rest(self) -> Iterator[Deviation]:
        """Yield what else is new: invoked actions, and objects that wait for another apply."""
        for one in sorted(_invocations(self._plan, {}), key=lambda one: one.told):
            yield from self._of_invocation(one)
        waiting = {address for _, address in _deferred(self._plan, {})}
        for address in sorted(waiting - {*self._contract.deferred}):
            yield self._at(address, DeviationKind.NEW, found="wait for another apply")

    def _of_invocation(self, invocation: _Invocation) -> Iterator[Deviation]:
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
        place = None if path is None else self._taints.clean(path)
        address = clean_address(promise.address, self._taints)
        return Deviation(self._stack, address, kind, promise.deposed, place, promised, found)

    def _at(
        self,
        address: str,
        kind: DeviationKind,
        path: str | None = None,
        *,
        promised: str | None = None,
        found: str | None = None,
    ) -> Deviation:
        shown = clean_address(address, self._taints)
        return Deviation(self._stack, shown, kind, path=path, promised=promised, found=found)

    def _shown(self, mismatch: Mismatch, whole: object, mark: object) -> str | None:
        """Return what this plan says at a place of a value, as it may be shown."""
        if mismatch.kind is MismatchKind.UNKNOWN:
            return None
        if mismatch.is_hidden:
            return MASK
        for step in mismatch.path:
            mark, whole = mark_at(mark, whole, step), _member(whole, step)
        return self._taints.clean(literal(safe(mismatch.value, self._taints, mark, mismatch.unknown)))

    def _before(self, names: tuple[str, ...], item: ResourceItem) -> str:
        """Return what stands at a place that changes, as it may be shown."""
        value, mark = opened(item.change.before), self._mark(item.change.before, item.change.before_sensitive, item)
        for name in names:
            mark, value = mark_at(mark, value, name), _member(value, name)
        return self._taints.clean(literal(safe(value, self._taints, mark)))

    def _mark(self, value: Lazy, mark: Lazy, item: ResourceItem) -> object:
        return with_schema_marks(opened(mark), opened(value), self._facts.of(item.type).sensitive)

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
                    values.update(_texts(hidden_leaves(promise.after, opened(item.change.after))))
            self._known_taints = Taints(values)
        return self._known_taints


def _facts_of(plan: OpenPlan) -> Facts:
    return known_facts().with_schemas(opened(plan.document.provider_schemas))


def _managed(plan: OpenPlan) -> Iterator[ResourceItem]:
    """Yield the objects that terraform manages; a data source changes nothing."""
    items = plan.document.resource_changes
    for item in items if isinstance(items, list) else ():
        if (item.mode or "managed") == "managed" and item.change.actions != ["read"]:
            yield item


def _is_quiet(item: ResourceItem) -> bool:
    is_nothing = tuple(item.change.actions) == NOTHING
    return is_nothing and not item.previous_address and opened(item.change.importing) is None


def _word_of_item(item: ResourceItem) -> str:
    imports = opened(item.change.importing) is not None
    return word_of(tuple(item.change.actions), moves=bool(item.previous_address), imports=imports)


def _outputs(plan: OpenPlan) -> Iterator[tuple[str, ChangeBody]]:
    for name, change in sorted((plan.document.output_changes or {}).items()):
        if tuple(change.actions) != NOTHING:
            yield name, change


def _deferred(plan: OpenPlan, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for item in plan.document.deferred_changes or ():
        yield _within(item.resource_change.address or "", labels)


class _Invocation(NamedTuple):
    """One invoked action of a provider: its stack, how it is told, and its settings."""

    stack: str
    told: str
    values: object
    mark: object
    unknown: object


def _invocations(plan: OpenPlan, labels: Mapping[str, str]) -> Iterator[_Invocation]:
    """Yield each invoked action; one that waits is invoked all the same."""
    document = plan.document
    waiting = (one.get("action_invocation") for one in _objects(opened(document.deferred_action_invocations)))
    for invocation in (*_objects(opened(document.action_invocations)), *_objects(list(waiting))):
        stack, address = _within(_text(invocation.get("address")), labels)
        trigger = invocation.get("lifecycle_action_trigger")
        if isinstance(trigger, dict):
            by = _within(_text(trigger.get("triggering_resource_address")), labels)[1]
            address += f" ({_text(trigger.get('action_trigger_event'))} of {by})"
        settings = (invocation.get(f"config_{name}") for name in ("values", "sensitive", "unknown"))
        yield _Invocation(stack, address, *settings)


def _within(address: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return the stack of an address of the combined root, and the address within it; no stack's are in ``''``."""
    parts = split_address(address)
    if len(parts) > 2 and parts[0] == "module" and parts[1] in labels:
        return labels[parts[1]], ".".join(parts[2:])
    return "", address


def _changes(item: ResourceItem, facts: Facts) -> tuple[tuple[str, ...], ...]:
    """Return the names to each place that an update changes or may change."""
    change = item.change
    if tuple(change.actions) != _UPDATE:
        return ()
    before, after, sensitive = opened(change.before), opened(change.after), facts.of(item.type).sensitive
    marks = (
        with_schema_marks(opened(change.before_sensitive), before, sensitive),
        with_schema_marks(opened(change.after_sensitive), after, sensitive),
    )
    return tuple(changed_places(before, after, opened(change.after_unknown), marks))


def _touches(names: tuple[str, ...], places: Iterable[tuple[str, ...]]) -> bool:
    """Whether a place is one of some places, lies in one or holds one."""
    return any(all(one == other for one, other in zip(names, place, strict=False)) for place in places)


def _goes(change: ChangeBody) -> bool:
    return "delete" in change.actions or "forget" in change.actions


def _identity(change: ChangeBody, seal: Seal) -> Sealed:
    before = opened(change.before)
    identity = before.get("id") if isinstance(before, dict) else None
    return seal.digest(identity) if isinstance(identity, str) else None


def _importing(change: ChangeBody, seal: Seal) -> Sealed:
    importing = opened(change.importing)
    if isinstance(importing, dict) and importing.get("unknown") is True:
        return True
    return None if importing is None else seal.digest(importing)


def _replace_paths(change: ChangeBody) -> tuple[str, ...]:
    """Return the attributes that force a replacement, without the places of items: those of a set are no promise."""
    paths = opened(change.replace_paths)
    found = (".".join(names_in(steps(path))) for path in (paths if isinstance(paths, list) else ()))
    return tuple(sorted(set(found)))


def _in_order(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    return tuple(sorted(promises, key=lambda promise: (promise.address, promise.deposed)))


def _member(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _texts(values: Iterable[object]) -> Iterator[str]:
    """Yield the texts and numbers of values."""
    todo = list(values)
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Number):
            yield value.text
        elif isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
