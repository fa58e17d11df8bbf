"""A state move, step by step, each of which can be repeated: mark, gain, lose, take the marks away.

1. Every stack that takes part is marked, on the very state that the move was proved on (`move_marks`). From then on
   every machine sees the move, and no one but who holds the mark changes these states.
2. Every stack that gains gets its resources; they are in two states until
3. every stack that loses lets go of them, after a look that the other state has them.
4. The marks go, those of the stacks that gained last: one of these the catalogue has, so that others see it.

Whoever finds marks goes on from the states as they are then, under a mark of its own: a former holder that still lives
finds its mark gone, and changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.terraform.child_process import StoppedError
from infragen.terraform.move_journal import MoveJournal
from infragen.terraform.move_marks import Mark, mark_in, new_mark, with_mark, without_mark
from infragen.terraform.moves import (
    Configured,
    StackMove,
    find_conflicts,
    find_moves,
    gained,
    in_both,
    lost,
    not_gained,
)
from infragen.terraform.states import parse_state


class Bucket(Protocol):
    """Where the states are stored."""

    def pull(self, stacks: Sequence[str]) -> dict[str, bytes]:
        """Return what is stored of each stack, empty for one that has no state."""

    def push(self, stack: str, content: bytes) -> None:
        """Store a stack's state; InfragenError M003 when one that is not older, or another, is stored by now."""


class MoveMethod(Protocol):
    """How resources get from one state to another; `states` are those of all stacks that take part, just read.

    Each changes one stack's state, and only while that has the move's own mark.
    """

    def gain(self, stack: str, states: Mapping[str, bytes]) -> None:
        """Give a stack's state what moves into it."""

    def lose(self, stack: str, states: Mapping[str, bytes]) -> None:
        """Take from a stack's state what has moved out of it; the objects stay."""


class StatePush(Struct, frozen=True):
    """Both states are stored anew."""

    bucket: Bucket
    moves: tuple[StackMove, ...]

    def gain(self, stack: str, states: Mapping[str, bytes]) -> None:
        coming = [move for move in self.moves if move.target == stack and not move.halfway]
        self.bucket.push(stack, gained(states[stack], coming, states))

    def lose(self, stack: str, states: Mapping[str, bytes]) -> None:
        self.bucket.push(stack, lost(states[stack], [move for move in self.moves if move.source == stack]))


class MoveTask(Struct, frozen=True):
    """What is to be done with some states (upstreams first): the moves, and the marks that there are, by stack.

    `unwanted` are those of the moves that are half done, and that the catalogue no longer says anything of: whatever
    becomes of these resources, it is to become of them in one state, the one that they were going to.
    """

    states: Mapping[str, bytes]
    moves: tuple[StackMove, ...]
    marks: Mapping[str, Mark]
    unwanted: frozenset[StackMove] = frozenset()

    @classmethod
    def of(cls, states: Mapping[str, bytes], configured: Mapping[str, Configured]) -> MoveTask:
        """InfragenError M006 where another object has the place of one that would move."""
        marks = marks_of(states)
        begun = dict.fromkeys(moved for mark in marks.values() for moved in mark.moves)
        moves = find_moves(states, configured, begun)
        known = {place for move in moves for place in ((move.source, move.address), (move.target, move.to))}
        left = {}  # of moves that began and are not among the moves there are, either way
        for source, target, address, to in in_both(states, begun):
            if not known & {(source, address), (target, to)}:
                left[frozenset(((source, address), (target, to)))] = StackMove(source, target, address, to)
        missing = not_gained(states, left.values())
        unwanted = tuple(replace(move, halfway=move not in missing) for move in left.values())
        raise_problems(find_conflicts(states, (*moves, *unwanted), begun))
        return cls(states, (*moves, *unwanted), marks, frozenset(unwanted))

    def __bool__(self) -> bool:
        return bool(self.moves or self.marks)

    @property
    def affected(self) -> tuple[str, ...]:
        return tuple(sorted({name for move in self.moves for name in (move.source, move.target)}))

    @property
    def taking_part(self) -> dict[str, bytes]:
        named = {stack for mark in self.marks.values() for stack in mark.stacks}
        known = self.states.items()
        return {name: state for name, state in known if name in self.affected or (name in named and state)}

    def mark(self, *, by: str, backups: Path) -> Mark:
        before, moved = tuple(self.marks.values()), (move.moved for move in self.moves)
        return new_mark(self.taking_part, moved, by=by, backups=backups, before=before)


class MoveExecution(Struct, frozen=True):
    """A task that was proved, on its way; one without moves only takes away the marks of a move that was finished."""

    bucket: Bucket
    task: MoveTask
    mark: Mark
    journal: MoveJournal

    def run(self, way: MoveMethod, configured: Mapping[str, Configured]) -> None:
        self._lay_marks()
        self.journal.write("marked", stacks=list(self._order))
        gaining = {move.target for move in self.task.moves if not move.halfway}
        losing = {move.source for move in self.task.moves}
        for stack in (name for name in self.task.states if name in gaining):
            way.gain(stack, self._states())
            self.journal.write("pushed", stack=stack)
        for stack in (name for name in self.task.states if name in losing):
            states = self._states()
            self._refuse_to_lose(stack, states)
            way.lose(stack, states)
            self.journal.write("pushed", stack=stack)
        now = self._states()
        if left := find_moves(now, configured, self.mark.moves):
            others = f" and {len(left) - 1} others" if left[1:] else ""
            message = f"{left[0].address}{others} did not move"
            raise InfragenError(Diagnostic("M003", message, hint="run this command again"))
        if twice := in_both(now, self.mark.moves):
            source, target, address, _ = twice[0]
            message = f"{address} is still in the states of both {source} and {target}"
            raise InfragenError(Diagnostic("M003", message, hint="run this command again"))
        for stack in reversed(self._order):
            self._take_mark(stack)
        self.journal.end()

    @property
    def _order(self) -> tuple[str, ...]:
        """The stacks in the order in which they are marked: those that gain, of which the catalogue has some, first."""
        gaining = {move[1] for move in self.mark.moves}
        return tuple(sorted(self.mark.stacks, key=lambda stack: (stack not in gaining, stack)))

    def _lay_marks(self) -> None:
        """Mark every state as it was seen; where that is refused and nothing was marked before, nothing is after."""
        seen = self.task.taking_part
        known = [found for stack, content in seen.items() if (found := parse_state(content, stack)) is not None]
        version = max((state.terraform_version for state in known), default="")
        begun: list[str] = []
        try:
            for stack in self._order:
                begun.append(stack)
                self.bucket.push(stack, with_mark(seen[stack], self.mark, version=version))
        except StoppedError:
            raise
        except InfragenError:
            if not self.task.marks:
                with suppress(InfragenError):
                    for name, mark in marks_of(self.bucket.pull(tuple(begun))).items():
                        if mark.id == self.mark.id:
                            self._take_mark(name)
                    self.journal.end()
            raise

    def _take_mark(self, stack: str) -> None:
        states = self._states((stack,))
        self.bucket.push(stack, without_mark(states[stack]))

    def _states(self, stacks: Sequence[str] | None = None) -> dict[str, bytes]:
        states = self.bucket.pull(self._order if stacks is None else stacks)
        marks = marks_of(states)
        for stack in states:
            mark = marks.get(stack)
            if mark is None or mark.id != self.mark.id:
                who = f"{mark.by} has taken over this move" if mark else "the marker of this move was removed"
                message = f"{who}; nothing more was done: {stack}"
                hint = "run this command again: it checks the current states"
                raise InfragenError(Diagnostic("M003", message, hint=hint))
        return states

    def _refuse_to_lose(self, stack: str, states: Mapping[str, bytes]) -> None:
        missing = not_gained(states, [move for move in self.task.moves if move.source == stack])
        raise_problems(find_conflicts(states, self.task.moves, self.mark.moves))
        if missing:
            message = f"{missing[0].to} is not in the state of {missing[0].target}, so nothing was removed from {stack}"
            raise InfragenError(Diagnostic("M003", message, hint="run this command again: it verifies the move again"))


def marks_of(states: Mapping[str, bytes]) -> dict[str, Mark]:
    parsed = {stack: parse_state(content, stack) for stack, content in states.items()}
    found = {stack: mark_in(state.outputs, stack) for stack, state in parsed.items() if state is not None}
    return {stack: mark for stack, mark in found.items() if mark is not None}
