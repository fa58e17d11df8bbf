"""The console of the command line: findings at their lines, change sets in formats, progress."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from infragen.commands.formats import findings_text, present, wants_colour
from infragen.workflow.console import Console, note, out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from infragen.diagnostics import Diagnostic
    from infragen.plan import ChangeSet
    from infragen.stacks.outputs import Instruction
    from infragen.terraform.engine import Progress


class Terminal(Console):
    """For a person at a terminal, or a log."""

    def findings(self, found: Iterable[Diagnostic], root: Path | None = None) -> None:
        note(findings_text(found, colour=wants_colour(sys.stderr), root=root))

    def changes(self, change_set: ChangeSet, title: str, output: str) -> None:
        out(present(change_set, title, output))

    def summary(self, change_set: ChangeSet) -> str:
        from infragen.report.labels import headline_counts
        from infragen.report.severity import risk_of

        risk = risk_of(change_set)
        return f"{headline_counts(change_set.summary)}; risk {risk.level.name} ({risk.reason})"

    def instructions(self, found: Sequence[Instruction], command: str) -> None:
        from infragen.report.instructions import after_apply

        note(after_apply(found, command))

    def progress(
        self, stacks: Sequence[str], verb: str, totals: Mapping[str, int] | None = None
    ) -> AbstractContextManager[Progress]:
        from infragen.report.progress import open_progress

        return open_progress(stacks, verb, totals=totals)
