"""What is printed and asked: the one way from a workflow to a person. The command line puts its console in place."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from infragen.diagnostics import Diagnostic
    from infragen.plan import ChangeSet
    from infragen.stacks.outputs import EntryOutput
    from infragen.terraform.engine import Progress


class Instruction(Struct, frozen=True):
    """What people are told of an entry, and its value; None where no state knows it, or has it as sensitive."""

    output: EntryOutput
    value: str | None


class Console(ABC):
    """Prints what needs formats: results on standard output, all else on standard error."""

    @abstractmethod
    def findings(self, found: Iterable[Diagnostic], root: Path | None = None) -> None:
        """Print findings with the lines they concern, of files below `root`: by default, the command's project."""

    @abstractmethod
    def changes(self, change_set: ChangeSet, title: str, output: str) -> None:
        """Print a change set in one of the formats."""

    @abstractmethod
    def summary(self, change_set: ChangeSet) -> str:
        """Return a change set in one line: how many changes, and the highest risk."""

    @abstractmethod
    def instructions(self, found: Sequence[Instruction], command: str) -> None:
        """Print what people are told of what was just applied, and the command that shows all of it."""

    @abstractmethod
    def progress(
        self, stacks: Sequence[str], verb: str, totals: Mapping[str, int] | None = None
    ) -> AbstractContextManager[Progress]:
        """Show how far some stacks are while something is done (`plan`, `apply`, `destroy`)."""


_IN_PLACE: list[Console] = []
"""The process's one console: threads, which do not know a command's context, print to it too."""


def use_console(console: Console) -> None:
    """Put a console in place."""
    _IN_PLACE[:] = [console]


def console() -> Console:
    """Return the console in place."""
    return _IN_PLACE[0]


def out(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Print something about the work, not its result."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
    sys.stderr.flush()


def announce(text: str) -> None:
    """Tell a person at a terminal what takes a while; a log has no need of it."""
    if sys.stderr.isatty():
        note(text)


def can_be_asked() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()  # None where the shell closed it (`<&-`)


def ask(question: str) -> str | None:
    """Return what a person answers; None once there is nobody to answer any more (Ctrl-D)."""
    sys.stderr.write(question)
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def confirm(question: str) -> bool:
    """Ask a person; only `yes` is a yes, and without a terminal nobody is there to say it."""
    if not can_be_asked():
        note(f"{question} There is no terminal to confirm on: add --yes")
        return False
    if ask(f"{question}\nEnter `yes` to continue: ") == "yes":
        return True
    note("nothing was done")
    return False
