"""Plans of an environment, as a change set in the catalogue's words.

What a person is shown is one combined plan, on merged copies of the stacks' states. Only what is destroyed is planned
stack by stack; a stack's own plan is otherwise made to be kept and applied (`reviewing`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.folders import by_folder
from infragen.plan import LOOKS, ChangeSet, OpenPlan, change_sets, merge, open_plan, read_plan
from infragen.plan.entries import only_stacks, without_object
from infragen.plan.replacement_order import put_destroy_first, replaced_create_first
from infragen.plan.without_state import difference, mark_without_state
from infragen.stacks.model import Stack
from infragen.terraform.apply_records import Applied, stack_digests, unchanged_stacks, unpublished_upstreams
from infragen.terraform.beside import as_declared
from infragen.terraform.combined import CombinedRoot, created_first
from infragen.terraform.journal import Journal
from infragen.terraform.offline import UNREAD
from infragen.terraform.providers import left_out
from infragen.terraform.runner import OnEvent, PlanOptions, PlanResult
from infragen.terraform.states import State, StateIdentity
from infragen.terraform.workfolder import Basis
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.attribution.findings import FindingLocator
from infragen.workflow.attribution.source_lines import CatalogueSources
from infragen.workflow.console import note
from infragen.workflow.invocation import typeable_hint
from infragen.workflow.planning import notices
from infragen.workflow.planning.kept import kept_notices
from infragen.workflow.planning.protections import same_name_notices
from infragen.workflow.rendering.orphaned_environments import orphaned_environments
from infragen.workflow.session import Session, about_left_out, command_line, plan_in, shown_plan
from infragen.workflow.states import storage
from infragen.workflow.states.shared_objects import refuse_managed_elsewhere, refuse_shared
from infragen.workflow.target import as_if_it_ran, primary_of

OnStates = Callable[[Mapping[str, State]], object]
"""Sees the states before a plan is made; what it returns is true where it has changed one."""
OnPlan = Callable[[Path], None]
"""Is handed the combined plan's JSON, which holds secrets and is deleted when it returns."""


T = TypeVar("T")
_TOGETHER = "all stacks together"


class PlannedStack(Struct, frozen=True):
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
    """What was planned: the change set, and each stack's saved plan of its destruction (none of any other plan).

    `stacks` has those of the target, and those upstream of them that the plan was made with. `needs` are stacks
    outside of the target that must be applied first. `missing_states` says which states are not what was stored
    from here, so that what they knew is not in the plan. `opened` are the plans themselves, of a destruction.
    """

    change_set: ChangeSet
    plans: Mapping[str, PlanResult] = field(default_factory=dict)
    stacks: Mapping[str, PlannedStack] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    missing_states: tuple[Diagnostic, ...] = ()
    opened: Mapping[str, OpenPlan] = field(default_factory=dict, repr=False)


class _Scope(Struct, frozen=True):
    """Which stacks a combined plan holds.

    `root` are planned, `basis` is what they stand on; `unchanged` are the target's that stay out; `needs` are in the
    root though they are not the target's, because what the target reads of them does not exist yet.
    """

    root: tuple[Stack, ...]
    basis: Basis
    unchanged: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def plan_environment(
    session: Session, *, json_out: Path | None = None, on_plan: OnPlan | None = None, on_states: OnStates | None = None
) -> Planned:
    """Plan the target as one root on merged copies of its stacks' states, which `on_states` sees first.

    Stacks that nothing changed since their apply stay out of it, with their real outputs, unless that is all of them,
    the rest has no changes, or the session is for everything. A single stack as the target is planned on what its
    upstreams publish; those that do not publish it yet are planned too, and named in `needs`. InfragenError I009 where
    it would adopt what another address has, M005 where it would destroy what another stack's state has too.
    """
    states = storage.pull_states(session, session.closure())
    if on_states is not None and on_states(states):
        states = storage.pull_states(session, session.closure())
    storage.refuse_elsewhere(session, states)
    refuse_managed_elsewhere(session, states)
    whole = len(session.stacks) == len(session.composed.stacks)
    scope = _environment(session, states) if whole else _chosen(session, states, session.stacks)
    found = plan_combined(session, scope.root, scope.basis, json_out=json_out, on_plan=on_plan)
    if scope.unchanged and found.only_looks:  # "no changes" is said of all of it, and may have been changed outside
        scope = _Scope(session.stacks, Basis(states))
        found = plan_combined(session, scope.root, scope.basis, json_out=json_out, on_plan=on_plan)
    change_set = _without_own_changes(session, states, found)
    refuse_shared(session, states, change_set)
    targets = {stack.name for stack in session.stacks}
    shown = only_stacks(change_set, targets) if scope.needs else change_set
    adopted = notices.import_notices(session.composed.adopted, change_set, targets, states)
    moving = map(typeable_hint, notices.move_notices(session.composed, change_set))
    quotas: tuple[str, ...] = ()
    if whole and not session.on_sandbox:
        running = as_if_it_ran(session.project, session.environment)
        primary = primary_of(session.project, session.environment)
        validate = command_line(session, "validate")
        quotas = tuple(notices.quota_notices(running, primary, states.values(), validate))
    lost = tuple(storage.missing_states(session, states, session.closure()).values())
    named = same_name_notices(session.composed, shown)
    orphans = () if any(not one.is_empty for one in states.values()) else orphaned_environments(session.project)
    left = (typeable_hint(f"{one.message}; {one.hint}") for one in orphans)  # it may be this one, under another name
    own = (
        *left,
        *_notices(session, scope),
        *named,
        *kept_notices(session, shown),
        *notices.left_copies(session, states),
        *notices.left_keys(session, states),
        *notices.left_redrives(states, shown),
        *notices.mesh_notices(session.environment, shown),
    )
    stacks = _parts(session, scope, states, change_set)
    # No apply will record those that are as their files say, as terraform has just found.
    changing = {name for name, part in stacks.items() if part.changes or part.waits_for}
    same = [stack for stack in scope.root if stack.name in states and stack.name not in changing]
    applied = ((name, digest, states[name].identity) for name, digest in stack_digests(session.tree, same).items())
    records = {name: Applied(digest, one.lineage, one.serial) for name, digest, one in applied}
    storage.applied_records(session).put_unchanged(records)
    summary = replace(shown.summary, incomplete=shown.summary.incomplete or bool(lost))
    said = (*(one.message for one in lost), *shown.notices, *own, *adopted, *moving, *quotas)
    told = replace(shown, notices=said, summary=summary)
    return Planned(told, stacks=stacks, needs=scope.needs, missing_states=lost)


def _without_own_changes(session: Session, states: Mapping[str, State], found: ChangeSet) -> ChangeSet:
    drifted = {change.stack for change in found.drift if change.stack is not None}
    locks = storage.lock_holders(session, drifted)
    at_work = {name: f"holds the lock, {lock.describe()}" for name, lock in locks.items() if not lock.is_forgotten}
    for name in drifted.intersection(states) - locks.keys():
        now, before = storage.state_now(session, name), states[name].identity
        # Not its digest: terraform writes the results of checks in another order each time.
        if now is not None and (now.identity.lineage, now.identity.serial) != (before.lineage, before.serial):
            at_work[name] = "has stored its state meanwhile"
    return notices.without_own_changes(session, found, at_work, states)


def _parts(
    session: Session, scope: _Scope, states: Mapping[str, State], change_set: ChangeSet
) -> dict[str, PlannedStack]:
    changing = {change.stack for change in change_set.changes if change.action not in LOOKS}
    changing.update(output.stack for output in change_set.outputs)
    changing.update(invocation.stack for invocation in change_set.invocations)
    changing.update(deferred.change.stack for deferred in change_set.deferred)
    root = {stack.name for stack in scope.root}
    changing |= root if change_set.unread else set()  # of which stack that is, nobody knows
    return {
        stack.name: PlannedStack(
            state=states[stack.name].identity if stack.name in states else None,
            is_planned=stack.name in root,
            changes=stack.name in changing,
            waits_for=tuple(
                up
                for up in stack.upstreams
                if up in root and (up in changing or up not in states) and stack.name not in session.removed
            ),
        )
        for stack in session.closure()
    }


def _environment(session: Session, states: Mapping[str, State]) -> _Scope:
    stacks = session.stacks
    records = {} if session.everything else storage.applied_records(session).all()
    unchanged = unchanged_stacks(session.tree, stacks, states, records)
    root = tuple(stack for stack in stacks if stack.name not in unchanged)
    if not root:
        return _Scope(stacks, Basis(states))
    given = {name: states[name].outputs for stack in root for name in stack.upstreams if name in unchanged}
    return _Scope(root, Basis(states, given), tuple(stack.name for stack in stacks if stack.name in unchanged))


def _chosen(session: Session, states: Mapping[str, State], stacks: tuple[Stack, ...]) -> _Scope:
    folders = by_folder(session.tree)
    target = {stack.name for stack in stacks}
    inside = set(target)
    closure = session.closure()
    for stack in reversed(closure):
        if stack.name in inside:
            inside.update(unpublished_upstreams(stack, folders.get(stack.name, {}), states))
    root = tuple(stack for stack in closure if stack.name in inside)
    given = {name: states[name].outputs for stack in root for name in stack.upstreams if name not in inside}
    needs = tuple(stack.name for stack in root if stack.name not in target)
    return _Scope(root, Basis(states, given), needs=needs)


def _notices(session: Session, scope: _Scope) -> Iterator[str]:
    yield from about_left_out(session)
    if gone := [stack.name for stack in session.stacks if stack.name in session.removed]:
        yield f"no longer in the catalogue, so all of it is destroyed, before what it stands on: {', '.join(gone)}"
    if scope.unchanged:
        names = ", ".join(scope.unchanged)
        yield f"not planned, because nothing changed since their last apply: {names}"
    if scope.needs:
        commands = ", ".join(f"`{command_line(session, 'apply', name)}`" for name in scope.needs)
        yield f"this reads outputs that do not exist yet; apply first: {commands}"


def combined_plan(
    session: Session,
    *,
    json_out: Path | None = None,
    on_plan: OnPlan | None = None,
    since: tuple[Sequence[Stack], Mapping[str, str]] | str | None = None,
) -> Planned:
    """Plan offline, from nothing; with an earlier version (`since`) only what differs from its plan, or why not."""
    basis = Basis(offline=True)
    plans: list[OpenPlan] = []

    def keep(file: Path) -> None:
        plans.append(open_plan(file))
        if on_plan is not None:
            on_plan(file)

    change_set = plan_combined(session, session.closure(), basis, json_out=json_out, on_plan=keep if since else on_plan)
    unread = since if isinstance(since, str) else ""
    if since is not None and not isinstance(since, str):
        earlier = _earlier(session, *since)
        try:
            plan_combined(earlier, earlier.closure(), basis, on_plan=lambda file: plans.insert(0, open_plan(file)))
        except InfragenError as error:
            unread = f"{error.diagnostics[0].code} {error.diagnostics[0].message}"
        else:
            found = without_object(difference(plans[0], plans[1]), *UNREAD)
            found = attribute_to_catalogue(session.composed, root=session.project.root, earlier=since[1]).apply(found)
            finding = notices.mesh_notices(session.environment, found)
            change_set = replace(found, outputs=(), notices=(*found.notices, *change_set.notices, *finding))
    if unread:
        summary = replace(change_set.summary, without_base=True)
        notice = f"the base could not be planned, so nobody can tell what changes: {unread}"
        change_set = replace(change_set, summary=summary, notices=(notice, *change_set.notices))
    adopted = notices.import_notices(session.composed.adopted, change_set, (stack.name for stack in session.stacks))
    return Planned(replace(change_set, notices=(*change_set.notices, *about_left_out(session), *adopted)))


def _earlier(session: Session, stacks: Sequence[Stack], tree: Mapping[str, str]) -> Session:
    is_whole = len(session.stacks) == len(session.composed.stacks)
    target = {stack.name for stack in session.stacks}
    others = left_out(tree, stacks)
    here = tuple(stack for stack in stacks if stack.name not in others)
    chosen = tuple(stack for stack in here if is_whole or stack.name in target)
    return replace(session, composed=replace(session.composed, stacks=here, files=tree), stacks=chosen, tree=tree)


def read_offline(session: Session, read: Callable[[Path], T]) -> T:
    found: list[T] = []
    for line in about_left_out(session):
        note(f"notice: {line}")
    combined_plan(session, on_plan=lambda file: found.append(read(file)))
    return found[0]


def refuse_part(session: Session, message: str) -> None:
    """Raise InfragenError X016 with a message, where a session has one stack and the answer is of an environment."""
    if len(session.stacks) < len(session.composed.stacks):
        raise InfragenError(Diagnostic("X016", message, hint=f"write {session.environment.target}"))


def drift_plan(session: Session, states: Mapping[str, State], stacks: tuple[Stack, ...], *, has_all: bool) -> ChangeSet:
    """Return what changed outside of terraform in some of the target's stacks, all of them applied.

    Others stay out of it: a refresh-only plan evaluates the calls of all modules, and those of a stack without its
    state ask for objects that terraform then does not know. `has_all` says that no state of the target's is lost.
    """
    every = len(session.stacks) == len(session.composed.stacks)  # a rule of a group may be in another stack's state
    known = as_declared(states, CatalogueSources(session.composed).arguments) if every and has_all else states
    scope = _chosen(session, known, stacks)
    planned = plan_combined(session, scope.root, scope.basis, refresh_only=True)
    found = _without_own_changes(session, states, planned)
    found = replace(found, notices=(*found.notices, *notices.left_copies(session, states)))
    return only_stacks(found, {stack.name for stack in stacks}) if scope.needs else found


def plan_combined(
    session: Session,
    stacks: tuple[Stack, ...],
    basis: Basis,
    *,
    json_out: Path | None = None,
    on_plan: OnPlan | None = None,
    refresh_only: bool = False,
    targets: tuple[str, ...] = (),
) -> ChangeSet:
    """Plan one root of `stacks` and return what it changes, in the catalogue's words; nothing of it stays on disk.

    `json_out` keeps terraform's own JSON. `refresh_only` asks what changed outside of terraform, and nothing else.
    `targets` are the root's addresses to plan alone, with what they depend on.
    """
    options = PlanOptions(
        refresh=not basis.offline, refresh_only=refresh_only, parallelism=session.parallelism, targets=targets
    )
    folder, out = session.folders.combined, session.folders.plan_file("combined")

    def step(_name: str, on_event: OnEvent) -> ChangeSet:
        every = session.composed.stacks
        with session.folders.open_combined(session.tree, stacks, session.opener, every=every, basis=basis) as root:
            plan_in(session, folder, out, options, on_event)
            shown = session.runner.show_json(folder, out, json_out or out.with_suffix(".json"))
            try:
                if basis.offline:
                    mark_without_state(shown, root.files)
                replaced = replaced_create_first(shown) if basis.states else frozenset()
                if replaced:  # destroy first where the stack's own plan will
                    own_order = created_first(replaced, session.tree, stacks, basis.states)
                    put_destroy_first(shown, replaced - own_order)
                if on_plan is not None:
                    on_plan(shown)
                planned = read_plan(shown, files=root.files, skip_empty_drift=True)
                words = attribute_to_catalogue(session.composed, root=session.project.root)
                return _of_stacks(words.apply(planned), root)
            finally:
                if json_out is None:
                    shown.unlink(missing_ok=True)  # it holds secrets

    try:
        return storage.run_each(session, [_TOGETHER], "plan", step, jobs=1)[_TOGETHER]
    except InfragenError as error:
        raise InfragenError(*FindingLocator(session.composed).locate_by_hand(error.diagnostics)) from error


def _of_stacks(change_set: ChangeSet, root: CombinedRoot) -> ChangeSet:
    found = ((output, root.outputs.get(output.name)) for output in change_set.outputs)
    outputs = [replace(output, stack=place[0], name=place[1]) for output, place in found if place]
    shown = replace(change_set, outputs=tuple(sorted(outputs, key=lambda one: (one.stack or "", one.name))))
    if not root.unread:
        return shown
    notice = f"not read offline, so its values are known after apply: {', '.join(root.unread)}"
    return without_object(replace(shown, notices=(*shown.notices, notice)), *UNREAD)


def destroy_plans(session: Session, applied: frozenset[str], run: Journal, *, jobs: int | None) -> Planned:
    folders = session.prepare_stacks(tuple(stack for stack in session.stacks if stack.name in applied))
    options = PlanOptions(destroy=True, parallelism=session.parallelism)

    def step(name: str, on_event: OnEvent) -> tuple[PlanResult, OpenPlan | None]:
        out = session.folders.plan_file(name)
        result = plan_in(session, folders[name], out, options, on_event)
        if not result.changes:
            return result, None
        with shown_plan(session.runner, folders[name], out) as shown:
            return result, open_plan(shown)

    found = storage.run_each(session, folders, "plan", step, jobs=jobs, run=run)
    opened = {name: plan for name, (_, plan) in found.items() if plan is not None}
    plans = {name: result for name, (result, _) in found.items()}
    wording = attribute_to_catalogue(session.composed, root=session.project.root)
    sets = change_sets(list(opened.values()))  # together: what one of them marks as sensitive is hidden in all
    merged = merge([wording.apply(one, name) for name, one in zip(opened, sets, strict=True)])
    return Planned(replace(merged, notices=(*merged.notices, *kept_notices(session, merged))), plans, opened=opened)
