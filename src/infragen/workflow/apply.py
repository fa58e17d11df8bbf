"""Plan, show, ask, and apply exactly what was shown; or apply a saved plan in the world that it was made in."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from infragen.diagnostics import Diagnostic, InfragenError, raise_together
from infragen.plan import ChangeSet
from infragen.plan.entries import only_stacks
from infragen.text import first_of
from infragen.workflow.console import console, note
from infragen.workflow.planning import protections
from infragen.workflow.planning.kept import refuse_kept
from infragen.workflow.planning.policies import PolicyCheck
from infragen.workflow.planning.protections import refuse_placeholders, refuse_same_names
from infragen.workflow.recovery.approval import ResumedPlanCheck, approved, unshown_saved_plan
from infragen.workflow.recovery.half_made import keep_half_made
from infragen.workflow.recovery.repair import await_terraforms
from infragen.workflow.review import reviewed_plan
from infragen.workflow.review.apply_progress import ApplyProgress
from infragen.workflow.review.bundle import Bundle
from infragen.workflow.runs.awaited import awaited_new_zones
from infragen.workflow.runs.migrations import migrations_before
from infragen.workflow.runs.reviewed_apply import apply_reviewed, working_stacks
from infragen.workflow.runs.rollouts import deployed_again, watch_rollouts
from infragen.workflow.session import Session
from infragen.workflow.states.shared_objects import refuse_made_elsewhere

_WHILE_APPLYING: Final = timedelta(hours=24)
"""How long what was just shown may be applied: by the process that showed it, so it hardly matters."""


def apply_target(session: Session, profiles: tuple[str, ...], *, yes: bool, jobs: int | None, output: str) -> int:
    """Apply the session's stacks, upstreams first and side by side; 1 when one of them fails or nobody agrees."""
    refuse_placeholders(session)
    await_terraforms(session, (stack.name for stack in session.stacks))
    policies = PolicyCheck(session)
    watch = ResumedPlanCheck(session, policies, yes=yes)
    planned, bundle = reviewed_plan.plan_to_review(
        session, expires=_WHILE_APPLYING, profiles=profiles, on_plan=watch, on_states=partial(keep_half_made, session)
    )
    console().changes(planned.change_set, session.target, output)
    refused = policies.tell()
    if bundle.change_set.only_looks and not any(part.changes for part in bundle.manifest.stacks.values()):
        return _apply_nothing(session, bundle, None, jobs)
    if refused:
        return 1
    reviewed_plan.refuse_unapplied_needs(session, planned)
    _refuse_unsafe(session, planned.change_set, planned.change_set)
    unshown = (*planned.missing_states, *watch.unshown(bundle))
    _print_what_comes(session, bundle)
    if not approved(_question(session.target, planned.change_set), unshown, yes=yes):
        return 1
    return apply_reviewed(session, bundle, jobs=jobs)


def apply_saved(session: Session, bundle: Bundle, file: Path, *, yes: bool, jobs: int | None, output: str) -> int:
    manifest = bundle.manifest
    refuse_placeholders(session)
    await_terraforms(session, (stack.name for stack in session.stacks))
    reviewed_plan.refuse_unless_current(session, manifest)
    progress = ApplyProgress(session.project.root, bundle)
    left = {name for name, part in manifest.stacks.items() if part.changes} - progress.done.keys()
    if progress.done and not left:
        raise InfragenError(Diagnostic("K021", f"{file} was applied already", hint="plan again to see what is left"))
    reviewed_plan.refuse_other_states(session, manifest, done=progress.done, begun=progress.begun)
    reviewed_plan.refuse_other_providers(session, manifest)
    if not bundle.is_sealed:
        bundle = _planned_again(session, bundle, file)
    console().changes(bundle.change_set, session.target, output)
    if bundle.change_set.only_looks and not any(part.changes for part in bundle.manifest.stacks.values()):
        return _apply_nothing(session, bundle, progress, jobs)
    _refuse_unsafe(session, bundle.change_set, only_stacks(bundle.change_set, left - progress.begun), left)
    for words, stacks in (("done already", progress.done), ("begun, and continues", progress.begun)):
        names = [stack.name for stack in session.stacks if stack.name in stacks]
        if names:
            note(f"{words}: {', '.join(names)}")
    _print_what_comes(session, bundle)
    if not approved(_question(session.target, bundle.change_set), unshown_saved_plan(bundle, yes=yes), yes=yes):
        return 1
    reviewed_plan.refuse_unless_current(session, manifest)  # the answer may have taken a night
    return apply_reviewed(session, bundle, progress, jobs=jobs)


def _planned_again(session: Session, bundle: Bundle, file: Path) -> Bundle:
    """Plan again what others may have forged: K022 where it leaves a stack out, K023 where a policy refuses it."""
    policies = PolicyCheck(session)
    again = "each stack is planned again here, and has to do what was reviewed"
    note(f"{file} was made elsewhere, or by another version of infragen: {again}")
    profiles = bundle.manifest.profiles
    _, found = reviewed_plan.plan_to_review(session, expires=_WHILE_APPLYING, profiles=profiles, on_plan=policies)
    if policies.tell():
        message = f"a policy refuses what {file} does: nothing was changed"
        raise InfragenError(Diagnostic("K023", message, hint="change it, and have a new plan reviewed"))
    reviewed = {name for name, part in bundle.manifest.stacks.items() if part.changes}
    unknown = [name for name, part in found.manifest.stacks.items() if part.changes and name not in reviewed]
    if unknown:
        message = f"{first_of(unknown)} would change, which {file} does not say"
        raise InfragenError(Diagnostic("K022", message, hint="plan again, and have that reviewed"))
    return replace(bundle, change_set=found.change_set, plans={}, shown=found.contract)


def _refuse_unsafe(session: Session, change_set: ChangeSet, ahead: ChangeSet, later: Collection[str] = ()) -> None:
    """InfragenError P008, M007, M008, M010, before anything begins; `ahead` is what nothing was done of yet."""
    raise_together(
        lambda: protections.refuse_unmoved(session, change_set),
        lambda: refuse_made_elsewhere(session, ahead),
        lambda: refuse_same_names(session.composed, change_set),
        lambda: protections.refuse_protected(session, change_set, "apply"),
        lambda: protections.refuse_taken_away(session, change_set, later),
        lambda: refuse_kept(session, ahead, "apply"),
        lambda: protections.refuse_before_copies(session, ahead),
        lambda: protections.refuse_second_source(session, ahead),
    )


def _apply_nothing(session: Session, bundle: Bundle, progress: ApplyProgress | None, jobs: int | None) -> int:
    if working_stacks(session, bundle):
        return apply_reviewed(session, bundle, progress, jobs=jobs)
    return watch_rollouts(session, bundle.contract, ())


def _question(target: str, change_set: ChangeSet) -> str:
    """Ask with what matters once more: the report may have scrolled away."""
    return f"{target}: {console().summary(change_set)}. Apply exactly this?"


def _print_what_comes(session: Session, bundle: Bundle) -> None:
    for stack, zones in awaited_new_zones(session, bundle.contract).items():
        names = ", ".join(f"zones/{name}" for name in zones)
        note(f"{stack} needs certificates in {names}, which is new: it is applied once its name servers are entered")
    for one in session.stacks:
        if (found := migrations_before(session, one.name, bundle.contract)) is not None:
            note(f"{', '.join(found.jobs)}: run before new tasks of {', '.join(found.services)}")
    if again := deployed_again(session, bundle.contract):
        note(f"deployed again at the end if their tasks start before what they call: {', '.join(again)}")
