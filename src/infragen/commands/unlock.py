"""`infragen unlock`: who holds the lock of a state, since when; and its release when that run is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands.at_work import end_idle_providers, refuse_while_at_work
from infragen.commands.former import open_with_former
from infragen.commands.recovering import release
from infragen.commands.show import out

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["unlock"]


def unlock(folder: Path, target: str, *, sandbox: bool, yes: bool, plugin_dir: Path | None) -> int:
    """Say who holds the locks of the target's stacks, ask, and release them; 1 when a person said no.

    Also of stacks that the catalogue no longer has.
    """
    # Also while a state move is interrupted: to finish that one may need the very lock.
    with open_with_former(folder, target, sandbox=sandbox, plugin_dir=plugin_dir, unfinished_moves=True) as session:
        end_idle_providers(session.project.root, session.folders)
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
