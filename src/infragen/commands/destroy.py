"""`infragen destroy`: everything that stands, those that others need last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands.formats import present
from infragen.commands.planning import applied_stacks, destroy_plans, graph_of
from infragen.commands.running import carry_out, confirm
from infragen.commands.session import open_session
from infragen.commands.show import out, to_stderr
from infragen.terraform.events import Counts

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.terraform.runner import OnEvent

__all__ = ["destroy"]


def destroy(folder: Path, target: str, *, sandbox: bool, yes: bool, jobs: int | None, plugin_dir: Path | None) -> int:
    """Plan the destruction, show it, ask, and do exactly that; 1 when a stack fails."""
    with open_session(folder, target, sandbox=sandbox, plugin_dir=plugin_dir) as session:
        applied = applied_stacks(session)
        planned = destroy_plans(session, applied, jobs=jobs)
        if planned.change_set.is_empty:
            to_stderr(f"{target}: nothing stands, nothing to destroy")
            return 0
        out(present(planned.change_set, target, "terminal"))
        if not yes and not confirm(f"Destroy all of this in {target}?"):
            return 1
        folders = session.prepare_stacks()

        def step(name: str, on_event: OnEvent) -> Counts:
            plan = planned.plans.get(name)
            if plan is None or not plan.changes:
                return Counts()
            done = session.runner.apply(folders[name], plan.path, parallelism=session.parallelism, on_event=on_event)
            plan.path.unlink(missing_ok=True)
            return done.counts

        return carry_out(session, "destroy", graph_of(session, reverse=True), step, jobs=jobs)
