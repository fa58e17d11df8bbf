"""Which images have to be in the account's registry before a stack is applied, by the entries that run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.place import Place
from infragen.kinds import kinds
from infragen.stacks.build import in_force

if TYPE_CHECKING:
    from infragen.core.image import Image
    from infragen.stacks.build import Draft


def images(draft: Draft, stack: str) -> tuple[tuple[str, Image], ...]:
    """Return the images of the entries that a stack runs, each with the entry's id.

    Where a layout puts a repository into that stack as well, its images cannot be there first: they are left out.
    """
    environment = draft.environment
    place = Place(environment, in_force(environment))
    return tuple(
        (owner, image)
        for (owner, role), home in sorted(draft.wiring.homes.items())
        for entry in (environment.find(owner),)
        if home == stack and role == "compute" and entry is not None
        if draft.wiring.homes.get((owner, "registry")) != stack
        for image in kinds()[entry.KIND].images(entry, place.of(owner))
    )
