"""What an account would have to be granted before an environment's first apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.rules.quotas import exceeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.catalog import Environment
    from infragen.terraform.states import State


def quota_notices(environment: Environment, states: Iterable[State], command: str) -> Iterator[str]:
    """Say which quotas an account starts with too little of, where nothing of the environment stands yet.

    AWS refuses what exceeds a quota in the middle of an apply, and takes days to raise some. Later on the account has
    what it needs, and nothing is said. `command` shows how to ask.
    """
    if any(not state.is_empty for state in states):
        return
    said = [f"{quota.name} {needed:,} of {quota.default:,}" for quota, needed, _ in exceeded((environment,))]
    if said:
        yield f"more than a new account has, and AWS refuses the rest: {', '.join(said)}; to ask for it: `{command}`"
