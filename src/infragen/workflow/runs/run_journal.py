"""How a run begins: with a journal, before the first thing that may take a lock or make an object."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infragen import __version__
from infragen.redaction.log_redaction import redacted
from infragen.terraform.journal import Begin, Journal
from infragen.terraform.run_files import SavedTree
from infragen.workflow.invocation import ARGUMENTS, LOCK_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.workflow.session import Session


@contextmanager
def open_run(session: Session, verb: str, stacks: Iterable[str]) -> Iterator[Journal]:
    """Begin a run of some of the session's stacks, which keeps the files that it runs until nobody needs them."""
    begin = Begin(
        verb,
        session.target,
        command_of(session, verb),
        tuple(stacks),
        {"infragen": __version__, "terraform": session.runner.binary.version},
        session.on_sandbox,
        str(Path.cwd()),
        LOCK_TIMEOUT.get(),
    )
    tree = SavedTree({stack.name: stack.upstreams for stack in session.composed.stacks}, session.tree)
    with begun(session.project.root, begin, tree) as journal, session.runner.on_process_start(journal.process):
        yield journal


@contextmanager
def begun(project: Path, begin: Begin, tree: SavedTree) -> Iterator[Journal]:
    """Begin a run; one in which no work was begun, because nobody agreed to it, is forgotten when it ends.

    What is planned in it beforehand is told to a `Planning` of its journal, so that the locks of one that is killed
    there are found; what it shows, to `keep_shown`.
    """
    with Journal(project, begin, redacted) as journal:
        journal.keep_tree(tree)
        try:
            yield journal
        finally:
            if journal.is_empty:
                journal.discard()


def command_of(session: Session, verb: str) -> tuple[str, ...]:
    """Return the command line that runs."""
    return ARGUMENTS.get() or (verb, session.target, *(("--sandbox",) if session.on_sandbox else ()))
