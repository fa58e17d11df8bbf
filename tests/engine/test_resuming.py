"""`infragen resume` of a saved plan whose apply was killed: it is carried on with, adopted objects too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]


WRITING, BETWEEN = "while writing state", "between resources"


@pytest.fixture
def world(tmp_path: Path, phase: str) -> Iterator[World]:
    """What is between resources is an object of AWS; a state may be terraform's own."""
    with open_world(tmp_path, aws=("network",) if phase == BETWEEN else ()) as made:
        yield made


@pytest.mark.parametrize("phase", [WRITING, pytest.param(BETWEEN, marks=pytest.mark.long)])
def test_a_kept_plan_goes_on_after_a_crash_with_what_was_taken_in(world: World, phase: str) -> None:
    def strike() -> None:
        until(world.has_heard)
        world.kill_both()

    kept = world.outside / f"{phase}.plan"
    planned = world.run("plan", small.TARGET, "--sandbox", "--out", str(kept))
    assert planned.code == 0, planned.said
    at = proxy.parameter_is_put if phase == BETWEEN else proxy.state_is_written("network")
    world.proxy.on(at, act=strike, answer=proxy.DROP if phase == WRITING else None)
    assert world.run("apply", str(kept), "--sandbox", "--yes").code == -9
    world.proxy.settle()  # what the killed provider asked for still arrives, and must not arrive during the resume
    world.proxy.forget()
    again = world.resume()
    assert again.code == 0, again.said
    assert "network: imported: " in again.said
    assert "a run was interrupted in" not in again.said
    assert "left behind: 1 lock (released)" in again.said
    assert "begun, and continues: network" in again.said
    assert small.locks(world.project) == {}
    assert small.orphans(world.project) == {}
