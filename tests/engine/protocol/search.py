"""Every world that can be reached, what is wrong in any of them, and whether there is a way out of each."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from tests.engine.protocol.commands import commands, infragen
from tests.engine.protocol.machinery import Step, aws, faults, people, terraform
from tests.engine.protocol.world import World, first_world, orphans, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.protocol.world import Rules

__all__ = ["Found", "search"]

MOST = 400_000
"""Worlds; more is a search that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many worlds there are, and the shortest way to the first that is wrong, if there is one."""

    worlds: int
    wrong: str = ""
    way: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((f"{self.worlds} worlds; {self.wrong or 'none is wrong'}", *self.way))


def search(rules: Rules, most: int = MOST) -> Found:
    """Look at every world that the rules lead to, the nearest first; end at the first that is wrong."""
    first = first_world(rules)
    seen: dict[World, int] = {first: 0}
    came: list[tuple[int, str]] = [(-1, "")]
    back: list[list[int]] = [[]]  # from where a world is reached without a fault
    ends: list[int] = []
    queue = deque([first])
    while queue:
        world = queue.popleft()
        here = seen[world]
        wrong = wrong_in(world)
        if wrong:
            return Found(len(seen), wrong, _way(came, here))
        if is_all_done(world):
            ends.append(here)
        for step in steps(world, rules):
            if step.wrong:
                return Found(len(seen), step.wrong, (*_way(came, here), step.label))
            there = seen.get(step.world)
            if there is None:
                there = seen[step.world] = len(seen)
                came.append((here, step.label))
                back.append([])
                queue.append(step.world)
            if not step.fault:
                back[there].append(here)
        assert len(seen) < most, f"more than {most} worlds: {rules}"
    lost = _without_way_out(back, ends)
    if lost is not None:
        return Found(len(seen), "no command leads out of this", _way(came, lost))
    return Found(len(seen))


def steps(world: World, rules: Rules) -> Iterator[Step]:
    """Yield all that may happen next."""
    for number in range(len(world.machines)):
        yield from infragen(world, rules, number)
        yield from terraform(world, rules, number)
    yield from chain(aws(world, rules), commands(world, rules), people(world, rules), faults(world, rules))


def wrong_in(world: World) -> str:
    """Say what is wrong where nothing is at work: what is left, and nothing speaks of."""
    if not quiet(world):
        return ""
    waiting = any(machine.left is not None for machine in world.machines)
    if not waiting and any(thing.id not in world.named for thing in orphans(world)):
        return "an object is in no state, and nothing names it"
    for number, stack in enumerate(world.stacks):
        if stack.lock is None or stack.lock.hand or any(one.mark is not None for one in world.stacks):
            continue
        owner = world.machines[stack.lock.machine]
        if not owner.move and (owner.left is None or number not in owner.left.stacks):
            return f"the lock of {number} is left, and nothing names it"
    return ""


def is_all_done(world: World) -> bool:
    """Whether nothing is at work and nothing is left to do for anybody."""
    return (
        quiet(world)
        and all(stack.lock is None and stack.mark is None for stack in world.stacks)
        and all(one.left is None and one.orphan == -1 and not one.move for one in world.machines)
        and all(thing.id in world.named for thing in orphans(world))
    )


def _without_way_out(back: list[list[int]], ends: list[int]) -> int | None:
    """Return the first world from which no end can be reached without a fault."""
    good = set(ends)
    queue = deque(ends)
    while queue:
        for before in back[queue.popleft()]:
            if before not in good:
                good.add(before)
                queue.append(before)
    return next((number for number in range(len(back)) if number not in good), None)


def _way(came: list[tuple[int, str]], number: int) -> tuple[str, ...]:
    found = []
    while number > 0:
        number, label = came[number]
        found.append(label)
    return tuple(reversed(found))
