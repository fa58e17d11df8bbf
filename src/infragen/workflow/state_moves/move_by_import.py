"""Moves between stacks by Terraform's own means: one stack imports what the other one then forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import Action, read_plan
from infragen.stacks.model import IMPORTS
from infragen.terraform.move_marks import FILE as MARK
from infragen.terraform.move_marks import declaration
from infragen.terraform.moves import import_blocks, lost, removed_blocks
from infragen.terraform.runner import PlanOptions
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import Basis
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.planning.plans import plan_combined
from infragen.workflow.session import shown_plan
from infragen.workflow.states.storage import run_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen.plan import ChangeSet
    from infragen.stacks.model import Stack
    from infragen.terraform.events import Counts
    from infragen.terraform.move_marks import Mark
    from infragen.terraform.moves import StackMove
    from infragen.terraform.runner import OnEvent
    from infragen.workflow.session import Session


HARMLESS: Final = frozenset({Action.NO_OP, Action.READ, Action.MOVE, Action.IMPORT})
"""What a plan may say of a stack that does not change."""

_REMOVED: Final = "infragen_removed.tf"


class MoveContext(Struct, frozen=True):
    """Every stack there is or was, and what is stored of each; the session knows them all."""

    session: Session
    states: Mapping[str, bytes]

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """All stacks, upstreams first."""
        return self.session.composed.stacks

    def planned(self, states: Mapping[str, bytes], tree: Mapping[str, str] | None = None) -> ChangeSet:
        """Return what all stacks would make of some states, as one root over merged copies of them."""
        known = {name: found for name, content in states.items() if (found := parse_state(content, name)) is not None}
        session = self.session if tree is None else replace(self.session, tree=tree)
        return plan_combined(session, self.stacks, Basis(known))


class ImportMove(Struct, frozen=True):
    """A move that was proved to work by imports: the files that import, and those that forget as well."""

    importing: Mapping[str, str]
    forgetting: Mapping[str, str]


def prove_import_move(context: MoveContext, moves: Sequence[StackMove]) -> ImportMove | str:
    """Return the move by imports when a plan on copies shows nothing but imports; otherwise why not, in a clause."""
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
    wrong = _others(found, stacks, HARMLESS)
    if wrong:
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
        """Let a stack import what moves into it."""
        self._apply(stack, self.import_move.importing, HARMLESS)

    def lose(self, stack: str, _states: Mapping[str, bytes]) -> None:
        """Let a stack forget what has moved out of it."""
        self._apply(stack, self.import_move.forgetting, HARMLESS | {Action.FORGET})

    def _apply(self, name: str, tree: Mapping[str, str], allowed: frozenset[Action]) -> None:
        """Plan one stack with the blocks it needs, and apply that when it says nothing else."""
        stack = next(stack for stack in self.context.stacks if stack.name == name)
        session = replace(self.context.session, tree={**tree, f"{name}/{MARK}": declaration(self.mark)})
        folder = session.prepare_stacks((stack,))[name]
        plan = session.folders.plan_file(name)
        options = PlanOptions(parallelism=session.parallelism)

        def step(_name: str, on_event: OnEvent) -> Counts:
            session.runner.plan(folder, plan, options, on_event)
            try:
                with shown_plan(session.runner, folder, plan) as shown:
                    found = attribute_to_catalogue(session.composed).apply(read_plan(shown), name)
                wrong = _others(found, {name}, allowed)
                if wrong:
                    message = f"{name} would also change: {wrong}"
                    hint = "run this command again: it verifies the move again"
                    raise InfragenError(Diagnostic("M001", message, hint=hint))
                return session.runner.apply(folder, plan, parallelism=session.parallelism, on_event=on_event).counts
            finally:
                plan.unlink(missing_ok=True)

        run_each(session, [name], "apply", step, jobs=1)


def _others(found: ChangeSet, stacks: set[str], allowed: frozenset[Action]) -> str:
    """Name what a plan does to some stacks besides what is allowed; nothing when that is all."""
    wrong = [one for one in found.changes if one.stack in stacks and one.action not in allowed]
    named = ", ".join(sorted({one.type for one in wrong}))
    return f"{len(wrong)} resources ({named})" if wrong else ""
