"""The protocol's world as values: two machines, two stacks, the objects of AWS, and what outlives a process.

One entry of the catalogue is enough: it has one object, which belongs to the state of stack 0 or of stack 1. Everything
is a tuple, so that a world can be looked up in a set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "BOTH", "CHOSEN", "GONE", "NAMED", "NOTHING", "TAGGED", "Change", "Flight", "Infragen", "Left", "Lock", "Machine",
    "Rules", "Run", "Stack", "Terraform", "Thing", "World", "first_world", "holds", "is_for", "orphans", "quiet",
    "resolve", "with_machine", "with_stack",
]  # fmt: skip

BOTH = (0, 1)
"""The two stacks."""

GONE = -1
"""Where a catalogue has the entry that has none."""

NOTHING = -1
"""The id of no object."""

TAGGED = "has a name, and the run's tags"
NAMED = "has a name alone"
CHOSEN = "has an id that AWS chooses"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is searched: the object's kind, which defects the protocol has, and how much may go wrong.

    `stay` says that a stack without the entry is still one of the catalogue's. `providers` lets a provider outlive its
    terraform. With `tower` stack 1 stands on stack 0: the entry has an object of its own in each, and a catalogue that
    has it no more has no stack 1.
    """

    kind: str = TAGGED
    defects: frozenset[str] = frozenset()
    stay: bool = True
    tower: bool = False
    providers: bool = False
    first: int = GONE
    """Where the entry is at the beginning, applied; GONE for an AWS with nothing in it."""
    entries: tuple[int, ...] = (0,)
    """Where each machine's catalogue has it."""
    kills: int = 2
    edits: int = 1
    strangers: int = 0
    removals: int = 0
    lost: int = 0
    idle: int = 0
    hands: int = 0
    verbs: frozenset[str] = frozenset({"apply", "destroy", "resume", "unlock", "import", "moves"})

    def has(self, defect: str) -> bool:
        """Whether the protocol that is searched has a defect."""
        return defect in self.defects


class Thing(NamedTuple):
    """An object of AWS; `ours` when a run made it, or a person said that we take it."""

    id: int
    ours: bool


class Lock(NamedTuple):
    """A state's lock: the machine it says, and what it does not say: whether its owner lives."""

    machine: int
    alive: bool = True
    hand: bool = False


class Stack(NamedTuple):
    """What is stored of a stack: the object its state has, its lock, and the move (from, to) that marked it."""

    record: int = NOTHING
    lock: Lock | None = None
    mark: tuple[int, int] | None = None


class Change(NamedTuple):
    """What a plan shows."""

    action: str
    stack: int
    thing: int = NOTHING


class Run(NamedTuple):
    """A run's journal: the stacks it may touch, where it began to make, what it heard was made, what was shown."""

    stacks: frozenset[int] = frozenset()
    begun: frozenset[int] = frozenset()
    made: frozenset[tuple[int, int]] = frozenset()
    shown: frozenset[Change] = frozenset()

    def after(self, earlier: Run | None) -> Run:
        """Return what is to be put right of two runs, of which this is the later one."""
        if earlier is None:
            return self
        both = (earlier.stacks | self.stacks, earlier.begun | self.begun, earlier.made | self.made)
        return Run(*both, self.shown)


class Infragen(NamedTuple):
    """A living infragen: `at` is go, busy (terraform runs), bad or recover; `fresh` are states nobody else stored.

    `stacks` are those that it was asked to destroy, the first one first.
    """

    verb: str
    at: str
    todo: tuple[Change, ...] = ()
    shown: frozenset[Change] = frozenset()
    fresh: frozenset[int] = frozenset(BOTH)
    stacks: tuple[int, ...] = BOTH


class Terraform(NamedTuple):
    """A living terraform: at wait, held, sent, answered, told, stored or failed; `child` of an infragen that lives."""

    does: str
    stack: int
    at: str = "wait"
    thing: int = NOTHING
    mark: tuple[int, int] | None = None
    fresh: bool = True
    child: bool = True


class Machine(NamedTuple):
    """A checkout with what runs in it and what lies on its disk: `run` is being written, `left` waits for a resume.

    `orphan` is the stack where a provider outlived its terraform, `hand` where somebody runs terraform by hand, `move`
    the journal of a move of states.
    """

    entry: int
    infragen: Infragen | None = None
    terraform: Terraform | None = None
    orphan: int = NOTHING
    hand: int = NOTHING
    run: Run | None = None
    left: Run | None = None
    move: bool = False


class Flight(NamedTuple):
    """A request on its way to AWS, where nobody can call it back."""

    does: str
    machine: int
    stack: int
    thing: int = NOTHING


class Left(NamedTuple):
    """How much may still go wrong."""

    kills: int
    edits: int
    strangers: int
    removals: int
    lost: int
    idle: int
    hands: int


class World(NamedTuple):
    """Everything; `named` are the objects that a message told a person to look at."""

    things: frozenset[Thing]
    flights: frozenset[Flight]
    stacks: tuple[Stack, Stack]
    machines: tuple[Machine, ...]
    named: frozenset[int]
    left: Left


def first_world(rules: Rules) -> World:
    """Return the world before anything happens."""
    things = frozenset({Thing(0, ours=True)}) if rules.first != GONE else frozenset()
    stacks = (Stack(0 if rules.first == 0 else NOTHING), Stack(0 if rules.first == 1 else NOTHING))
    if rules.tower and rules.first != GONE:
        things, stacks = frozenset(Thing(one, ours=True) for one in BOTH), (Stack(0), Stack(1))
    machines = tuple(Machine(entry) for entry in rules.entries)
    left = Left(rules.kills, rules.edits, rules.strangers, rules.removals, rules.lost, rules.idle, rules.hands)
    return World(things, frozenset(), stacks, machines, frozenset(), left)


def with_machine(world: World, number: int, **changes: object) -> World:
    """Return the world with a machine changed."""
    machines = list(world.machines)
    machines[number] = machines[number]._replace(**changes)  # type: ignore[arg-type]
    return world._replace(machines=tuple(machines))


def with_stack(world: World, number: int, **changes: object) -> World:
    """Return the world with a stack changed."""
    stacks = list(world.stacks)
    stacks[number] = stacks[number]._replace(**changes)  # type: ignore[arg-type]
    return world._replace(stacks=(stacks[0], stacks[1]))


def resolve(world: World, rules: Rules, thing: int) -> Thing | None:
    """Return the object that an id leads to: by a name, whatever has the name today."""
    for one in world.things:
        if one.id == thing or (rules.kind != CHOSEN and thing != NOTHING):
            return one
    return None


def holds(world: World, rules: Rules, stack: int) -> int:
    """Return the id of the object that a stack's state has, as a plan finds it after it asked AWS."""
    found = resolve(world, rules, world.stacks[stack].record)
    return NOTHING if found is None else found.id


def is_for(rules: Rules, stack: int, thing: int) -> bool:
    """Whether an object is such as a stack has: of a tower, each stack has its own."""
    return not rules.tower or thing % len(BOTH) == stack


def orphans(world: World) -> tuple[Thing, ...]:
    """Return the objects of ours that no state has."""
    known = {stack.record for stack in world.stacks}
    return tuple(one for one in world.things if one.ours and one.id not in known)


def quiet(world: World) -> bool:
    """Whether nothing is at work."""
    return not world.flights and all(
        one.infragen is None and one.terraform is None and one.hand == NOTHING for one in world.machines
    )
