"""After a crash: who is still at work, who holds the locks, and what was made that no state knows."""

from __future__ import annotations

import getpass
import socket
import time
from typing import TYPE_CHECKING

from infragen.commands.running import confirm
from infragen.commands.show import to_stderr
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.engine import Status
from infragen.terraform.process import working_in
from infragen.terraform.runner import left_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from infragen.commands.session import Session
    from infragen.terraform.journal import Run, StackRun
    from infragen.terraform.locks import Lock
    from infragen.terraform.runner import Folder

__all__ = ["await_orphans", "recover", "release"]

_PATIENCE = 600.0
"""Seconds to wait for a terraform that outlived its infragen: it is saving what it did."""

_SLACK = 60.0
"""Seconds that the clock of the state's bucket and this machine's may differ."""

_NOT_THERE = ("non-existent remote object", "does not exist", "couldn't find resource", "not found")
"""What terraform says of an object that it should take in and that is not there."""


def await_orphans(session: Session, stacks: Iterable[str]) -> None:
    """Wait for what outlived an infragen that was killed; InfragenError T038 when it does not end."""
    deadline = time.monotonic() + _PATIENCE
    for name in stacks:
        told = False
        while pids := working_in(session.folders.stack(name).path):
            if not told:
                to_stderr(f"{name}: terraform (process {pids[0]}) still works; waiting for its end")
                told = True
            if time.monotonic() > deadline:
                raise InfragenError(
                    Diagnostic("T038", f"terraform (process {pids[0]}) still works on {name}", hint="wait, or stop it")
                )
            time.sleep(0.3)


def release(session: Session, name: str, folder: Folder, *, yes: bool, since: datetime | None = None) -> bool:
    """Release the lock of a stack's state, after a look at who holds it and, without `yes`, a question.

    With `since`, only a lock that this user's run on this machine took after that is released; InfragenError T022 for
    any other. False when a person said no.
    """
    lock = session.runner.lock_of(folder)
    if lock is None:
        return True
    to_stderr(f"{name}: locked by {lock.describe()}")
    if since is not None and not _is_ours(lock, since):
        raise InfragenError(
            Diagnostic(
                "T022",
                f"the lock of {name} is not this run's: {lock.describe()}",
                hint=f"ask them; if that run is dead, `infragen unlock {session.environment.target}/{name}`",
            )
        )
    if not yes and not confirm(f"Release this lock of {session.environment.target}/{name}?"):
        return False
    session.runner.unlock(folder, lock)
    to_stderr(f"{name}: released")
    return True


def recover(session: Session, run: Run) -> None:
    """Put right what a run left behind: locks of the dead, states that were not stored, objects that no state knows."""
    known = {stack.name for stack in session.composed.stacks}
    touched = [stack for stack in run.stacks if stack.stack in known and _needs_a_look(stack)]
    await_orphans(session, (stack.stack for stack in touched))
    folders = {stack.stack: session.folders.stack(stack.stack) for stack in touched}
    for stack in touched:
        if (folders[stack.stack].path / ".terraform").is_dir():
            release(session, stack.stack, folders[stack.stack], yes=True, since=run.began)
            _store_left_state(session, stack.stack, folders[stack.stack])
    if touched:
        chosen = tuple(stack for stack in session.composed.stacks if stack.name in folders)
        ready = session.prepare_stacks(chosen)
        for stack in touched:
            _take_in(session, stack, ready[stack.stack])


def _needs_a_look(stack: StackRun) -> bool:
    """Whether a stack began, and did not end by itself."""
    return stack.status not in {Status.DONE, Status.NOT_STARTED}


def _is_ours(lock: Lock, since: datetime) -> bool:
    mine = lock.who == f"{getpass.getuser()}@{socket.gethostname()}"
    return mine and lock.created is not None and (lock.created - since).total_seconds() > -_SLACK


def _store_left_state(session: Session, name: str, folder: Folder) -> None:
    if left_state(folder) is None:
        return
    left = folder.path / "errored.tfstate"
    session.runner.state_push(folder, left)
    left.unlink()
    to_stderr(f"{name}: the state that could not be stored is stored now")


def _take_in(session: Session, stack: StackRun, folder: Folder) -> None:
    """Take what the run made, and the state does not have, into the state."""
    missing = _missing(stack.made, session.runner.state_list(folder))
    for address, identifier in missing.items():
        try:
            session.runner.adopt(folder, address, identifier)
        except InfragenError as error:
            if not any(words in str(error).lower() for words in _NOT_THERE):
                raise
            to_stderr(f"{stack.stack}: {address} ({identifier}) is gone by now")
        else:
            to_stderr(f"{stack.stack}: taken into the state: {address} ({identifier})")


def _missing(made: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    there = set(known)
    return {address: identifier for address, identifier in made.items() if address not in there}
