"""From which files the state of each stack was made; states that are gone, or older than what was stored from here.

What has not changed since its apply is not planned again. What a lost state knew stands in AWS, and no plan sees it.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.folders import Folders
from infragen.terraform.apply_records import Applied, AppliedRecords, stack_digest
from infragen.terraform.states import parse_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.stacks.model import Stack
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


def missing_states(session: Session, states: Mapping[str, State], stacks: Iterable[Stack]) -> Mapping[str, Diagnostic]:
    """Return, by stack, an error (T046) for each whose last apply from here stored a state that is not there now.

    Terraform raises a state's serial with every change, and leaves an empty one of a stack that was destroyed.
    """
    kept = applied_records(session)
    records = kept.all()
    found = {}
    for name in sorted({stack.name for stack in stacks} & records.keys()):
        how = _how(records[name], states.get(name))
        if how is None:
            continue
        message = (
            f"the state of {name} {how}, but an apply from here stored one (serial {records[name].serial}): what only "
            "that state had may still exist in AWS, is in no plan, and would be created again"
        )
        hint = (
            f"an earlier version of s3://{session.environment.state_bucket}/{session.environment.target}/"
            f"{name}.tfstate may be whole; if it was removed on purpose, `rm {shlex.quote(str(kept.file))}` forgets it"
        )
        found[name] = Diagnostic("T046", message, hint=hint)
    return found


def _how(stored: Applied, state: State | None) -> str | None:
    if state is None:
        return "is gone"
    is_older = state.identity.lineage == stored.lineage and state.identity.serial < stored.serial
    return f"is an older one (serial {state.identity.serial})" if is_older else None
