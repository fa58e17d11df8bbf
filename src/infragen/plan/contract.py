"""What a reviewed plan promises, written down for another one to keep.

A stack that reads another cannot be planned for good before that one is applied. What was reviewed is then a plan of
all stacks together, in which some values are "(known after apply)". The plan that is made later, of that stack alone,
must *refine* it (`refining`).
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING

from infragen.plan.decode import guarded
from infragen.plan.document import collector_paused, opened
from infragen.plan.promised import (
    changed_by_update,
    deferred,
    facts_of,
    identity_of,
    importing_of,
    invocations,
    is_quiet,
    managed,
    replace_paths_of,
    value_and_mark,
    within,
)
from infragen.plan.promises import Contract, Promise, StackContract
from infragen.plan.sealed import KEY_BYTES, Seal, certainly_differs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.plan.document import ResourceItem
    from infragen.plan.facts import Facts
    from infragen.plan.promised import Invocation
    from infragen.plan.reader import OpenPlan
    from infragen.plan.sealed import Sealed

__all__ = ["Contract", "contract_of", "contract_of_each"]

_GONE = frozenset({"delete", "forget"})


def contract_of(plan: OpenPlan, *, stack: str | None = None, labels: Mapping[str, str] | None = None) -> Contract:
    """Return what a plan promises.

    It is the plan of `stack`, or of a combined root, where `labels` maps the name of each module to its stack; all
    these were planned. Raises InfragenError (P202).
    """
    key = secrets.token_bytes(KEY_BYTES)
    with collector_paused(), guarded(plan.name, "a value is nested too deeply to be read"):
        stacks = _Writer(Seal(key), facts_of(plan)).by_stack(plan, labels or {})
    return Contract(key, stacks if stack is None else {stack: stacks.get("", StackContract())})


def contract_of_each(plans: Mapping[str, OpenPlan]) -> Contract:
    """Return what plans of one stack each promise together, by the stacks' names. Raises InfragenError (P202)."""
    key = secrets.token_bytes(KEY_BYTES)
    found = {}
    for name, plan in plans.items():
        with collector_paused(), guarded(plan.name, "a value is nested too deeply to be read"):
            found[name] = _Writer(Seal(key), facts_of(plan)).by_stack(plan, {}).get("", StackContract())
    return Contract(key, found)


class _Writer:
    """Writes down what plans promise."""

    __slots__ = ("_facts", "_seal")

    def __init__(self, seal: Seal, facts: Facts) -> None:
        self._seal = seal
        self._facts = facts

    def by_stack(self, plan: OpenPlan, labels: Mapping[str, str]) -> dict[str, StackContract]:
        changes: dict[str, list[Promise]] = defaultdict(list)
        invoked: dict[str, dict[str, Sealed]] = defaultdict(dict)
        waiting: dict[str, list[str]] = defaultdict(list)
        for item in managed(plan):
            if not is_quiet(item):
                changes[within(item.address or "", labels)[0]].append(self._promise(item, labels))
        for one in invocations(plan, labels):
            invoked[one.stack][one.told] = self._settings(one)
        for stack, address in deferred(plan, labels):
            waiting[stack].append(address)
        names = sorted({*labels.values(), *changes, *invoked, *waiting})
        return {
            name: StackContract(_in_order(changes[name]), invoked[name], tuple(sorted(waiting[name]))) for name in names
        }

    def _promise(self, item: ResourceItem, labels: Mapping[str, str]) -> Promise:
        change = item.change
        before, unknown = opened(change.before), opened(change.after_unknown)
        after, mark = value_and_mark(change.after, change.after_sensitive, item, self._facts)
        return Promise(
            address=within(item.address or "", labels)[1],
            actions=tuple(change.actions),
            after=self._seal.seal(after, mark, unknown),
            deposed=item.deposed or "",
            previous=within(item.previous_address, labels)[1] if item.previous_address else None,
            importing=importing_of(change, self._seal),
            replace_paths=replace_paths_of(change),
            is_certain=certainly_differs(before, after, unknown),
            changes=changed_by_update(item, self._facts),
            identity=identity_of(change, self._seal) if _GONE.intersection(change.actions) else None,
        )

    def _settings(self, invocation: Invocation) -> Sealed:
        return self._seal.seal(invocation.values, invocation.mark, invocation.unknown)


def _in_order(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    return tuple(sorted(promises, key=lambda promise: (promise.address, promise.deposed)))
