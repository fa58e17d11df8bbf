"""What goes on without infragen: terraform's steps, AWS, and what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.engine.protocol.world import (
    BOTH,
    CHOSEN,
    GONE,
    NOTHING,
    Flight,
    Lock,
    Rules,
    Terraform,
    Thing,
    World,
    holds,
    is_for,
    orphans,
    quiet,
    resolve,
    with_machine,
    with_stack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Step", "aws", "faults", "people", "terraform"]

ASKS_AWS = {"create", "destroy"}
LOOKS = "look"


class Step(NamedTuple):
    """One thing that may happen; `wrong` says what it breaks, `fault` that nobody wishes it."""

    label: str
    world: World
    wrong: str = ""
    fault: bool = False


def terraform(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Yield the next step of a machine's terraform."""
    child = world.machines[number].terraform
    if child is None or child.at == "sent":
        return
    said = f"machine {number}: terraform {child.does} {child.stack}"
    if child.at == "wait":
        yield Step(f"{said} asks for the lock", _begin(world, rules, number, child))
    elif child.at == "held":
        yield Step(f"{said} acts", _act(world, number, child))
        if child.does in ASKS_AWS and world.left.idle:
            yield from _idle(world, rules, number, child)
    elif child.at == "answered":
        yield Step(f"{said} says what it made", _tell(world, number, child))
    elif child.at == "told":
        yield Step(f"{said} stores the state", _store(world, rules, number, child))
    else:
        yield Step(f"{said} ends", _end(world, number, child, "bad" if child.at == "failed" else "ok"))


def _begin(world: World, rules: Rules, number: int, child: Terraform) -> World:
    """Take the lock, then look whether the plan is stale."""
    if world.stacks[child.stack].lock is not None:
        return _end(world, number, child, "bad")
    if not child.fresh and child.does != LOOKS:
        return _end(world, number, child, "bad")
    world = with_stack(world, child.stack, lock=Lock(number))
    return with_machine(world, number, terraform=child._replace(at="held"))


def _act(world: World, number: int, child: Terraform) -> World:
    if child.does in ASKS_AWS:
        flight = Flight(child.does, number, child.stack, child.thing)
        world = world._replace(flights=world.flights | {flight})
        return with_machine(world, number, terraform=child._replace(at="sent"))
    if child.does == LOOKS:
        return with_machine(world, number, terraform=child._replace(at="stored"))
    return with_machine(world, number, terraform=child._replace(at="told"))


def _idle(world: World, rules: Rules, number: int, child: Terraform) -> Iterator[Step]:
    """Let terraform say that all is well, having done nothing."""
    world = world._replace(left=world.left._replace(idle=world.left.idle - 1))
    believed = rules.has("B13") and child.child
    world = _end(world, number, child, "ok" if believed else "bad")
    wrong = "a run says done, and nothing was" if believed else ""
    yield Step(f"machine {number}: terraform ends well and did nothing", world, wrong, fault=True)


def _tell(world: World, number: int, child: Terraform) -> World:
    machine = world.machines[number]
    run = machine.run
    if child.child and run is not None and child.does == "create":
        run = run._replace(made=run.made | {(child.stack, child.thing)})
    return with_machine(world, number, terraform=child._replace(at="told"), run=run)


def _store(world: World, rules: Rules, number: int, child: Terraform) -> World:
    """Store the state; whoever planned on the one before has a stale plan from now on."""
    marks = child.does in {"mark", "unmark"}
    if marks:
        world = with_stack(world, child.stack, mark=child.mark)
    else:
        gone = child.does in {"destroy", "lose", "forget"}
        world = with_stack(world, child.stack, record=NOTHING if gone else child.thing)
    world = with_machine(world, number, terraform=child._replace(at="stored"))
    if marks and rules.has("mark beside the state"):
        return world
    for other, machine in enumerate(world.machines):
        if machine.infragen is not None:
            fresh = machine.infragen.fresh - {child.stack}
            world = with_machine(world, other, infragen=machine.infragen._replace(fresh=fresh))
        late = machine.terraform
        if other != number and late is not None and late.stack == child.stack and late.at == "wait":
            world = with_machine(world, other, terraform=late._replace(fresh=False))
    return world


def _end(world: World, number: int, child: Terraform, how: str) -> World:
    if child.at != "wait":
        world = with_stack(world, child.stack, lock=None)
    machine = world.machines[number]
    infragen = machine.infragen
    if child.child and infragen is not None:
        going = {"at": "recover" if infragen.verb == "resume" else "go", "todo": infragen.todo[1:]}
        infragen = infragen._replace(**(going if how == "ok" else {"at": "bad"}))
    return with_machine(world, number, terraform=None, infragen=infragen)


def aws(world: World, rules: Rules) -> Iterator[Step]:
    """Yield what AWS makes of each request that it has."""
    for flight in world.flights:
        landed = world._replace(flights=world.flights - {flight})
        if flight.does == "destroy":
            yield _destroyed(landed, rules, flight)
        else:
            yield from _created(landed, rules, flight)


def _created(world: World, rules: Rules, flight: Flight) -> Iterator[Step]:
    if rules.kind != CHOSEN and world.things:
        yield Step("AWS: it exists already", _answer(world, flight, NOTHING, "failed"))
        return
    thing = Thing(_new_id(world, rules, flight.stack), ours=True)
    made = world._replace(things=world.things | {thing})
    yield Step("AWS makes the object", _answer(made, flight, thing.id, "answered"))
    if made.left.lost and rules.kind != CHOSEN:
        lost = made._replace(left=made.left._replace(lost=made.left.lost - 1))
        yield Step(
            "AWS makes the object, its answer is lost, the repeated request hears that it exists already",
            _answer(lost, flight, NOTHING, "failed"),
            fault=True,
        )


def _new_id(world: World, rules: Rules, stack: int) -> int:
    """Return an id that nobody knows; of what has a name it is no more than a way to tell two objects apart."""
    known = {one.id for one in world.things}
    if rules.kind == CHOSEN:
        known |= {stack.record for stack in world.stacks} | world.named
        known |= {change.thing for one in world.machines if one.infragen for change in one.infragen.todo}
        known |= {thing for one in world.machines for run in (one.left, one.run) if run for _, thing in run.made}
        known |= {change.thing for one in world.machines if one.left for change in one.left.shown}
    return min(one for one in range(20) if one not in known and is_for(rules, stack, one))


def _destroyed(world: World, rules: Rules, flight: Flight) -> Step:
    thing = resolve(world, rules, flight.thing)
    wrong = ""
    if thing is not None:
        world = world._replace(things=world.things - {thing})
        if not thing.ours:
            wrong = "a stranger's object is destroyed"
        elif any(world.stacks[stack].record == thing.id for stack in BOTH if stack != flight.stack):
            wrong = "an object is destroyed that another stack's state has"
        elif rules.tower and flight.stack == 0 and holds(world, rules, 1) != NOTHING:
            wrong = "what an object stands on is destroyed"
    return Step("AWS removes the object", _answer(world, flight, NOTHING, "answered"), wrong)


def _answer(world: World, flight: Flight, thing: int, how: str) -> World:
    child = world.machines[flight.machine].terraform
    if child is None or (child.at, child.does, child.stack) != ("sent", flight.does, flight.stack):
        return world
    return with_machine(world, flight.machine, terraform=child._replace(at=how, thing=thing))


def faults(world: World, rules: Rules) -> Iterator[Step]:
    """Yield everything that may go wrong."""
    if world.left.kills:
        spent = world._replace(left=world.left._replace(kills=world.left.kills - 1))
        for number in range(len(world.machines)):
            yield from _kills(spent, rules, number)
    if world.left.strangers and not world.things and all(stack.record == NOTHING for stack in world.stacks):
        left = world.left._replace(strangers=world.left.strangers - 1)
        thing = Thing(8, ours=False)
        yield Step("a stranger makes one", world._replace(left=left, things=frozenset({thing})), fault=True)
    for thing in orphans(world) if world.left.removals and quiet(world) else ():
        left = world.left._replace(removals=world.left.removals - 1)
        yield Step("a person removes what no state has", world._replace(left=left, things=world.things - {thing}))


def _kills(world: World, rules: Rules, number: int) -> Iterator[Step]:
    machine = world.machines[number]
    child = machine.terraform
    if machine.infragen is not None:
        survivor = None if child is None else child._replace(child=False)
        left = machine.left if machine.run is None else machine.run.after(machine.left)
        world_after = with_machine(world, number, infragen=None, terraform=survivor, run=None, left=left)
        yield Step(f"machine {number}: infragen is killed", world_after, fault=True)
    if child is not None:
        after = world
        if child.at != "wait":
            lock = world.stacks[child.stack].lock
            assert lock is not None
            after = with_stack(world, child.stack, lock=lock._replace(alive=False))
        infragen = machine.infragen
        if infragen is not None and child.child:
            infragen = infragen._replace(at="bad")
            if rules.has("removal after a failure") and infragen.todo[1:]:
                infragen = infragen._replace(at="go", todo=infragen.todo[1:])
        after = with_machine(after, number, terraform=None, infragen=infragen)
        yield Step(f"machine {number}: terraform is killed", after, fault=True)
        if rules.providers and child.does in ASKS_AWS:
            after = with_machine(after, number, orphan=child.stack)
            yield Step(f"machine {number}: terraform is killed, its provider is not", after, fault=True)


def people(world: World, rules: Rules) -> Iterator[Step]:
    """Yield what people do beside infragen: change a catalogue, run terraform by hand."""
    for number, machine in enumerate(world.machines):
        if world.left.edits:
            left = world.left._replace(edits=world.left.edits - 1)
            for entry in ({1, GONE} if rules.tower else {*BOTH, GONE}) - {machine.entry}:
                after = with_machine(world._replace(left=left), number, entry=entry)
                yield Step(f"machine {number}: its catalogue has the entry in {entry}", after, fault=True)
        if machine.hand != NOTHING:
            yield _leaves(world, number, machine.hand)
        elif world.left.hands and machine.terraform is None:
            yield from _takes(world, number)


def _takes(world: World, number: int) -> Iterator[Step]:
    left = world.left._replace(hands=world.left.hands - 1)
    for stack in BOTH:
        if world.stacks[stack].lock is None:
            after = with_stack(world._replace(left=left), stack, lock=Lock(number, hand=True))
            after = with_machine(after, number, hand=stack)
            yield Step(f"machine {number}: somebody's own terraform waits at a question in {stack}", after, fault=True)


def _leaves(world: World, number: int, stack: int) -> Step:
    lock = world.stacks[stack].lock
    if lock is not None and lock.hand and lock.machine == number:
        world = with_stack(world, stack, lock=None)
    return Step(f"machine {number}: somebody's own terraform ends", with_machine(world, number, hand=NOTHING))
