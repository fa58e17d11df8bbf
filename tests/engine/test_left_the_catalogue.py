"""A run is cut off, and the catalogue is another one when `infragen resume` looks: nothing is lost, nothing is done
that nobody was shown. Then a destruction that is killed while it only plans, and destructions no state was told."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.engine.faults import Ended, World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

BINS = "name: bins\ntitle: Bins\ndomain: plant\ndata: 10 GB\ncapacity: {min: 0.5 ACU, max: 4 ACU}\n"
CATALOGUE = "catalog/small"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A system of which everything stands but the domain sales, which is not in the catalogue yet."""
    with open_world(tmp_path_factory.mktemp("left"), aws=("data-plant", "data-sales")) as made:
        (made.project / CATALOGUE / "databases/plant/bins.yaml").write_text(BINS, encoding="utf-8")
        for path in ("domains/sales.yaml", "databases/sales"):
            (made.project / CATALOGUE / path).rename(made.outside / path.replace("/", "-"))
        small.render(made.project)
        done = ran(made, "apply", small.TARGET, "--sandbox", "--yes")
        assert done.code == 0, done.said
        yield made


def ran(world: World, *command: str) -> Ended:
    """Run a command on all stacks to its end."""
    world.begin(*command)
    return world.end()


def cut_off(
    world: World,
    match: Callable[[proxy.Request], bool],
    *command: str,
    moment: Callable[[World], bool] = lambda _world: True,
) -> Ended:
    """Run a command that goes down with its terraform at a request, as soon as the moment has come."""
    world.proxy.forget()

    def strike() -> None:
        until(lambda: moment(world), "that moment does not come")
        world.kill_both()

    world.proxy.on(match, act=strike)
    ended = ran(world, *command)
    world.proxy.settle()
    world.proxy.forget()
    assert ended.code == -9, ended.said
    return ended


def order_is_made(request: proxy.Request) -> bool:
    return proxy.parameter_is_put(request) and b"order/capacity" in request.body


def topic_of_order_is_journalled(world: World) -> bool:
    """Whether the run has heard of the one object whose id is AWS's own to give: nobody could ask for it by a name."""
    return any(b":aurora-dev-sales-order" in file.read_bytes() for file in world.project.glob(".infragen/runs/*/*/*"))


def it_plans(world: World) -> Callable[[proxy.Request], bool]:
    """Return what marks that the stack plans: its state is read, and is locked by then."""
    locked = re.compile(r"^PUT /\S*/observability\.tfstate\.tflock[? ]")
    read = proxy.state_is_read("observability")
    return lambda request: read(request) and any(locked.search(line) for line in world.proxy.log)


def bins(world: World) -> set[tuple[str, str]]:
    return {one for one in small.recorded(world.project) if "bins" in one[1]}


def test_what_left_the_catalogue_is_put_right_and_what_nobody_was_shown_is_not_done(world: World) -> None:
    project = world.project
    shutil.move(world.outside / "domains-sales.yaml", project / CATALOGUE / "domains/sales.yaml")
    shutil.move(world.outside / "databases-sales", project / CATALOGUE / "databases/sales")
    small.render(project)
    apply = ("apply", small.TARGET, "--sandbox", "--yes")
    cut_off(world, order_is_made, *apply, moment=topic_of_order_is_journalled)
    assert "data-sales" in small.locks(project)
    stood = bins(world)
    assert stood

    # Both the stack that was being made and a database that stands are taken out of the catalogue.
    (project / CATALOGUE / "domains/sales.yaml").unlink()
    shutil.rmtree(project / CATALOGUE / "databases/sales")
    (project / CATALOGUE / "databases/plant/bins.yaml").unlink()
    small.render(project)
    looked = ran(world, "unlock", f"{small.TARGET}/data-sales", "--sandbox")
    assert "data-sales: locked by " in looked.said

    resumed = ran(world, "resume")
    assert resumed.code == 1, resumed.said
    assert "a run was interrupted in" not in resumed.said
    assert "1 lock (released)" in resumed.said
    assert "data-sales: imported: " in resumed.said
    assert (
        f"`infragen destroy {small.TARGET}/data-sales --sandbox -C {project}` destroys what is left of it"
        in resumed.said
    )
    assert "J005 this differs from what run" in resumed.said
    assert "delete, which was not in the reviewed plan" in resumed.said
    assert "bins" in resumed.said
    assert f"`infragen apply {small.TARGET} --sandbox --yes" in resumed.said
    assert small.locks(project) == {}
    assert small.orphans(project) == {}, resumed.said
    assert bins(world) == stood

    drift = ran(world, "drift", small.TARGET, "--sandbox")
    assert "stacks that are no longer in the catalogue still exist" in drift.said
    gone = ran(world, "destroy", f"{small.TARGET}/data-sales", "--sandbox", "--yes")
    assert gone.code == 0, gone.said
    assert small.orphans(project) == {}
    assert not [one for one in small.recorded(project) if "order" in one[1]]
    unknown = ran(world, "unlock", f"{small.TARGET}/data-sales", "--sandbox")
    assert "no lock is held" in unknown.said  # the bucket has an empty state of it


@pytest.mark.long
def test_a_destruction_that_is_killed_while_it_plans_leaves_no_lock(world: World) -> None:
    destroy = ("destroy", f"{small.TARGET}/observability", "--sandbox", "--yes")
    cut_off(world, it_plans(world), *destroy)
    assert small.locks(world.project)
    cut_off(world, it_plans(world), "resume")
    assert small.locks(world.project)
    last = ran(world, "resume")
    assert small.locks(world.project) == {}, last.said
    assert last.code == 1
    assert "J005" in last.said
    assert "it had shown nothing yet" in last.said


def remove_in_aws(world: World, stack: str) -> None:
    """Remove all that a stack has, as its own destruction does that is killed before it stores the state."""

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": small.ACCOUNT, "aws_secret_access_key": "sandbox"}
        return boto3.client(service, small.REGION, endpoint_url=world.sandbox.url, **keys)

    removes = {
        "aws_ssm_parameter": lambda one: client("ssm").delete_parameter(Name=one),
        "aws_cloudwatch_log_group": lambda one: client("logs").delete_log_group(logGroupName=one),
        "aws_sns_topic": lambda one: client("sns").delete_topic(TopicArn=one),
    }
    state: Any = small.states(world.project)[stack]
    managed = [one for one in state["resources"] if one["mode"] == "managed"]
    assert managed
    for resource in managed:
        removes[resource["type"]](resource["instances"][0]["attributes"]["id"])
    without_outputs = json.dumps({**state, "serial": state["serial"] + 1, "outputs": {}})  # they go first
    small.put_object(world.project, f"{small.TARGET}/{stack}.tfstate", without_outputs)


@pytest.mark.long
@pytest.mark.parametrize("words", ["apply dev", "plan dev", "destroy stack", "destroy dev"])
def test_what_is_gone_and_what_no_state_was_told_of_stands_no_more(world: World, words: str) -> None:
    project, file = world.project, str(world.outside / "gone.plan")
    boxes = project / CATALOGUE / "databases/sales/boxes.yaml"
    boxes.parent.mkdir(exist_ok=True)
    boxes.write_text(BINS.replace("bins", "boxes").replace("plant", "sales"), encoding="utf-8")
    (project / CATALOGUE / "domains/sales.yaml").write_text("name: sales\ntitle: Sales\n", encoding="utf-8")
    small.render(project)
    assert ran(world, "apply", small.TARGET, "--sandbox", "--yes").code == 0
    remove_in_aws(world, "data-sales")
    verb, what = words.split()
    target = f"{small.TARGET}/data-sales" if what == "stack" else small.TARGET
    if what == "stack":
        assert ran(world, "destroy", f"{small.TARGET}/observability", "--sandbox", "--yes").code == 0
    if verb != "destroy":
        boxes.unlink()
        small.render(project)
    if verb == "plan":
        assert ran(world, "plan", target, "--sandbox", "--out", file).code == 0
        verb, target = "apply", file
    done = ran(world, verb, target, "--sandbox", "--yes")
    assert words != "destroy stack" or "nothing to destroy" in done.said
    assert done.code == 0, done.said
    assert not small.states(project)["data-sales"]["resources"], done.said
    again = ran(world, "plan", small.TARGET, "--sandbox")
    assert "no longer in the catalogue" not in again.said
