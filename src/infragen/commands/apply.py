"""`infragen apply`: plan, show, ask, and apply what was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands.bundle import load
from infragen.commands.formats import present
from infragen.commands.planning import graph_of, plan_environment
from infragen.commands.running import carry_out, confirm
from infragen.commands.session import open_session
from infragen.commands.show import out
from infragen.terraform.events import Counts
from infragen.terraform.runner import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.commands.planning import Planned
    from infragen.commands.session import Session
    from infragen.terraform.runner import OnEvent

__all__ = ["apply"]


def apply(
    folder: Path,
    target: str,
    *,
    plan_folder: Path | None,
    sandbox: bool,
    yes: bool,
    output: str,
    profiles: tuple[str, ...],
    jobs: int | None,
    plugin_dir: Path | None,
) -> int:
    """Apply the target's stacks, upstreams first and side by side; 1 when one of them fails."""
    with open_session(folder, target, sandbox=sandbox, profiles=profiles, plugin_dir=plugin_dir) as session:
        if plan_folder is not None:
            return _run(session, load(session, plan_folder).plans, jobs, only_saved=True)
        planned = plan_environment(session, jobs=jobs)
        out(present(planned.change_set, target, output))
        if planned.change_set.is_empty and not planned.change_set.notices:
            return 0
        if not yes and not confirm(f"Apply this to {target}?"):
            return 1
        return _run(session, _saved(planned), jobs)


def _saved(planned: Planned) -> Mapping[str, Path]:
    return {name: result.path for name, result in planned.plans.items() if result.changes}


def _run(session: Session, saved: Mapping[str, Path], jobs: int | None, *, only_saved: bool = False) -> int:
    """Apply each stack's saved plan; one whose upstreams changed in this run is planned again first."""
    folders = session.prepare_stacks()
    upstreams = {stack.name: stack.upstreams for stack in session.stacks}
    changed: set[str] = set()

    def step(name: str, on_event: OnEvent) -> Counts:
        plan = saved.get(name)
        if not only_saved and (plan is None or changed.intersection(upstreams[name])):
            options = PlanOptions(parallelism=session.parallelism)
            result = session.runner.plan(folders[name], session.folders.plan_file(name), options, on_event)
            plan = result.path if result.changes else None
        if plan is None:
            return Counts()
        try:
            applied = session.runner.apply(folders[name], plan, parallelism=session.parallelism, on_event=on_event)
        finally:
            session.folders.plan_file(name).unlink(missing_ok=True)
        changed.add(name)
        return applied.counts

    return carry_out(session, "apply", graph_of(session), step, jobs=jobs)
