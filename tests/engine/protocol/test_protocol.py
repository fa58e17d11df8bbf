"""The protocol holds in every world that can be reached; with any of its former defects it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.protocol.search import search
from tests.engine.protocol.world import CHOSEN, NAMED, TAGGED, Rules

MOVING = frozenset({"apply", "moves", "unlock", "resume"})
BUILDING = frozenset({"apply", "apply one", "destroy", "destroy one", "unlock", "resume"})
TEARING_DOWN = frozenset({"destroy", "moves", "unlock", "resume"})

SOUND = {
    "one machine": Rules(),
    "one machine, a name alone": Rules(NAMED),
    "one machine, an id of AWS": Rules(CHOSEN, kills=1, edits=2),
    "a stranger": Rules(strangers=1, edits=0, lost=1),
    "a stranger, a name alone": Rules(NAMED, strangers=1, edits=0, lost=1),
    "a stranger, an id of AWS": Rules(CHOSEN, strangers=1, edits=0, lost=1),
    "somebody removes what is left, a stranger makes one": Rules(edits=0, removals=1, strangers=1),
    "stacks leave the catalogue": Rules(stay=False),
    "providers outlive terraform": Rules(providers=True, edits=0),
    "somebody's own terraform, and one that does nothing": Rules(hands=1, idle=1, edits=0),
    "a move, two machines": Rules(first=0, entries=(1, 1), kills=1, edits=0, verbs=MOVING),
    "a move out of a stack that leaves, two machines": Rules(
        first=0, entries=(1, 1), kills=1, stay=False, verbs=MOVING
    ),
    "a stack stands on another": Rules(CHOSEN, tower=True, first=1, entries=(1,), kills=1, edits=2, verbs=BUILDING),
    "a stack that stands on another left, two clones": Rules(
        CHOSEN, tower=True, first=1, entries=(-1, -1), kills=1, edits=0, verbs=frozenset({"apply", "unlock", "resume"})
    ),
    "a move and a destroy, two machines": Rules(first=0, entries=(1, 1), kills=0, edits=0, verbs=TEARING_DOWN),
}

LARGE = {
    "an id of AWS, two kills": Rules(CHOSEN),
    "a move and a removal, two machines": Rules(first=0, entries=(1, -1), kills=1, edits=0, verbs=MOVING),
    "one catalogue, two machines": Rules(entries=(0, 0), kills=1, edits=0),
    "two catalogues, two machines": Rules(entries=(0, 1), kills=0, edits=0, verbs=MOVING),
}
"""For `python -m tests.engine.protocol`: a minute or two."""

_TOWER = Rules(CHOSEN, tower=True, first=1, entries=(1,), kills=0, edits=1, verbs=BUILDING)
_TWO = {"first": 0, "kills": 1, "edits": 0, "verbs": MOVING}

DEFECTS = {
    "B7": Rules(stay=False, kills=1),
    "B7 begun": Rules(edits=0),
    "B8": Rules(stay=False, first=0, entries=(1,), kills=1, edits=0),
    "B10": Rules(providers=True, edits=0),
    "B11 late": Rules(edits=0),
    "B11 forgotten": Rules(CHOSEN, edits=0),
    "B11 replaced": Rules(CHOSEN, kills=1),
    "B12": Rules(kills=0, lost=1),
    "B13": Rules(kills=0, idle=1),
    "C15": Rules(strangers=1, edits=0),
    "C16": Rules(kills=1),
    "C17": Rules(hands=1, kills=1, edits=0),
    "C18": Rules(entries=(1, 1), **_TWO),
    "mark beside the state": Rules(entries=(1, -1), **_TWO),
    "mark seen once": Rules(entries=(1, -1), **_TWO),
    "forgotten unmarked": Rules(entries=(0, 1), kills=0, edits=0, verbs=MOVING),
    "a move ends locked": Rules(first=0, entries=(1,), kills=1),
    "two states not compared": Rules(entries=(0, 1), kills=0, edits=0, verbs=MOVING),
    "a name is proof": Rules(edits=0, removals=1, strangers=1),
    "removed stack not planned": _TOWER,
    "a clone does not know": replace(_TOWER, entries=(-1, -1), edits=0),
    "upstream's removal first": _TOWER,
    "one stack is not refused": _TOWER,
    "removal after a failure": replace(_TOWER, kills=1),
    "destroy by today's files": _TOWER,
}
"""What the protocol once did, or might have done, with a search that has to find it.

| defect | what is otherwise than it should be |
|---|---|
| B7 | resume looks at the stacks of today's catalogue alone |
| B7 begun | resume looks for what terraform said it made, not for what it had begun |
| B8 | unlock knows the catalogue's stacks alone |
| B10 | nobody ends a provider that outlived its terraform |
| B11 late | destroy journals its run after it has planned under the lock |
| B11 forgotten | a later run that is done makes an earlier one forgotten |
| B11 replaced | what was made and then replaced in the state by another object is not named |
| B12 | what failed because it exists already is not looked at |
| B13 | a terraform that ends well is believed |
| C15 | resume adopts whatever has the name |
| C16 | resume applies whatever the catalogue says by now |
| C17 | a terraform that somebody runs by hand does not count |
| C18 | only the machine that moves knows of the move |
| mark beside the state | a mark leaves the state's serial as it was |
| mark seen once | marks are looked at when a command begins, not with each plan |
| forgotten unmarked | what two states have is forgotten in one of them without a mark |
| a move ends locked | `state moves` says done while a lock is left |
| two states not compared | a plan destroys what another state has, too |
| a name is proof | that an object has the name is enough, though it could have tags |
| removed stack not planned | of a stack that left the catalogue there is no plan |
| a clone does not know | a stack that left the catalogue is known where it was applied, and nowhere else |
| upstream's removal first | what a stack stands on goes before it |
| one stack is not refused | a single stack is applied or destroyed although another one stands on what goes |
| removal after a failure | what a stack stood on goes although the stack could not be destroyed |
| destroy by today's files | `destroy` destroys what the catalogue has, not what stands |
"""


@pytest.mark.parametrize("rules", SOUND.values(), ids=SOUND)
def test_nothing_is_lost_and_nothing_is_taken(rules: Rules) -> None:
    found = search(rules)
    assert not found.wrong, str(found)
    assert found.worlds > 1_000


@pytest.mark.parametrize(("defect", "rules"), DEFECTS.items(), ids=DEFECTS)
def test_a_defect_is_found(defect: str, rules: Rules) -> None:
    found = search(replace(rules, defects=frozenset({defect})))
    assert found.wrong, f"{defect} is not found in {found.worlds} worlds"
    assert found.way


def test_all_kinds_are_searched() -> None:
    assert {rules.kind for rules in SOUND.values()} == {TAGGED, NAMED, CHOSEN}
