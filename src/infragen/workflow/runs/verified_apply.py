"""Applying a saved plan to its end: what terraform did not report as done is not done, whatever its exit code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.events import EventKind
from infragen.text import first_of

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan_contract.expected_events import ExpectedEvents
    from infragen.terraform.events import Counts, Event
    from infragen.terraform.runner import Folder, OnEvent
    from infragen.workflow.session import Session


INCOMPLETE: Final = "T043"
"""The code of an apply that ended as if all was done, and did not say so of everything."""

_FEW: Final = 5


def apply_verified(session: Session, folder: Folder, plan: Path, expected: ExpectedEvents, on_event: OnEvent) -> Counts:
    """Apply a saved plan and return what changed; InfragenError T043 where something owed was not reported as done."""
    reported: Counter[tuple[str, str]] = Counter()

    def hear(event: Event) -> None:
        if event.kind is EventKind.DONE and event.address is not None and event.action is not None:
            reported[event.address, event.action] += 1
        on_event(event)

    done = session.runner.apply(folder, plan, parallelism=session.parallelism, on_event=hear)
    missing = expected.missing(reported, done.counts.imported)
    if missing:
        what = first_of(missing, _FEW)
        message = f"`terraform apply` of {folder.shown} ended successfully, but did not report as done: {what}"
        hint = f"is {session.runner.binary.command[0]} terraform itself? Plan again: the plan shows what is left"
        raise InfragenError(Diagnostic(INCOMPLETE, message, hint=hint))
    return done.counts
