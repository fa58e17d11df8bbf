"""What leaves the catalogue is removed when nobody uses it any more, in the same apply that brings something new."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

PLANT = "catalog/small/databases/plant"
BINS = "name: bins\ntitle: Bins\ndomain: plant\ndata: 10 GB\ncapacity: {min: 0.5 ACU, max: 4 ACU}\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One applied environment for all tests here, which go on with it in their order."""
    with open_world(tmp_path_factory.mktemp("late")) as made:
        (made.project / PLANT / "bins.yaml").write_text(BINS, encoding="utf-8")
        small.render(made.project)
        apply(made)
        yield made


def apply(world: World, code: int = 0) -> str:
    world.begin("apply", small.TARGET, "--sandbox", "--yes")
    ended = world.end()
    assert ended.code == code, ended.said
    return ended.said


def changes_of_states(world: World) -> list[str]:
    """Return a list that is told what enters and leaves a state, from now on, by whoever stores it."""
    seen: list[str] = []
    known = {stack: addresses(state) for stack, state in small.states(world.project).items()}
    hear = world.proxy.heard

    def heard(request: proxy.Request, status: int, content: bytes) -> None:
        hear(request, status, content)
        for stack in small.STACKS:
            if proxy.state_is_written(stack)(request):
                body = request.body[request.body.index(b"{") : request.body.rindex(b"}") + 1]
                before, known[stack] = known[stack], addresses(json.loads(body))
                seen.extend(f"{stack} has {one}" for one in sorted(known[stack] - before))
                seen.extend(f"{stack} lost {one}" for one in sorted(before - known[stack]))

    world.proxy.heard = heard  # type: ignore[method-assign]
    return seen


def addresses(state: Mapping[str, Any]) -> set[str]:
    return {f"{one.get('module')}.{one['name']}" for one in state["resources"] if one["mode"] == "managed"}


def test_what_others_use_goes_when_they_are_done_and_what_they_need_comes_before(world: World) -> None:
    (world.project / PLANT / "parts.yaml").unlink()
    (world.project / PLANT / "boxes.yaml").write_text(BINS.replace("bins", "boxes"), encoding="utf-8")
    small.render(world.project)
    seen = changes_of_states(world)
    said = apply(world)
    made = ["data-plant has module.database_boxes.this", "observability has module.alarms_database_boxes.this"]
    gone = ["observability lost module.alarms_database_parts.this", "data-plant lost module.database_parts.this"]
    assert [one for one in seen if one in made] == made
    assert [one for one in seen if one in gone] == gone
    assert seen.index(made[0]) < seen.index(gone[0]) < seen.index(gone[1])
    assert "3 of 3 stacks done" in said or "stacks done: 4 added, 0 changed, 4 destroyed" in said, said
    plan = small.run(world.project, "plan", small.TARGET, "--sandbox")
    assert "No changes" in plan.stdout or "0 to add, 0 to change, 0 to destroy" in plan.stdout, plan.stdout


@pytest.mark.long
def test_a_removal_that_fails_is_left_for_the_next_apply(world: World) -> None:
    (world.project / PLANT / "bins.yaml").unlink()
    small.render(world.project)
    seen = changes_of_states(world)
    world.proxy.on(proxy.lock_is_taken("data-plant"), times=20, answer=proxy.EXPIRED)
    said = apply(world, 1)
    assert "error T028" in said
    assert "data-plant lost module.database_bins.this" not in seen
    world.proxy.forget()
    apply(world)
    assert "data-plant lost module.database_bins.this" in seen


@pytest.mark.long
def test_a_stack_whose_removals_are_left_is_told_as_partly_done(world: World) -> None:
    (world.project / PLANT / "boxes.yaml").unlink()
    (world.project / PLANT / "crates.yaml").write_text(BINS.replace("bins", "crates"), encoding="utf-8")
    small.render(world.project)
    world.proxy.on(proxy.lock_is_taken("observability"), times=20, answer=proxy.EXPIRED)
    said = apply(world, 1)
    assert re.search(r"\n  data-plant +partly done  3 added, 0 changed, 0 destroyed; its removals are left\n", said)
    assert "small/dev: 0 of 2 stacks done: 3 added, 0 changed, 0 destroyed" in said
    listed = small.run(world.project, "runs", "--format", "json").stdout
    stacks = {one["stack"]: one for one in json.loads(listed)[0]["stacks"]}
    assert (stacks["data-plant"]["status"], stacks["data-plant"]["counts"]["add"]) == ("partly done", 3)
    world.proxy.forget()
    seen = changes_of_states(world)
    apply(world)
    assert "data-plant lost module.database_boxes.this" in seen
