"""What a change set says of some of its stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from infragen.plan.model import Summary

if TYPE_CHECKING:
    from collections.abc import Collection

    from infragen.plan.model import ChangeSet


def without_object(change_set: ChangeSet, kind: str, name: str) -> ChangeSet:
    """Return a change set without the objects of a type and a name that are created, counted anew."""
    changes = tuple(change for change in change_set.changes if (change.type, change.name) != (kind, name))
    created = len(change_set.changes) - len(changes)
    return replace(
        change_set, changes=changes, summary=replace(change_set.summary, add=change_set.summary.add - created)
    )


def only_stacks(change_set: ChangeSet, stacks: Collection[str]) -> ChangeSet:
    """Return what a change set says of some stacks, counted anew; what it counts without naming stays as it is."""
    chosen = replace(
        change_set,
        changes=tuple(change for change in change_set.changes if change.stack in stacks),
        outputs=tuple(output for output in change_set.outputs if output.stack in stacks),
        drift=tuple(change for change in change_set.drift if change.stack in stacks),
        checks=tuple(check for check in change_set.checks if check.stack in stacks),
        deferred=tuple(one for one in change_set.deferred if one.change.stack in stacks),
        invocations=tuple(one for one in change_set.invocations if one.stack in stacks),
    )
    counted = Summary.of(chosen.changes)
    drift = len(chosen.drift)
    outputs = len(chosen.outputs)
    errored = change_set.errored
    summary = replace(counted, outputs_changed=outputs, drift=drift, drift_shown=drift, errored=errored)
    return replace(chosen, summary=summary, hidden_drift=0)
