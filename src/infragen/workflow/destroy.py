"""Destroy what stands of an environment, those stacks that others need last; nothing where AWS refuses a part of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.plan_contract import contract_of_each
from infragen.plan_contract.expected_events import expected_events
from infragen.plan_contract.planned_changes import left_standing
from infragen.storage import confined_path
from infragen.terraform.engine import dependencies
from infragen.terraform.events import Counts
from infragen.workflow.console import console, note
from infragen.workflow.planning.kept import refuse_kept
from infragen.workflow.planning.plans import destroy_plans
from infragen.workflow.recovery.approval import approved, unshown_destruction
from infragen.workflow.recovery.repair import await_terraforms
from infragen.workflow.runs.execution import apply_verified, execute, open_run
from infragen.workflow.session import command_line
from infragen.workflow.states.shared_objects import refuse_shared
from infragen.workflow.states.storage import (
    known_removed_stacks,
    missing_states,
    only_removed_stacks,
    pull_states,
    with_removed_stacks,
)

if TYPE_CHECKING:
    from infragen.plan import Change, ChangeSet, Protection
    from infragen.terraform.journal import Journal
    from infragen.terraform.runner import OnEvent
    from infragen.workflow.planning.plans import Planned
    from infragen.workflow.session import Session


_FIELD: Final = "deletion_protection"
"""What the catalogue calls it: in an entry that has it, else in the environment."""


def refuse_protected(session: Session, change_set: ChangeSet) -> None:
    """Refuse a plan that destroys what AWS does not delete: InfragenError P008 for each such object."""
    raise_problems(
        _refusal(session, change, protection)
        for change in change_set.changes
        if (protection := change.protection) is not None
    )


def _refusal(session: Session, change: Change, protection: Protection) -> Diagnostic:
    environment, origin = session.environment, protection.origin
    within = session.target.removeprefix(environment.target).strip("/") or None
    apply, again = (f"`{command_line(session, verb, within)}`" for verb in ("apply", "destroy"))
    message = f"AWS refuses to delete {change.address} of {change.stack}: {protection.attribute} is on"
    # An apply could change the protection of what left the catalogue no more.
    if change.stack in session.removed or (change.entry is not None and change.entry.location is None):
        hint = f"nothing was destroyed; it is no longer in the catalogue: turn this off in AWS, then {again}"
        return Diagnostic("P008", message, hint=hint)
    setting = f"`{_FIELD}: false`"
    if change.entry and hasattr(dict(environment.every()).get(change.entry.id), _FIELD):
        kind, _, name = change.entry.id.partition("/")
        setting = f"`{kind}: {{{name}: {{{_FIELD}: false}}}}`"
    step = f"write {setting} in {environment.source('environment')}"
    place = change.location if change.entry or origin is None else origin.location
    if origin is not None and (origin.field is None or origin.field.rpartition(".")[2] == _FIELD):
        step, place = "set it to false here", origin.location
    return Diagnostic("P008", message, place, hint=f"nothing was destroyed; {step}, then {apply}, then {again}")


_FEW = 3
"""Stacks that stand in the way up to which each gets its own command in the hint."""


def destroy(session: Session, *, yes: bool, jobs: int | None) -> int:
    """Plan the destruction, show it, ask, and do exactly that; 1 when a stack fails.

    InfragenError P008 where AWS is known to refuse a part of it: then nothing is destroyed.
    """
    await_terraforms(session, (stack.name for stack in session.stacks))
    states = pull_states(session, (*session.stacks, *session.downstream()))
    applied = frozenset(name for name, state in states.items() if not state.is_empty)
    session = only_removed_stacks(session, applied)
    if lost := missing_states(session, states, session.stacks):  # what only those states knew would stay
        raise InfragenError(*lost.values())
    _refuse_to_strand(session, applied, _removed_readers(session))
    with open_run(session, "destroy", (stack.name for stack in session.stacks)) as run:  # to plan it takes locks
        planned = destroy_plans(session, applied, run, jobs=jobs)
        refuse_shared(session, states, planned.change_set)
        return _destroy(session, run, planned, yes=yes, jobs=jobs)


def _destroy(session: Session, run: Journal, planned: Planned, *, yes: bool, jobs: int | None) -> int:
    if planned.change_set.is_empty:
        note(f"{session.target}: nothing to destroy")
        return 0
    console().changes(planned.change_set, session.target, "terminal")
    refuse_protected(session, planned.change_set)
    refuse_kept(session, planned.change_set, "destroy")
    unshown = unshown_destruction(session, planned.change_set, planned.opened, yes=yes)
    if not approved(f"Destroy all of this in {session.target}?", unshown, yes=yes):
        return 1
    folders = session.prepare_stacks()

    def step(name: str, on_event: OnEvent) -> Counts:
        plan = planned.plans.get(name)
        if plan is None or not plan.changes:
            return Counts()
        counts = apply_verified(session, folders[name], plan.path, expected_events(planned.opened[name]), on_event)
        plan.path.unlink(missing_ok=True)
        return counts

    shown = contract_of_each(planned.opened)
    graph = {  # those that the catalogue no longer has may read from any other
        name: before if name in session.removed else (*before, *session.removed)
        for name, before in dependencies(session.stacks, reverse=True).items()
    }
    code = execute(session, "destroy", graph, step, jobs=jobs, run=run, shown=shown)
    if code == 0:
        for name in session.removed:  # nothing of it is left to be known by
            project, path = confined_path(session.folders.stack(name).path)
            project.remove_tree(path)
        if left := Counter(kind for plan in planned.opened.values() for kind in left_standing(plan)):
            said = ", ".join(f"{count} {kind}" for kind, count in sorted(left.items()))
            note(f"{session.target}: kept in AWS because of `skip_destroy`: {said}")
    return code


def _removed_readers(session: Session) -> tuple[str, ...]:
    """Return the stacks outside of the target that the catalogue no longer has, and that once read from it."""
    removed = known_removed_stacks(session) if len(session.stacks) < len(session.composed.stacks) else ()
    if not removed:
        return ()
    states = pull_states(with_removed_stacks(session, removed), removed)
    labels = [stack.identifier for stack in session.stacks]
    return tuple(name for name, one in states.items() if any(one.read_of(label) is not None for label in labels))


def _refuse_to_strand(session: Session, applied: frozenset[str], removed: tuple[str, ...]) -> None:
    """Refuse while what reads from the target stands: without its outputs it could not be destroyed any more."""
    if applied.isdisjoint(stack.name for stack in session.stacks):
        return
    standing = [*removed, *(stack.name for stack in reversed(session.downstream()) if stack.name in applied)]
    if not standing:
        return
    message = f"stacks that read from {session.target} still exist: {', '.join(standing)}"
    if len(standing) <= _FEW:
        first = ", then ".join(f"`{command_line(session, 'destroy', name)}`" for name in standing)
    else:
        first = f"destroy them in this order (`{command_line(session, 'destroy', standing[0])}`, ...)"
    hint = f"{first} first, or `{command_line(session, 'destroy')}` for all"
    raise InfragenError(Diagnostic("P008", message, hint=hint))
