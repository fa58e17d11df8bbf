"""After a crash: who is still at work, who holds the locks, and what was made that no state knows."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import LOCK_FILE
from infragen.terraform.engine import Status
from infragen.terraform.journal import deleted_since, note_process, note_recovered, note_recovering
from infragen.terraform.locks import Lock, this_user
from infragen.terraform.move_journal import MoveJournal
from infragen.terraform.move_steps import marks_of
from infragen.terraform.run_history import earlier_runs, list_runs
from infragen.terraform.run_records import Run
from infragen.terraform.runner import Folder, left_content, left_file
from infragen.terraform.running_processes import Process, all_processes, at_work_elsewhere, at_work_in
from infragen.terraform.states import parse_state, without_objects
from infragen.text import counted, first_of
from infragen.workflow.console import confirm, note
from infragen.workflow.recovery.half_made import keep_half_made
from infragen.workflow.recovery.orphans import LeftBehind, Recovered, import_orphans
from infragen.workflow.session import Session, command_line, end_idle_providers
from infragen.workflow.states.storage import StateBucket, refuse_marked, shells, with_removed_stacks

_PATIENCE = 600.0
"""Seconds to wait for a terraform that outlived its infragen: it is saving what it did."""
_PARTS = 3
"""Of a stack's folder, what says which stack it is: system, environment, stack."""


def await_terraforms(session: Session, stacks: Iterable[str]) -> None:
    """InfragenError T038 for one that does not end, is stopped, or has a terminal: a person may be asked there."""
    deadline = time.monotonic() + _PATIENCE
    processes = all_processes()
    for name in stacks:
        found = _at_work_on(session, name, processes)
        if found and not _held(found[0], processes):
            note(f"{name}: {found[0].describe()} is still running; waiting for it to end")
        while found:
            if held := _held(found[0], processes):
                go_on = f"`kill -CONT {held.pid}` continues it; then run the same command again"
                raise _at_work(session, name, f"{found[0].describe()}, of which process {held.pid} is stopped,", go_on)
            if found[0].terminal or time.monotonic() > deadline:
                raise _at_work(session, name, found[0].describe())
            time.sleep(0.3)
            processes = all_processes()
            found = _at_work_on(session, name, processes)


def _held(terraform: Process, processes: Sequence[Process]) -> Process | None:
    return next((one for one in processes if one.stopped and one.session == terraform.session), None)


def refuse_while_running(session: Session, name: str) -> None:
    """Refuse to touch a stack's lock while a terraform on this machine may hold it: InfragenError T038 names it."""
    place = session.folders.stack(name).path
    processes = all_processes()
    for found in _at_work_on(session, name, processes):
        raise _at_work(session, name, found.describe())
    # The emulated AWS is each project's own.
    for found in () if session.on_sandbox else at_work_elsewhere(place, _PARTS, processes):
        raise _at_work(session, name, f"{found.describe()} in {found.folder}")


def _at_work_on(session: Session, name: str, processes: Sequence[Process]) -> tuple[Process, ...]:
    places = session.folders.stack(name).path, session.folders.state(name).path
    return tuple(found for place in places for found in at_work_in(place, processes))


def _at_work(
    session: Session, name: str, who: str, hint: str = "wait until it ends, or stop it: it holds the lock"
) -> InfragenError:
    return InfragenError(Diagnostic("T038", f"{who} is working on {session.environment.target}/{name}", hint=hint))


_SLACK = timedelta(seconds=60)
"""How much a clock may be put right meanwhile, and how long a terraform may take until it asks for its lock."""


def release(session: Session, name: str, folder: Folder, *, yes: bool) -> bool:
    """Release a lock after a look at who holds it; False when a person, asked without `yes`, said no."""
    lock = session.runner.lock_of(folder)
    if lock is None:
        return True
    note(f"{name}: locked by {lock.describe()}")
    refuse_while_running(session, name)
    if not yes and not confirm(f"Release this lock of {session.environment.target}/{name}?"):
        return False
    _unlock(session, name, folder, lock)
    return True


def _unlock(session: Session, name: str, folder: Folder, lock: Lock) -> int:
    """Release a lock, tell the state what was deleted under it, and return how much that was.

    A state that could not be stored knows it all. Any other is stored one serial on, so that no machine's record holds
    any more of what the stack was made from; terraform refuses that where another one was stored since.
    """
    content = _stored(session, name, folder) if lock.operation == "apply" and not left_content(folder) else b""
    session.runner.unlock(folder, lock)
    note(f"{name}: released")
    if not content:
        return 0
    told, gone = without_objects(content, _deleted_under(session, name, lock))
    session.runner.state_push(folder, told)
    if gone:
        what = f"{counted(len(gone), 'object')} that the run deleted"
        note(f"{name}: out of the state now, {what}: {first_of(gone, 5)}")
    return len(gone)


def _stored(session: Session, name: str, folder: Folder) -> bytes:
    """Return the state of a stack; nothing where there is none, or none that can be read."""
    with suppress(InfragenError):
        content = session.runner.state_pull(folder)
        return content if parse_state(content, name) else b""
    return b""


def _deleted_under(session: Session, name: str, lock: Lock) -> frozenset[tuple[str, str]]:
    """Return what the run that took a lock here deleted of a stack (address and id), and was not to make anew."""
    about = session.environment.target, session.on_sandbox
    runs = [run for run in list_runs(session.project.root) if run.begin.environment == about and _is_ours(lock, [run])]
    # One that began after it has it only if the clock was put back meanwhile.
    runs.sort(key=lambda run: lock.created is None or run.began > lock.created)
    stack = next((stack for run in runs for stack in run.stacks if stack.stack == name), None)
    if stack is None:
        return frozenset()
    anew = {*stack.made, *stack.possibly_created, *(stack.creates or ())}
    return frozenset(one for one in stack.deleted if one[0] not in anew)


def release_own_lock(
    session: Session, name: str, folder: Folder, runs: Sequence[Run | MoveJournal], found: Recovered
) -> None:
    """InfragenError T022 for a lock that none of these runs took here, T038 for that of a process here."""
    lock = session.runner.lock_of(folder)
    if lock is not None:
        note(f"{name}: locked by {lock.describe()}")
        refuse_while_running(session, name)
        if not _is_ours(lock, runs):
            why = f"is not this run's: {lock.describe()}"
            hint = f"ask them; if that run is dead, `{command_line(session, 'unlock', name)}`"
            raise InfragenError(Diagnostic("T022", f"the lock of {name} {why}", hint=hint))
        found.deleted += _unlock(session, name, folder, lock)
        found.locks += 1
    left = left_file(folder)
    if lock is None and not left.exists():
        found.unlocked.append(name)
    if content := left_content(folder):
        session.runner.state_push(folder, content)
        left.unlink()
        note(f"{name}: the state that could not be stored is stored now")
        found.states += 1
    elif left.exists():
        aside = left.replace(left.with_suffix(".unusable"))
        now = f"it is {aside.name} now; the run's journal says what was made"
        note(f"{name}: {left.name} is empty or cut off, so {now}")


def recover(session: Session, run: Run) -> Recovered:
    """Put right what runs left behind: locks of the dead, states that were not stored, objects that no state knows.

    Looks at this run's stacks, and at whatever earlier runs of the environment left behind, whether the catalogue still
    has those stacks or not: what a run made is taken in with the files that it ran. That it is at work is noted first.
    """
    found = Recovered()
    with session.runner.on_process_start(partial(note_process, run)):
        left = left_behind(session, run)
        touched = wait_for_processes(session, left)
        for name in touched:  # a state that could not be stored lies in the stack's folder as it was left
            folder, runs = session.folders.stack(name), [run, *(part.run for part in left if part.stack == name)]
            if not (folder.path / ".terraform").is_dir():
                _prepared(session, runs[1], [name])
            release_own_lock(session, name, folder, runs, found)
        if touched:  # InfragenError M002: nothing is taken into the state of a stack that takes part in a state move
            whole = with_removed_stacks(session, shells(session, touched))
            contents = StateBucket(whole).pull(touched)
            refuse_marked(session, marks_of(contents))
            states = {name: state for name in touched if (state := parse_state(contents[name], name)) is not None}
            found.kept += keep_half_made(whole, states)
        for identifier in dict.fromkeys(part.run.id for part in left):
            own = [part for part in left if part.run.id == identifier]
            parts = [one for one in own if one.made or one.possibly_created or one.possibly_begun or one.failed]
            if parts:
                folders = _prepared(session, parts[0].run, [one.stack for one in parts])
                for one in parts:
                    if one.stack in folders:
                        import_orphans(session, one, folders[one.stack], found)
        _print_replaced(session, left, found)
        close_recovery(run, touched, found)
        here = {stack.name for stack in session.composed.stacks}
        for name in (name for name in touched if name not in here):
            destroy = command_line(session, "destroy", name)
            note(f"{name}: the catalogue no longer has this stack; `{destroy}` destroys what is left of it")
    return found


def close_recovery(run: Run, stacks: Sequence[str], found: Recovered) -> None:
    """Note it as put right, unless a person has to say something; what an earlier look could not tell is said again."""
    known = ((one, what) for one in (run, *earlier_runs(run)) for what in one.unclear)
    again = [(one, what) for one, what in known if what not in found.told.get(one.id, ())]
    if again:
        note("an earlier `resume` named these, and nothing tells what became of them:")
    for one, what in again:
        note(f"  {what}")
        found.tell(one, what)
    if not found.unanswered:
        note_recovered(run, stacks, found.told)


def wait_for_processes(session: Session, left: Sequence[LeftBehind]) -> tuple[str, ...]:
    touched = tuple(dict.fromkeys(part.stack for part in left))
    end_idle_providers(session.project.root, session.folders)
    await_terraforms(session, touched)
    for one in {part.run.id: part.run for part in left}.values():
        note_recovering(one, [part.stack for part in left if part.run.id == one.id])
    return touched


def left_behind(session: Session, run: Run) -> tuple[LeftBehind, ...]:
    earlier = earlier_runs(run)
    ended = {Status.DONE, Status.PARTLY_DONE, Status.NOT_STARTED}
    own = (stack for stack in run.stacks if stack.looked_at or stack.status not in ended)
    left = [(run, stack) for stack in own if not stack.settled]
    left += [(one, stack) for one in earlier for stack in one.stacks if stack.waits(one.end)]
    runs = list_runs(session.project.root) if left else ()
    gone = {one.id: deleted_since(one, runs) for one, _ in left}
    parts = []
    for one, stack in left:
        lost = gone[one.id].get(stack.stack, ())
        made = {address: identifier for address, identifier in stack.made.items() if identifier not in lost}
        perhaps = stack.possibly_created, stack.possibly_begun, stack.failed
        parts.append(LeftBehind(one, stack.stack, made, *perhaps, stack.is_unstored))
    return tuple(parts)


def _in_world_of(session: Session, run: Run) -> Session:
    """Return the session with the files that a run ran, else today's and shells; its settings are today's."""
    tree = run.tree
    if tree is None:
        return with_removed_stacks(session, shells(session, (stack.stack for stack in run.stacks)))
    if tree.texts == session.tree:
        return session
    files = {path: text for path, text in tree.texts.items() if not path.endswith(LOCK_FILE)}
    composed = replace(session.composed, stacks=tree.stacks, files=files)
    return replace(session, composed=composed, stacks=tree.stacks, tree=tree.texts)


def _prepared(session: Session, run: Run, stacks: Iterable[str]) -> Mapping[str, Folder]:
    world, wanted = _in_world_of(session, run), set(stacks)
    return world.prepare_stacks(tuple(stack for stack in world.composed.stacks if stack.name in wanted))


def _print_replaced(session: Session, left: Sequence[LeftBehind], found: Recovered) -> None:
    """Name the objects that a run made, and in whose place a state has others since: nobody else knows of them."""
    for name in dict.fromkeys(part.stack for part in left if part.made):
        world = _in_world_of(session, next(part.run for part in left if part.stack == name))
        stacks = tuple(stack for stack in world.composed.stacks if stack.name == name)
        folder = session.folders.prepare_states(world.tree, stacks).get(name) or session.folders.stack(name)
        state = parse_state(session.runner.state_pull(folder), name)
        objects = {*state.objects()} if state else set()  # of one address several: deposed ones, too
        addresses, known = ({one[part] for one in objects} for part in (0, 1))
        made = {one: part.run for part in left if part.stack == name for one in part.made.items()}
        for (address, identifier), run in made.items():
            if address in addresses and identifier not in known:
                what = "was created, but the state has another object in its place: check AWS, it is in no state"
                note(said := f"{name}: {address} ({identifier}) {what}")
                found.tell(run, said)


def _is_ours(lock: Lock, runs: Sequence[Run | MoveJournal]) -> bool:
    """Whether this user took a lock here while a terraform of some runs may have; containers may share both names."""
    if lock.who != this_user() or (at := lock.created) is None:
        return False
    return any(since - _SLACK < at <= until + _SLACK for run in runs for since, until in run.lock_windows)
