"""Changes tied to what the catalogue calls them, and many plans joined to one."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from infragen.plan.address import split_address, top_block
from infragen.plan.model import Change, ChangeSet, Entry, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["assign_entries", "merge"]


def assign_entries(
    change_set: ChangeSet,
    entries: Mapping[tuple[str, str], Entry],
    stack: str | None = None,
    stacks: Iterable[str] = (),
) -> ChangeSet:
    """Return the change set with the stack and entry of every change.

    `entries` is keyed by stack and top-level block (`("services-manufacturing", "module.planning")`). With `stack`,
    the plan is that stack's own; without, it is the plan of a combined root whose modules are the stacks, labelled
    with the stack's name, `-` as it is or as `_`; `stacks` names those that have no entry.
    """
    names = (*stacks, *(name for name, _ in entries))
    labels = {label: name for name in names for label in (name, name.replace("-", "_"))}

    def assign(change: Change) -> Change:
        name = stack or labels.get(_first_module(change.address))
        block = top_block(change.address, depth=0 if stack else 1)
        return replace(change, stack=name, entry=entries.get((name or "", block)))

    return replace(
        change_set,
        changes=_in_order(map(assign, change_set.changes)),
        drift=_in_order(map(assign, change_set.drift)),
        outputs=tuple(replace(output, stack=stack) for output in change_set.outputs),
    )


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
    )


def _first_module(address: str) -> str:
    parts = split_address(address)
    return parts[1].split("[", 1)[0] if len(parts) > 1 and parts[0] == "module" else ""


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: (c.stack or "", c.address, c.deposed or "")))


def _total(summaries: Iterable[Summary]) -> Summary:
    parts = tuple(summaries)
    counts = {f.name: sum(getattr(part, f.name) for part in parts) for f in fields(Summary) if f.name != "errored"}
    return Summary(**counts, errored=any(part.errored for part in parts))
