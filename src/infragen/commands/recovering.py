"""After a crash: who is still at work, who holds the locks, and what was made that no state knows."""

from __future__ import annotations

import getpass
import os
import pwd
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.commands.at_work import await_terraforms, end_idle_providers, refuse_while_at_work
from infragen.commands.running import confirm
from infragen.commands.session import command_line
from infragen.commands.show import to_stderr
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan.named import names_to_import
from infragen.terraform.engine import Status
from infragen.terraform.journal import list_runs, note_recovered
from infragen.terraform.runner import PlanOptions, left_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from infragen.commands.session import Session
    from infragen.terraform.journal import Run
    from infragen.terraform.locks import Lock
    from infragen.terraform.runner import Folder

__all__ = ["Found", "recover", "release"]

_SLACK = 60.0
"""Seconds that the clock of the state's bucket and this machine's may differ."""

_NOT_CONFIGURED = ("does not exist in the configuration", "is not defined in the configuration")
"""What terraform says of an address that the stack's files do not have."""

_NOT_THERE = ("non-existent remote object", "does not exist", "couldn't find resource", "not found")
"""What terraform says of an object that it should take in and that is not there."""


def release(session: Session, name: str, folder: Folder, *, yes: bool) -> bool:
    """Release the lock of a stack's state, after a look at who holds it and, without `yes`, a question.

    False when a person said no.
    """
    lock = session.runner.lock_of(folder)
    if lock is None:
        return True
    to_stderr(f"{name}: locked by {lock.describe()}")
    refuse_while_at_work(session, name)
    if not yes and not confirm(f"Release this lock of {session.environment.target}/{name}?"):
        return False
    session.runner.unlock(folder, lock)
    to_stderr(f"{name}: released")
    return True


def _release_of_run(session: Session, name: str, folder: Folder, since: datetime) -> bool:
    """Release the lock that this user's run on this machine took after `since`, and say whether there was one.

    InfragenError T022 for any other lock.
    """
    lock = session.runner.lock_of(folder)
    if lock is None:
        return False
    to_stderr(f"{name}: locked by {lock.describe()}")
    _refuse_others(session, name, lock, since)
    session.runner.unlock(folder, lock)
    to_stderr(f"{name}: released")
    return True


def _refuse_others(session: Session, name: str, lock: Lock, since: datetime) -> None:
    """Refuse a lock that may be somebody else's, InfragenError T022, or that of a process here, InfragenError T038."""
    refuse_while_at_work(session, name)
    if not _is_ours(lock, since):
        why = f"is not this run's: {lock.describe()}"
        hint = f"ask them; if that run is dead, `{command_line(session, 'unlock', name)}`"
        raise InfragenError(Diagnostic("T022", f"the lock of {name} {why}", hint=hint))


@dataclass(frozen=True, slots=True)
class _LeftBehind:
    """What runs left behind in a stack: when the first of them began, what was made, and what may have been."""

    stack: str
    since: datetime
    made: Mapping[str, str]
    perhaps: frozenset[str]


@dataclass(slots=True)
class Found:
    """What runs had left behind: locks and states, objects that a state has now, and those somebody has to look for."""

    locks: int = 0
    states: int = 0
    objects: int = 0
    unclear: int = 0

    def __bool__(self) -> bool:
        return bool(self.locks or self.states or self.objects or self.unclear)

    def __str__(self) -> str:
        said = (
            (self.locks, "lock", "released"),
            (self.states, "state", "stored"),
            (self.objects, "object", "taken into the state"),
            (self.unclear, "object", "to look for, as said above"),
        )
        return ", ".join(f"{count} {what}{'' if count == 1 else 's'} ({done})" for count, what, done in said if count)


def recover(session: Session, run: Run) -> Found:
    """Put right what runs left behind: locks of the dead, states that were not stored, objects that no state knows.

    Looks at this run's stacks, and at earlier runs as far back as each stack's last good end.
    """
    found = Found()
    touched = _left_behind(session, run)
    end_idle_providers(session.project.root, session.folders)
    await_terraforms(session, touched)
    folders = {name: session.folders.stack(name) for name in touched}
    for name, left in touched.items():
        if (folders[name].path / ".terraform").is_dir():
            found.locks += _release_of_run(session, name, folders[name], left.since)
            found.states += _store_left_state(session, name, folders[name])
    if touched:
        chosen = tuple(stack for stack in session.composed.stacks if stack.name in touched)
        ready = session.prepare_stacks(chosen)
        for name, left in touched.items():
            _take_in(session, left, ready[name], found)
    note_recovered(run)
    return found


def _left_behind(session: Session, run: Run) -> dict[str, _LeftBehind]:
    target = session.environment.target
    same = [
        other
        for other in list_runs(session.project.root)
        if other.id <= run.id
        and other.begin.sandbox == run.begin.sandbox
        and f"{other.begin.target}/".startswith(f"{target}/")
    ]
    known = {stack.name for stack in session.composed.stacks}
    found = {}
    for stack in run.stacks:
        if stack.stack in known and stack.status is not Status.DONE:
            left = _of_stack(stack.stack, same)
            if left is not None:
                found[stack.stack] = left
    return found


def _of_stack(name: str, runs: Iterable[Run]) -> _LeftBehind | None:
    """Add up what the runs, the latest first, left behind in a stack since it last ended well."""
    left: _LeftBehind | None = None
    for run in runs:
        stack = next((stack for stack in run.stacks if stack.stack == name), None)
        if stack is None or stack.status is Status.NOT_STARTED:
            continue
        if stack.status is Status.DONE or run.recovered:
            break
        made = {**stack.made, **(left.made if left else {})}
        perhaps = frozenset({*stack.open, *stack.cut, *(left.perhaps if left else ())})
        left = _LeftBehind(name, run.began, made, perhaps - made.keys())
    return left


def _is_ours(lock: Lock, since: datetime) -> bool:
    return (
        lock.who == f"{_user()}@{socket.gethostname()}"
        and lock.created is not None
        and (lock.created - since).total_seconds() > -_SLACK
    )


def _user() -> str:
    """Return this user's name as terraform finds it: of the system, whatever the variables say (su, sudo)."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without a name
        return getpass.getuser()


def _store_left_state(session: Session, name: str, folder: Folder) -> bool:
    """Store the state that terraform could not, and say whether there was one."""
    if left_state(folder) is None:
        return False
    left = folder.path / "errored.tfstate"
    session.runner.state_push(folder, left)
    left.unlink()
    to_stderr(f"{name}: the state that could not be stored is stored now")
    return True


def _take_in(session: Session, left: _LeftBehind, folder: Folder, found: Found) -> None:
    """Take what the runs made, and the state does not have, into the state."""
    known = set(session.runner.state_list(folder))
    for address, identifier in left.made.items():
        if address not in known:
            _adopt(session, left.stack, folder, address, identifier, found)
    perhaps = left.perhaps - known
    if perhaps:
        named = _names(session, left.stack, folder, perhaps)
        for address, identifier in named.items():
            _adopt(session, left.stack, folder, address, identifier, found)
        for address in sorted(perhaps - named.keys()):
            found.unclear += 1
            to_stderr(f"{left.stack}: {address} was under way; whether AWS made it, nobody said: look for it there")


def _names(session: Session, stack: str, folder: Folder, addresses: frozenset[str]) -> dict[str, str]:
    """Return the names under which AWS may know objects that were under way, as a plan says them."""
    saved = session.folders.plan_file(stack)
    shown = saved.with_suffix(".json")
    try:
        session.runner.plan(folder, saved, PlanOptions(refresh=False))
        return names_to_import(session.runner.show_json(folder, saved, shown), addresses)
    finally:
        saved.unlink(missing_ok=True)
        shown.unlink(missing_ok=True)


def _adopt(session: Session, stack: str, folder: Folder, address: str, identifier: str, found: Found) -> None:
    try:
        session.runner.adopt(folder, address, identifier)
    except InfragenError as error:
        said = " ".join(str(error).lower().split())  # terraform folds its lines
        if any(words in said for words in _NOT_CONFIGURED):
            found.unclear += 1
            to_stderr(
                f"{stack}: {address} ({identifier}) is not in the catalogue any more: AWS may still have it, look"
            )
        elif any(words in said for words in _NOT_THERE):
            to_stderr(f"{stack}: {address} ({identifier}) was not made, or is gone")
        else:
            raise
    else:
        found.objects += 1
        to_stderr(f"{stack}: taken into the state: {address} ({identifier})")
