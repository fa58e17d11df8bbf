"""States that are gone or older than what was stored from here: what they knew stands in AWS, and no plan sees it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic
from infragen.workflow.states.applied_records import applied_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.stacks.model import Stack
    from infragen.terraform.apply_records import Applied
    from infragen.terraform.states import State
    from infragen.workflow.session import Session


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
