"""The console of the command line: results on standard output, all else and questions on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from infragen.commands.formats import present
from infragen.commands.terminal import findings_text, wants_colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from infragen.diagnostics import Diagnostic
    from infragen.plan import ChangeSet
    from infragen.terraform.engine import Progress

__all__ = ["Terminal"]


class Terminal:
    """`infragen.workflow.console.Console` for a person at a terminal, or a log."""

    def out(self, text: str) -> None:
        """Print a result."""
        sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Print something about the work, not its result."""
        sys.stderr.write(text if text.endswith("\n") else text + "\n")
        sys.stderr.flush()

    def announce(self, text: str) -> None:
        """Tell a person at a terminal what takes a while; a log has no need of it."""
        if sys.stderr.isatty():
            self.note(text)

    def findings(self, found: Iterable[Diagnostic], root: Path | None = None) -> None:
        """Print findings with the lines they concern, of files below `root`: by default, the command's project."""
        self.note(findings_text(found, colour=wants_colour(sys.stderr), root=root))

    def changes(self, change_set: ChangeSet, title: str, output: str) -> None:
        """Print a change set in one of the formats."""
        self.out(present(change_set, title, output))

    def summary(self, change_set: ChangeSet) -> str:
        """Return a change set in one line: how many changes, and the highest risk."""
        from infragen.report.labels import headline_counts
        from infragen.report.severity import risk_of

        risk = risk_of(change_set)
        return f"{headline_counts(change_set.summary)}; risk {risk.level.name} ({risk.reason})"

    def progress(
        self, stacks: Sequence[str], verb: str, totals: Mapping[str, int] | None = None
    ) -> AbstractContextManager[Progress]:
        """Show how far some stacks are while something is done (`plan`, `apply`, `destroy`)."""
        from infragen.report.progress import open_progress

        return open_progress(stacks, verb, totals=totals)

    def can_be_asked(self) -> bool:
        """Whether a person is there to answer."""
        return sys.stdin is not None and sys.stdin.isatty()  # None where the shell closed it (`<&-`)

    def ask(self, question: str) -> str:
        """Return what a person answers."""
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline().strip()
