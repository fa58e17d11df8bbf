"""Changes tied to what the catalogue calls them, many plans joined to one, and one plan without some of its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from infragen.plan.change_parts import Entry
from infragen.plan.model import Change, ChangeSet, Sources, Summary
from infragen.plan.risk import Action

_OF_PLANS = ("errored", "incomplete", "without_state", "is_difference", "without_base")
"""What a summary says of a plan, and does not count."""
_MODULE = re.compile(r'module\.([^.\[]+)(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\])?\.', re.DOTALL)
_BLOCK = re.compile(r"(?:data|ephemeral|action)\.[^.\[]+\.[^.\[]+|[^.\[]+\.[^.\[]+")


def assign_entries(  # noqa: PLR0913
    change_set: ChangeSet,
    entries: Mapping[tuple[str, str], Entry],
    stack: str | None = None,
    stacks: Iterable[str] = (),
    sources: Sources | None = None,
    *,
    former: Callable[[str, str], Entry | None] | None = None,
) -> ChangeSet:
    # `entries` is keyed by stack and top-level block (`("services-manufacturing", "module.planning")`). With `stack`,
    # the plan is that stack's own; without, it is the plan of a combined root whose modules are the stacks, labelled
    # with the stack's name, `-` as it is or as `_`; `stacks` names those that have no entry. `sources` knows the lines
    # that the plan was made from, `former` whose block it was that is no longer there.
    places = Places((*stacks, *(name for name, _ in entries)))

    def place(address: str) -> tuple[str | None, str]:
        block = _BLOCK.match(address)
        return places.of(address) if stack is None else (stack, block[0] if block else "")

    def assigned(change: Change) -> Change:
        its, block = place(change.address)
        entry = entries.get((its or "", block))
        if entry is None and its is not None and change.action in (Action.DELETE, Action.FORGET) and former:
            entry = former(its, block)
        return replace(change, stack=its, entry=entry, sources=sources or change.sources)

    return replace(
        change_set,
        changes=in_order(map(assigned, change_set.changes)),
        drift=in_order(map(assigned, change_set.drift)),
        outputs=tuple(replace(output, stack=stack) for output in change_set.outputs),
        checks=tuple(replace(check, stack=place(check.address)[0]) for check in change_set.checks),
        deferred=tuple(replace(one, change=assigned(one.change)) for one in change_set.deferred),
        invocations=tuple(replace(one, stack=place(one.address)[0]) for one in change_set.invocations),
        unread=tuple(replace(one, stack=stack) for one in change_set.unread),
    )


class Places:
    """Where the addresses of a combined root stand, whose modules are the stacks."""

    def __init__(self, stacks: Iterable[str]) -> None:
        self._labels = {label: name for name in dict.fromkeys(stacks) for label in (name.replace("-", "_"), name)}

    def of(self, address: str) -> tuple[str | None, str]:
        module = _MODULE.match(address)
        if module is None:
            return None, ""
        block = _BLOCK.match(address, module.end())
        return self._labels.get(module[1]), block[0] if block else ""


def merge(change_sets: Iterable[ChangeSet]) -> ChangeSet:
    """Return one change set of many: sums of the counts, all notices once, the oldest and newest terraform named."""
    parts = tuple(change_sets)
    checks = [one for part in parts for one in part.checks]
    deferred = [one for part in parts for one in part.deferred]
    invocations = [one for part in parts for one in part.invocations]
    versions = sorted({part.terraform_version for part in parts if part.terraform_version})
    counts = {
        name: (any if name in _OF_PLANS else sum)(getattr(part.summary, name) for part in parts)
        for name in Summary.__struct_fields__
    }
    return ChangeSet(
        changes=in_order(change for part in parts for change in part.changes),
        outputs=tuple(sorted((o for part in parts for o in part.outputs), key=lambda o: (o.stack or "", o.name))),
        drift=in_order(change for part in parts for change in part.drift),
        summary=Summary(**counts),
        unchanged=sum(part.unchanged for part in parts),
        hidden_drift=sum(part.hidden_drift for part in parts),
        hidden=tuple(address for part in parts for address in part.hidden),
        terraform_version=", ".join(versions) or None,
        notices=tuple(dict.fromkeys(notice for part in parts for notice in part.notices)),
        checks=tuple(sorted(checks, key=lambda one: (one.stack or "", one.address, one.kind, one.problems))),
        passed_checks=sum(part.passed_checks for part in parts),
        deferred=tuple(sorted(deferred, key=lambda one: (one.change.place, one.reason))),
        invocations=tuple(
            sorted(invocations, key=lambda one: (one.stack or "", one.address, one.trigger, one.deferred or ""))
        ),
        unread=tuple(one for part in parts for one in part.unread),
    )


def without_object(change_set: ChangeSet, kind: str, name: str) -> ChangeSet:
    changes = tuple(change for change in change_set.changes if (change.type, change.name) != (kind, name))
    created = len(change_set.changes) - len(changes)
    return replace(
        change_set, changes=changes, summary=replace(change_set.summary, add=change_set.summary.add - created)
    )


def only_stacks(change_set: ChangeSet, stacks: Collection[str]) -> ChangeSet:
    """Count anew; counts of unnamed objects stay, and so do unknown sections that belong to no stack."""
    chosen = replace(
        change_set,
        changes=tuple(change for change in change_set.changes if change.stack in stacks),
        outputs=tuple(output for output in change_set.outputs if output.stack in stacks),
        drift=tuple(change for change in change_set.drift if change.stack in stacks),
        checks=tuple(check for check in change_set.checks if check.stack in stacks),
        deferred=tuple(one for one in change_set.deferred if one.change.stack in stacks),
        invocations=tuple(one for one in change_set.invocations if one.stack in stacks),
        unread=tuple(one for one in change_set.unread if one.stack is None or one.stack in stacks),
    )
    counted = Summary.of(chosen.changes).with_others(chosen.invocations, chosen.deferred, chosen.unread)
    drift = len(chosen.drift)
    kept = {name: getattr(change_set.summary, name) for name in _OF_PLANS}
    summary = replace(counted, outputs_changed=len(chosen.outputs), drift=drift, drift_shown=drift, **kept)
    return replace(chosen, summary=summary, hidden_drift=0, hidden=())


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.place))
