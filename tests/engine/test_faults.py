"""Phases by faults: what infragen says and leaves behind, with the real terraform on the emulated AWS.

`TABLE` has a cell for every phase and fault: a `Cell` that is a test, or the reason why it cannot occur. After each
fault, infragen's own way on is taken (`infragen resume` where a run was journalled, `infragen plan` where nothing was
begun), and then what exists is what the states say, nothing is missing, and no lock is left.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.by_commit import chosen
from tests.engine import proxy, small
from tests.engine.faults import STACK, TARGET, World, can_mount, open_world
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

PHASES = {
    "before init": proxy.bucket_is_made,
    "in init": None,
    "in plan": proxy.identity_is_asked,
    "lock taken": proxy.lock_is_taken(STACK),
    "between resources": proxy.parameter_is_put,
    "while writing state": proxy.state_is_written(STACK),
    "after apply, before the journal": proxy.lock_is_released(STACK),
}
"""Each phase with the request that marks it; `init` asks nobody, there the program itself tells."""

FAULTS = (
    "Ctrl-C",
    "Ctrl-C twice",
    "terraform killed",
    "infragen killed",
    "both killed",
    "full disk",
    "unreachable",
    "throttled",
    "credentials expired",
    "lock held",
)

ANSWERS = {
    "unreachable": proxy.DROP,
    "throttled": proxy.THROTTLED,
    "credentials expired": proxy.EXPIRED,
}


@dataclass(frozen=True)
class Cell:
    """What is said: the exit codes that are right, words that have to be there, how the journal says it ended.

    `end` is None where nothing was begun, so that no run is journalled.
    """

    codes: tuple[int, ...]
    words: tuple[str, ...] = ()
    end: tuple[str, ...] | None = None


NO_TERRAFORM = "no terraform runs yet, so that only infragen can be struck"
NOTHING_HELD = "terraform holds nothing here: as when infragen alone is killed"
READS_ONLY = "what only reads is killed five seconds after the first Ctrl-C: a second one has nothing left to say"
NO_REQUEST = "init installs from a mirror on this disk and asks AWS nothing"
NOT_YET = "a lock is in nobody's way before it is taken"
DONE = ("done", "failed", "stopped")

TABLE: dict[str, dict[str, Cell | str]] = {
    "before init": {
        "Ctrl-C": Cell((130,)),
        "Ctrl-C twice": "the first one ends it",
        "terraform killed": NO_TERRAFORM,
        "infragen killed": Cell((-9,)),
        "both killed": NO_TERRAFORM,
        "full disk": Cell((1,), ("T034",)),
        "unreachable": Cell((1,), ("E006",)),
        "throttled": "infragen itself asks AWS nothing; only the emulated one, for a bucket",
        "credentials expired": "infragen itself asks AWS nothing; only the emulated one, for a bucket",
        "lock held": NOT_YET,
    },
    "in init": {
        "Ctrl-C": Cell((130,)),
        "Ctrl-C twice": READS_ONLY,
        "terraform killed": Cell((1,), ("killed by signal 9",)),
        "infragen killed": Cell((-9,)),
        "both killed": NOTHING_HELD,
        "full disk": "init links providers and writes some kilobytes, as the plan that follows does",
        "unreachable": NO_REQUEST,
        "throttled": NO_REQUEST,
        "credentials expired": NO_REQUEST,
        "lock held": NOT_YET,
    },
    "in plan": {
        "Ctrl-C": Cell((130,)),
        "Ctrl-C twice": READS_ONLY,
        "terraform killed": Cell((1,), ("killed by signal 9",)),
        "infragen killed": Cell((-9,)),
        "both killed": NOTHING_HELD,
        "full disk": Cell((1,), ("T034",)),
        "unreachable": Cell((1,), ("T024",)),
        "throttled": Cell((1,), ("T036",)),
        "credentials expired": Cell((1,), ("T028",)),
        "lock held": "a combined plan is made on copies of the states and takes no lock",
    },
    "lock taken": {
        "Ctrl-C": Cell((130,), ("to continue: infragen ",), ("stopped",)),
        "Ctrl-C twice": Cell((130,), ("to continue: infragen ",), ("stopped",)),
        "terraform killed": Cell((1,), ("T035", "infragen unlock small/dev/network"), ("failed",)),
        "infragen killed": Cell((-9,), (), ("cut off",)),
        "both killed": Cell((-9,), (), ("cut off",)),
        "full disk": "the local disk has no part in a lock; what it has a part in is the plan before",
        "unreachable": Cell((1,), ("T024",), ("failed",)),
        "throttled": Cell((1,), ("T036",), ("failed",)),
        "credentials expired": Cell((1,), ("T028",), ("failed",)),
        "lock held": Cell(
            (1,),
            ("T022", "ann@laptop since 2026-11-20 01:02:03 UTC", "infragen unlock small/dev/network --sandbox -C "),
            ("failed",),
        ),
    },
    "between resources": {
        "Ctrl-C": Cell((130,), ("to continue: infragen ",), ("stopped",)),
        "Ctrl-C twice": Cell((130,), ("to continue: infragen ",), ("stopped",)),
        "terraform killed": Cell((1,), ("T035", "in progress: ", "infragen resume"), ("failed",)),
        "infragen killed": Cell((-9,), (), ("cut off",)),
        "both killed": Cell((-9,), (), ("cut off",)),
        "full disk": Cell((0, 1), (), DONE),
        "unreachable": Cell((1,), ("T024",), ("failed",)),
        "throttled": Cell((1,), ("T036",), ("failed",)),
        "credentials expired": Cell((1,), ("T028",), ("failed",)),
        "lock held": "the run holds the lock itself by now",
    },
    "while writing state": {
        "Ctrl-C": Cell((0, 130), (), ("done", "stopped")),
        "Ctrl-C twice": Cell((130,), ("T035", "infragen unlock small/dev/network", "infragen resume"), ("stopped",)),
        "terraform killed": Cell((1,), ("T035", "infragen resume"), ("failed",)),
        "infragen killed": Cell((-9,), (), ("cut off",)),
        "both killed": Cell((-9,), (), ("cut off",)),
        "full disk": "the state goes to S3; the disk is struck where terraform's words go, between resources",
        "unreachable": Cell((1,), ("T031", "infragen resume"), ("failed",)),
        "throttled": Cell((1,), ("T031", "infragen resume"), ("failed",)),
        "credentials expired": Cell((1,), ("T031", "infragen resume"), ("failed",)),
        "lock held": "the run holds the lock itself by now",
    },
    "after apply, before the journal": {
        "Ctrl-C": Cell((0, 130), (), ("done", "stopped")),
        "Ctrl-C twice": Cell((0, 130), (), ("done", "stopped")),
        "terraform killed": Cell((1,), ("T035",), ("failed",)),
        "infragen killed": Cell((-9,), (), ("cut off",)),
        "both killed": Cell((-9,), (), ("cut off",)),
        "full disk": Cell((0, 1), (), (*DONE, "cut off")),  # the journal may have no room for the end either
        "unreachable": Cell((1,), ("lock",), ("failed",)),
        "throttled": Cell((1,), ("lock",), ("failed",)),
        "credentials expired": Cell((1,), ("lock",), ("failed",)),
        "lock held": "the run holds the lock itself by now",
    },
}

EVERY_TIME = frozenset(
    {
        ("before init", "full disk"),
        ("in init", "terraform killed"),
        ("in plan", "Ctrl-C"),
        ("in plan", "credentials expired"),
        ("lock taken", "lock held"),
        ("lock taken", "infragen killed"),
        ("between resources", "Ctrl-C"),
        ("between resources", "both killed"),
        ("between resources", "unreachable"),
        ("while writing state", "Ctrl-C twice"),
        ("while writing state", "terraform killed"),
        ("while writing state", "throttled"),
        ("after apply, before the journal", "infragen killed"),
    }
)
"""What `make test` tries: each fault, each phase. A cell starts terraform ten times; `make lives` tries all of them."""

BETWEEN = "between resources"
"""The phase whose cells need objects of AWS: of those in `EVERY_TIME`, a run tries the one that its commit chooses."""

EARLY = ("before init", "in init", "in plan", "lock taken")
"""The phases tried here; the others are tried in test_faults_late.py, beside these."""


_MAKES = re.compile(rf"PutParameter|^PUT /\S*/{STACK}\.tfstate[? ]")
"""What is asked for when an apply makes something, and has made it."""


def cells(*phases: str) -> list[Any]:
    """Return the cells of some phases that can occur."""
    of_aws = sorted(cell for cell in EVERY_TIME if cell[0] == BETWEEN)
    usual = EVERY_TIME.difference(of_aws) | {of_aws[chosen(len(of_aws))]}
    return [
        pytest.param(phase, fault, id=f"{phase}: {fault}", marks=() if (phase, fault) in usual else pytest.mark.long)
        for phase in phases
        for fault, cell in TABLE[phase].items()
        if isinstance(cell, Cell)
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("faults")
    with open_world(folder, disk=can_mount(folder)) as made:
        yield made


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(PHASES)
    for row in TABLE.values():
        assert tuple(row) == FAULTS
    assert {phase for phase, _ in EVERY_TIME} == set(PHASES)
    assert {fault for _, fault in EVERY_TIME} == set(FAULTS)
    assert all(isinstance(TABLE[phase][fault], Cell) for phase, fault in EVERY_TIME)


@pytest.mark.parametrize(("phase", "fault"), cells(*EARLY))
def test_a_fault_loses_nothing_and_the_next_command_says_the_truth(world: World, phase: str, fault: str) -> None:
    loses_nothing(world, phase, fault)


def loses_nothing(world: World, phase: str, fault: str) -> None:
    """Try one cell of the table."""
    cell = TABLE[phase][fault]
    assert isinstance(cell, Cell)
    if fault == "full disk" and not world.project.parent.is_mount():
        pytest.skip("only a user who may mount a file system can have a small disk")
    world.reset()
    ended = struck(world, phase, fault)
    assert ended.code in cell.codes, ended.said
    assert "Traceback" not in ended.said
    for words in cell.words:
        assert words in ended.said, ended.said
    found = world.runs()
    assert [run["end"] for run in found] in ([], *([end] for end in cell.end or ())), found

    if fault == "lock held":
        unlocked = world.run("unlock", TARGET, "--sandbox", "--yes")
        assert unlocked.code == 0, unlocked.said
        assert "ann@laptop" in unlocked.said
    if not found:
        world.is_untouched()
        return
    again = world.resume() if found[0]["end"] != "done" else world.run()
    assert again.code == 0, again.said
    world.is_whole()


def struck(world: World, phase: str, fault: str) -> Any:
    """Run an apply that the fault strikes at the phase."""
    if fault == "lock held":
        hold_lock_of(world.project, STACK)
        world.begin("apply", TARGET, "--sandbox", "--yes", "--lock-timeout", "0s")
    elif phase == "in init":
        (world.project / f".infragen/sandbox/work/{small.TARGET}/combined/.terraform/infragen-stamp").unlink(
            missing_ok=True
        )
        world.hold.touch()
        world.begin()
        until(world.hold.with_name("hold.reached").exists)
        act_of(world, fault, phase)()
    else:
        marks = PHASES[phase]
        assert marks is not None

        def reached(request: proxy.Request) -> bool:
            """Whether the phase began: a plan takes and releases the lock, too, before the apply makes anything."""
            return marks(request) and (phase in EARLY or any(_MAKES.search(line) for line in world.proxy.log))

        if fault in ANSWERS:
            world.proxy.on(reached, answer=ANSWERS[fault], times=100)
        else:
            world.proxy.on(reached, act=act_of(world, fault, phase))
        world.begin()
    ended = world.end()
    world.proxy.settle()
    world.proxy.forget()
    world.free_disk()
    return ended


def act_of(world: World, fault: str, phase: str) -> Callable[[], None]:
    """Return what strikes, once what was made before has been heard of."""
    act = {
        "Ctrl-C": world.interrupt,
        "Ctrl-C twice": world.interrupt_twice,
        "terraform killed": world.kill_terraform,
        "infragen killed": world.kill_infragen,
        "both killed": world.kill_both,
        "full disk": world.fill_disk,
    }[fault]

    def strike() -> None:
        if phase not in EARLY:
            until(world.has_heard)
        act()

    return strike


def hold_lock_of(project: Path, stack: str) -> None:
    """Let somebody else hold the lock of a stack's state."""
    key = f"{small.TARGET}/{stack}.tfstate"
    lock = {
        "ID": "7a1e6a0c-0000-4000-8000-000000000001",
        "Operation": "OperationTypeApply",
        "Info": "",
        "Who": "ann@laptop",
        "Version": "1.11.4",
        "Created": "2026-11-20T01:02:03.4Z",
        "Path": f"{small.BUCKET}/{key}",
    }
    small.put_object(project, f"{key}.tflock", json.dumps(lock))
