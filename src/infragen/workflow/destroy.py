"""Destroy what stands of an environment, those stacks that others need last; nothing where AWS refuses a part of it."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError, raise_together
from infragen.hcl.folders import Folders
from infragen.plan_contract import contract_of_each
from infragen.plan_contract.expected_events import expected_events
from infragen.plan_contract.planned_changes import left_standing
from infragen.stacks.model import IMPORTS, LOCK_FILE
from infragen.terraform.combined import SHELL
from infragen.terraform.engine import Graph, affected, dependencies
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.journal import Journal
from infragen.terraform.runner import OnEvent
from infragen.text import first_of
from infragen.workflow.console import console, note
from infragen.workflow.planning.kept import refuse_kept
from infragen.workflow.planning.plans import Planned, destroy_plans
from infragen.workflow.planning.protections import refuse_protected
from infragen.workflow.recovery.approval import approved, unshown_destruction
from infragen.workflow.recovery.repair import await_terraforms
from infragen.workflow.rendering.orphaned_environments import orphaned_environments
from infragen.workflow.runs.execution import apply_verified, execute, open_run, store_gone
from infragen.workflow.session import Session, command_line
from infragen.workflow.states import storage
from infragen.workflow.states.shared_objects import refuse_copied, refuse_shared

_FEW = 3
"""Stacks that stand in the way up to which each gets its own command in the hint."""


def destroy(session: Session, *, yes: bool, jobs: int | None) -> int:
    """P008 where AWS refuses a part, or something that stands reads from the target; what it has, the states say."""
    await_terraforms(session, (stack.name for stack in session.stacks))
    states = storage.pull_states(session, session.composed.stacks)
    standing = {name: state for name, state in states.items() if not state.is_empty}
    session = storage.only_removed_stacks(session, standing.keys())
    storage.refuse_elsewhere(session, states)
    if lost := storage.missing_states(session, states, session.stacks):  # what only those states knew would stay
        raise InfragenError(*lost.values())
    read = storage.reads(standing, session)
    _refuse_to_strand(session, read, standing)
    refuse_copied(session, standing)
    left = f"generated/{session.environment.system.name}/"
    console().findings(one for one in orphaned_environments(session.project) if one.message.startswith(left))
    folders, left_out = Folders(session.tree), set[str]()
    for stack in session.stacks:
        paths = [path for path in folders.below(stack.name) if path.rpartition("/")[2] not in _SHELL]
        modules = (path for name in folders.modules(stack.name) for path in folders.below(f"modules/{name}"))
        if not any(_HEEDED.search(session.tree[path]) for path in (*paths, *modules)):
            left_out.update(paths)
    session = storage.with_former_providers(
        replace(session, tree={path: text for path, text in session.tree.items() if path not in left_out}), standing
    )
    with open_run(session, "destroy", (stack.name for stack in session.stacks)) as run:  # to plan it takes locks
        planned = destroy_plans(session, frozenset(standing), run, jobs=jobs)
        refuse_shared(session, states, planned.change_set)
        stacks = (replace(one, upstreams=read[one.name] if one.name in standing else ()) for one in session.stacks)
        graph = dependencies(tuple(stacks), reverse=True)
        return _destroy(session, run, planned, graph, yes=yes, jobs=jobs)


_SHELL: Final = SHELL - {IMPORTS} | {"versions.tf", LOCK_FILE}
_HEEDED: Final = re.compile(r"prevent_destroy|^[^\S\n]*when\s*=\s*destroy|^(?:provider|removed)\b", re.MULTILINE)
"""What of a stack's files its destruction goes by, wherever it is written; anything else its state knows."""


def _destroy(session: Session, run: Journal, planned: Planned, graph: Graph, *, yes: bool, jobs: int | None) -> int:
    if planned.change_set.is_empty:
        note(f"{session.target}: nothing to destroy")
        if not planned.plans:
            return 0
    else:
        console().changes(planned.change_set, session.target, "terminal")
        about = session, planned.change_set, "destroy"
        raise_together(lambda: refuse_protected(*about), lambda: refuse_kept(*about))
        unshown = unshown_destruction(session, planned.change_set, planned.opened, yes=yes)
        if not approved(f"Destroy all of this in {session.target}?", unshown, yes=yes):
            return 1
    folders = session.prepare_stacks()
    kept: list[str] = []

    def step(name: str, on_event: OnEvent) -> Counts:
        plan = planned.plans.get(name)
        if plan is None:
            return Counts()
        if plan.changes:
            opened = planned.opened[name]
            skipped = dict(left_standing(opened))

            def heard(event: Event) -> None:  # also of a stack that fails afterwards
                if event.kind is EventKind.DONE and event.address in skipped:
                    kept.append(skipped.pop(event.address))
                on_event(event)

            counts = apply_verified(session, folders[name], plan.path, expected_events(opened), heard)
        else:
            counts = Counts()
            store_gone(session, folders[name], plan.path, on_event)
        plan.path.unlink(missing_ok=True)
        return counts

    shown = contract_of_each(planned.opened)
    code = execute(session, "destroy", graph, step, jobs=jobs, run=run, shown=shown)
    if code == 0:
        storage.forget_removed(session, graph)
    _note_kept(session, Counter(kept))
    return code


def _note_kept(session: Session, kept: Counter[str]) -> None:
    if kept:
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(kept.items()))
        if "aws_ecs_task_definition" in kept:
            listed = "`aws ecs list-task-definitions --family-prefix NAME` lists them"
            said += f"; so is every other revision of their families: {listed}"
        note(f"{session.target}: kept in AWS because of `skip_destroy`: {said}")


def _refuse_to_strand(session: Session, read: Mapping[str, tuple[str, ...]], stands: Collection[str]) -> None:
    """Refuse while what reads from the target stands: AWS would refuse what it uses, or it would lose that."""
    target = {stack.name for stack in session.stacks}
    found = affected(read, target.intersection(stands))
    standing = [name for name in reversed(found) if name in stands and name not in target]
    if not standing:
        return
    verb = "may read" if not set(standing).isdisjoint(session.removed) else "read"
    message = f"stacks that {verb} from {session.target} still exist: {', '.join(standing)}"
    commands = [f"`{command_line(session, 'destroy', name)}`" for name in standing]
    first = ", then ".join(commands) if len(commands) <= _FEW else f"destroy them in this order ({commands[0]}, ...)"
    hint = f"{first} first, or `{command_line(session, 'destroy')}` for all"
    if verb != "read":
        hint = f"take the latest commit if it has {first_of(standing)}; else {hint}"
    raise InfragenError(Diagnostic("P008", message, hint=hint))
