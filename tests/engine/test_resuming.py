"""`infragen resume` of a saved plan whose apply was killed: it is carried on with, adopted objects too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("resuming")) as made:
        yield made


@pytest.mark.parametrize("phase", ["between resources", pytest.param("while writing state", marks=pytest.mark.long)])
def test_a_kept_plan_goes_on_after_a_crash_with_what_was_taken_in(world: World, phase: str) -> None:
    def strike() -> None:
        until(world.has_heard)
        world.kill_both()

    world.reset()
    kept = world.outside / f"{phase}.plan"
    planned = world.run("plan", small.TARGET, "--sandbox", "--out", str(kept))
    assert planned.code == 0, planned.said
    at = proxy.parameter_is_put if phase == "between resources" else proxy.state_is_written("network")
    world.proxy.on(at, act=strike)
    assert world.run("apply", str(kept), "--sandbox", "--yes").code == -9
    world.proxy.settle()  # what the killed provider asked for still arrives, and must not arrive during the resume
    world.proxy.forget()
    again = world.resume()
    assert again.code == 0, again.said
    assert phase != "between resources" or "imported: " in again.said
    assert "a run was interrupted in" not in again.said
    assert "left behind: 1 lock (released)" in again.said
    assert "begun, and goes on: network" in again.said
    assert small.locks(world.project) == {}
    assert small.orphans(world.project) == {}
