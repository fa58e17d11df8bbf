"""Plans of an environment: one combined plan, or one for each stack, as a change set in the catalogue's words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infragen.commands.show import announce
from infragen.commands.wording import of_catalogue
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import change_sets, merge, open_plan, read_plan
from infragen.report.progress import open_progress
from infragen.terraform.engine import Status, dependencies, plan_jobs, run_stacks
from infragen.terraform.runner import PlanOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from infragen.commands.session import Session
    from infragen.plan import ChangeSet, OpenPlan
    from infragen.stacks.model import Stack
    from infragen.terraform.engine import Outcome
    from infragen.terraform.runner import OnEvent, PlanResult
    from infragen.terraform.states import StateIdentity

    OnPlan = Callable[[Path], None]
    """Is handed the combined plan's JSON, which holds secrets and is deleted when it returns."""

__all__ = [
    "Planned",
    "PlannedStack",
    "applied_stacks",
    "combined_plan",
    "graph_of",
    "plan_environment",
    "refuse_failures",
    "stack_plans",
]


_TOGETHER = "all stacks together"
"""What progress calls the combined plan."""


@dataclass(frozen=True, slots=True)
class PlannedStack:
    """One stack's part in a plan.

    `state` is the state it was planned on, None when none was ever stored. `is_planned` is False where it was left
    out, because nothing that it is made of changed since its apply. `changes` says that an apply has something to do,
    outputs and moves included. `waits_for` are the upstreams whose changes come first, so that its own plan can only
    be made after their apply; empty where it can be made, and kept, now.
    """

    state: StateIdentity | None
    is_planned: bool
    changes: bool
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What was planned: the change set, and each stack's saved plan (none when the plan is a combined one).

    `stacks` has those of the target, and those upstream of them that the plan was made with. `needs` are stacks
    outside of the target that must be applied before it can be.
    """

    change_set: ChangeSet
    plans: Mapping[str, PlanResult]
    combined: bool
    stacks: Mapping[str, PlannedStack] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


def applied_stacks(session: Session) -> frozenset[str]:
    """Return the stacks, of the target's and those upstream, whose state holds something.

    The stacks that need no other are asked first: where none of them is applied, nothing is.
    """
    closure = session.closure()
    announce(f"reading what is applied of {session.target}")
    first = tuple(stack for stack in closure if not stack.upstreams)
    found = _ask(session, first)
    if found:
        found |= _ask(session, tuple(stack for stack in closure if stack.upstreams))
    return found


def _ask(session: Session, stacks: tuple[Stack, ...]) -> frozenset[str]:
    folders = session.prepare_stacks(stacks)

    def ask(name: str, _on_event: OnEvent) -> bool:
        state = session.runner.state_pull(folders[name], folders[name].path / "infragen-state.json")
        try:
            text = state.read_text(encoding="utf-8")
            return bool(text.strip()) and bool(json.loads(text).get("resources"))
        finally:
            _forget(state)

    outcome = run_stacks({stack.name: () for stack in stacks}, ask, session.stopper, jobs=plan_jobs())
    refuse_failures(outcome)
    return frozenset(name for name, applied in outcome.values.items() if applied)


def plan_environment(
    session: Session, *, jobs: int | None, json_out: Path | None = None, on_plan: OnPlan | None = None
) -> Planned:
    """Plan the target: combined when nothing it needs is applied yet, else stack by stack."""
    applied = applied_stacks(session)
    needed = {name for stack in session.stacks for name in stack.upstreams} - {stack.name for stack in session.stacks}
    alone = len(session.stacks) == 1 and needed <= applied
    if not applied and not alone:
        return combined_plan(session, offline=False, json_out=json_out, on_plan=on_plan)
    if json_out is not None:
        hint = "add `--offline`, or name a single environment that was never applied"
        raise InfragenError(
            Diagnostic("P008", "--json-out keeps one plan, and this environment is planned stack by stack", hint=hint)
        )
    return stack_plans(session, applied, jobs=jobs)


def combined_plan(
    session: Session, *, offline: bool, json_out: Path | None = None, on_plan: OnPlan | None = None
) -> Planned:
    """Plan the target's stacks and what they need as one root, from nothing."""
    stacks = session.closure()
    folder = session.folders.prepare_combined(session.tree, stacks, session.opener, offline=offline)
    out = session.folders.plan_file("combined")

    def step(_name: str, on_event: OnEvent) -> ChangeSet:
        options = PlanOptions(refresh=not offline, parallelism=session.parallelism)
        session.runner.plan(folder, out, options, on_event)
        shown = session.runner.show_json(folder, out, json_out or out.with_suffix(".json"))
        try:
            if on_plan is not None:
                on_plan(shown)
            return of_catalogue(session.composed).apply(read_plan(shown))
        finally:
            _forget(out, None if json_out else shown)

    with open_progress([_TOGETHER], "plan") as progress:
        outcome = run_stacks({_TOGETHER: ()}, step, session.stopper, jobs=1, progress=progress)
    refuse_failures(outcome)
    return Planned(outcome.values[_TOGETHER], {}, combined=True)


def stack_plans(session: Session, applied: frozenset[str], *, jobs: int | None, destroy: bool = False) -> Planned:
    """Plan each stack whose upstreams are applied; the change set says of the others that they wait."""
    ready = tuple(stack for stack in session.stacks if set(stack.upstreams) <= applied)
    if destroy:
        ready = tuple(stack for stack in ready if stack.name in applied)
    folders = session.prepare_stacks(ready)
    options = PlanOptions(destroy=destroy, parallelism=session.parallelism)

    def step(name: str, on_event: OnEvent) -> tuple[PlanResult, OpenPlan | None]:
        out = session.folders.plan_file(name)
        result = session.runner.plan(folders[name], out, options, on_event)
        if not result.changes:
            return result, None
        shown = session.runner.show_json(folders[name], out, out.with_suffix(".json"))
        try:
            return result, open_plan(shown)
        finally:
            _forget(shown)

    graph = {stack.name: () for stack in ready}
    with open_progress(list(graph), "plan") as progress:
        outcome = run_stacks(graph, step, session.stopper, jobs=jobs or plan_jobs(), progress=progress)
    refuse_failures(outcome)
    merged = merge(_told_together(session, {name: opened for name, (_, opened) in outcome.values.items()}))
    plans = {name: result for name, (result, _) in outcome.values.items()}
    notices = () if destroy else tuple(_waiting(session, applied, plans))
    return Planned(replace(merged, notices=(*merged.notices, *notices)), plans, combined=False)


def _told_together(session: Session, plans: Mapping[str, OpenPlan | None]) -> list[ChangeSet]:
    """Return the change set of each plan there is; what one of them marks as sensitive is hidden in all."""
    opened = {name: plan for name, plan in plans.items() if plan is not None}
    wording = of_catalogue(session.composed)
    sets = change_sets(list(opened.values()))
    return [wording.apply(one, name) for name, one in zip(opened, sets, strict=True)]


def _waiting(session: Session, applied: frozenset[str], plans: Mapping[str, PlanResult]) -> list[str]:
    """Say which plans are missing, and which were made against outputs that are about to change."""
    said = []
    for stack in session.stacks:
        missing = [name for name in stack.upstreams if name not in applied]
        changing = [name for name in stack.upstreams if name in plans and plans[name].changes]
        if missing:
            said.append(f"{stack.name}: not planned, it waits for {', '.join(missing)}, which was never applied")
        elif changing and plans[stack.name].changes:
            said.append(f"{stack.name}: planned on what is applied of {', '.join(changing)}, which itself changes")
    return said


def refuse_failures(outcome: Outcome[object]) -> None:
    """Raise what the stacks that failed said."""
    if outcome.of(Status.STOPPED):
        raise KeyboardInterrupt
    diagnostics = [diagnostic for result in outcome.results for diagnostic in result.diagnostics]
    if diagnostics:
        raise InfragenError(*diagnostics)
    if not outcome.done:
        raise KeyboardInterrupt


def graph_of(session: Session, *, reverse: bool = False) -> dict[str, tuple[str, ...]]:
    """Return which of the target's stacks wait for which."""
    return dependencies(session.stacks, reverse=reverse)


def _forget(*files: Path | None) -> None:
    """Remove files that hold secrets as soon as they are read."""
    for file in files:
        if file is not None:
            file.unlink(missing_ok=True)
