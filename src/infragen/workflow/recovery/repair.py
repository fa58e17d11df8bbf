"""After a crash: who is still at work, who holds the locks, and what was made that no state knows."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import LOCK_FILE
from infragen.terraform.engine import Status
from infragen.terraform.journal import (
    deleted_since,
    list_runs,
    note_process,
    note_recovered,
    note_recovering,
    open_runs,
)
from infragen.terraform.locks import this_user
from infragen.terraform.move_steps import marks_of
from infragen.terraform.runner import left_state
from infragen.terraform.states import parse_state
from infragen.workflow.console import confirm, note
from infragen.workflow.recovery.orphans import LeftBehind, Recovered, import_orphans
from infragen.workflow.recovery.running_terraforms import await_terraforms, refuse_while_running
from infragen.workflow.session import command_line, end_idle_providers
from infragen.workflow.states.removed_stacks import shells, with_removed_stacks
from infragen.workflow.states.storage import StateBucket, refuse_marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infragen.terraform.journal import Run, StackRun
    from infragen.terraform.locks import Lock
    from infragen.terraform.move_journal import MoveJournal
    from infragen.terraform.runner import Folder
    from infragen.workflow.session import Session


_SLACK = timedelta(seconds=60)
"""How much a clock may be put right meanwhile, and how long a terraform may take until it asks for its lock."""


def release(session: Session, name: str, folder: Folder, *, yes: bool) -> bool:
    """Release the lock of a stack's state, after a look at who holds it and, without `yes`, a question.

    False when a person said no.
    """
    lock = session.runner.lock_of(folder)
    if lock is None:
        return True
    note(f"{name}: locked by {lock.describe()}")
    refuse_while_running(session, name)
    if not yes and not confirm(f"Release this lock of {session.environment.target}/{name}?"):
        return False
    session.runner.unlock(folder, lock)
    note(f"{name}: released")
    return True


def release_own_lock(
    session: Session, name: str, folder: Folder, runs: Sequence[Run | MoveJournal], found: Recovered
) -> None:
    """Release the lock that one of some runs of this user took on this machine, and store a state that it could not.

    InfragenError T022 for any other lock.
    """
    lock = session.runner.lock_of(folder)
    if lock is not None:
        note(f"{name}: locked by {lock.describe()}")
        _refuse_others(session, name, lock, runs)
        session.runner.unlock(folder, lock)
        note(f"{name}: released")
        found.locks += 1
    found.states += _store_left_state(session, name, folder)


def _refuse_others(session: Session, name: str, lock: Lock, runs: Sequence[Run | MoveJournal]) -> None:
    """Refuse a lock that may be somebody else's, InfragenError T022, or that of a process here, InfragenError T038."""
    refuse_while_running(session, name)
    if not _is_ours(lock, runs):
        why = f"is not this run's: {lock.describe()}"
        hint = f"ask them; if that run is dead, `{command_line(session, 'unlock', name)}`"
        raise InfragenError(Diagnostic("T022", f"the lock of {name} {why}", hint=hint))


def recover(session: Session, run: Run) -> Recovered:
    """Put right what runs left behind: locks of the dead, states that were not stored, objects that no state knows.

    Looks at this run's stacks, and at whatever earlier runs of the environment left behind, whether the catalogue still
    has those stacks or not: what a run made is taken in with the files that it ran. That it is at work is noted first.
    """
    found = Recovered()
    with session.runner.on_process_start(partial(note_process, run)):
        _recover(session, run, found)
    return found


def _recover(session: Session, run: Run, found: Recovered) -> None:
    left = left_behind(session, run)
    touched = wait_for_processes(session, left)
    for name in touched:
        _release_own_locks(session, name, [run, *(part.run for part in left if part.stack == name)], found)
    if touched:
        _refuse_moves(session, touched)
    for identifier in dict.fromkeys(part.run.id for part in left):
        _take_in_all(session, [part for part in left if part.run.id == identifier], found)
    _print_replaced(session, left, found)
    if not found.unanswered:
        note_recovered(run, touched)
    _print_removed(session, touched)


def wait_for_processes(session: Session, left: Sequence[LeftBehind]) -> tuple[str, ...]:
    """Wait until no process of theirs is at work, note that what they left is looked at, and return whose it is."""
    touched = tuple(dict.fromkeys(part.stack for part in left))
    end_idle_providers(session.project.root, session.folders)
    await_terraforms(session, touched)
    for one in {part.run.id: part.run for part in left}.values():
        note_recovering(one, [part.stack for part in left if part.run.id == one.id])
    return touched


def _refuse_moves(session: Session, stacks: Iterable[str]) -> None:
    """Refuse to take anything into the state of a stack that takes part in a state move: InfragenError M002."""
    whole = with_removed_stacks(session, shells(session, stacks))
    refuse_marked(session, marks_of(StateBucket(whole).pull(tuple(stacks))))


def left_behind(session: Session, run: Run) -> tuple[LeftBehind, ...]:
    """Return what a run and earlier ones of its environment left behind, of the latest run first."""
    earlier = [
        one
        for one in open_runs(session.project.root)
        if one.begin.environment == run.begin.environment and one.order < run.order
    ]
    own = (stack for stack in run.stacks if stack.looked_at or stack.status not in {Status.DONE, Status.NOT_STARTED})
    left = [(run, stack) for stack in own if not stack.settled]
    left += [(one, stack) for one in earlier for stack in one.stacks if stack.waits(one.end)]
    runs = list_runs(session.project.root) if left else ()
    gone = {one.id: deleted_since(one, runs) for one, _ in left}
    return tuple(_part(one, stack, gone[one.id]) for one, stack in left)


def _part(run: Run, stack: StackRun, gone: Mapping[str, frozenset[str]]) -> LeftBehind:
    made = {one: identifier for one, identifier in stack.made.items() if identifier not in gone.get(stack.stack, ())}
    return LeftBehind(
        run, stack.stack, made, stack.possibly_created, stack.possibly_begun, stack.failed, stack.is_unstored
    )


def _in_world_of(session: Session, run: Run) -> Session:
    """Return the session with the files that a run ran; with today's, and a shell for what they lack, if it kept none.

    The environment's own settings, and where it lies, are today's.
    """
    tree = run.tree
    if tree is None:
        return with_removed_stacks(session, shells(session, (stack.stack for stack in run.stacks)))
    if tree.texts == session.tree:
        return session
    files = {path: text for path, text in tree.texts.items() if not path.endswith(LOCK_FILE)}
    composed = replace(session.composed, stacks=tree.stacks, files=files)
    return replace(session, composed=composed, stacks=tree.stacks, tree=tree.texts)


def _prepared(session: Session, run: Run, stacks: Iterable[str]) -> Mapping[str, Folder]:
    """Make the folders of stacks ready with the files that a run ran."""
    world, wanted = _in_world_of(session, run), set(stacks)
    return world.prepare_stacks(tuple(stack for stack in world.composed.stacks if stack.name in wanted))


def _release_own_locks(session: Session, name: str, runs: Sequence[Run], found: Recovered) -> None:
    """Release the lock of a stack, and store its state if that was not possible: in its folder as it was left.

    `runs` are the one that is put right, which may have begun to before, and those that left something there.
    """
    folder = session.folders.stack(name)
    if not (folder.path / ".terraform").is_dir():
        _prepared(session, runs[1], [name])
    release_own_lock(session, name, folder, runs, found)


def _take_in_all(session: Session, parts: Sequence[LeftBehind], found: Recovered) -> None:
    """Take in what one run left behind."""
    parts = [part for part in parts if part.made or part.possibly_created or part.possibly_begun or part.failed]
    if not parts:
        return
    run = parts[0].run
    folders = _prepared(session, run, [part.stack for part in parts])
    for part in parts:
        if part.stack in folders:
            import_orphans(session, part, folders[part.stack], found)


def _print_replaced(session: Session, left: Sequence[LeftBehind], found: Recovered) -> None:
    """Name the objects that a run made, and in whose place a state has others since: nobody else knows of them."""
    for name in dict.fromkeys(part.stack for part in left if part.made):
        objects = _objects(session, next(part.run for part in left if part.stack == name), name)
        known = {identifier for _, identifier in objects}
        addresses = {address for address, _ in objects}
        made = {(address, one): None for part in left if part.stack == name for address, one in part.made.items()}
        for address, identifier in made:
            if address in addresses and identifier not in known:
                found.unclear += 1
                note(
                    f"{name}: {address} ({identifier}) was created, but the state has another object in its place: "
                    "check AWS, it is in no state"
                )


def _objects(session: Session, run: Run, name: str) -> tuple[tuple[str, str], ...]:
    """Return address and id of each object in the state of a stack that a run touched."""
    world = _in_world_of(session, run)
    stacks = tuple(stack for stack in world.composed.stacks if stack.name == name)
    folder = session.folders.prepare_states(world.tree, stacks).get(name) or session.folders.stack(name)
    state = parse_state(session.runner.state_pull(folder), name)
    return tuple(state.objects()) if state else ()


def _print_removed(session: Session, touched: Iterable[str]) -> None:
    """Say how to get rid of stacks that the catalogue no longer has."""
    here = {stack.name for stack in session.composed.stacks}
    for name in touched:
        if name not in here:
            note(
                f"{name}: the catalogue no longer has this stack; `{command_line(session, 'destroy', name)}` destroys "
                "what is left of it"
            )


def _is_ours(lock: Lock, runs: Sequence[Run | MoveJournal]) -> bool:
    """Whether this user took a lock here while a terraform of some runs may have; containers may share both names."""
    since, until = min(run.began for run in runs), max(run.locks_until for run in runs)
    return lock.who == this_user() and lock.created is not None and since - _SLACK < lock.created <= until + _SLACK


def _store_left_state(session: Session, name: str, folder: Folder) -> bool:
    """Store the state that terraform could not, and say whether there was one."""
    if left_state(folder) is None:
        return False
    left = folder.path / "errored.tfstate"
    session.runner.state_push(folder, left.read_bytes())
    left.unlink()
    note(f"{name}: the state that could not be stored is stored now")
    return True
