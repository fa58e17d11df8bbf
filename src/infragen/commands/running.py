"""How a run begins, with a question, and ends, with the truth about every stack."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from infragen.commands.show import diagnostics, to_stderr, wants_colour
from infragen.terraform.engine import Status

if TYPE_CHECKING:
    from infragen.commands.session import Session
    from infragen.diagnostics import Diagnostic
    from infragen.terraform.engine import Outcome
    from infragen.terraform.events import Counts

__all__ = ["conclude", "confirm"]


def confirm(question: str) -> bool:
    """Ask a person; only `yes` is a yes, and without a terminal nobody is there to say it."""
    if not sys.stdin.isatty():
        to_stderr(f"{question} Nobody is there to answer: add --yes")
        return False
    sys.stderr.write(f"{question} Only `yes` is taken as one: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() == "yes":
        return True
    to_stderr("nothing was done")
    return False


def conclude(session: Session, outcome: Outcome[Counts], verb: str) -> int:
    """Print what became of every stack and how to go on; return 0, 1 when one failed, 130 when a person stopped it."""
    done = outcome.of(Status.DONE)
    counts = outcome.values.values()
    added, changed, removed = (sum(getattr(c, field) for c in counts) for field in ("add", "change", "remove"))
    to_stderr(
        f"{session.target}: {len(done)} of {len(outcome.results)} stacks done: "
        f"{added} added, {changed} changed, {removed} destroyed"
    )
    if outcome.done:
        return 0
    for result in outcome.results:
        if result.status is Status.DONE:
            continue
        waits = f", waits for {', '.join(result.waits_for)}" if result.waits_for else ""
        to_stderr(f"  {result.stack}: {result.status}{waits}")
    found = [diagnostic for result in outcome.results for diagnostic in result.diagnostics]
    if session.stopper.requested:
        found, cut_short = _without_cut_short(found)
        if cut_short:
            to_stderr(f"  {cut_short} change{'' if cut_short == 1 else 's'} cut short; the next {verb} takes them up")
    if found:
        to_stderr(diagnostics(found, colour=wants_colour(sys.stderr), root=session.project.root))
    sandbox = " --sandbox" if session.on_sandbox else ""
    to_stderr(f"to go on: infragen {verb} {session.target}{sandbox}")
    return 130 if session.stopper.requested else 1


def _without_cut_short(found: list[Diagnostic]) -> tuple[list[Diagnostic], int]:
    """Return what went wrong by itself, and how many changes ended because a person stopped the run."""
    others = [diagnostic for diagnostic in found if not diagnostic.message.endswith("context canceled")]
    return others, len(found) - len(others)
