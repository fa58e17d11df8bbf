"""A revision that a release makes has what an apply registered while it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from infragen.aws.releases import revision_with
from infragen.core.delivery import EcsService, Release, TaskRun
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT: Final = "111122223333"
RUN = TaskRun("demo", ("a",), ("b",), has_public_address=False, capacity_provider="FARGATE")
WEB = Release("ap-northeast-1", "web", "web", EcsService("ap-northeast-1", "demo", "web"), RUN)
NOT_THERE = ClientError({"Error": {"Code": "ClientException", "Message": "Unable to describe"}}, "DescribeTask")


class Ecs:
    """The revisions of one family by their numbers; what `others` do comes just before a registration."""

    def __init__(self, *others: Callable[[Ecs], None], lost: int = 0) -> None:
        self.others = list(others)
        self.lost = lost
        self.revisions: dict[int, dict[str, Any]] = {}
        self.last = 9
        self.add(image="v1", feature="on")

    def client(self, _service: str, _region: str) -> Ecs:
        return self

    def add(self, image: str, feature: str, status: str = "ACTIVE") -> None:
        self.last += 1
        repository = f"{ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/web"
        containers = [{"name": "app", "image": f"{repository}:{image}", "environment": feature}]
        self.revisions[self.last] = {"containerDefinitions": containers, "status": status}

    def described(self, number: int) -> dict[str, Any]:
        found = self.revisions[number]
        containers = [dict(one) for one in found["containerDefinitions"]]
        arn = f"arn:aws:ecs:ap-northeast-1:{ACCOUNT}:task-definition/web:{number}"
        task = {**found, "containerDefinitions": containers, "revision": number, "taskDefinitionArn": arn}
        tags = task.pop("tags", [])
        return {"taskDefinition": {"family": "web", **task}, "tags": tags}

    def describe_task_definition(self, *, taskDefinition: str, include: Any) -> Any:  # noqa: N803
        assert include == ["TAGS"]
        _, colon, number = taskDefinition.partition(":")
        if colon and int(number) not in self.revisions:
            raise NOT_THERE
        active = (one for one, found in self.revisions.items() if found["status"] == "ACTIVE")
        return self.described(int(number) if colon else max(active))

    def register_task_definition(self, **wanted: Any) -> Any:
        if self.others:
            self.others.pop(0)(self)
        self.last += 1
        self.revisions[self.last] = {**wanted, "status": "ACTIVE"}
        if self.lost:
            self.lost -= 1
            raise ConnectionClosedError(endpoint_url="ecs")
        return self.described(self.last)

    @property
    def features(self) -> dict[int, str]:
        return {number: found["containerDefinitions"][0]["environment"] for number, found in self.revisions.items()}


def applied(feature: str) -> Callable[[Ecs], None]:
    return lambda ecs: ecs.add(image="v1", feature=feature)


def released(ecs: Ecs, tag: str = "v2") -> tuple[str, str]:
    number = int(revision_with(ecs, ACCOUNT, WEB, tag).rpartition(":")[2])  # type: ignore[arg-type]
    assert number == ecs.last
    container = ecs.revisions[number]["containerDefinitions"][0]
    return container["image"].rpartition(":")[2], container["environment"]


def test_without_an_apply_meanwhile_one_revision_is_made() -> None:
    ecs = Ecs()
    assert released(ecs) == ("v2", "on")
    assert ecs.features == {10: "on", 11: "on"}


def test_what_an_apply_registered_meanwhile_is_in_the_revision_that_runs() -> None:
    ecs = Ecs(applied("two"))
    assert released(ecs) == ("v2", "two")
    assert ecs.features == {10: "on", 11: "two", 12: "on", 13: "two"}


def test_what_a_second_apply_registered_is_in_it_as_well() -> None:
    ecs = Ecs(applied("two"), applied("three"))
    assert released(ecs) == ("v2", "three")


def test_numbers_of_revisions_that_were_deregistered_or_deleted_are_no_ones() -> None:
    ecs = Ecs()
    ecs.add(image="v1", feature="old", status="INACTIVE")
    ecs.last += 1
    assert released(ecs) == ("v2", "on")
    assert [*ecs.features] == [10, 11, 13]


def test_what_an_answer_that_was_lost_registered_hides_nothing_of_an_apply() -> None:
    """The next release of the same tag, or of another, looks beside what was registered."""
    for tag in ("v2", "v3"):
        ecs = Ecs(applied("two"), lost=1)
        with pytest.raises(
            InfragenError, match=r"T057 AWS did not report whether it registered .* and it may have: Conn"
        ):
            released(ecs)
        assert released(ecs, tag) == (tag, "two")
        assert ecs.features == {10: "on", 11: "two", 12: "on", 13: "two"}
        assert released(ecs, tag) == (tag, "two")
        assert ecs.last == 13


def test_a_registration_that_was_tried_twice_is_not_taken_for_an_apply_s() -> None:
    ecs = Ecs(applied("two"), lambda ecs: None)
    register = ecs.register_task_definition

    def twice(**wanted: Any) -> Any:  # as botocore does after an answer that was lost
        register(**wanted)
        return register(**wanted)

    ecs.register_task_definition = twice  # type: ignore[method-assign]
    assert released(ecs) == ("v2", "two")


def test_a_revision_of_which_aws_does_not_report_what_it_hides_is_told() -> None:
    ecs = Ecs(applied("two"), lambda ecs: ecs.revisions[0])
    with pytest.raises(InfragenError, match="T057 AWS did not report whether it registered a revision of web with v2"):
        released(ecs)


def test_others_that_keep_registering_revisions_are_no_endless_loop() -> None:
    ecs = Ecs(*(applied(f"{number}") for number in range(20)))
    with pytest.raises(InfragenError, match="others keep registering revisions"):
        released(ecs)
