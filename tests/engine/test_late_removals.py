"""What leaves the catalogue is removed when nobody uses it any more, in the same apply that brings something new."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def deed(request: proxy.Request) -> tuple[str, str] | None:
    """Return what a request creates or deletes of a topic or a parameter, by the last part of its name."""
    if request.target in {"AmazonSSM.PutParameter", "AmazonSSM.DeleteParameter"}:
        name = request.body.decode().partition('"Name":"')[2].partition('"')[0]
        return request.target.removeprefix("AmazonSSM."), name
    query = parse_qs(request.body.decode(errors="replace"))
    action = query.get("Action", [""])[0]
    if action in {"CreateTopic", "DeleteTopic"}:
        return action, (query.get("Name") or query["TopicArn"])[0].rpartition(":")[2]
    return None


def test_what_others_use_goes_when_they_are_done_and_what_they_need_comes_before(world: World) -> None:
    (world.project / PLANT / "parts.yaml").unlink()
    (world.project / PLANT / "boxes.yaml").write_text(BINS.replace("bins", "boxes"), encoding="utf-8")
    small.render(world.project)
    seen: list[tuple[str, str]] = []
    hear = world.proxy.heard

    def heard(request: proxy.Request, status: int, content: bytes) -> None:
        hear(request, status, content)
        if found := deed(request):
            seen.append(found)

    world.proxy.heard = heard  # type: ignore[method-assign]
    said = apply(world)
    topic, alarm = "aurora-dev-plant-{}", "/small/alarms/aurora-dev-plant-{}"
    made = [("CreateTopic", topic.format("boxes")), ("PutParameter", alarm.format("boxes"))]
    gone = [("DeleteParameter", alarm.format("parts")), ("DeleteTopic", topic.format("parts"))]
    assert [one for one in seen if one in made] == made
    assert [one for one in seen if one in gone] == gone
    assert seen.index(made[0]) < seen.index(gone[0]) < seen.index(gone[1])
    assert "3 of 3 stacks done" in said or "stacks done: 4 added, 0 changed, 4 destroyed" in said, said
    plan = small.run(world.project, "plan", small.TARGET, "--sandbox")
    assert "No changes" in plan.stdout or "0 to add, 0 to change, 0 to destroy" in plan.stdout, plan.stdout
    assert small.orphans(world.project) == {}


@pytest.mark.long
def test_a_removal_that_fails_is_left_for_the_next_apply(world: World) -> None:
    (world.project / PLANT / "bins.yaml").unlink()
    small.render(world.project)
    world.proxy.on(
        lambda request: deed(request) == ("DeleteTopic", "aurora-dev-plant-bins"),
        times=20,
        answer=proxy.Answer(400, "InvalidParameter"),
    )
    said = apply(world, 1)
    assert "InvalidParameter was injected" in said
    world.proxy.forget()
    apply(world)
    assert small.orphans(world.project) == {}
