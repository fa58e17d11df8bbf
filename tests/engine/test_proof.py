"""What `resume` takes in, on the emulated AWS: what the run made, and never what is somebody else's.

A request whose answer is lost is carried out all the same; the provider asks again, and is told that it exists.
"""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine import proxy, small
from tests.engine.faults import MADE, open_world
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

NAME = "/small/network/cidr"
THEIRS = {"Name": NAME, "Value": "theirs", "Type": "String", "Tags": [{"Key": "Owner", "Value": "ann"}]}
ADDRESS = "aws_ssm_parameter.cidr"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("proof"), aws=("network",)) as made:
        yield made


def ask(world: World, action: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the emulated AWS for something of its parameters, as somebody else would."""
    scope = f"{small.ACCOUNT}/20200101/{small.REGION}/ssm/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=sandbox",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AmazonSSM.{action}",
    }
    request = urllib.request.Request(world.sandbox.url, json.dumps(body).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
        found: dict[str, Any] = json.loads(answer.read() or b"{}")
    return found


def parameter(world: World) -> tuple[Any, ...]:
    found = ask(world, "GetParameter", {"Name": NAME})["Parameter"]
    tags = ask(world, "ListTagsForResource", {"ResourceType": "Parameter", "ResourceId": NAME})
    return found["Value"], found["Version"], found["LastModifiedDate"], tags["TagList"]


def test_somebody_elses_object_of_the_same_name_is_named_and_never_touched(world: World) -> None:
    world.reset()
    ask(world, "PutParameter", THEIRS)
    before = parameter(world)

    failed = world.run()
    assert failed.code == 1, failed.said
    assert "T037" in failed.said
    assert f"check network: AWS may have created what failed: {ADDRESS}" in failed.said
    assert "to continue: infragen resume " in failed.said
    resumed = world.run("resume")
    assert resumed.code == 1, resumed.said
    assert f"J007 network: {ADDRESS} ({NAME}) exists, but nothing proves that this run created it" in resumed.said
    assert (
        f"`infragen import {small.TARGET} stacks/network {ADDRESS}={NAME} --sandbox -C {world.project}`" in resumed.said
    )
    assert "again: infragen" not in resumed.said
    assert parameter(world) == before
    assert small.recorded(world.project) == {one for one in MADE if one[1] != NAME}
    assert small.locks(world.project) == {}

    ask(world, "DeleteParameter", {"Name": NAME})  # they did not need it
    again = world.run("resume")
    assert again.code == 0, again.said
    assert (
        f"{ADDRESS} ({NAME}) was not created, or no longer exists" in again.said
    )  # it was asked again: nobody had decided
    world.is_whole()


@pytest.mark.long
def test_it_is_left_alone_also_where_the_run_was_killed_while_it_asked(world: World) -> None:
    def strike() -> None:
        until(world.has_heard)
        world.kill_both()

    world.reset()
    ask(world, "PutParameter", THEIRS)
    before = parameter(world)
    world.proxy.on(proxy.parameter_is_put, act=strike, answer=proxy.DROP)
    assert world.run().code == -9
    world.proxy.settle()
    world.proxy.forget()
    resumed = world.run("resume")
    assert resumed.code == 1, resumed.said
    assert f"J007 network: {ADDRESS} ({NAME}) exists, but nothing proves" in resumed.said
    assert parameter(world) == before
    assert NAME not in {identifier for _, identifier in small.recorded(world.project)}
    assert small.locks(world.project) == {}


def test_what_was_made_though_the_answer_was_lost_is_taken_in(world: World) -> None:
    def lose() -> None:
        raise ConnectionError("the answer is lost")

    world.reset()
    world.proxy.on(proxy.parameter_is_put, then=lose)
    failed = world.run()
    world.proxy.settle()
    world.proxy.forget()
    assert failed.code == 1, failed.said
    assert "T037" in failed.said
    assert "to continue: infragen resume " in failed.said
    resumed = world.run("resume")
    assert resumed.code == 0, resumed.said
    assert f"network: imported: {ADDRESS} ({NAME}); it has the tags that the run sets" in resumed.said
    world.is_whole()


POSES = """\
#!/bin/sh
if [ "$1" = apply ]; then exit 0; fi
exec {terraform} "$@"
"""


@pytest.mark.long
def test_a_program_that_does_nothing_and_ends_well_is_not_believed(world: World) -> None:
    world.reset()
    real = (world.outside / "terraform").read_text(encoding="utf-8")
    terraform = real.split("exec ")[1].split()[0]
    (world.outside / "terraform").write_text(POSES.format(terraform=terraform), encoding="utf-8")
    try:
        failed = world.run()
    finally:
        (world.outside / "terraform").write_text(real, encoding="utf-8")
    assert failed.code == 1, failed.said
    assert (
        "T043 `terraform apply` of generated/small/dev/network ended successfully, but did not report as done: "
        in failed.said
    )
    assert f"{ADDRESS} (create)" in failed.said
    assert small.recorded(world.project) == set()
    again = world.run()
    assert again.code == 0, again.said
    world.is_whole()
