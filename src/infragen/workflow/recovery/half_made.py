"""What terraform calls tainted only because the wait for it was interrupted: kept, once AWS has made it."""

import time
from collections.abc import Mapping
from typing import Final

from infragen.aws.session import Aws
from infragen.aws.statuses import ASKED, is_under_way, is_usable, named, status
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.states import State
from infragen.workflow.console import note
from infragen.workflow.session import Session, command_line
from infragen.workflow.states.storage import StateBucket

_PATIENCE: Final = 1800.0
"""Seconds to wait for AWS, as botocore's waiter for an RDS instance does; a large copy takes longer."""
_STEP: Final = 5.0
KEPT: Final = "exists, and only the wait for it was interrupted: it is kept, not replaced"


def keep_half_made(session: Session, states: Mapping[str, State]) -> int:
    """Untaint what AWS has made of which a state has half, in stacks of the session; return how many objects that is.

    What may hold data is worth the wait: the next plan reads it, and changes what it lacks. What AWS has not, or has
    in a status that leads nowhere (`failed`), is left to terraform, which replaces it. InfragenError J008 while AWS is
    still at work on one.
    """
    aws, kept = Aws(session.runner.environment), 0
    for stack, state in states.items():
        for address, kind, attributes in state.half_made():
            name = named(kind, attributes) if kind in ASKED else None
            if name is None:
                continue
            region = attributes.get("region") or session.environment.settings.region
            try:
                found = _settled(session, aws, kind, name, f"{stack}: {address} ({name})", region)
            except InfragenError as error:
                if error.__cause__ is None:
                    raise
                note(f"notice: {stack}: {address} is tainted; {error.diagnostics[0].message}")
                continue
            if is_usable(found):
                StateBucket(session).untaint(stack, address)
                note(f"{stack}: {address} {KEPT}")
                kept += 1
            else:
                note(f"{stack}: {address} was half made, and AWS has it {found or 'no more'}: terraform replaces it")
    return kept


def await_made(session: Session, kind: str, name: str, what: str) -> None:
    """Wait while AWS is at work on an object, as above: what is read of it before is half of it."""
    if kind in ASKED:
        try:
            _settled(session, Aws(session.runner.environment), kind, name, what, session.environment.settings.region)
        except InfragenError as error:
            if error.__cause__ is None:
                raise


def _settled(session: Session, aws: Aws, kind: str, name: str, what: str, region: str) -> str:
    deadline, is_said = time.monotonic() + _PATIENCE, False
    while is_under_way(found := status(aws, kind, name, region)):
        if time.monotonic() > deadline:
            again = f"`{command_line(session, 'apply')}` once it is available keeps it and goes on"
            raise InfragenError(Diagnostic("J008", f"{what} is still {found}; nothing was applied", hint=again))
        if not is_said:
            note(f"{what} is still {found}, since its apply was interrupted; waiting until it is available")
            is_said = True
        time.sleep(_STEP)
    return found
