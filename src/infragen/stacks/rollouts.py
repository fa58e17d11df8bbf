"""The ECS services of a stack, by the entries that they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.place import Place
from infragen.kinds import kinds
from infragen.stacks.build import in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.core.rollout import Rollout
    from infragen.stacks.build import Draft


def rollouts(draft: Draft, stack: str) -> Mapping[str, Rollout]:
    """Return the services whose deployments Terraform starts when it applies a stack, by entry."""
    environment = draft.environment
    place = Place(environment, in_force(environment))
    return {
        owner: rollout
        for (owner, role), home in sorted(draft.wiring.homes.items())
        for entry in (environment.find(owner),)
        if home == stack and role == "compute" and entry is not None
        for rollout in kinds()[entry.KIND].rollouts(entry, place.of(owner))
    }
