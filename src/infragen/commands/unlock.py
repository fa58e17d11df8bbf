"""`infragen unlock`: who holds the lock of a state, since when; and its release when that run is dead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infragen.commands.at_work import end_idle_providers, refuse_while_at_work
from infragen.commands.former import whole_environment
from infragen.commands.recovering import release
from infragen.commands.session import open_session
from infragen.commands.show import out
from infragen.commands.target import parse

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.commands.session import Session

__all__ = ["unlock"]


def unlock(folder: Path, target: str, *, sandbox: bool, yes: bool, plugin_dir: Path | None) -> int:
    """Say who holds the locks of the target's stacks, ask, and release them; 1 when a person said no.

    Also of stacks that the catalogue no longer has.
    """
    parsed = parse(target)
    place = "/".join(filter(None, (parsed.system, parsed.environment)))
    # Also while a state move is interrupted: to finish that one may need the very lock.
    with open_session(folder, place, sandbox=sandbox, plugin_dir=plugin_dir, unfinished_moves=True) as opened:
        end_idle_providers(opened.project.root, opened.folders)
        session = _with_target(opened, parsed.stack)
        for stack in session.stacks:
            refuse_while_at_work(session, stack.name)
        held = 0
        for name, where in session.folders_to_ask().items():
            lock = session.runner.lock_of(where)
            if lock is None:
                continue
            held += 1
            if not release(session, name, where, yes=yes):
                return 1
        if not held:
            out(f"{target}: no lock is held")
        return 0


def _with_target(session: Session, stack: str | None) -> Session:
    """Return the session for one stack, or for all there are or were; InfragenError P006 for one that never was."""
    is_there = stack in {one.name for one in session.stacks}
    known = session if is_there else whole_environment(session)[0]
    return replace(known, stacks=known.composed.chosen(stack))
