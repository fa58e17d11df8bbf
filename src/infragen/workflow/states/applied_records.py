"""From which files the state of each stack was made: what has not changed since is not planned again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.diagnostics import InfragenError
from infragen.hcl.folders import Folders
from infragen.terraform.apply_records import Applied, AppliedRecords, stack_digest
from infragen.terraform.states import parse_state

if TYPE_CHECKING:
    from infragen.terraform.journal import Journal
    from infragen.terraform.states import State
    from infragen.workflow.session import Session


def applied_records(session: Session) -> AppliedRecords:
    """Return from which files the states of the session's environment were made."""
    environment = session.environment
    return AppliedRecords(session.project.root, environment.system.name, environment.name, sandbox=session.on_sandbox)


def record_applied(
    session: Session, stack: str, journal: Journal | None = None, *, destroyed: bool = False
) -> Applied | None:
    """Record that a stack's state is what its files give; where the state cannot be asked, there is no record."""
    state = None if destroyed else _state(session, stack)
    if state is None:
        applied_records(session).put(stack, None)
        return None
    identity = state.identity
    if journal is not None:
        journal.state(stack, identity.lineage, identity.serial)
        journal.holds(stack, lambda: (one for _, one in state.objects()))
    made_from = next(one for one in session.composed.stacks if one.name == stack)
    applied = Applied(stack_digest(Folders(session.tree), made_from), identity.lineage, identity.serial)
    applied_records(session).put(stack, applied)
    return applied


def _state(session: Session, name: str) -> State | None:
    stack = next(stack for stack in session.composed.stacks if stack.name == name)
    try:
        folder = session.folders.prepare_states(session.tree, (stack,)).get(name) or session.folders.stack(name)
        return parse_state(session.runner.state_pull(folder), name)
    except (InfragenError, OSError):  # also a stop, or a full disk: the state is stored, and the next plan looks at it
        return None
