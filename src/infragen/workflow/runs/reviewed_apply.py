"""Applying what was reviewed, stack by stack, and nothing else."""

import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from infragen.settings import load_settings
from infragen.terraform.apply_records import Applied
from infragen.terraform.engine import Graph
from infragen.terraform.events import Counts
from infragen.terraform.journal import made_and_not_read, touched_and_not_stored
from infragen.terraform.runner import Folder, OnEvent
from infragen.workflow.review.apply_progress import ApplyProgress
from infragen.workflow.review.bundle import Bundle, StateName
from infragen.workflow.review.reviewed_plan import StackPlan, conforming_plan, plan_stack
from infragen.workflow.runs import removals
from infragen.workflow.runs.awaited import refuse_missing, refuse_undelegated, refuse_unmade_users
from infragen.workflow.runs.execution import apply_verified, execute, store_gone
from infragen.workflow.runs.migrations import Migration, migrate, migrations_before
from infragen.workflow.runs.post_apply_refresh import PostApplyRefresh
from infragen.workflow.runs.rollouts import watch_rollouts
from infragen.workflow.session import Session
from infragen.workflow.states.output_values import print_created
from infragen.workflow.states.storage import applied_records, forget_removed


def apply_reviewed(session: Session, bundle: Bundle, progress: ApplyProgress | None = None, *, jobs: int | None) -> int:
    """Apply what was reviewed and return the command's exit code.

    A saved plan is applied as it is, if it says what was shown. A stack without one is planned when its upstreams are
    done, and that plan must keep what was promised, else nothing of the stack is applied and those that read it are not
    started. `progress` says what an earlier apply of the same did; without it nobody can apply the same once more.
    """
    return _Applying(session, bundle, progress).run(jobs)


def working_stacks(session: Session, bundle: Bundle) -> set[str]:
    """Return those with changes, with a state of what is gone, or with one that lacks what a run did."""
    parts, root = bundle.manifest.stacks, session.project.root
    behind = set(session.removed)
    if load_settings(root).apply.refresh_after:
        place = root, (session.environment.target, session.on_sandbox)
        behind.update(touched_and_not_stored(*place))
        behind.update(name for name, made in made_and_not_read(*place).items() if made)
    return {name for name, part in parts.items() if part.changes or (name in behind and part.is_planned)}


class _Applying:
    def __init__(self, session: Session, bundle: Bundle, progress: ApplyProgress | None) -> None:
        self._session, self._bundle, self._progress = session, bundle, progress
        self._done = frozenset(progress.done if progress else ())
        self._begun = progress.begun if progress else frozenset()
        self._folders: Mapping[str, Folder] = session.prepare_stacks()
        self._early: Mapping[str, tuple[str, ...]] = {}
        self._first: Mapping[str, tuple[str, ...]] = {}
        self._removed: Mapping[str, frozenset[str]] = {}
        self._migrations: Mapping[str, Migration] = {}
        self._passed: dict[str, frozenset[str]] = {}

    def run(self, jobs: int | None) -> int:
        records, stacks = applied_records(self._session), {stack.name for stack in self._session.stacks}
        owners = self._session.composed.owners().items()
        records.own({place: entry for place, entry in owners if place[0] in stacks})
        parts = self._bundle.manifest.stacks.items()
        same = ((name, part.files, part.state) for name, part in parts if part.is_planned and not part.changes)
        records.put_unchanged({name: Applied(files, one.lineage, one.serial) for name, files, one in same if one})
        # The target's stacks with work, and which of them each waits for, also through others. What is not the
        # target's another machine applies, or has: `refuse_other_states` has looked.
        changing = working_stacks(self._session, self._bundle)
        working = changing.intersection(stack.name for stack in self._session.stacks) - self._done
        waits: dict[str, tuple[str, ...]] = {}
        for stack in self._session.stacks:
            before = ((up,) if up in working else waits.get(up, ()) for up in stack.upstreams)
            waits[stack.name] = tuple(dict.fromkeys(name for names in before for name in names))
        graph = {name: names for name, names in waits.items() if name in working}
        self._early = removals.early_removals(self._bundle.contract, graph)
        found = ((name, migrations_before(self._session, name, self._bundle.contract)) for name in graph)
        self._migrations = {name: one for name, one in found if one is not None}
        removed = self._below(graph)
        graph = {name: before for name, before in graph.items() if name not in removed}
        if removals.removed_first(removed, self._bundle.contract):
            graph = removals.removed_before(graph, removed)
        else:
            self._removed = removed
        self._first = removals.first_passes(self._bundle.contract, self._session.tree, graph, self._removed)
        totals = {name: len(self._bundle.contract.of(name).changes) for name in (*graph, *self._removed)}
        code = execute(
            self._session,
            "apply",
            graph,
            self._step,
            jobs=jobs,
            totals=totals,
            on_done=self._ended,
            shown=self._bundle.contract,
            afterwards=PostApplyRefresh(self._session, self._settled, self._settles),
            second=(removals.removals(graph, self._first, self._removed), self._remove),
        )
        if code == 0:
            forget_removed(self._session, totals)
            code = watch_rollouts(self._session, self._bundle.contract, graph)
            told, left = self._bundle.contract.creations, self._bundle.contract.left_to_people
            print_created(self._session, {name: (*told.get(name, ()), *left.get(name, ())) for name in graph})
        return code

    def _below(self, graph: Graph) -> dict[str, frozenset[str]]:
        every = {stack.name: stack.upstreams for stack in self._session.composed.stacks}
        found = {}
        for name in (one for one in self._session.removed if one in graph):
            below = list(every[name])
            for one in below:
                below += [other for other in every[one] if other not in below]
            found[name] = frozenset(below)
        return found

    def _step(self, name: str, on_event: OnEvent) -> Counts:
        done = self._apply(name, self._plan_early, on_event) if name in self._early else Counts()
        if name in self._migrations:
            done += self._apply(name, self._plan_migrations, on_event)
            migrate(self._session, self._migrations[name])
        if name not in self._first:
            return done + self._apply(name, self._plan, on_event)
        return done + self._apply(name, self._plan_first, on_event) if self._first[name] else done

    def _remove(self, name: str, on_event: OnEvent) -> Counts:
        removals.refuse_removal_below(self._session, name, self._removed)
        return self._apply(name, self._plan if name in self._removed else self._plan_rest, on_event)

    def _apply(self, name: str, planned: Callable[[str, OnEvent], StackPlan | None], on_event: OnEvent) -> Counts:
        try:
            refuse_undelegated(self._session, name, self._bundle.contract)
            refuse_missing(self._session, name, self._bundle.contract)
            refuse_unmade_users(self._session, name, self._bundle.contract, self._done)
            plan = planned(name, on_event)
            with self._progress.begins(name) if self._progress is not None else nullcontext():
                if plan is None:
                    if name in self._session.removed:
                        store_gone(self._session, self._folders[name], self._session.folders.plan_file(name), on_event)
                    return Counts()
                return apply_verified(self._session, self._folders[name], plan.path, plan.expected, on_event)
        finally:
            self._session.folders.plan_file(name).unlink(missing_ok=True)

    def _ended(self, name: str, applied: Applied | None) -> None:
        """Note that a stack is done; where its state could not be asked it is planned once more, if need be."""
        if self._progress is not None and applied is not None:
            self._progress.end(name, StateName(applied.lineage, applied.serial))

    def _plan(self, name: str, on_event: OnEvent) -> StackPlan | None:
        if name in self._begun or name in self._early or name in self._migrations:
            return self._plan_rest(name, on_event)
        saved = self._bundle.plans.get(name)
        if saved is not None:
            path = self._session.folders.plan_file(name)
            path.unlink(missing_ok=True)  # below, only its owner can read it
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(saved)
            return conforming_plan(self._session, self._bundle, self._folders[name], name)
        return self._planned(name, on_event)

    def _plan_rest(self, name: str, on_event: OnEvent) -> StackPlan | None:
        return self._planned(name, on_event, partly_applied=True)

    def _plan_early(self, name: str, on_event: OnEvent) -> StackPlan | None:
        plan = self._planned(name, on_event, partly_applied=True, targets=self._early[name])
        if plan is not None:
            removals.refuse_deployment(name, plan.expected)
        return plan

    def _plan_migrations(self, name: str, on_event: OnEvent) -> StackPlan | None:
        targets = self._migrations[name].targets
        plan = self._planned(name, on_event, partly_applied=True, targets=targets) if targets else None
        if plan is not None:
            self._passed[name] = frozenset(address for address, _ in plan.expected.changes)
        return plan

    def _plan_first(self, name: str, on_event: OnEvent) -> StackPlan | None:
        plan = self._planned(name, on_event, partly_applied=True, targets=self._first[name])
        if plan is not None:
            removals.refuse_early_removal(self._session, name, plan.expected, self._removed)
        return plan

    def _planned(self, name: str, on_event: OnEvent, **options: Any) -> StackPlan | None:
        done = self._passed.get(name, ())
        return plan_stack(self._session, self._bundle, self._folders[name], name, on_event, done=done, **options)

    def _settles(self, name: str) -> None:
        if self._progress is not None and name in self._progress.done:
            self._progress.begin(name)

    def _settled(self, name: str, applied: Applied | None) -> None:
        if self._progress is not None and name in self._progress.begun:
            self._ended(name, applied)
