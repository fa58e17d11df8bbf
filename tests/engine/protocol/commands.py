"""infragen's commands, as the protocol has them and as each defect had them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.protocol.machinery import LOOKS, Step
from tests.engine.protocol.world import (
    BOTH,
    CHOSEN,
    GONE,
    NOTHING,
    TAGGED,
    Change,
    Infragen,
    Rules,
    Run,
    Terraform,
    Thing,
    World,
    holds,
    is_for,
    orphans,
    resolve,
    with_machine,
    with_stack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["commands", "infragen"]


def catalogued(world: World, rules: Rules, number: int) -> tuple[int, ...]:
    """Return the stacks that a machine's catalogue has."""
    entry = world.machines[number].entry
    if rules.tower:
        return BOTH if entry != GONE else (0,)
    return BOTH if rules.stay else tuple(stack for stack in BOTH if stack == entry)


def known(world: World, rules: Rules, number: int) -> tuple[int, ...]:
    """Return the stacks that a plan is of: what left the catalogue has a state in the bucket."""
    forgets = rules.has("removed stack not planned") or (rules.has("a clone does not know") and number > 0)
    return catalogued(world, rules, number) if forgets else BOTH


def planned(world: World, rules: Rules, number: int) -> tuple[Change, ...]:
    """Return what a plan of a machine's catalogue shows: what ends first, so that its name is free.

    It is refused where a stack that left the catalogue has what another one is to have (M007).
    """
    entry = world.machines[number].entry
    stacks, has = _downwards(rules, known(world, rules, number)), catalogued(world, rules, number)
    if rules.tower and entry != GONE:
        return tuple(Change("create", stack) for stack in BOTH if holds(world, rules, stack) == NOTHING)
    changes = []
    for stack in stacks:
        there = holds(world, rules, stack)
        if stack != entry and there != NOTHING:
            if entry != GONE and stack not in has:
                return ()
            changes.append(_removal(rules, stack, there))
        elif stack in has and stack != entry and world.stacks[stack].record != NOTHING:
            changes.append(Change("forget", stack))
    if entry in stacks and holds(world, rules, entry) == NOTHING and (changes or _is_free(world, rules, entry)):
        changes.append(Change("create", entry))
    return tuple(changes)


def _downwards(rules: Rules, stacks: tuple[int, ...]) -> tuple[int, ...]:
    """Return what stands on others before them, where that is how it is removed."""
    return stacks[::-1] if rules.tower and not rules.has("upstream's removal first") else stacks


def _takes_away(world: World, rules: Rules, stacks: tuple[int, ...]) -> bool:
    """Whether what goes of some stacks is what another one stands on (P008)."""
    alone = rules.tower and stacks == (0,) and not rules.has("one stack is not refused")
    return alone and holds(world, rules, 1) != NOTHING


def _is_free(world: World, rules: Rules, stack: int) -> bool:
    """Whether no other stack's state has the name that a stack is about to use."""
    return rules.kind == CHOSEN or world.stacks[1 - stack].record == NOTHING or rules.has("two states not compared")


def _removal(rules: Rules, stack: int, thing: int) -> Change:
    """Return a destruction as a plan shows it: a name is all that anybody sees of an object that has one."""
    return Change("destroy", stack, thing if rules.kind == CHOSEN else 0)


def half_moved(world: World, rules: Rules, number: int) -> bool:
    """Whether this machine sees that states are half moved, so that nothing else may change them."""
    here = world.machines[number].move
    return here or any(stack.mark is not None for stack in world.stacks) or _is_in_both(world, rules)


def _is_in_both(world: World, rules: Rules) -> bool:
    """Whether both states lead to one object: what the one forgets or destroys the other one loses."""
    first, second = (holds(world, rules, stack) for stack in BOTH)
    return first == second != NOTHING and not rules.has("two states not compared")


def commands(world: World, rules: Rules) -> Iterator[Step]:
    """Yield every command that somebody may type on a machine where none runs."""
    for number, machine in enumerate(world.machines):
        if machine.infragen is not None:
            continue
        for verb, begin in _VERBS.items():
            if verb in rules.verbs:
                yield from begin(world, rules, number)


def _is_busy(world: World, number: int, rules: Rules | None = None) -> bool:
    """Whether something works in the folders of a machine (T038), or, by `rules`, on what a stack stands on."""
    machine = world.machines[number]
    below = rules is not None and rules.tower and bool(world.flights)  # assumed: see the package
    return machine.terraform is not None or machine.orphan != NOTHING or below


def _apply(world: World, rules: Rules, number: int) -> Iterator[Step]:
    yield from _apply_some(world, rules, number, planned(world, rules, number))


def _apply_one(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Apply a single stack."""
    changes = planned(world, rules, number)
    for stack in BOTH:
        some = tuple(change for change in changes if change.stack == stack)
        if not (_takes_away(world, rules, (stack,)) and any(change.action == "destroy" for change in some)):
            yield from _apply_some(world, rules, number, some)


def _apply_some(world: World, rules: Rules, number: int, changes: tuple[Change, ...]) -> Iterator[Step]:
    if not changes or _is_busy(world, number, rules) or half_moved(world, rules, number):
        return
    shown = frozenset(changes)
    run = Run(frozenset(change.stack for change in changes), shown=shown)
    after = with_machine(world, number, infragen=Infragen("apply", "go", changes, shown), run=run)
    yield Step(f"machine {number}: apply shows {_said(changes)}, yes", after)


def _destroy(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Destroy what stands of all stacks, which the states say."""
    stacks = catalogued(world, rules, number) if rules.has("destroy by today's files") else BOTH
    yield from _destroy_some(world, rules, number, _downwards(rules, stacks))


def _destroy_one(world: World, rules: Rules, number: int) -> Iterator[Step]:
    for stack in BOTH:
        if not _takes_away(world, rules, (stack,)):
            yield from _destroy_some(world, rules, number, (stack,))


def _destroy_some(world: World, rules: Rules, number: int, stacks: tuple[int, ...]) -> Iterator[Step]:
    """Plan the destruction, under the lock; the run is journalled before, or, as it was, after."""
    standing = [stack for stack in stacks if holds(world, rules, stack) != NOTHING]
    if not standing or _is_busy(world, number, rules) or half_moved(world, rules, number):
        return
    run = None if rules.has("B11 late") else Run(frozenset(standing))
    child = Terraform(LOOKS, standing[0])
    process = Infragen("destroy", "busy", stacks=stacks)
    after = with_machine(world, number, infragen=process, terraform=child, run=run)
    yield Step(f"machine {number}: destroy of {stacks} plans", after)


def _resume(world: World, rules: Rules, number: int) -> Iterator[Step]:
    machine = world.machines[number]
    if machine.left is None or machine.terraform is not None or half_moved(world, rules, number):
        return
    if any(flight.machine == number for flight in world.flights):  # assumed: see the package
        return
    if machine.orphan != NOTHING and rules.has("B10"):
        return
    after = with_machine(world, number, infragen=Infragen("resume", "recover"), orphan=NOTHING)
    yield Step(f"machine {number}: resume", after)


def _unlock(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Release a lock that a person says is of a dead run; of what runs on this machine infragen knows itself."""
    machine = world.machines[number]
    limited = rules.has("B7") or rules.has("B8")
    for stack in catalogued(world, rules, number) if limited else BOTH:
        lock = world.stacks[stack].lock
        if lock is None or _works_in(machine.terraform, stack):
            continue
        if any(flight.stack == stack for flight in world.flights):  # assumed: see the package
            continue
        if machine.hand == stack and not rules.has("C17"):
            continue
        if machine.orphan == stack and rules.has("B10"):
            continue
        if lock.alive and lock.machine != number:  # assumed: who is asked looks there
            continue
        orphan = NOTHING if machine.orphan == stack else machine.orphan
        after = with_machine(with_stack(world, stack, lock=None), number, orphan=orphan)
        yield Step(f"machine {number}: unlock {stack}", after, _of_living(lock.alive))


def _works_in(child: Terraform | None, stack: int) -> bool:
    return child is not None and child.stack == stack


def _of_living(alive: bool) -> str:
    return "a living lock is released" if alive else ""


def _import(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Take what no state has, because a person names it."""
    known = {stack.record for stack in world.stacks}
    stack = world.machines[number].entry
    if stack == GONE or half_moved(world, rules, number) or _is_busy(world, number):
        return
    if world.stacks[stack].lock is not None or holds(world, rules, stack) != NOTHING:
        return
    for thing in world.things:
        if thing.id not in known:
            taken = Thing(thing.id, ours=True)
            after = world._replace(things=world.things - {thing} | {taken})
            after = with_stack(after, stack, record=thing.id)
            for other, machine in enumerate(world.machines):
                if machine.infragen is not None:
                    busy = machine.infragen._replace(fresh=machine.infragen.fresh - {stack})
                    after = with_machine(after, other, infragen=busy)
                if machine.terraform is not None and _works_in(machine.terraform, stack):
                    after = with_machine(after, other, terraform=machine.terraform._replace(fresh=False))
            yield Step(f"machine {number}: a person imports object {thing.id} to {stack}", after)


def _moves(world: World, rules: Rules, number: int) -> Iterator[Step]:
    machine = world.machines[number]
    if _is_busy(world, number) or (next_move(world, rules, number) is None and not machine.move):
        return
    after = with_machine(world, number, infragen=Infragen("moves", "go"), move=True)
    yield Step(f"machine {number}: state moves", after)


_VERBS = {
    "apply": _apply,
    "apply one": _apply_one,
    "destroy": _destroy,
    "destroy one": _destroy_one,
    "resume": _resume,
    "unlock": _unlock,
    "import": _import,
    "moves": _moves,
}


def infragen(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Yield the next step of a machine's infragen."""
    machine = world.machines[number]
    process = machine.infragen
    if process is None or process.at == "busy":
        return
    if process.verb == "moves":
        yield _move_on(world, rules, number, process)
    elif process.at == "recover":
        yield from _recover(world, rules, number)
    elif process.at == "bad":
        yield Step(f"machine {number}: infragen ends, not all is done", _ended_badly(world, rules, number))
    elif process.verb == "destroy" and not process.shown:
        yield _show_destruction(world, rules, number, process)
    elif process.todo:
        yield _next_stack(world, rules, number, process)
    else:
        left = None if rules.has("B11 forgotten") else machine.left
        yield Step(f"machine {number}: done", with_machine(world, number, infragen=None, run=None, left=left))


def _show_destruction(world: World, rules: Rules, number: int, process: Infragen) -> Step:
    standing = ((stack, holds(world, rules, stack)) for stack in process.stacks)
    changes = tuple(_removal(rules, stack, there) for stack, there in standing if there != NOTHING)
    if not changes:
        after = with_machine(world, number, infragen=None, run=None)
        return Step(f"machine {number}: destroy finds that nothing stands", after)
    shown = frozenset(changes)
    run = Run(frozenset(change.stack for change in changes), shown=shown)
    process = Infragen("destroy", "go", changes, shown, process.fresh)
    after = with_machine(world, number, infragen=process, run=run)
    return Step(f"machine {number}: destroy shows {_said(changes)}, yes", after)


def _next_stack(world: World, rules: Rules, number: int, process: Infragen) -> Step:
    """Apply the saved plan, or plan anew where the state changed: that plan has to be what was shown."""
    machine = world.machines[number]
    change = process.todo[0]
    refused = change.action == "create" and not _is_free(world, rules, change.stack)
    if change.stack not in process.fresh and not refused:
        marked = half_moved(world, rules, number) and not rules.has("mark seen once")
        refused = marked or not _still(world, rules, change)
    if refused:
        after = with_machine(world, number, infragen=process._replace(at="bad"))
        return Step(f"machine {number}: {change.stack} would not do what was shown", after)
    thing = holds(world, rules, change.stack)
    child = Terraform(change.action, change.stack, thing=thing)
    run = machine.run
    assert run is not None
    if change.action == "create":
        run = run._replace(begun=run.begun | {change.stack})
    after = with_machine(world, number, infragen=process._replace(at="busy"), terraform=child, run=run)
    wrong = "" if change in process.shown else "what nobody was shown is applied"
    if change.action == "destroy" and machine.left is not None:  # what was heard before is no proof any more
        made = frozenset(one for one in machine.left.made if one[0] != change.stack)
        after = with_machine(after, number, left=machine.left._replace(made=made))
    return Step(f"machine {number}: terraform is started to {change.action} in {change.stack}", after, wrong)


def _still(world: World, rules: Rules, change: Change) -> bool:
    """Whether a plan that is made now says the same of a stack."""
    there = holds(world, rules, change.stack)
    if change.action != "destroy":
        return there == NOTHING
    return there != NOTHING and _removal(rules, change.stack, there) == change


def _ended_badly(world: World, rules: Rules, number: int) -> World:
    machine = world.machines[number]
    run = machine.run
    if run is not None and rules.has("B12") and machine.infragen is not None:
        run = run._replace(begun=run.begun - {change.stack for change in machine.infragen.todo[:1]})
    left = machine.left if run is None else run.after(machine.left)
    return with_machine(world, number, infragen=None, run=None, left=left)


def _recover(world: World, rules: Rules, number: int) -> Iterator[Step]:
    """Put right what runs left behind: locks of the dead, then objects that no state has; then go on."""
    left = world.machines[number].left
    assert left is not None
    stacks = sorted(left.stacks)
    if rules.has("B7"):
        stacks = [stack for stack in stacks if stack in catalogued(world, rules, number)]
    for stack in stacks:
        lock = world.stacks[stack].lock
        if lock is not None:
            yield _release(world, rules, number, stack)
            return
    for stack in stacks:
        steps = tuple(_take_in(world, rules, number, left, stack))
        if steps:
            yield from steps
            return
    yield from _go_on(world, rules, number, left)


def _release(world: World, rules: Rules, number: int, stack: int) -> Step:
    machine = world.machines[number]
    lock = world.stacks[stack].lock
    assert lock is not None
    at_work = machine.hand == stack and not rules.has("C17")
    if lock.machine != number or at_work:
        after = with_machine(world, number, infragen=None)
        return Step(f"machine {number}: resume names the lock of {stack} and leaves it alone", after)
    after = with_stack(world, stack, lock=None)
    return Step(f"machine {number}: resume releases the lock of {stack}", after, _of_living(lock.alive))


def _take_in(world: World, rules: Rules, number: int, left: Run, stack: int) -> Iterator[Step]:
    """Take what the runs may have made in a stack into its state, with proof or with a person's yes."""
    said = f"machine {number}: resume"
    for thing in sorted(_perhaps(world, rules, left, stack)):
        if thing.id in world.named:
            continue
        if world.stacks[1 - stack].record == thing.id:
            continue
        if holds(world, rules, stack) != NOTHING:  # another object is in its place
            if not rules.has("B11 replaced") and thing.ours:
                yield Step(f"{said} names object {thing.id}", world._replace(named=world.named | {thing.id}))
                return
            continue
        if _is_proved(rules, left, stack, thing):
            wrong = "" if thing.ours else "a stranger's object is taken without a question"
            yield Step(f"{said} takes object {thing.id} to {stack}", _adopting(world, number, stack, thing), wrong)
            return
        yield Step(f"{said} asks for object {thing.id}: no", world._replace(named=world.named | {thing.id}))
        taken = Thing(thing.id, ours=True)
        asked = world._replace(things=world.things - {thing} | {taken})
        yield Step(f"{said} asks for object {thing.id}: yes", _adopting(asked, number, stack, taken))
        return


def _perhaps(world: World, rules: Rules, left: Run, stack: int) -> set[Thing]:
    """Return the objects that runs said they made, or that they were about to make."""
    found = {one for place, thing in left.made if place == stack and (one := resolve(world, rules, thing))}
    if stack in left.begun and not rules.has("B7 begun"):
        # By its name; what has none cannot be found: the address is named, and a person looks.
        found |= set(world.things) if rules.kind != CHOSEN else set(orphans(world))
    return {one for one in found if one.id != world.stacks[stack].record and is_for(rules, stack, one.id)}


def _is_proved(rules: Rules, left: Run, stack: int, thing: Thing) -> bool:
    """Whether an object is what a run made: the run heard its id, or it carries the run's tags."""
    if rules.has("C15"):
        return True
    heard = any(place == stack for place, _ in left.made)
    if rules.kind == CHOSEN:
        return (stack, thing.id) in left.made
    if rules.kind == TAGGED and not rules.has("a name is proof"):
        return thing.ours
    return heard


def _adopting(world: World, number: int, stack: int, thing: Thing) -> World:
    process = Infragen("resume", "busy")
    return with_machine(world, number, infragen=process, terraform=Terraform("import", stack, thing=thing.id))


def _go_on(world: World, rules: Rules, number: int, left: Run) -> Iterator[Step]:
    """Plan anew; what a person was shown goes on, anything else is shown and asked."""
    wrong = ""
    if any(one.id not in world.named and left.begun for one in orphans(world)) and len(world.machines) == 1:
        wrong = "resume says that nothing is left behind, and an object is in no state"
    changes = planned(world, rules, number)
    if not changes:
        after = with_machine(world, number, infragen=None, left=None)
        yield Step(f"machine {number}: resume is done", after, wrong)
        return
    if half_moved(world, rules, number) and not rules.has("mark seen once"):
        yield Step(f"machine {number}: resume sees a half move", with_machine(world, number, infragen=None), wrong)
        return
    known = frozenset(changes) <= left.shown
    run = Run(frozenset(change.stack for change in changes), shown=frozenset(changes))
    shown = run.shown if known or not rules.has("C16") else left.shown
    on = with_machine(world, number, infragen=Infragen("apply", "go", changes, shown), run=run, left=None)
    if known or rules.has("C16"):
        yield Step(f"machine {number}: resume goes on with {_said(changes)}", on, wrong)
        return
    yield Step(f"machine {number}: resume shows {_said(changes)}, yes", on, wrong)
    no = with_machine(world, number, infragen=None, left=None)
    yield Step(f"machine {number}: resume shows {_said(changes)}, no", no, wrong)


def _move_on(world: World, rules: Rules, number: int, process: Infragen) -> Step:
    """Take the next step of a move, as the states say it is."""
    if process.at == "bad":
        after = with_machine(world, number, infragen=None)
        return Step(f"machine {number}: state moves ends in the middle", after)
    child = next_move(world, rules, number)
    if child is None and any(stack.lock for stack in world.stacks) and not rules.has("a move ends locked"):
        after = with_machine(world, number, infragen=None)
        return Step(f"machine {number}: state moves names the lock that is left", after)
    if child is None:
        after = with_machine(world, number, infragen=None, move=False)
        return Step(f"machine {number}: state moves is done", after)
    after = with_machine(world, number, infragen=process._replace(at="busy"), terraform=child)
    return Step(f"machine {number}: terraform is started to {child.does} in {child.stack}", after)


def next_move(world: World, rules: Rules, number: int) -> Terraform | None:
    """Return the next step of a move that was begun, by whomever, or that the catalogue asks for."""
    marks = [stack.mark for stack in world.stacks if stack.mark is not None]
    way = marks[0] if marks else _way(world, rules, number)
    if way is None:
        return None
    source, target = way
    moving, there = holds(world, rules, source), holds(world, rules, target)
    if moving == NOTHING and world.stacks[source].record != NOTHING:
        return Terraform("forget", source)
    if moving != NOTHING and (there == moving or (there == NOTHING and world.machines[number].entry == target)):
        for stack in way if not rules.has("C18") else ():
            if world.stacks[stack].mark != way and (there == NOTHING or not rules.has("forgotten unmarked")):
                return Terraform("mark", stack, mark=way)
        return Terraform("lose", source) if there == moving else Terraform("gain", target, thing=moving)
    for stack in way:
        if world.stacks[stack].mark is not None:
            return Terraform("unmark", stack)
    return None


def _way(world: World, rules: Rules, number: int) -> tuple[int, int] | None:
    """Return from where to where the catalogue wants what a state has."""
    target = world.machines[number].entry
    if target == GONE:
        return (0, 1) if _is_in_both(world, rules) else None
    source = 1 - target
    moving, there = holds(world, rules, source), holds(world, rules, target)
    if moving == NOTHING and world.stacks[source].record != NOTHING and rules.kind != CHOSEN:
        return source, target
    return (source, target) if moving != NOTHING and there in {NOTHING, moving} else None


def _said(changes: tuple[Change, ...]) -> str:
    return ", ".join(f"{change.action} in {change.stack}" for change in changes)
