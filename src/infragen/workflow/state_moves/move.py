"""Resources that belong to another stack by now: proved on copies of the states, then moved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.hcl.addresses import without_keys
from infragen.hcl.folders import Folders
from infragen.plan import LOOKS, Action, Change, ChangeSet, read_plan
from infragen.stacks.model import IMPORTS
from infragen.terraform.events import Counts
from infragen.terraform.locks import this_user
from infragen.terraform.move_journal import MoveJournal, open_journal, unfinished
from infragen.terraform.move_marks import FILE as MARK
from infragen.terraform.move_marks import Mark, declaration, unfinished_move
from infragen.terraform.move_steps import MoveExecution, MoveTask, StatePush
from infragen.terraform.moves import Configured, StackMove, import_blocks, lost, moved_states, removed_blocks
from infragen.terraform.runner import OnEvent, PlanOptions, left_state
from infragen.terraform.running_processes import end_left_behind
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import Basis
from infragen.text import first_of
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.console import confirm, console, note, out
from infragen.workflow.planning.plans import plan_combined
from infragen.workflow.recovery.orphans import Recovered
from infragen.workflow.recovery.repair import await_terraforms, release_own_lock
from infragen.workflow.session import Session, command_line, plan_in, quoting_no_secret, shown_plan
from infragen.workflow.states import storage

HARMLESS: Final = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT, *LOOKS})
"""What a plan may say of a stack that does not change."""
_REMOVED: Final = "infragen_removed.tf"


class MoveContext(Struct, frozen=True):
    """Every stack there is or was, and what is stored of each; the session knows them all."""

    session: Session
    states: Mapping[str, bytes]

    def planned(self, states: Mapping[str, bytes], tree: Mapping[str, str] | None = None) -> ChangeSet:
        known = {name: found for name, content in states.items() if (found := parse_state(content, name)) is not None}
        session = self.session if tree is None else replace(self.session, tree=tree)
        return plan_combined(session, session.composed.stacks, Basis(known))


class ImportMove(Struct, frozen=True):
    """A move that was proved to work by imports: the files that import, and those that forget as well."""

    importing: Mapping[str, str]
    forgetting: Mapping[str, str]


def prove_import_move(context: MoveContext, moves: Sequence[StackMove]) -> ImportMove | str:
    importing = dict(context.session.tree)
    for target in {move.target for move in moves if not move.halfway}:
        blocks = import_blocks(moves, context.states, target)
        if blocks is None:
            return "not every type that moves can be imported"
        path = f"{target}/{IMPORTS}"
        importing[path] = "\n".join(text for text in (context.session.tree.get(path), blocks) if text)
    states = dict(context.states)
    for source in {move.source for move in moves}:
        states[source] = lost(states[source], [move for move in moves if move.source == source])
    try:
        found = context.planned(states, importing)
    except InfragenError as error:
        return f"the provider does not import it: {error.diagnostics[0].message.partition(':')[0]}"
    stacks = {name for move in moves for name in (move.source, move.target)}
    if wrong := _others(found, stacks, HARMLESS):
        return f"imported, {wrong} would still change"
    removed = {f"{name}/{_REMOVED}": removed_blocks(moves, name) for name in {move.source for move in moves}}
    return ImportMove(importing, {**context.session.tree, **removed})


class ByImport(Struct, frozen=True):
    """The way of a proved move: each stack's own plan, which must say nothing else, and its apply.

    The mark is declared in what is planned, so that it stays: a plan that would change it finds another's (M002).
    """

    context: MoveContext
    import_move: ImportMove
    mark: Mark

    def gain(self, stack: str, _states: Mapping[str, bytes]) -> None:
        self._apply(stack, self.import_move.importing, HARMLESS)

    def lose(self, stack: str, _states: Mapping[str, bytes]) -> None:
        self._apply(stack, self.import_move.forgetting, HARMLESS | {Action.FORGET})

    def _apply(self, name: str, tree: Mapping[str, str], allowed: frozenset[Action]) -> None:
        stack = next(stack for stack in self.context.session.composed.stacks if stack.name == name)
        session = replace(self.context.session, tree={**tree, f"{name}/{MARK}": declaration(self.mark)})
        folder = session.prepare_stacks((stack,))[name]
        plan = session.folders.plan_file(name)
        options = PlanOptions(parallelism=session.parallelism)

        def step(_name: str, on_event: OnEvent) -> Counts:
            plan_in(session, folder, plan, options, on_event)
            try:
                with shown_plan(session.runner, folder, plan) as shown:
                    words = attribute_to_catalogue(session.composed, root=session.project.root)
                    found = words.apply(read_plan(shown), name)
                if wrong := _others(found, {name}, allowed):
                    hint = "run this command again: it verifies the move again"
                    raise InfragenError(Diagnostic("M001", f"{name} would also change: {wrong}", hint=hint))
                with quoting_no_secret(session.runner, folder, plan, is_read=True):
                    return session.runner.apply(folder, plan, parallelism=session.parallelism, on_event=on_event).counts
            finally:
                plan.unlink(missing_ok=True)

        storage.run_each(session, [name], "apply", step, jobs=1)


def _others(found: ChangeSet, stacks: set[str], allowed: frozenset[Action]) -> str:
    wrong = [one for one in found.changes if one.stack in stacks and one.action not in allowed]
    named = ", ".join(sorted({one.type for one in wrong}))
    return f"{len(wrong)} resources ({named})" if wrong else ""


_UNMOVED: Final = (
    "nothing was moved. Apply intended changes before or after the move, not with it; "
    "`moved_from: DOMAIN` keeps a database's names when its domain changes"
)
_UNFINISHED: Final = (
    "restore the catalogue to what it was when the move began, and this finishes it; or to what it was before that, "
    "and this undoes it. Make other changes afterwards"
)
_TWICE: Final = (
    "nothing was moved, and no apply can come first: two commits applied this. Write here what the other one has, as "
    "it is there, render, and this moves the rest; change it afterwards"
)


_ELSEWHERE: Final = "it was finished or undone elsewhere, and `--apply` closes its journal"


def move_resources(
    session: Session, *, removed: tuple[str, ...], apply: bool, by_push: bool, yes: bool, output: str
) -> int:
    """Show what moves and the proof, 2 if something does; `apply` moves it, by imports where that is proved."""
    journals = unfinished(session.folders)
    if apply:
        _release_own_locks(session, journals)
    known, states = storage.whole_environment(session, removed)
    if unknown := [name for name in removed if name not in states]:
        names = ", ".join(stack.name for stack in known.composed.stacks)
        message = f"{session.environment.target} has no state of a stack {unknown[0]!r} to move from"
        raise InfragenError(Diagnostic("P009", message, hint=f"its stacks, including removed ones: {names}"))
    raise_problems(found for stack in known.composed.stacks if (found := left_state(session.folders.stack(stack.name))))
    context = MoveContext(known, states)
    task = MoveTask.of(context.states, _configured(session))
    if not task:
        return _nothing(session, journals, apply=apply)
    if journals and not task.marks and _are_others(task.moves, journals):
        for journal in journals if apply else ():
            journal.end()
        elsewhere = "it was finished or undone elsewhere, and its journal is closed" if apply else _ELSEWHERE
        note(f"a state move was interrupted here; no state is marked with it any more: {elsewhere}")
        note("what follows is another move, by the catalogue of this checkout: is it the latest commit?")
        journals, apply = (), False
    _show(session, task, journals)
    import_move = None
    if task.moves:
        proof = context.planned(moved_states(context.states, task.moves))
        _refuse_changes(proof, task, session.target, output, begun=bool(task.marks or journals))
        stacks = _joined(task.affected)
        note(f"proved on merged copies of the states: with the move, {stacks} change no resource")
        import_move = _way(context, task, pushed=by_push)
    if not apply:
        note(f"to do it: {storage.finish_moves(session)}")
        return 2
    if task.moves:
        question = f"Move {_count(task.moves)} in the states of {_joined(task.affected)}?"
    else:
        question = f"Remove the marks of this move from the states of {_joined(sorted(task.marks))}?"
    if not yes and not confirm(question):
        return 1
    _refuse_locks(context.session, task)
    return _apply(context, task, import_move, journals)


def _are_others(moves: Iterable[StackMove], journals: Iterable[MoveJournal]) -> bool:
    """Whether none of some moves is one that an interrupted command was to do."""
    known = {move for journal in journals for move in journal.moves}
    return all((move.source, move.target, move.address) not in known for move in moves)


def _way(context: MoveContext, task: MoveTask, *, pushed: bool) -> ImportMove | None:
    if task.unwanted:
        found: ImportMove | str = "the catalogue no longer says where all of it belongs"
    else:
        found = "--push was given" if pushed else prove_import_move(context, task.moves)
    if isinstance(found, ImportMove):
        note("method: one stack imports, the other forgets (`import` and `removed` blocks); nothing else is planned")
        return found
    note(f"method: both states are written, with backups, because {found}")
    return None


def _apply(
    context: MoveContext, task: MoveTask, import_move: ImportMove | None, before: tuple[MoveJournal, ...]
) -> int:
    session = context.session
    journal = open_journal(session.folders, task.taking_part, task.moves)
    mark = task.mark(by=this_user(), backups=journal.folder)
    bucket = storage.StateBucket(session)
    way = StatePush(bucket, task.moves) if import_move is None else ByImport(context, import_move, mark)
    with session.runner.on_process_start(journal.process):
        try:
            MoveExecution(bucket, task, mark, journal).run(way, _configured(session))
        except KeyboardInterrupt:
            with session.stopper.orderly():  # another Ctrl-C does not take away what is said here
                note(f"the move may be half done; to continue: {storage.finish_moves(session)}")
            raise
    for earlier in before:
        earlier.end()
    if not task.moves:
        there = _joined(sorted(task.marks))
        note(f"every resource is where the catalogue has it, and the move's marks are gone: {there}")
        return 0
    apply = command_line(session, "apply")
    note(f"moved {_count(task.moves)}; `{apply}` publishes the stacks' outputs and changes nothing")
    note(f"the previous states: {journal.location}")
    return 0


def _nothing(session: Session, journals: tuple[MoveJournal, ...], *, apply: bool) -> int:
    """Say that nothing is left to move; journals end only where locks and states that were left were looked at."""
    if journals and not apply:
        note("a state move was interrupted here; nothing is left to move now, but its journal has no end yet")
        note(f"to do it: {storage.finish_moves(session)}")
        return 2
    for journal in journals:
        journal.end()
        note(f"the interrupted state move is finished; the previous states: {journal.location}")
    note(f"{session.target}: every resource is in the state of the stack that it belongs to")
    return 0


def _release_own_locks(session: Session, journals: tuple[MoveJournal, ...]) -> None:
    """InfragenError T022 for a lock that is somebody else's: before it is released, the move is not finished."""
    names = dict.fromkeys(stack for journal in journals for stack in journal.stacks)
    if not names:
        return
    for one in end_left_behind([started for journal in journals for started in journal.processes]):
        note(f"{one.folder.name}: a provider that terraform left behind (process {one.pid}) was terminated")
    await_terraforms(session, names)
    whole = storage.with_removed_stacks(session, storage.find_removed_stacks(session, names))
    context = replace(whole, stacks=tuple(stack for stack in whole.composed.stacks if stack.name in names))
    with session.runner.on_process_start(journals[-1].process):
        for name, folder in context.folders_to_ask().items():
            release_own_lock(context, name, folder, journals, Recovered())


def _refuse_locks(session: Session, task: MoveTask) -> None:
    """Refuse to go on with another machine's move while somebody holds a lock of it: InfragenError T022 says who."""
    stacks = tuple(stack for stack in session.composed.stacks if stack.name in task.taking_part)
    for name, folder in replace(session, stacks=stacks).folders_to_ask().items() if task.marks else ():
        lock = session.runner.lock_of(folder)
        if lock is not None:
            message = f"the state of {name}, which takes part in this move, is locked by {lock.describe()}"
            hint = f"ask them; if that run is dead, `{command_line(session, 'unlock', name)}`"
            raise InfragenError(Diagnostic("T022", message, hint=hint))


def _configured(session: Session) -> dict[str, Configured]:
    files = session.composed.files
    folders, owners = Folders(files), session.composed.owners()
    found, regions = {}, storage.regions_of(session)
    for stack in session.composed.stacks:
        resources = folders.resources(stack.name)
        owned = frozenset(address for address, block in resources.items() if (stack.name, block) in owners)
        blocks = folders.blocks(stack.name)
        moved = (one.arguments for one in blocks if one.kind == "moved")
        renames = tuple((one["from"].value, one["to"].value) for one in moved if one.keys() >= {"from", "to"})
        found[stack.name] = Configured(frozenset(resources), owned, renames, regions[stack.name])
    return found


def _show(session: Session, task: MoveTask, journals: tuple[MoveJournal, ...]) -> None:
    if task.marks:
        said = unfinished_move(tuple(task.marks.values()), storage.finish_moves(session))
        note(f"{said.message}; this finishes it, and stops it wherever it still runs")
    elif journals:
        note("a state move was interrupted; this finishes it")
    moves = task.moves
    if not moves:
        out(f"{session.target}: every resource is in the state of the stack that it belongs to; only marks are left")
        return
    owners = session.composed.owners()
    lines = [f"{session.target}: {_count(moves)} in another stack's state"]
    for source, target in dict.fromkeys((move.source, move.target) for move in moves):
        lines.append(f"  {source} -> {target}")
        for move in moves:
            if (move.source, move.target) == (source, target):
                owner = owners.get((target, ".".join(move.to.split(".")[:2]))) or f"stacks/{target}"
                renamed = f" (there {move.to})" if move.to != move.address else ""
                halfway = ", in both states" if move.halfway else ""
                halfway += ", which the catalogue no longer has, or has twice" if move in task.unwanted else ""
                lines.append(f"    {owner}: {move.address}{renamed}{halfway}")
    out(*lines)


def _refuse_changes(proof: ChangeSet, task: MoveTask, target: str, output: str, *, begun: bool) -> None:
    """InfragenError M001, after the report; nothing can be applied before a move that has `begun` is finished."""
    stacks = task.affected
    leaving = {place for move in task.unwanted for place in ((move.source, move.address), (move.target, move.to))}
    wrong = [one for one in proof.changes if one.stack in stacks and one.action not in HARMLESS]
    within = ((one, without_keys(one.address).split(".", 2)[-1]) for one in wrong)  # the address within the stack
    changing = [one for one, address in within if (one.stack, address) not in leaving]
    if not changing:
        return
    console().changes(proof, f"{target}, with the move", output)
    named = first_of([_named(change) for change in changing], 5, "; ")
    message = f"with the move, {len(changing)} resources of {_joined(stacks)} would still change: {named}"
    is_twice = any(move.halfway for move in task.moves)
    hint = _UNFINISHED if begun else _TWICE if is_twice else _UNMOVED
    raise InfragenError(Diagnostic("M001", message, hint=hint))


def _named(change: Change) -> str:
    causes = ", ".join(cause.words for cause in change.causes)
    address = change.address.split(".", 2)[2]
    return f"{change.action.word} {address} of {change.stack}{f' ({causes})' if causes else ''}"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _count(moves: Sequence[StackMove]) -> str:
    return f"{len(moves)} resource{'' if len(moves) == 1 else 's'}"
