"""What a plan says of the resources that the catalogue adopts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.plan import ChangeSet
    from infragen.render.adopted import Adopted

__all__ = ["adoption_notices"]


def adoption_notices(adopted: Iterable[Adopted], change_set: ChangeSet, stacks: Iterable[str]) -> tuple[str, ...]:
    """Say which lines may go, because Terraform has the resource, and which an offline plan could not look up.

    `change_set` is the plan of `stacks`; a resource that it neither imports nor creates is in the state already.
    """
    planned = frozenset(stacks)
    changes = {
        (change.stack, address): change
        for change in change_set.changes
        for address in (change.address, change.address.partition(".")[2].partition(".")[2])
    }
    said = []
    for one in adopted:
        if one.stack not in planned:
            continue
        change = changes.get((one.stack, one.address))
        if change is None:
            said.append(f"{one.written.owner}: {one.address} is imported; its line may go: {one.written.location}")
        elif change.importing is None and change.action is Action.CREATE:
            said.append(f"{one.written.owner}: {one.address} is to be imported; offline it looks like something new")
    return tuple(said)
