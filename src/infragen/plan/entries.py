"""Changes tied to what the catalogue calls them, and many plans joined to one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from infragen.plan.model import Action, Change, ChangeSet, Entry, Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from infragen.plan.model import Check, Deferred, Invocation, Sources

_GOES = frozenset({Action.DELETE, Action.FORGET})
_MODULE = re.compile(r'module\.([^.\[]+)(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\])?\.', re.DOTALL)
_BLOCK = re.compile(r"(?:data|ephemeral|action)\.[^.\[]+\.[^.\[]+|[^.\[]+\.[^.\[]+")


def assign_entries(  # noqa: PLR0913
    change_set: ChangeSet,
    entries: Mapping[tuple[str, str], Entry],
    stack: str | None = None,
    stacks: Iterable[str] = (),
    sources: Sources | None = None,
    *,
    former: Callable[[str], Entry | None] | None = None,
) -> ChangeSet:
    """Return the change set with the stack, the entry and the sources of every change.

    `entries` is keyed by stack and top-level block (`("services-manufacturing", "module.planning")`). With `stack`,
    the plan is that stack's own; without, it is the plan of a combined root whose modules are the stacks, labelled
    with the stack's name, `-` as it is or as `_`; `stacks` names those that have no entry. `sources` knows the lines
    that the plan was made from, `former` whose block it was that is no longer there.
    """
    assigning = _Assigning(entries, stack, stacks, sources, former)
    return replace(
        change_set,
        changes=_in_order(map(assigning.change, change_set.changes)),
        drift=_in_order(map(assigning.change, change_set.drift)),
        outputs=tuple(replace(output, stack=stack) for output in change_set.outputs),
        checks=tuple(replace(check, stack=assigning.place(check.address)[0]) for check in change_set.checks),
        deferred=tuple(replace(one, change=assigning.change(one.change)) for one in change_set.deferred),
        invocations=tuple(replace(one, stack=assigning.place(one.address)[0]) for one in change_set.invocations),
    )


class _Assigning:
    """Finds the stack and the top-level block of an address."""

    def __init__(
        self,
        entries: Mapping[tuple[str, str], Entry],
        stack: str | None,
        stacks: Iterable[str],
        sources: Sources | None,
        former: Callable[[str], Entry | None] | None,
    ) -> None:
        self._places = Places((*stacks, *(name for name, _ in entries)))
        self._entries = entries
        self._stack = stack
        self._sources = sources
        self._former = former

    def change(self, change: Change) -> Change:
        stack, block = self.place(change.address)
        entry = self._entries.get((stack or "", block))
        if entry is None and stack is not None and change.action in _GOES and self._former:
            entry = self._former(block)
        return replace(change, stack=stack, entry=entry, sources=self._sources or change.sources)

    def place(self, address: str) -> tuple[str | None, str]:
        """Return the stack, or None, and the block within it, or nothing when there is none."""
        if self._stack is None:
            return self._places.of(address)
        block = _BLOCK.match(address)
        return self._stack, block[0] if block else ""


class Places:
    """Where the addresses of a combined root stand, whose modules are the stacks."""

    def __init__(self, stacks: Iterable[str]) -> None:
        """Take the names of the stacks."""
        self._labels = {label: name for name in dict.fromkeys(stacks) for label in (name.replace("-", "_"), name)}

    def of(self, address: str) -> tuple[str | None, str]:
        """Return the stack of an address, or None, and its top-level block there, or nothing."""
        module = _MODULE.match(address)
        if module is None:
            return None, ""
        block = _BLOCK.match(address, module.end())
        return self._labels.get(module[1]), block[0] if block else ""


def merge(change_sets: Iterable[ChangeSet]) -> ChangeSet:
    """Return one change set of many: sums of the counts, all notices once, the oldest and newest terraform named."""
    parts = tuple(change_sets)
    versions = sorted({part.terraform_version for part in parts if part.terraform_version})
    return ChangeSet(
        changes=_in_order(change for part in parts for change in part.changes),
        outputs=tuple(sorted((o for part in parts for o in part.outputs), key=lambda o: (o.stack or "", o.name))),
        drift=_in_order(change for part in parts for change in part.drift),
        summary=_total(part.summary for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        hidden_drift=sum(part.hidden_drift for part in parts),
        terraform_version=", ".join(versions) or None,
        notices=tuple(dict.fromkeys(notice for part in parts for notice in part.notices)),
        checks=tuple(sorted((one for part in parts for one in part.checks), key=_by_check)),
        passed_checks=sum(part.passed_checks for part in parts),
        deferred=tuple(sorted((one for part in parts for one in part.deferred), key=_by_deferred)),
        invocations=tuple(sorted((one for part in parts for one in part.invocations), key=_by_invocation)),
    )


def _by_change(change: Change) -> tuple[str, str, str]:
    return change.stack or "", change.address, change.deposed or ""


def _by_check(check: Check) -> tuple[str, str, str, tuple[str, ...]]:
    return check.stack or "", check.address, check.kind, check.problems


def _by_deferred(deferred: Deferred) -> tuple[tuple[str, str, str], str]:
    return _by_change(deferred.change), deferred.reason


def _by_invocation(invocation: Invocation) -> tuple[str, str, str, str]:
    return invocation.stack or "", invocation.address, invocation.trigger, invocation.deferred or ""


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=_by_change))


def _total(summaries: Iterable[Summary]) -> Summary:
    parts = tuple(summaries)
    counts = {
        name: sum(getattr(part, name) for part in parts) for name in Summary.__struct_fields__ if name != "errored"
    }
    return Summary(**counts, errored=any(part.errored for part in parts))
