"""Which terraforms work on a stack, those whose infragen is dead too; and the end of what a dead terraform left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.running_processes import (
    all_processes,
    at_work_elsewhere,
    at_work_in,
)
from infragen.workflow.console import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infragen.terraform.running_processes import Process
    from infragen.workflow.session import Session


_PATIENCE = 600.0
"""Seconds to wait for a terraform that outlived its infragen: it is saving what it did."""

_PARTS = 3
"""Of a stack's folder, what says which stack it is: system, environment, stack."""


def await_terraforms(session: Session, stacks: Iterable[str]) -> None:
    """Wait for what outlived an infragen that was killed; InfragenError T038 when it does not end.

    What has a terminal a person started, who may be asked something there: nobody waits for that, and not for what is
    stopped.
    """
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
    """Return what is stopped of a terraform and what it started, and would never end."""
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
    """Return the terraforms that work on a stack here, those that store its state anew among them."""
    places = session.folders.stack(name).path, session.folders.state(name).path
    return tuple(found for place in places for found in at_work_in(place, processes))


def _at_work(
    session: Session, name: str, who: str, hint: str = "wait until it ends, or stop it: it needs its lock"
) -> InfragenError:
    return InfragenError(Diagnostic("T038", f"{who} is working on {session.environment.target}/{name}", hint=hint))
