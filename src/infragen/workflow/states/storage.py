"""What is stored of an environment's stacks: their states, read as they are and stored anew, and the marks of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.terraform.engine import Status, plan_jobs, run_stacks
from infragen.terraform.journal import Planning, both
from infragen.terraform.move_marks import mark_in, unfinished_move
from infragen.terraform.states import parse_state
from infragen.workflow.console import announce, console
from infragen.workflow.session import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from infragen.stacks.model import Stack
    from infragen.terraform.engine import Outcome, Step
    from infragen.terraform.journal import Journal
    from infragen.terraform.move_marks import Mark
    from infragen.terraform.runner import Folder, OnEvent
    from infragen.terraform.states import State
    from infragen.workflow.session import Session


T = TypeVar("T")

_PULLS = 8
"""States read at once, on however few cores: most of that is waiting."""


def pull_states(session: Session, stacks: Sequence[Stack]) -> dict[str, State]:
    """Return the states of stacks, read side by side; a stack of which nothing was ever stored is not among them.

    InfragenError M002 while one of them takes part in a state move.
    """
    announce(f"reading the states of {session.target}")
    states = _read(session, stacks, parse_state)
    found = {name: state for name, state in states.items() if state is not None}
    refuse_marked(session, {name: mark for name, state in found.items() if (mark := mark_in(state.outputs, name))})
    return found


def refuse_marked(session: Session, marks: Mapping[str, Mark]) -> None:
    """Refuse to go on while states are marked: InfragenError M002, on whatever machine the move began."""
    if marks:
        raise InfragenError(unfinished_move(tuple(marks.values()), finish_moves(session)))


def finish_moves(session: Session) -> str:
    """Return the command that moves, or finishes a move."""
    return command_line(session, "state moves", None, "--apply")


class StateBucket:
    """The states of a session's stacks, byte for byte; they hold secrets."""

    def __init__(self, session: Session) -> None:
        """Name them; the session knows every stack that is asked for."""
        self._session = session
        self._stacks = {stack.name: stack for stack in session.composed.stacks}

    def pull(self, stacks: Sequence[str]) -> dict[str, bytes]:
        """Return what is stored of each stack, empty for one that has no state."""

        def whole(content: bytes, name: str) -> bytes:
            return content if parse_state(content, name) is not None else b""

        return _read(self._session, [self._stacks[name] for name in stacks], whole)

    def push(self, stack: str, content: bytes) -> None:
        """Store a state, under its lock; InfragenError M003 where somebody else stored one meanwhile."""
        folder = _folders(self._session, [self._stacks[stack]])[stack]
        try:
            self._session.runner.state_push(folder, content)
        except InfragenError as error:
            message = f"the state of {folder.shown} was not stored: nothing of it has changed"
            hint = (
                "if somebody else stored one in the meantime, run this command again: it reads the stored states again"
            )
            raise type(error)(Diagnostic("M003", message, hint=hint), *error.diagnostics) from error


def refuse_failures(outcome: Outcome[object]) -> None:
    """Raise what the stacks that failed said."""
    if outcome.of(Status.STOPPED):
        raise KeyboardInterrupt
    raise_problems(dict.fromkeys(diagnostic for result in outcome.results for diagnostic in result.diagnostics))
    if not outcome.done:
        raise KeyboardInterrupt


def run_each(
    session: Session,
    names: Iterable[str],
    verb: str,
    step: Step[T],
    *,
    jobs: int | None = None,
    run: Journal | None = None,
) -> dict[str, T]:
    """Do a step for each of some stacks, side by side, and return what it gave; a `run` notes the locks it takes.

    Raises as `refuse_failures`.
    """
    graph: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    with console().progress(list(graph), verb) as progress:
        listeners = both(Planning(run), progress) if run else progress
        outcome = run_stacks(graph, step, session.stopper, jobs=jobs or plan_jobs(), progress=listeners)
    refuse_failures(outcome)
    return outcome.values


def _read(session: Session, stacks: Sequence[Stack], read: Callable[[bytes, str], T]) -> dict[str, T]:
    """Return what `read` makes of each stack's state, of what terraform gives and the stack's name."""
    folders = _folders(session, stacks)
    found: dict[str, T] = {}

    def pull(name: str, _on_event: OnEvent) -> None:
        found[name] = read(session.runner.state_pull(folders[name]), name)

    refuse_failures(run_stacks(dict.fromkeys(folders, ()), pull, session.stopper, jobs=max(_PULLS, plan_jobs())))
    return {stack.name: found[stack.name] for stack in stacks}


def _folders(session: Session, stacks: Sequence[Stack]) -> dict[str, Folder]:
    """Return where the states of stacks can be asked; a stack whose backend infragen cannot record is initialised."""
    folders = session.folders.prepare_states(session.tree, stacks)
    others = tuple(stack for stack in stacks if stack.name not in folders)
    for name, folder in (session.prepare_stacks(others) if others else {}).items():
        session.runner.init(folder)
        folders[name] = folder
    return folders
