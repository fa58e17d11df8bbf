"""Which entries get new tasks by a reviewed plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.plan.address import top_block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.conformance import Contract
    from infragen.workflow.session import Session

_SERVICE: Final = ".aws_ecs_service."
_TASK: Final = ".aws_ecs_task_definition."
_FUNCTION: Final = ".aws_lambda_function."


def entries_with_new_tasks(session: Session, contract: Contract, stacks: Iterable[str]) -> frozenset[str]:
    """Return the entries of which a task definition, a service or a function is made or changed."""
    return _entries(session, contract, stacks, (_SERVICE, _TASK, _FUNCTION), {"create", "update"})


def entries_with_new_services(session: Session, contract: Contract, stacks: Iterable[str]) -> frozenset[str]:
    """Return the entries of which a service is made."""
    return _entries(session, contract, stacks, (_SERVICE,), {"create"})


def _entries(
    session: Session, contract: Contract, stacks: Iterable[str], types: tuple[str, ...], actions: set[str]
) -> frozenset[str]:
    blocks = {
        (stack, top_block(one.address))
        for stack in stacks
        for one in contract.of(stack).changes
        if any(word in one.address for word in types) and not actions.isdisjoint(one.actions)
    }
    owners = session.composed.owners() if blocks else {}
    return frozenset(owners[block] for block in blocks if block in owners)
