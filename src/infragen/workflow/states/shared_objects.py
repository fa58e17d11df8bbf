"""Objects that two states have: none of them is destroyed from one, since the other stack's would be gone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.text import first_of
from infragen.workflow.states.removed_stacks import find_removed_stacks, with_removed_stacks
from infragen.workflow.states.storage import finish_moves, pull_states

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.plan import ChangeSet
    from infragen.terraform.states import Identity, State
    from infragen.workflow.session import Session


_MOST_NAMED: Final = 3


def refuse_shared(session: Session, states: Mapping[str, State], change_set: ChangeSet) -> None:
    """Refuse a plan that destroys what another stack's state has as well: InfragenError M005 names both places.

    `states` are those that were read already; where something is destroyed, those of all other stacks are read too,
    also of those that the catalogue no longer has.
    """
    doomed = {
        (change.stack, address)
        for change in change_set.changes
        if change.action.destroys
        for address in (change.address, change.address.split(".", 2)[-1])
    }
    if not doomed:
        return
    environment = with_removed_stacks(session, find_removed_stacks(session))
    others = tuple(stack for stack in environment.composed.stacks if stack.name not in states)
    whole = {**states, **(pull_states(environment, others) if others else {})}
    named: dict[tuple[str, str], list[tuple[str, Identity]]] = defaultdict(list)
    for stack, state in whole.items():
        for one in state.identities():
            named[one.type, one.name].append((stack, one))
    shared = [
        f"{one.address} of {stack} and {other.address} of {elsewhere}"
        for same in named.values()
        for stack, one in same
        for elsewhere, other in same
        if (stack, one.address) in doomed and stack != elsewhere and one.is_same(other)
    ]
    if shared:
        message = f"this would destroy what is in the states of two stacks: {first_of(shared, _MOST_NAMED, '; ')}"
        hint = (
            f"`{finish_moves(session)}` keeps it only where the catalogue has it; if both stacks have it "
            "there, remove one of the two first"
        )
        raise InfragenError(Diagnostic("M005", message, hint=hint))
