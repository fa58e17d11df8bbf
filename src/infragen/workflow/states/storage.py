"""What is stored of an environment's stacks, removed ones too: states, marks of moves, from which files each was made.

What has not changed since its apply is not planned again. What a lost state knew stands in AWS, and no plan sees it.
Of a stack that the catalogue no longer has, and whose state may hold something, nothing is left but a shell. What such
a stack stands on, and who stands on it, its state says.
"""

import re
import shlex
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from infragen.aws.session import Aws, answering, refusal
from infragen.catalog import Environment
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.hcl.blocks import block
from infragen.hcl.folders import Folders, by_folder
from infragen.kinds.domains import Domain
from infragen.stacks import shell
from infragen.stacks.model import BOOTSTRAP, Stack
from infragen.storage import confined_path
from infragen.terraform.apply_records import Applied, AppliedRecords, stack_digest
from infragen.terraform.combined import body_of
from infragen.terraform.engine import Outcome, Status, Step, affected, plan_jobs, run_stacks
from infragen.terraform.journal import Journal, Planning, both
from infragen.terraform.locks import Lock
from infragen.terraform.move_journal import unfinished
from infragen.terraform.move_marks import Mark, mark_in, unfinished_move
from infragen.terraform.move_steps import marks_of
from infragen.terraform.run_history import open_runs
from infragen.terraform.runner import Folder, OnEvent, left_state
from infragen.terraform.states import State, parse_state
from infragen.text import first_of
from infragen.workflow.console import announce, console, note
from infragen.workflow.rendering.composition import render_checked, templates_of
from infragen.workflow.session import Session, command_line, open_session
from infragen.workflow.target import parse

T = TypeVar("T")
FORMER_PROVIDERS: Final = "former_providers.tf"
"""The file of a stack that follows from its state alone."""
_PULLS = 8
"""States read at once, on however few cores: most of that is waiting."""


def pull_states(session: Session, stacks: Sequence[Stack]) -> dict[str, State]:
    """Without those of which nothing was ever stored; InfragenError M002 while one takes part in a state move."""
    announce(f"reading the states of {session.target}")
    states = _read(session, stacks, parse_state)
    found = {name: state for name, state in states.items() if state is not None}
    refuse_marked(session, {name: mark for name, state in found.items() if (mark := mark_in(state.outputs, name))})
    return found


def refuse_marked(session: Session, marks: Mapping[str, Mark]) -> None:
    """Refuse to go on while states are marked: InfragenError M002, on whatever machine the move began."""
    if marks:
        raise InfragenError(unfinished_move(tuple(marks.values()), finish_moves(session)))


def finish_moves(session: Session) -> str:
    return command_line(session, "state moves", None, "--apply")


class StateBucket:
    """The states of a session's stacks, byte for byte; they hold secrets."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stacks = {stack.name: stack for stack in session.composed.stacks}

    def pull(self, stacks: Sequence[str]) -> dict[str, bytes]:
        def whole(content: bytes, name: str) -> bytes:
            return content if parse_state(content, name) is not None else b""

        return _read(self._session, [self._stacks[name] for name in stacks], whole)

    def push(self, stack: str, content: bytes) -> None:
        """Store a state, under its lock; InfragenError M003 where somebody else stored one meanwhile."""
        folder = _folders(self._session, [self._stacks[stack]])[stack]
        try:
            self._session.runner.state_push(folder, content)
        except InfragenError as error:
            message = f"the state of {folder.shown} was not stored: nothing in it has changed"
            hint = "mend what is said below, if it is that, and run this command again: it reads what is stored by then"
            raise type(error)(Diagnostic("M003", message, hint=hint), *error.diagnostics) from error

    def untaint(self, stack: str, address: str) -> None:
        """Have an object that a state calls tainted count as whole, so that nothing replaces it."""
        self._session.runner.untaint(_folders(self._session, [self._stacks[stack]])[stack], address)


def refuse_failures(outcome: Outcome[object]) -> None:
    if outcome.of(Status.STOPPED):
        raise KeyboardInterrupt
    raise_problems(dict.fromkeys(diagnostic for result in outcome.results for diagnostic in result.diagnostics))
    if not outcome.done:
        raise KeyboardInterrupt


def run_each(
    session: Session,
    names: Iterable[str],
    verb: str,
    step: Step[T],
    *,
    jobs: int | None = None,
    run: Journal | None = None,
) -> dict[str, T]:
    """Side by side; a `run` notes the locks that are taken. Raises as `refuse_failures`."""
    graph: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    with console().progress(list(graph), verb) as progress:
        listeners = both(Planning(run), progress) if run else progress
        outcome = run_stacks(graph, step, session.stopper, jobs=jobs or plan_jobs(), progress=listeners)
    refuse_failures(outcome)
    return outcome.values


def _read(session: Session, stacks: Sequence[Stack], read: Callable[[bytes, str], T]) -> dict[str, T]:
    folders = _folders(session, stacks)
    found: dict[str, T] = {}

    def pull(name: str, _on_event: OnEvent) -> None:
        found[name] = read(session.runner.state_pull(folders[name]), name)

    refuse_failures(run_stacks(dict.fromkeys(folders, ()), pull, session.stopper, jobs=max(_PULLS, plan_jobs())))
    return {stack.name: found[stack.name] for stack in stacks}


def _folders(session: Session, stacks: Sequence[Stack]) -> dict[str, Folder]:
    """Return where the states of stacks can be asked; a stack whose backend infragen cannot record is initialised."""
    folders = session.folders.prepare_states(session.tree, stacks)
    others = tuple(stack for stack in stacks if stack.name not in folders)
    for name, folder in (session.prepare_stacks(others) if others else {}).items():
        session.runner.init(folder)
        folders[name] = folder
    return folders


def lock_holders(session: Session, stacks: Collection[str | None]) -> dict[str, Lock]:
    found = {}
    with suppress(InfragenError):
        wanted = [stack for stack in session.composed.stacks if stack.name in stacks]
        for name, folder in (_folders(session, wanted) if wanted else {}).items():
            if (lock := session.runner.lock_of(folder)) is not None:
                found[name] = lock
    return found


def applied_records(session: Session) -> AppliedRecords:
    environment = session.environment
    return AppliedRecords(session.project.root, environment.system.name, environment.name, sandbox=session.on_sandbox)


def record_applied(session: Session, stack: str, journal: Journal, *, destroyed: bool = False) -> Applied | None:
    """Record that a stack's state is what its files give; where the state cannot be asked, there is no record."""
    state, applied = None if destroyed else state_now(session, stack), None
    if state is not None:
        identity = state.identity
        journal.state(stack, identity.lineage, identity.serial)
        journal.holds(stack, lambda: (one for _, one in state.objects()))
        made_from = next(one for one in session.composed.stacks if one.name == stack)
        applied = Applied(stack_digest(Folders(session.tree), made_from), identity.lineage, identity.serial)
    applied_records(session).put(stack, applied)
    return applied


def state_now(session: Session, name: str) -> State | None:
    stacks = tuple(stack for stack in session.composed.stacks if stack.name == name)
    try:
        folder = session.folders.prepare_states(session.tree, stacks).get(name) or session.folders.stack(name)
        return parse_state(session.runner.state_pull(folder), name)
    except (InfragenError, OSError):  # also a stop, or a full disk: the state is stored, and the next plan looks at it
        return None


def regions_of(session: Session) -> dict[str, str]:
    own = session.environment.settings.region
    return {stack.name: stack.region or own for stack in session.composed.stacks}


def refuse_elsewhere(session: Session, states: Mapping[str, State]) -> None:
    """T066 where all stands in another region than the provider's: terraform would make it anew, and forget it."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, wanted in regions_of(session).items():
        regions = states[name].regions() if name in states and name not in session.removed else set()
        if regions and wanted not in regions:
            found[first_of(sorted(regions)), wanted].append(name)
    problems = []
    for (stands, wanted), names in found.items():
        message = f"{session.environment.target} was applied in {stands}, and its files are for {wanted}"
        move = f"for a move, add an environment in {wanted}, bring the data over, and destroy this one"
        hint = f"nothing moves an object to another region: write `region: {stands}` again; {move}"
        problems.append(Diagnostic("T066", f"{message}: {first_of(names)}", hint=hint))
    raise_problems(problems)


def missing_states(session: Session, states: Mapping[str, State], stacks: Iterable[Stack]) -> Mapping[str, Diagnostic]:
    """Return T046 by stack: terraform raises a serial with every change, and keeps the lineage through `destroy`."""
    kept = applied_records(session)
    records = kept.all()
    found = {}
    for name in sorted({stack.name for stack in stacks} & records.keys()):
        if (how := _how(records[name], states.get(name))) is None:
            continue
        lost = "what only that state had may still exist in AWS, is in no plan, and would be created again"
        stored = f"an apply from here stored one (serial {records[name].serial})"
        message = f"the state of {name} {how}, but {stored}: {lost}"
        place = f"s3://{session.environment.state_bucket}/{session.environment.target}/{name}.tfstate"
        forgets = f"if it was removed or replaced on purpose, `rm {shlex.quote(str(kept.file))}` forgets it"
        moved = "where `account` or `state` was changed, it is in the bucket of before"
        hint = f"an earlier version of {place} may be intact; {moved}; {forgets}"
        found[name] = Diagnostic("T046", message, hint=hint)
    return found


def _how(stored: Applied, state: State | None) -> str | None:
    if state is None:
        return "is gone"
    if state.identity.lineage != stored.lineage:
        return "is another one (terraform keeps a state's lineage, also through `destroy`)"
    return f"is an older one (serial {state.identity.serial})" if state.identity.serial < stored.serial else None


@contextmanager
def open_with_removed_stacks(folder: Path, target: str, **options: Any) -> Iterator[Session]:
    """Open a session of all that may stand, stacks that left the catalogue too; one of them may be the target."""
    with open_session(folder, target, any_stack=True, **options) as session:
        name = parse(target).stack
        removed = shells(session, _known(session))
        if name is not None and name not in {one.name for one in (*session.composed.stacks, *removed)}:
            removed += tuple(one for one in find_removed_stacks(session) if one.name == name)
        yield _chosen(with_removed_stacks(session, removed), target)


@contextmanager
def open_with_standing_stacks(
    folder: Path, target: str, *, named: Collection[str] = (), **options: Any
) -> Iterator[Session]:
    """Stacks that left the catalogue and stand, or are `named`, belong to it, above what they stand on."""
    with open_session(folder, target, any_stack=True, **options) as opened:
        session = replace(opened, stored=stored_names(opened, opened.environment))
        removed = shells(session, {*named, *_known(session)})
        every = with_removed_stacks(session, removed)
        states = pull_states(every, removed) if removed else {}
        read = reads(states, every)
        stands = {*named, *(name for name, state in states.items() if not state.is_empty)}
        standing = tuple(replace(one, upstreams=read[one.name]) for one in removed if one.name in stands)
        known = {one.name: states[one.name] for one in standing if one.name in states}
        yield _chosen(with_former_providers(with_removed_stacks(session, standing), known), target)


def with_former_providers(session: Session, states: Mapping[str, State]) -> Session:
    """Add what terraform needs to destroy; without a known region none: elsewhere it would forget the object."""
    folders, files = by_folder(session.tree), {}
    for name, state in states.items():
        configured = body_of(folders.get(name, {})).providers
        blocks = [
            block("provider", "aws", arguments={"alias": alias, "region": region, "allowed_account_ids": [account]})
            for alias, places in sorted(state.regions_by_alias().items())
            if ("aws", alias) not in configured and len(places) == 1
            for region, account in places
            if account == session.environment.settings.account
        ]
        if blocks:
            files[f"{name}/{FORMER_PROVIDERS}"] = "\n".join(blocks)
    return replace(session, tree={**session.tree, **files})


def _chosen(session: Session, target: str) -> Session:
    name = parse(target).stack
    return session if name is None else replace(session, stacks=session.composed.chosen(name))


def reads(states: Mapping[str, State], session: Session) -> dict[str, tuple[str, ...]]:
    """Return which stacks each stack read when it was last applied, by its state, and which ones its files read today.

    Objects of an upstream may have been moved to another stack since: `state moves` leaves the states of readers as
    they are. Where files contradict a state, the state is right. One that left the catalogue, and whose state no longer
    says it (a part of it is destroyed), may stand on any that does not stand on it.
    """
    every, found = session.composed.stacks, {}
    for stack in every:
        read_of = states[stack.name].read_of if stack.name in states else lambda _: None
        found[stack.name] = tuple(one.name for one in every if read_of(one.identifier) is not None)
    for stack in every:
        if today := {*stack.upstreams}.difference(found[stack.name]):
            found[stack.name] += tuple(sorted(today.difference(affected(found, {stack.name}))))
    for name in session.removed:
        if not found.get(name) and name in states and not states[name].is_empty:
            above = affected(found, {name})
            found[name] = tuple(one for one in found if one not in above and one not in session.removed)
    return found


def find_removed_stacks(session: Session, named: Iterable[str] = ()) -> tuple[Stack, ...]:
    domains = session.environment.all(Domain)
    once = {f"{kind}-{domain}" for kind in ("data", "services") for domain in domains}
    return shells(session, {*once, *named, *_known(session)})


def shells(session: Session, names: Iterable[str]) -> tuple[Stack, ...]:
    environment = session.environment
    gone = set(names) - {BOOTSTRAP} - {stack.name for stack in session.composed.stacks}
    return tuple(Stack(name, shell.files(environment, name, ()), (), ()) for name in sorted(gone))


def with_removed_stacks(session: Session, removed: tuple[Stack, ...]) -> Session:
    if not removed:
        return session
    project, system = session.project, session.environment.system.name
    files = render_checked(project, system, templates_of(project), removed, {})
    composed = session.composed
    whole = replace(composed, stacks=(*composed.stacks, *removed), files={**composed.files, **files})
    names = (*session.removed, *(stack.name for stack in removed))
    return replace(session, composed=whole, stacks=whole.stacks, tree={**session.tree, **files}, removed=names)


def only_removed_stacks(session: Session, names: Collection[str]) -> Session:
    out = set(session.removed) - set(names)
    kept = tuple(stack for stack in session.composed.stacks if stack.name not in out)
    stacks = tuple(stack for stack in session.stacks if stack.name not in out)
    removed = tuple(name for name in session.removed if name not in out)
    return replace(session, composed=replace(session.composed, stacks=kept), stacks=stacks, removed=removed)


def forget_removed(session: Session, stacks: Collection[str]) -> None:
    for name in set(session.removed).intersection(stacks):
        applied_records(session).put(name, None)
        project, path = confined_path(session.folders.stack(name).path)
        project.remove_tree(path)


def _known(session: Session) -> set[str]:
    here = session.environment.target, session.on_sandbox
    runs = (run for run in open_runs(session.project.root) if run.begin.environment == here)
    names = {stack.stack for run in runs for stack in run.stacks}
    stored = stored_names(session, session.environment) if session.stored is None else session.stored
    names |= applied_records(session).all().keys() | stored
    with suppress(InfragenError):  # a journal that is not believed says nothing
        names |= {stack for move in unfinished(session.folders) for stack in move.stacks}
    return names | {path.parent.name for path in session.folders.root.glob("*/backend.tf")}


_STATE: Final = re.compile(r"([a-z][a-z0-9-]*)\.tfstate(?:\.tflock)?")


def stored_names(session: Session, environment: Environment) -> frozenset[str]:
    found = set()
    prefix = f"{environment.target}/"
    try:
        with answering("T027", what="a list of objects"):
            client = Aws(session.runner.environment).client("s3", environment.state_region)
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=environment.state_bucket, Prefix=prefix)
            found = {one["Key"].removeprefix(prefix) for page in pages for one in page.get("Contents", ())}
    except InfragenError as error:
        if refusal(error) != "NoSuchBucket":  # reading the states, which follows, says more of credentials
            what = "stacks that left the catalogue are only known if they were applied from here"
            bucket = f"s3://{environment.state_bucket}/{prefix}"
            note(f"notice: cannot list {bucket}: {error.diagnostics[0].message}; {what}")
    return frozenset(known[1] for key in found if (known := _STATE.fullmatch(key)))


def whole_environment(session: Session, named: Iterable[str] = ()) -> tuple[Session, dict[str, bytes]]:
    """Return each stack there is or was with its state, but for one that could not be stored: that hides what is."""
    removed = find_removed_stacks(session, named)
    states = _stored(session, removed)
    marked = {stack for mark in marks_of(states).values() for stack in mark.stacks}
    if not marked <= states.keys():
        removed = find_removed_stacks(session, {*named, *marked})
        states = _stored(session, removed)
    known = with_removed_stacks(session, tuple(stack for stack in removed if states.get(stack.name)))
    return known, {stack.name: states[stack.name] for stack in known.composed.stacks if stack.name in states}


def _stored(session: Session, removed: tuple[Stack, ...]) -> dict[str, bytes]:
    whole = with_removed_stacks(session, removed)
    names = [stack.name for stack in whole.composed.stacks]
    return StateBucket(whole).pull([name for name in names if left_state(session.folders.stack(name)) is None])
