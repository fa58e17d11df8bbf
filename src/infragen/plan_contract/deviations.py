"""Whether the plan of one stack *refines* what was promised of it.

The same happens to the same objects, every value that was known is the same, and nothing is new. A value that was
unknown may be anything, unless it makes a change into a replacement. An update or a replacement that hung on unknown
values alone may come out as nothing to do: they turned out to be what they were. What an update leaves alone may have
become something else by itself, as a number of tasks does that is scaled; what it changes may not be more.

To read a data source is no promise, for it changes nothing, and outputs follow from the rest.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from infragen.plan.address import redact_address
from infragen.plan.display import literal, path_text
from infragen.plan_contract.contract import Contract, ReviewedChange
from infragen.plan_contract.planned_changes import (
    LEAVES,
    NOTHING,
    REPLACES,
    UPDATE,
    PlannedItem,
    by_stack,
    deferred,
    invocations,
    stack_and_address,
)
from infragen.redaction.decode import Guard, OpenPlan
from infragen.redaction.document import opened
from infragen.redaction.exact_json import collector_paused
from infragen.redaction.keyed_digest import Digester, Mismatch, MismatchKind, hidden_leaves, hides_at
from infragen.redaction.marks import mark_at
from infragen.redaction.paths import names_in, value_at
from infragen.redaction.raw_comparison import EMPTY
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.sensitive_values import find_sensitive_values, leaves
from infragen.redaction.values import MASK, Number


def _is_empty(value: object) -> bool:
    """Whether nothing stands in a value: also in a block that an import writes and that nobody asked for."""
    if isinstance(value, dict | list):
        return all(map(_is_empty, value.values() if isinstance(value, dict) else value))
    return value in EMPTY


def _is_document(one: Mismatch) -> bool:
    # AWS adds to JSON what it leaves out, and gives it back in an order of its own; terraform has compared it already,
    # which plans nothing (`containerDefinitionsAreEquivalent` in the provider's source).
    if one.is_hidden or not isinstance(one.value, str) or not one.value.lstrip().startswith(("[", "{")):
        return False
    with suppress(ValueError):
        json.loads(one.value)
        return True
    return False


Ignored = Callable[[str, str], Collection[str]]
"""The arguments that `ignore_changes` leaves to others (or `all`), by an object's stack and its address there."""


def _nothing(_stack: str, _address: str) -> Collection[str]:
    return ()


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
    FOUND = "found"  # a changing attribute had another value when it was reviewed
    VALUE = "value"  # another value
    UNKNOWN = "unknown"  # a value that was known is not any more


class Deviation(Struct, frozen=True):
    """One thing in which a plan is not what was promised.

    `address` is within the stack; `path` is the attribute, if it is about one. `expected` and `found` are what the
    contract and this plan say, where there are words for it; they are safe to show.
    """

    stack: str
    address: str
    kind: DeviationKind
    deposed: str = ""
    path: str | None = None
    expected: str | None = None
    found: str | None = None


def find_deviations(  # noqa: PLR0913  # how far the apply came, and what it leaves to others
    contract: Contract,
    plan: OpenPlan,
    stack: str,
    *,
    partly_applied: bool = False,
    is_part: bool = False,
    ignored: Ignored = _nothing,
) -> tuple[Deviation, ...]:
    # With `partly_applied` an apply that did not finish may have done a part already. One that `is_part` was limited to
    # some addresses: what it lacks of the others is no deviation. Others may have changed what is `ignored` of objects
    # that are done. Raises InfragenError (P202).
    with collector_paused(), Guard(plan.name, "a value is nested too deeply to be read"):
        planned = _Planned(plan, ignored=ignored)
        found = _Comparison(contract, planned, stack, partly_applied=partly_applied, is_part=is_part)
        return tuple(found.deviations())


def deviations_by_stack(
    contract: Contract, plan: OpenPlan, labels: Mapping[str, str], stacks: Iterable[str], ignored: Ignored = _nothing
) -> dict[str, tuple[Deviation, ...]]:
    # Of a combined root, a part of which may be done already; `labels` as for `contract_of`. Raises InfragenError
    # (P202).
    with collector_paused(), Guard(plan.name, "a value is nested too deeply to be read"):
        planned = _Planned(plan, labels, ignored)
        found = {
            stack: tuple(_Comparison(contract, planned, stack, partly_applied=True).deviations()) for stack in stacks
        }
        return {stack: deviations for stack, deviations in found.items() if deviations}


class _Planned:
    def __init__(self, plan: OpenPlan, labels: Mapping[str, str] | None = None, ignored: Ignored = _nothing) -> None:
        self.plan = plan
        self.ignored = ignored
        self.labels = labels or {}
        self.items: dict[str, dict[tuple[str, str], PlannedItem]] = {}
        for stack, address, item in by_stack(plan, self.labels):
            self.items.setdefault(stack, {})[address, item.deposed] = item


class _Comparison:
    def __init__(
        self, contract: Contract, planned: _Planned, stack: str, *, partly_applied: bool, is_part: bool = False
    ) -> None:
        self._stack = stack
        self._name = stack if planned.labels else ""
        self._planned = planned
        self._digester = Digester(contract.key)
        self._partly_done = partly_applied
        self._is_part = is_part
        self._contract = contract.of(stack)
        self._invocations = {**contract.of("").invocations, **self._contract.invocations}
        self._reviewed = {(one.address, one.deposed): one for one in self._contract.changes}
        self._items = planned.items.get(self._name, {})

    def deviations(self) -> Iterator[Deviation]:
        for key in sorted(self._reviewed.keys() | self._items.keys()):
            reviewed, item = self._reviewed.get(key), self._items.get(key)
            if reviewed is not None:
                yield from self._of_reviewed(reviewed, item)
            elif item is not None and not item.is_no_op:
                replaced = self._reviewed.get((key[0], ""))
                if not (self._partly_done and replaced is not None and replaced.actions == ("create", "delete")):
                    yield self._at(key[0], DeviationKind.NEW, found=item.word, deposed=item.deposed)
        plan, labels = self._planned.plan, self._planned.labels
        invoked = (one for one in invocations(plan, labels) if one.stack in {self._name, ""})
        for one in sorted(invoked, key=lambda one: one.label):
            if one.label not in self._invocations:
                yield self._at(one.label, DeviationKind.NEW, found=one.word)
                continue
            for each in self._digester.mismatches(self._invocations[one.label], one.values, one.unknown):
                found = self._shown(each, one.values, one.mark)
                yield self._at(one.label, DeviationKind(each.kind.value), path_text(each.path) or None, found=found)
        waiting = {address for stack, address in deferred(plan, labels) if stack == self._name}
        for address in sorted(waiting - {*self._contract.deferred}):
            yield self._at(address, DeviationKind.NEW, found="wait for another apply")

    def _of_reviewed(self, reviewed: ReviewedChange, item: PlannedItem | None) -> Iterator[Deviation]:
        if self._partly_done and self._is_done(reviewed, item):
            return
        if item is None:
            if not self._is_part:
                yield self._about(reviewed, DeviationKind.GONE, expected=reviewed.word)
            return
        hangs = not reviewed.is_certain and reviewed.actions in {UPDATE, *REPLACES}
        if item.actions != reviewed.actions and not (item.actions == NOTHING and hangs):
            kind = DeviationKind.GONE if item.is_no_op else DeviationKind.ACTION
            found, forced = item.word, ", ".join(item.replace_paths()) or None
            yield self._about(reviewed, kind, forced, expected=reviewed.word, found=found)
            return
        yield from self._of_same_action(reviewed, item)

    def _of_same_action(self, reviewed: ReviewedChange, item: PlannedItem) -> Iterator[Deviation]:
        previous = stack_and_address(item.previous, self._planned.labels)[1] if item.previous else None
        if previous != reviewed.previous and not (self._partly_done and previous is None):
            expected, found = (one and redact_address(one, self._redactor) for one in (reviewed.previous, previous))
            yield self._about(reviewed, DeviationKind.MOVES, expected=expected, found=found)
        if reviewed.identity is not None and reviewed.identity != item.identity(self._digester):
            yield self._about(reviewed, DeviationKind.OBJECT, expected=reviewed.word)
        importing = item.importing(self._digester)
        may_differ = self._partly_done if importing is None else reviewed.importing is True
        if importing != reviewed.importing and not may_differ:
            yield self._about(reviewed, DeviationKind.IMPORTS)
        for path in item.replace_paths():
            if not any(path == one or path.startswith(f"{one}.") for one in reviewed.replace_paths):
                yield self._about(reviewed, DeviationKind.REPLACES, path)
        mismatches = list(self._mismatches(reviewed, item))
        known = [*reviewed.changes, *(names_in(one.path) for one in mismatches)]
        changing = item.changing()
        for names in changing:
            if not _touches(names, known):
                said = self._before(names, reviewed, item)
                yield self._about(reviewed, DeviationKind.CHANGES, path_text(names), found=said)
        yield from self._of_another_hand(reviewed, item, changing)
        after, mark = item.after()
        for one in mismatches:
            place = path_text(one.path) or None
            yield self._about(reviewed, DeviationKind(one.kind.value), place, found=self._shown(one, after, mark))

    def _of_another_hand(
        self, reviewed: ReviewedChange, item: PlannedItem, changing: tuple[tuple[str, ...], ...]
    ) -> Iterator[Deviation]:
        """Only for a partly applied stack; any other still has the state that was reviewed."""
        before = opened(item.change.before)
        if not self._partly_done or not isinstance(reviewed.before, dict) or not isinstance(before, dict):
            return
        found = {name: before.get(name) for name in reviewed.before}
        differing = self._digester.mismatches(reviewed.before, found, {}, item.schema.sets)
        for names in dict.fromkeys(names_in(one.path) for one in differing):
            if _touches(names, changing) and _touches(names, reviewed.changes):
                said = self._before(names, reviewed, item)
                yield self._about(reviewed, DeviationKind.FOUND, path_text(names), found=said)

    def _mismatches(self, reviewed: ReviewedChange, item: PlannedItem) -> Iterator[Mismatch]:
        after, unknown = opened(item.change.after), opened(item.change.after_unknown)
        found = self._digester.mismatches(reviewed.after, after, unknown, item.schema.sets)
        if reviewed.actions in REPLACES and item.is_no_op:
            yield from (one for one in found if not _is_empty(one.value))  # a creation leaves out what is empty
            return
        if not {reviewed.actions, item.actions} <= {UPDATE, NOTHING}:
            yield from found
            return
        changing = None
        for one in found:
            names = names_in(one.path)
            changing = changing or [*reviewed.changes, *item.changing()]
            if names in {(), ("id",)} or _touches(names, changing):
                yield one

    def _is_done(self, reviewed: ReviewedChange, item: PlannedItem | None) -> bool:
        # Done in part is also a half-made object, where what it still lacks makes it into exactly what was promised.
        # What is left to others (a rotation, scaling, a release) they may have changed since it was made.
        if item is None:
            return reviewed.actions in LEAVES
        if item.is_no_op:
            could_be = reviewed.actions not in LEAVES
        else:
            tainted = item.actions in REPLACES and item.item.action_reason == "replace_because_tainted"
            lacking = item.actions == UPDATE and not item.previous and not item.is_imported
            half_made = item.actions == ("create",) or tainted or lacking
            could_be = half_made and reviewed.actions in {("create",), *REPLACES}
        changing = item.changing()
        stands = item.is_no_op or item.actions == UPDATE
        differing = (
            one
            for one in self._mismatches(reviewed, item)
            if not (item.is_no_op and _is_document(one))
            and not self._is_read_otherwise(reviewed, item, one)
            and not (stands and not _touches(names_in(one.path), changing) and self._is_left(reviewed, one))
        )
        return could_be and next(differing, None) is None

    def _is_left(self, reviewed: ReviewedChange, one: Mismatch) -> bool:
        if _is_empty(one.value) or not one.path:
            return _is_empty(one.value)
        return not {"all", one.path[0]}.isdisjoint(self._planned.ignored(self._stack, reviewed.address))

    def _is_read_otherwise(self, reviewed: ReviewedChange, item: PlannedItem, one: Mismatch) -> bool:
        # IAM wants `https://` before an identity provider's URL, and gives it back without (IAM API Reference,
        # CreateOpenIDConnectProvider and GetOpenIDConnectProvider). Of a queue with SQS's own key the provider plans 0
        # seconds and reads 300 (internal/service/sqs/queue.go).
        planned: object = None
        if (item.item.type, one.path) == ("aws_iam_openid_connect_provider", ("url",)):
            planned = f"https://{one.value}"
        reused = ("aws_sqs_queue", ("kms_data_key_reuse_period_seconds",))
        if (item.item.type, one.path) == reused and one.value == Number("300"):
            planned = Number("0")
        return planned is not None and bool(value_at(reviewed.after, one.path) == self._digester.digest(planned))

    def _about(
        self, reviewed: ReviewedChange, kind: DeviationKind, path: str | None = None, **said: str | None
    ) -> Deviation:
        return self._at(reviewed.address, kind, path, reviewed.deposed, **said)

    def _at(
        self, address: str, kind: DeviationKind, path: str | None = None, deposed: str = "", **said: str | None
    ) -> Deviation:
        place = None if path is None else self._redactor.redact(path)
        return Deviation(self._stack, redact_address(address, self._redactor), kind, deposed, place, **said)

    def _shown(self, mismatch: Mismatch, whole: object, mark: object) -> str | None:
        if mismatch.kind is MismatchKind.UNKNOWN:
            return None
        if mismatch.is_hidden:
            return MASK
        for step in mismatch.path:
            mark, whole = mark_at(mark, whole, step), value_at(whole, (step,))
        return self._redactor.redact(literal(safe(mismatch.value, self._redactor, mark, mismatch.unknown)))

    def _before(self, names: tuple[str, ...], reviewed: ReviewedChange, item: PlannedItem) -> str:
        if hides_at(reviewed.after, names):
            return MASK
        value, mark = item.before()
        for name in names:
            mark, value = mark_at(mark, value, name), value_at(value, (name,))
        return self._redactor.redact(literal(safe(value, self._redactor, mark)))

    @cached_property
    def _redactor(self) -> Redactor:
        """Also what the reviewed plan marked: a value of another stack is marked in a plan of all, not here."""
        values = find_sensitive_values([(self._planned.plan.document, self._planned.plan.schemas)])
        for key, reviewed in self._reviewed.items():
            item = self._items.get(key)
            for side in (item.change.before, item.change.after) if item is not None else ():
                for hidden in hidden_leaves(reviewed.after, opened(side)):
                    values.update(leaves(hidden))
        return Redactor(values)


def _touches(names: tuple[str, ...], places: Iterable[tuple[str, ...]]) -> bool:
    return any(all(one == other for one, other in zip(names, place, strict=False)) for place in places)
