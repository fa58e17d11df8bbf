"""Plans on merged copies of states: what stacks would make of the states they are given; nothing is written back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.commands.planning import refuse_failures
from infragen.commands.wording import of_catalogue
from infragen.plan import read_plan
from infragen.report.progress import open_progress
from infragen.terraform.engine import plan_jobs, run_stacks
from infragen.terraform.runner import PlanOptions
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import Basis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen.commands.session import Session
    from infragen.plan import ChangeSet
    from infragen.stacks.model import Stack
    from infragen.terraform.runner import Folder, OnEvent

__all__ = ["plan_on_copies", "pulled_states"]

_TOGETHER = "all stacks together"


def pulled_states(session: Session, folders: Mapping[str, Folder]) -> dict[str, bytes]:
    """Return the stored state of each stack, empty for one that has none; they hold secrets."""

    def pull(name: str, _on_event: OnEvent) -> bytes:
        file = session.runner.state_pull(folders[name], folders[name].path / "infragen-state.json")
        try:
            return file.read_bytes()
        finally:
            file.unlink(missing_ok=True)

    outcome = run_stacks(dict.fromkeys(folders, ()), pull, session.stopper, jobs=plan_jobs())
    refuse_failures(outcome)
    return {name: outcome.values[name] for name in folders}


def plan_on_copies(
    session: Session,
    tree: Mapping[str, str],
    stacks: Sequence[Stack],
    states: Mapping[str, bytes],
    *,
    refresh_only: bool = False,
) -> ChangeSet:
    """Plan stacks as one root over merged copies of some states; with `refresh_only`, only what changed outside."""
    known = {name: state for name, content in states.items() if (state := parse_state(content, name)) is not None}
    options = PlanOptions(refresh_only=refresh_only, parallelism=session.parallelism)
    folder, saved = session.folders.combined, session.folders.plan_file("combined")

    def step(_name: str, on_event: OnEvent) -> ChangeSet:
        with session.folders.open_combined(tree, stacks, session.opener, basis=Basis(known)):
            session.runner.plan(folder, saved, options, on_event)
            shown = session.runner.show_json(folder, saved, saved.with_suffix(".json"))
            try:
                return of_catalogue(session.composed).apply(read_plan(shown))
            finally:
                shown.unlink(missing_ok=True)

    with open_progress([_TOGETHER], "plan") as progress:
        outcome = run_stacks({_TOGETHER: ()}, step, session.stopper, jobs=1, progress=progress)
    refuse_failures(outcome)
    return outcome.values[_TOGETHER]
