"""Objects of two places: none is adopted that is managed already, none destroyed that another state has as well."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from infragen.catalog import Environment
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.environment import environments, name_of_standby
from infragen.hcl.addresses import type_of, without_keys
from infragen.hcl.folders import Folders
from infragen.plan import Action, ChangeSet
from infragen.plan.shown_address import relative_address
from infragen.provider_schema import has_region
from infragen.render.import_blocks import Adopted
from infragen.stacks import shell
from infragen.stacks.bootstrap import shell_of
from infragen.stacks.model import BOOTSTRAP, Stack
from infragen.terraform.engine import plan_jobs, run_stacks
from infragen.terraform.runner import OnEvent
from infragen.terraform.states import Identity, State, parse_state
from infragen.terraform.workfolder import WorkFolders
from infragen.text import first_of
from infragen.workflow.console import note
from infragen.workflow.invocation import typeable_command
from infragen.workflow.rendering.composition import render_checked, templates_of
from infragen.workflow.session import Session, command_line
from infragen.workflow.states import storage
from infragen.workflow.target import generated_folder, resolve_one

_NO_BUCKET: Final = "T027"
_BACKEND: Final = "backend.tf"


def refuse_imported(adopted: Iterable[Adopted], states: Mapping[str, State]) -> None:
    """Refuse to write down what its own stack's state has already, by whatever id: InfragenError I010."""
    problems, hint = [], "leave it out; `infragen plan` shows what the catalogue would change in it"
    for one in adopted:
        if one.stack in states and states[one.stack].has(one.address):
            as_what = f", as {stands}" if (stands := states[one.stack].import_id_of(one.address)) else ""
            message = f"{one.address} is already in the state of {one.stack}{as_what}: there is nothing to import"
            problems.append(Diagnostic("I010", message, hint=hint))
    raise_problems(problems)


def refuse_managed_elsewhere(session: Session, states: Mapping[str, State]) -> None:
    """I009 for what another address has, in whichever state of the system in this account and region."""
    chosen = {stack.name for stack in session.stacks}
    adopted = [one for one in session.composed.adopted if one.stack in chosen]
    waiting = [one for one in adopted if one.stack not in states or not states[one.stack].has(one.address)]
    if not waiting:
        return
    every = every_state(session, states)
    regions = storage.regions_of(session)
    meant = {one: regions[one.stack] if has_region(type_of(one.address)) else "" for one in waiting}
    problems = [_of_stack(session, one, *holder) for one in waiting for holder in _holders(one, every, meant[one])]
    hint = "one object has one address: leave the import out"
    for target, known in () if problems else _elsewhere(session):
        for one in waiting:
            holders = _holders(one, known, meant[one])
            problems += [_taken(one, f"{held} of {target}/{name}", hint) for name, held in holders]
    raise_problems(problems)


def every_state(session: Session, known: Mapping[str, State]) -> Mapping[str, State]:
    return {**known, **_other_states(session, known)}


def _other_states(session: Session, known: Collection[str]) -> Mapping[str, State]:
    whole = storage.with_removed_stacks(session, storage.find_removed_stacks(session))
    others = tuple(stack for stack in whole.composed.stacks if stack.name not in known)
    return storage.pull_states(whole, others) if others else {}


def _holders(one: Adopted, states: Mapping[str, State], region: str) -> Iterator[tuple[str, str]]:
    for name, state in states.items():
        held = state.holder_of(type_of(one.address), one.written.id, region)
        if held is not None:
            yield name, held


def _of_stack(session: Session, one: Adopted, stack: str, held: str) -> Diagnostic:
    block = Folders(session.composed.files).resources(stack).get(without_keys(held))
    owner = session.composed.owners().get((stack, block)) if block else None
    if block is None and stack != one.stack:
        moves = command_line(session, "state moves")
        hint = f"leave the import out: `{moves}` moves what is still in that stack's state"
    else:
        hint = "one object has one address: leave one of the two out"
    return _taken(one, f"{held} of {stack}" + (f" ({owner})" if owner else ""), hint)


def _taken(one: Adopted, who: str, hint: str) -> Diagnostic:
    message = f"the {type_of(one.address)} {one.written.id} cannot become {one.address} of {one.stack}: {who} has it"
    return Diagnostic("I009", message, one.written.location, hint=hint)


def _elsewhere(session: Session) -> Iterator[tuple[str, Mapping[str, State]]]:
    here = session.environment
    system = here.system.name
    for name in environments(session.project, system):
        target = f"{system}/{name}"
        try:
            other = here if name == here.name else resolve_one(session.project, target)[1]
            if (other.settings.account, other.settings.region) == (here.settings.account, here.settings.region):
                yield target, _states_of(session, other, _roots(session, other))
        except InfragenError as error:
            if not any(one.code == _NO_BUCKET for one in error.diagnostics):  # without a bucket it has no states
                note(f"notice: cannot check whether {target} has it already: {error.diagnostics[0].message}")


def refuse_copied(session: Session, states: Mapping[str, State]) -> None:
    """P008 while a standby stands in whose region the stacks have copies: their states name that region."""
    here = session.environment
    name = name_of_standby(session.project, here)
    if name is None:
        return
    target = f"{here.system.name}/{name}"
    try:
        other = resolve_one(session.project, target)[1]
        stacks = (one.name for one in session.stacks if one.name in states)
        copied = [one for one in stacks if states[one].mentions({other.settings.region})]
        names = [one for one in _roots(session, other) if one != BOOTSTRAP] if copied else []
        standing = [one for one, state in _states_of(session, other, names).items() if not state.is_empty]
    except InfragenError as error:
        if not any(one.code == _NO_BUCKET for one in error.diagnostics):
            note(f"notice: cannot check whether {target} uses what is destroyed: {error.diagnostics[0].message}")
        return
    if standing:
        uses = f"it uses what {first_of(copied)} of {here.target} copied to {other.settings.region}"
        first = typeable_command(f"infragen destroy {target}{' --sandbox' if session.on_sandbox else ''}")
        what, hint = "still exists", f"`{first}` first"
        if other.settings.follows is None and not other.settings.waits:
            back = typeable_command(f"infragen runbook {here.target} failback")
            what = "still exists, without `follows`, so it may have taken over"
            hint = f"`{back}` shows how the way back goes; {target} may be all that serves"
        hint += "; if it needs no copy any more, remove `standby_of` from its file"
        raise InfragenError(Diagnostic("P008", f"{target} ({first_of(standing)}) {what}: {uses}", hint=hint))


def _roots(session: Session, other: Environment) -> list[str]:
    """Return the roots that may have a state, stored or committed: a checkout may lack another environment's files."""
    is_own = other is session.environment
    root = generated_folder(session.project, other)
    committed = {path.parent.name for path in root.glob(f"{BOOTSTRAP if is_own else '*'}/{_BACKEND}")}
    return sorted(committed if is_own else committed | storage.stored_names(session, other))


def _states_of(session: Session, other: Environment, names: Iterable[str]) -> dict[str, State]:
    """Read states in folders of this session's own, from where the catalogue has them: no committed text is read."""
    files = {name: shell_of(other) if name == BOOTSTRAP else shell.files(other, name, ()) for name in names}
    stacks = [Stack(name, some, (), ()) for name, some in files.items()]
    project = session.project
    tree = render_checked(project, other.system.name, templates_of(project), stacks, {})
    root = generated_folder(project, other)
    folders = WorkFolders(session.folders.root / "others" / other.name, project.relative(root))
    ready = folders.prepare_states(tree, stacks)

    def pull(name: str, _on_event: OnEvent) -> State | None:
        return parse_state(session.runner.state_pull(ready[name]), name)

    outcome = run_stacks(dict.fromkeys(ready, ()), pull, session.stopper, jobs=plan_jobs())
    raise_problems(one for result in outcome.results for one in result.diagnostics)
    return {name: state for name, state in outcome.values.items() if state is not None}


def refuse_shared(session: Session, states: Mapping[str, State], change_set: ChangeSet) -> None:
    """M005 for what is in the states twice; where something is destroyed, all other states are read, too."""
    gone = [change for change in change_set.changes if change.action.destroys]
    doomed = {(one.stack, address) for one in gone for address in (one.address, one.address.split(".", 2)[-1])}
    if not doomed:
        return
    named: dict[tuple[str, str], list[tuple[str, Identity]]] = defaultdict(list)
    for stack, state in every_state(session, states).items():
        for one in state.identities():
            named[one.type, one.name].append((stack, one))
    shared = [
        (stack, one, elsewhere, other)
        for same in named.values()
        for stack, one in same
        for elsewhere, other in same
        if (stack, one.address) in doomed
        and one.is_same(other)
        # not two of one name in two regions, in which AWS has one each: a policy of images, of copies
        and not (has_region(one.type) and len({one.region, other.region} - {""}) == 2)
        if stack != elsewhere or (elsewhere, other.address) not in doomed
    ]
    if shared:
        said = [f"{one.address} of {stack} and {other.address} of {place}" for stack, one, place, other in shared]
        message = f"this would destroy what is in the states twice: {first_of(said, joint='; ')}"
        both = "if both stacks have it there, remove one of the two first"
        changed = "if somebody changed an id in a state, restore its earlier version"
        hint = f"`{storage.finish_moves(session)}` keeps it only where the catalogue has it; {both}; {changed}"
        if alone := [one for one, _, place, _ in shared if one == place]:
            block = f"a `removed` block with `destroy = false` in a file of `extra/{alone[0]}/`"
            hint = f"{block} forgets the address that goes"
        raise InfragenError(Diagnostic("M005", message, hint=hint))


def refuse_made_elsewhere(session: Session, change_set: ChangeSet) -> None:
    """M010: for what another commit moved, some APIs would answer as for a new one (SQS API Reference: CreateQueue)."""
    chosen = {stack.name for stack in session.stacks}
    made = {without_keys(relative_address(one)): one for one in change_set.changes if one.action is Action.CREATE}
    if not made or len(chosen) == len(session.composed.stacks):
        return
    declared, others = Folders(session.composed.files), {stack.name for stack in session.composed.stacks}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    wanted, buckets = storage.regions_of(session), dict[str, str]()
    for name, state in _other_states(session, chosen).items():
        known, regions = declared.resources(name) if name in others else {}, state.regions()
        for address in {without_keys(one) for one, _ in state.objects()} & made.keys() - known.keys():
            stack = str(made[address].stack)
            if not regions or wanted.get(stack) in regions:  # elsewhere it is another object
                found[stack, name].append(address)
        buckets |= {str(one.get("bucket")): name for *_, one in state.managed("aws_s3_bucket")}
    hint = f"`{command_line(session, 'plan')}`, of the whole environment, says how it goes there"
    new = ((one, one.chosen_names.comes or "") for one in made.values() if not found and one.type == "aws_s3_bucket")
    taken = ((f"{one.stack} would get {one.type} {name}", buckets[name]) for one, name in new if name in buckets)
    raise_problems(
        Diagnostic("M008", f"{what}, which {who} has, and all regions share its name", hint=hint) for what, who in taken
    )
    moves = command_line(session, "state moves")
    hint = f"nothing was applied; take the latest commit: `{moves}` then shows what would move, if anything"
    raise_problems(
        Diagnostic("M010", f"{first_of(sorted(some))} of {stack} would be created, and is in {name} already", hint=hint)
        for (stack, name), some in found.items()
    )
