"""`infragen state moves`: resources that belong to another stack by now, proved on copies, then moved."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infragen.commands.formats import present
from infragen.commands.former import former_stacks, with_former
from infragen.commands.handover import HARMLESS, Handover, World, hand_over, prove_handover
from infragen.commands.planning import refuse_failures
from infragen.commands.running import confirm
from infragen.commands.session import open_session
from infragen.commands.show import announce, first_of, out, to_stderr
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.render.declared import Declared
from infragen.terraform.engine import plan_jobs, run_stacks
from infragen.terraform.move_journal import open_journal, unfinished
from infragen.terraform.moves import Configured, find_moves, moved_states, push_moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infragen.commands.session import Session
    from infragen.plan import Change, ChangeSet
    from infragen.stacks.model import Stack
    from infragen.terraform.move_journal import MoveJournal
    from infragen.terraform.moves import StackMove
    from infragen.terraform.runner import Folder, OnEvent

__all__ = ["state_moves"]

_MOVED: Final = re.compile(r"^moved \{\n\s*from\s*=\s*(\S+)\n\s*to\s*=\s*(\S+)\n\}", re.MULTILINE)
_MOST_NAMED: Final = 5


def state_moves(
    folder: Path,
    target: str,
    *,
    former: tuple[str, ...],
    apply: bool,
    by_push: bool,
    yes: bool,
    sandbox: bool,
    output: str,
    plugin_dir: Path | None,
) -> int:
    """Show what moves and the proof, 2 when something does; with `apply`, move it.

    `former` are stacks that the catalogue no longer has, besides those that its domains once had. By `import` and
    `removed` blocks where that is proved to work, otherwise, and with `by_push`, by storing both states anew.
    """
    with open_session(folder, target, sandbox=sandbox, plugin_dir=plugin_dir, unfinished_moves=True) as session:
        journals = unfinished(session.folders)
        world = _world(session, former)
        moves = find_moves(world.states, _configured(session))
        if not moves:
            return _nothing(session, journals)
        _show(session, moves, journals)
        proof = world.planned(moved_states(world.states, moves))
        _refuse_changes(proof, moves, target, output)
        stacks = _affected(moves)
        to_stderr(f"proved on merged copies of the states: with the move, {_joined(stacks)} change no resource")
        handover = _way(world, moves, pushed=by_push)
        command = f"infragen state moves {target}{' --sandbox' if sandbox else ''} --apply"
        if not apply:
            to_stderr(f"to do it: {command}")
            return 2
        if not yes and not confirm(f"Move {_count(moves)} in the states of {_joined(stacks)}?"):
            return 1
        return _apply(world, moves, handover, journals)


def _way(world: World, moves: tuple[StackMove, ...], *, pushed: bool) -> Handover | None:
    """Return the move by imports where that is proved too; None when the states are pushed, by wish or of need."""
    found = "it is wished so" if pushed else prove_handover(world, moves)
    if isinstance(found, Handover):
        to_stderr(
            "the way: one stack imports, the other forgets (`import` and `removed` blocks); nothing else is planned"
        )
        return found
    to_stderr(f"the way: both states are stored anew, with backups, because {found}")
    return None


def _apply(
    world: World,
    moves: tuple[StackMove, ...],
    handover: Handover | None,
    before: tuple[MoveJournal, ...],
) -> int:
    """Move under a journal; an interrupted move from before ends with this one."""
    session, stacks = world.session, _affected(moves)
    journal = open_journal(session.folders, {name: world.states[name] for name in stacks}, moves)
    to_stderr(f"the states as they were: {journal.folder}")

    def push(stack: str, content: bytes) -> None:
        with tempfile.TemporaryDirectory(dir=session.folders.root) as scratch:
            file = Path(scratch) / "state.json"
            file.touch(mode=0o600)
            file.write_bytes(content)
            _push(session, session.folders.stack(stack), file)
        to_stderr(f"  {stack}: stored")

    if handover is None:
        push_moves(moves, world.states, push, journal)
    else:
        hand_over(world, moves, handover, journal)
    for earlier in before:
        earlier.write("ended")
    left = find_moves(_pulled(session, [one for one in world.stacks if one.name in stacks]), _configured(session))
    if left:
        raise InfragenError(Diagnostic("M003", f"{_count(left)} did not move", hint="run this command again"))
    target = f"{session.target}{' --sandbox' if session.on_sandbox else ''}"
    to_stderr(
        f"moved {_count(moves)}; `infragen apply {target}` publishes what the stacks hand over, and changes nothing"
    )
    return 0


def _push(session: Session, folder: Folder, file: Path) -> None:
    try:
        session.runner.state_push(folder, file)
    except InfragenError as error:
        message = f"the state of {folder.shown} was not stored: nothing of it has changed"
        hint = "if somebody else stored one meanwhile, run this command again: it looks at what is stored now"
        raise type(error)(Diagnostic("M003", message, hint=hint), *error.diagnostics) from error


def _nothing(session: Session, journals: tuple[MoveJournal, ...]) -> int:
    for journal in journals:
        journal.write("ended")
        to_stderr(f"the interrupted state move is finished; the states as they were: {journal.folder}")
    to_stderr(f"{session.target}: every resource is in the state of the stack that it belongs to")
    return 0


def _world(session: Session, former: Sequence[str]) -> World:
    """Return all stacks with their states, those that the catalogue no longer has among them."""
    gone = former_stacks(session, former)
    whole = with_former(session, gone)
    states = _pulled(whole, whole.composed.stacks)
    left = tuple(stack for stack in gone if states[stack.name].strip())
    known = with_former(session, left)
    return World(known, {stack.name: states[stack.name] for stack in known.composed.stacks})


def _pulled(session: Session, stacks: Sequence[Stack]) -> dict[str, bytes]:
    """Return what is stored of each stack, byte for byte, empty for one that has no state; it holds secrets."""
    announce(f"reading the states of {session.target}")
    folders = session.prepare_stacks(tuple(stacks))

    def pull(name: str, _on_event: OnEvent) -> bytes:
        file = session.runner.state_pull(folders[name], folders[name].path / "infragen-state.json")
        try:
            return file.read_bytes()
        finally:
            file.unlink(missing_ok=True)

    outcome = run_stacks(dict.fromkeys(folders, ()), pull, session.stopper, jobs=plan_jobs())
    refuse_failures(outcome)
    return {stack.name: outcome.values[stack.name] for stack in stacks}


def _configured(session: Session) -> dict[str, Configured]:
    """Return what each stack's rendered files have."""
    files = session.composed.files
    declared, owners = Declared(files), session.composed.owners()
    found = {}
    for stack in session.composed.stacks:
        resources = declared.resources(stack.name)
        owned = frozenset(address for address, block in resources.items() if (stack.name, block) in owners)
        texts = (text for path, text in files.items() if path.startswith(f"{stack.name}/"))
        renames = tuple(pair for text in texts for pair in _MOVED.findall(text))
        found[stack.name] = Configured(frozenset(resources), owned, renames)
    return found


def _show(session: Session, moves: tuple[StackMove, ...], journals: tuple[MoveJournal, ...]) -> None:
    if journals:
        pushed = ", ".join(stack for journal in journals for stack in journal.pushed) or "none"
        to_stderr(f"a state move was interrupted (stored so far: {pushed}); this finishes it")
    owners = session.composed.owners()
    lines = [f"{session.target}: {_count(moves)} in another stack's state"]
    for source, target in dict.fromkeys((move.source, move.target) for move in moves):
        lines.append(f"  {source} -> {target}")
        for move in moves:
            if (move.source, move.target) == (source, target):
                owner = owners.get((target, ".".join(move.to.split(".")[:2])), "")
                renamed = f" (there {move.to})" if move.to != move.address else ""
                halfway = ", in both states" if move.halfway else ""
                lines.append(f"    {owner}: {move.address}{renamed}{halfway}")
    out("\n".join(lines))


def _refuse_changes(proof: ChangeSet, moves: tuple[StackMove, ...], target: str, output: str) -> None:
    """Raise InfragenError M001, after the report, where a stack would change although the resources moved."""
    stacks = _affected(moves)
    changing = [one for one in proof.changes if one.stack in stacks and one.action not in HARMLESS]
    if not changing:
        return
    out(present(proof, f"{target}, with the move", output))
    named = first_of([_named(change) for change in changing], _MOST_NAMED, "; ")
    raise InfragenError(
        Diagnostic(
            "M001",
            f"with the move, {len(changing)} resources of {_joined(stacks)} would still change: {named}",
            hint="nothing was moved. What is meant to change is applied before or after the move, not with it; "
            "`moved_from: DOMAIN` keeps a database's names when its domain changes",
        )
    )


def _named(change: Change) -> str:
    causes = ", ".join(cause.words for cause in change.causes)
    address = change.address
    with suppress(ValueError):
        address = address.split(".", 2)[2]
    return f"{change.action.word} {address} of {change.stack}{f' ({causes})' if causes else ''}"


def _affected(moves: Iterable[StackMove]) -> tuple[str, ...]:
    return tuple(sorted({name for move in moves for name in (move.source, move.target)}))


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _count(moves: Sequence[StackMove]) -> str:
    return f"{len(moves)} resource{'' if len(moves) == 1 else 's'}"
