"""Every step of a state move, killed or overtaken: nothing is in no state, and in the end nothing in two.

The real steps on a bucket in memory, which does what terraform does with one: a state is stored one serial on, and only
over the state that it was made from. A machine dies at any of its calls, before or after that took effect, or in the
middle of an import; the same one or another goes on, from what is stored alone.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.move_journal import MoveJournal
from infragen.terraform.move_marks import OUTPUT
from infragen.terraform.move_steps import MoveExecution, MoveTask, StatePush, marks_of
from infragen.terraform.moves import Configured, StackMove, gained, lost

from .test_moves import configured, resource, state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infragen.terraform.move_marks import Mark

A, B, C = "module.order.aws_rds_cluster.this", "module.order.aws_sns_topic.this", "module.stays.aws_sns_topic.this"
FAR = 10_000


class Killed(BaseException):
    """A machine is dead: nothing of its program runs any more."""


@dataclass
class Cloud:
    """What all machines share: the states, and the locks that are held."""

    states: dict[str, bytes]
    locks: set[str] = field(default_factory=set)

    def lock(self, stack: str) -> None:
        if stack in self.locks:
            raise InfragenError(Diagnostic("T022", f"{stack}: somebody holds the lock"))
        self.locks.add(stack)

    def store(self, stack: str, content: bytes) -> None:
        """Store a state as `terraform state push` does."""
        new, there = json.loads(content), json.loads(self.states[stack] or "{}")
        if there and (new["lineage"] != there["lineage"] or new["serial"] <= there["serial"]):
            raise InfragenError(Diagnostic("M003", f"{stack}: somebody stored another state"))
        self.states[stack] = json.dumps({**new, "serial": new["serial"] + bool(there)}).encode()

    def places(self) -> dict[str, list[str]]:
        """Return the stacks whose states have each object."""
        found: dict[str, list[str]] = {}
        for stack, content in self.states.items():
            for one in json.loads(content or '{"resources": []}')["resources"]:
                for instance in one["instances"] if one["mode"] == "managed" else ():
                    found.setdefault(instance["attributes"]["id"].removesuffix("-imported"), []).append(stack)
        return found

    def holds(self, expected: set[str]) -> None:
        """Check that every object is in a state."""
        assert set(self.places()) == expected


@dataclass
class Machine:
    """One machine that works on the states, until it dies at a call: `at` counts, odd ones are after the effect."""

    cloud: Cloud
    name: str = "one"
    at: int = FAR
    then: Callable[[], None] | None = None
    calls: int = 0
    seen: list[str] = field(default_factory=list)

    def step(self, what: str) -> None:
        self.seen.append(what)
        if self.calls == self.at:
            if self.then is None:
                raise Killed
            self.then()
        self.calls += 1

    def pull(self, stacks: Sequence[str]) -> dict[str, bytes]:
        self.step(f"pull {' '.join(stacks)}")
        return {stack: self.cloud.states[stack] for stack in stacks}

    def push(self, stack: str, content: bytes) -> None:
        self.step(f"push {stack}")
        self.cloud.lock(stack)
        try:
            self.step(f"locked {stack}")
            self.cloud.store(stack, content)
            self.step(f"pushed {stack}")
        except InfragenError:
            self.cloud.locks.remove(stack)
            raise
        self.cloud.locks.remove(stack)

    def attempt(self, wanted: Mapping[str, Configured], *, known: Sequence[str], by_push: bool) -> None:
        """Run `state moves --apply` as it does after the proof, on the locks that the dead left."""
        states = self.pull(known)
        named = {stack for mark in marks_of(states).values() for stack in mark.stacks}
        states = self.pull([*known, *sorted(named - set(known))]) if named - set(known) else states
        task = MoveTask.of(states, wanted)
        if not task:
            return
        mark = task.mark(by=self.name, backups=Path("/backups"))
        way = StatePush(self, task.moves) if by_push else ByImports(self, task, mark)
        MoveExecution(self, task, mark, Unwritten(Path())).run(way, wanted)


@dataclass(frozen=True)
class ByImports:
    """What terraform does with `import` and `removed` blocks: a plan, then an apply that stores bit by bit."""

    machine: Machine
    task: MoveTask
    mark: Mark

    def gain(self, stack: str, _states: Mapping[str, bytes]) -> None:
        coming = [move for move in self.task.moves if move.target == stack and not move.halfway]
        self._apply(stack, gained(self.machine.cloud.states[stack], coming, self.task.states), imported=coming)

    def lose(self, stack: str, _states: Mapping[str, bytes]) -> None:
        going = [move for move in self.task.moves if move.source == stack]
        self._apply(stack, lost(self.machine.cloud.states[stack], going))

    def _apply(self, stack: str, content: bytes, imported: Sequence[StackMove] = ()) -> None:
        machine, cloud = self.machine, self.machine.cloud
        planned = json.loads(cloud.states[stack])
        if json.loads(planned["outputs"].get(OUTPUT, {"value": "{}"})["value"]).get("id") != self.mark.id:
            raise InfragenError(Diagnostic("M002", f"{stack}: the plan would change a mark"))
        machine.step(f"apply {stack}")
        cloud.lock(stack)
        if json.loads(cloud.states[stack])["serial"] != planned["serial"]:
            cloud.locks.remove(stack)
            raise InfragenError(Diagnostic("T020", f"{stack}: saved plan is stale"))
        whole = json.loads(content)
        _imported(whole, imported)
        half = json.loads(content)
        _imported(half, imported)
        there = {_key(one) for one in planned["resources"]}
        for one in half["resources"]:  # of what is new, the first instance alone
            one["instances"] = one["instances"] if _key(one) in there else one["instances"][:1]
        half["resources"] = half["resources"][: (len(there) + len(half["resources"]) + 1) // 2]
        if imported:
            cloud.states[stack] = json.dumps({**half, "serial": planned["serial"] + 1}).encode()
            machine.step(f"half applied {stack}")
        cloud.states[stack] = json.dumps({**whole, "serial": planned["serial"] + 1}).encode()
        machine.step(f"applied {stack}")
        cloud.locks.remove(stack)


class Unwritten(MoveJournal):
    """A journal that is lost with its machine."""

    def write(self, event: str, **more: object) -> None:
        """Write nothing."""

    def end(self) -> None:
        """Write nothing."""


def _imported(document: Any, moves: Sequence[StackMove]) -> None:
    """Give what is imported another id, as some providers do."""
    addresses = {move.to for move in moves}
    for one in document["resources"]:
        if f"{one['module']}.{one['type']}.{one['name']}" in addresses:
            for instance in one["instances"]:
                instance["attributes"]["id"] = instance["attributes"]["id"].removesuffix("-imported") + "-imported"


def _key(one: Any) -> tuple[str, str, str]:
    return one["module"], one["type"], one["name"]


def sales(*more: dict[str, Any]) -> bytes:
    return state(resource(A, "w", "r", keys=("writer", "reader")), resource(B, "topic"), *more, lineage="sales")


BEFORE = {
    "keeps-something": {"data-sales": sales(resource(C, "stays")), "data-plant": b""},
    "is-emptied": {"data-sales": sales(), "data-plant": state(resource(C, "stays"), lineage="plant")},
}
AFTER = {
    "keeps-something": {"data-sales": configured(C), "data-plant": configured(A, B)},
    "is-emptied": {"data-plant": configured(A, B, C)},  # the catalogue no longer has the other
}
BACK = {
    "keeps-something": {"data-sales": configured(A, B, C)},  # nor, before the change, this one
    "is-emptied": {"data-sales": configured(A, B), "data-plant": configured(C)},
}
OBJECTS = {"w", "r", "topic", "stays"}
KNOWN = ("data-plant", "data-sales")


def calls_of(case: str, *, by_push: bool) -> list[str]:
    machine = Machine(Cloud(dict(BEFORE[case])))
    machine.attempt(AFTER[case], known=KNOWN, by_push=by_push)
    return machine.seen


def is_done(cloud: Cloud, case: str, *, back: bool = False) -> None:
    """Check that each object is in the one state that it belongs to, that no mark is left, and no output is lost."""
    home = "data-sales" if back else "data-plant"
    stays = "data-sales" if case == "keeps-something" else "data-plant"
    assert cloud.places() == {"w": [home], "r": [home], "topic": [home], "stays": [stays]}
    assert marks_of(cloud.states) == {}
    before = {stack: json.loads(content)["outputs"] for stack, content in BEFORE[case].items() if content}
    assert {stack: json.loads(cloud.states[stack])["outputs"] for stack in before} == before


def is_told_everywhere(cloud: Cloud, case: str) -> None:
    """Check that a half move is marked in each state that a plan could harm, with one that any catalogue has."""
    twice = {stack for stacks in cloud.places().values() if len(stacks) > 1 for stack in stacks}
    if twice:
        marks = marks_of(cloud.states)
        assert twice <= marks.keys()
        assert all(set(mark.stacks) >= twice for mark in marks.values())
        assert marks.keys() & AFTER[case].keys()


CASES = [(case, by_push) for case in BEFORE for by_push in (False, True)]
IDS = [f"{case}-{'push' if by_push else 'import'}" for case, by_push in CASES]


@pytest.mark.parametrize(("case", "by_push"), CASES, ids=IDS)
def test_killed_at_any_step_it_is_finished_from_another_machine_with_nothing_but_the_states(
    case: str, by_push: bool
) -> None:
    for at in range(len(calls_of(case, by_push=by_push))):
        for again in range(FAR):
            cloud = Cloud(dict(BEFORE[case]))
            with pytest.raises(Killed):
                Machine(cloud, at=at).attempt(AFTER[case], known=KNOWN, by_push=by_push)
            cloud.holds(OBJECTS)
            is_told_everywhere(cloud, case)
            cloud.locks.clear()  # those of the dead; `unlock` does it
            known = list(AFTER[case])  # what the catalogue has; other stacks are known from marks alone
            if not marks_of({stack: cloud.states[stack] for stack in known}):
                known = list(KNOWN)  # nothing has moved yet, or all has: the domain, or the journal, knows them
            other = Machine(cloud, "other", at=again)
            try:
                other.attempt(AFTER[case], known=known, by_push=not by_push)
            except Killed:
                cloud.holds(OBJECTS)
                is_told_everywhere(cloud, case)
                cloud.locks.clear()
                Machine(cloud, "third").attempt(AFTER[case], known=KNOWN, by_push=by_push)
                is_done(cloud, case)
                continue
            is_done(cloud, case)
            break


@pytest.mark.parametrize(("case", "by_push"), CASES, ids=IDS)
def test_killed_at_any_step_it_is_undone_by_the_catalogue_as_it_was(case: str, by_push: bool) -> None:
    for at in range(len(calls_of(case, by_push=by_push))):
        cloud = Cloud(dict(BEFORE[case]))
        with pytest.raises(Killed):
            Machine(cloud, at=at).attempt(AFTER[case], known=KNOWN, by_push=by_push)
        cloud.locks.clear()
        Machine(cloud, "other").attempt(BACK[case], known=KNOWN, by_push=by_push)
        is_done(cloud, case, back=True)


@pytest.mark.parametrize("wanted", [AFTER, BACK], ids=["the-same", "the-opposite"])
@pytest.mark.parametrize(("case", "by_push"), CASES, ids=IDS)
def test_two_machines_at_once_lose_nothing_whoever_overtakes_whom(
    case: str, by_push: bool, wanted: Mapping[str, Mapping[str, Configured]]
) -> None:
    for at in range(len(calls_of(case, by_push=by_push))):
        for stop in range(FAR):
            cloud = Cloud(dict(BEFORE[case]))
            other = Machine(cloud, "other", at=stop)

            def overtake(other: Machine = other) -> None:
                with suppress(InfragenError, Killed):
                    other.attempt(wanted[case], known=KNOWN, by_push=by_push)

            one = Machine(cloud, at=at, then=overtake)
            with suppress(InfragenError):
                one.attempt(AFTER[case], known=KNOWN, by_push=by_push)
            cloud.holds(OBJECTS)
            is_told_everywhere(cloud, case)
            cloud.locks.clear()
            Machine(cloud, "third").attempt(AFTER[case], known=KNOWN, by_push=by_push)
            is_done(cloud, case)
            if other.calls < stop:  # it came to its end before it was to die
                break


@pytest.mark.parametrize(("case", "by_push"), CASES, ids=IDS)
def test_a_plan_from_before_can_be_applied_to_no_stack_once_anything_moves(case: str, by_push: bool) -> None:
    """Its serial is another's by then: terraform refuses a plan made on any but the state there is."""
    serials = {stack: json.loads(content or '{"serial": 0}')["serial"] for stack, content in BEFORE[case].items()}
    cloud = Cloud(dict(BEFORE[case]))

    def look() -> None:
        if any(len(stacks) > 1 for stacks in cloud.places().values()):
            assert all(json.loads(cloud.states[stack])["serial"] > serial for stack, serial in serials.items())

    for at in range(len(calls_of(case, by_push=by_push))):
        cloud = Cloud(dict(BEFORE[case]))
        Machine(cloud, at=at, then=look).attempt(AFTER[case], known=KNOWN, by_push=by_push)


def test_where_a_state_changed_since_the_proof_nothing_is_marked_afterwards() -> None:
    cloud = Cloud(dict(BEFORE["is-emptied"]))

    def store() -> None:
        applied = json.loads(cloud.states["data-sales"])
        cloud.store("data-sales", json.dumps({**applied, "serial": applied["serial"] + 1}).encode())

    machine = Machine(cloud, at=1, then=store)
    with pytest.raises(InfragenError, match="M003"):
        machine.attempt(AFTER["is-emptied"], known=KNOWN, by_push=True)
    assert marks_of(cloud.states) == {}
    assert cloud.places() == Cloud(dict(BEFORE["is-emptied"])).places()


@pytest.mark.parametrize("everywhere", [False, True], ids=["nowhere", "twice"])
@pytest.mark.parametrize("by_push", [False, True], ids=["import", "push"])
def test_what_the_catalogue_no_longer_has_or_has_twice_ends_in_the_one_state_that_it_was_going_to(
    by_push: bool, everywhere: bool
) -> None:
    """Killed at any step; where nothing has moved yet, nothing moves."""
    case, own = "keeps-something", (A, B) if everywhere else ()
    wanted = {"data-sales": configured(C, *own), "data-plant": configured(*own)}
    for at in range(len(calls_of(case, by_push=by_push))):
        cloud = Cloud(dict(BEFORE[case]))
        with pytest.raises(Killed):
            Machine(cloud, at=at).attempt(AFTER[case], known=KNOWN, by_push=by_push)
        cloud.locks.clear()
        Machine(cloud, "other").attempt(wanted, known=KNOWN, by_push=True)
        cloud.holds(OBJECTS)
        assert all(len(stacks) == 1 for stacks in cloud.places().values())
        assert marks_of(cloud.states) == {}


def test_nothing_is_let_go_of_that_somebody_took_out_of_the_other_state_by_hand() -> None:
    cloud = Cloud(dict(BEFORE["keeps-something"]))
    gained_at = calls_of("keeps-something", by_push=True).index("pushed data-plant", 8)

    def remove() -> None:
        document = json.loads(cloud.states["data-plant"])
        kept = [one for one in document["resources"] if one["type"] != "aws_sns_topic"]
        cloud.states["data-plant"] = json.dumps({**document, "resources": kept}).encode()

    with pytest.raises(
        InfragenError, match=f"{B} is not in the state of data-plant, so nothing was removed from data-sales"
    ):
        Machine(cloud, at=gained_at, then=remove).attempt(AFTER["keeps-something"], known=KNOWN, by_push=True)
    cloud.holds(OBJECTS)
    Machine(cloud).attempt(AFTER["keeps-something"], known=KNOWN, by_push=True)
    is_done(cloud, "keeps-something")


def test_an_object_whose_place_another_one_has_is_lost_by_no_move() -> None:
    """Both states have the resource, one of its instances is the same, the other is not."""
    keys = ("writer", "reader")
    states = {
        "data-sales": state(resource(A, "w", "r", keys=keys), lineage="sales"),
        "data-plant": state(resource(A, "w", "another", keys=keys), lineage="plant"),
    }
    cloud = Cloud(dict(states))
    with pytest.raises(InfragenError, match="M006") as refused:
        Machine(cloud).attempt({"data-plant": configured(A)}, known=KNOWN, by_push=True)
    assert all(
        name in refused.value.diagnostics[0].message for name in ('"r"', '"another"', "data-sales", "data-plant")
    )
    assert cloud.states == states


def test_the_place_of_a_marked_object_that_got_another_one_meanwhile_is_no_proof_of_its_move() -> None:
    case = "keeps-something"
    calls = calls_of(case, by_push=False)
    cloud = Cloud(dict(BEFORE[case]))
    with pytest.raises(Killed):
        Machine(cloud, at=calls.index("applied data-plant")).attempt(AFTER[case], known=KNOWN, by_push=False)
    cloud.locks.clear()
    cloud.states["data-plant"] = (
        cloud.states["data-plant"].replace(b"topic-imported", b"another").replace(b"arn:topic", b"arn:another")
    )
    with pytest.raises(InfragenError, match="M006"):
        Machine(cloud, "other").attempt(AFTER[case], known=KNOWN, by_push=False)
    assert "topic" in cloud.places()
