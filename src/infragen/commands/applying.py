"""Applying what was reviewed, stack by stack, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from infragen.commands.headway import Headway
from infragen.commands.planning import graph_of
from infragen.commands.reviewing import own_plan
from infragen.commands.running import carry_out
from infragen.terraform.events import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.commands.bundle import Bundle
    from infragen.commands.session import Session
    from infragen.terraform.runner import Folder, OnEvent

__all__ = ["apply_reviewed"]


def apply_reviewed(session: Session, bundle: Bundle, headway: Headway | None = None, *, jobs: int | None) -> int:
    """Apply what was reviewed and return the command's exit code.

    A saved plan is applied as it is. A stack without one is planned when its upstreams are done, and that plan must
    keep what was promised, else nothing of the stack is applied and those that read it are not started. `headway` says
    what an earlier apply of the same did.
    """
    return _Applying(session, bundle, headway or Headway(session.project.root, bundle)).run(jobs)


class _Applying:
    """One apply of a reviewed plan."""

    def __init__(self, session: Session, bundle: Bundle, headway: Headway) -> None:
        self._session = session
        self._bundle = bundle
        self._headway = headway
        self._done = headway.done
        self._begun = headway.begun
        self._folders: Mapping[str, Folder] = session.prepare_stacks()

    def run(self, jobs: int | None) -> int:
        totals = {
            stack.name: len(self._bundle.contract.of(stack.name).changes)
            for stack in self._session.stacks
            if self._has_work(stack.name)
        }
        return carry_out(self._session, "apply", graph_of(self._session), self._step, jobs=jobs, totals=totals)

    def _has_work(self, name: str) -> bool:
        part = self._bundle.manifest.stacks.get(name)
        return part is not None and part.changes and name not in self._done

    def _step(self, name: str, on_event: OnEvent) -> Counts:
        if not self._has_work(name):
            return Counts()
        plan = self._plan(name, on_event)
        self._headway.begin(name)
        counts = Counts() if plan is None else self._applied(name, plan, on_event)
        self._headway.end(name)
        return counts

    def _plan(self, name: str, on_event: OnEvent) -> Path | None:
        saved = self._bundle.plans.get(name)
        if saved is not None and name not in self._begun:
            return _stored(self._session.folders.plan_file(name), saved)
        partly_done = name in self._begun
        return own_plan(self._session, self._bundle, self._folders[name], name, on_event, partly_done=partly_done)

    def _applied(self, name: str, plan: Path, on_event: OnEvent) -> Counts:
        session = self._session
        try:
            done = session.runner.apply(self._folders[name], plan, parallelism=session.parallelism, on_event=on_event)
        finally:
            plan.unlink(missing_ok=True)
        return done.counts


def _stored(path: Path, plan: bytes) -> Path:
    """Write a saved plan where only its owner can read it."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(plan)
    return path
