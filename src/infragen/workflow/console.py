"""What is printed and asked: the one way from a workflow to a person. The command line puts its console in place."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TextIO

from infragen.text import printed

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.diagnostics import Diagnostic
    from infragen.plan import ChangeSet
    from infragen.stacks.outputs import Instruction
    from infragen.terraform.engine import Progress


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
    _IN_PLACE[:] = [console]


def console() -> Console:
    return _IN_PLACE[0]


def out(*lines: str) -> None:
    """Print a result: each text is one line, whatever is in it."""
    _write(sys.stdout, lines)


def note(*lines: str) -> None:
    _write(sys.stderr, lines)


def out_text(text: str, *, is_styled: bool = False, has_commands: bool = False) -> None:
    """Print a result whose lines end where a line feed is; those of a format have colours, or are workflow commands."""
    _write(sys.stdout, _lines(text), is_styled=is_styled, has_commands=has_commands)


def note_text(text: str, *, is_styled: bool = False) -> None:
    _write(sys.stderr, _lines(text), is_styled=is_styled)


def _lines(text: str) -> Sequence[str]:
    return text.removesuffix("\n").split("\n") if text else ()


def _write(stream: TextIO, lines: Sequence[str], *, is_styled: bool = False, has_commands: bool = False) -> None:
    """Write lines in the one form that nothing in them can leave (`infragen.text.printed`)."""
    stream.write("".join(f"{printed(line, is_styled=is_styled, has_commands=has_commands)}\n" for line in lines))
    stream.flush()


def announce(text: str) -> None:
    if sys.stderr.isatty():
        note(text)


def can_be_asked() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()  # None where the shell closed it (`<&-`)


def ask(question: str) -> str | None:
    sys.stderr.write(printed(question))
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def confirm(question: str) -> bool:
    if not can_be_asked():
        note(f"{question} There is no terminal to confirm on: add --yes")
        return False
    note(question)
    if ask("Enter `yes` to continue: ") == "yes":
        return True
    note("nothing was done")
    return False
