from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import Noise, parse_plan
from tests.unit.plan.lenses.saying import changes, said
from tests.unit.plan.plans import plan, resource

APP = {"name": "app", "image": "x:1"}


def told(before: Any, after: Any, **beside: Any) -> list[tuple[str, str | None, str | None]]:
    sides = [{"container_definitions": json.dumps(side), **beside} for side in (before, after)]
    return said("aws_ecs_task_definition", *sides)


def named(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"image": "x:2"}, ("image", '"x:1"', '"x:2"')),
        ({"environment": named(A="1", B="2")}, {"environment": named(B="3", A="1")}, ("env B", '"2"', '"3"')),
        ({}, {"environment": named(A="")}, ("env A", None, '""')),
        ({}, {"secrets": [{"name": "S", "valueFrom": "arn:s"}]}, ("secret S", None, '"arn:s"')),
        ({}, {"portMappings": [{"containerPort": 80}]}, ("port", None, "80/tcp")),
        (
            {},
            {"portMappings": [{"containerPort": 80, "hostPort": 81, "protocol": "udp"}]},
            ("port", None, "80/udp on host port 81"),
        ),
        ({}, {"logConfiguration": {"logDriver": "awslogs"}}, ("log driver", None, '"awslogs"')),
        ({}, {"logConfiguration": {"options": {"a-b": "c"}}}, ("log option a-b", None, '"c"')),
        ({}, {"dockerLabels": {"a b": "c"}}, ('label "a b"', None, '"c"')),
        ({"command": ["a", "b"]}, {"command": ["b", "a"]}, ("command", '["a", "b"]', '["b", "a"]')),
        ({}, {"ulimits": [{"name": "nofile", "softLimit": 1}]}, ("ulimits nofile", None, "{softLimit 1}")),
        ({}, {"linuxParameters": {"initProcessEnabled": True}}, ("linuxParameters initProcessEnabled", None, "true")),
        ({}, {"cpu": 256}, ("cpu", None, "256")),
    ],
)
def test_what_changes_in_a_container_is_told_by_its_name(before: Any, after: Any, expected: tuple[str, ...]) -> None:
    part, *sides = expected
    other = {"name": "other", "image": "y"}
    assert told([{**APP, **before}, other], [other, {**APP, **after}]) == [(f"container app: {part}", *sides)]


def test_a_container_that_comes_is_told_group_by_group() -> None:
    new = {"name": "new", "image": "y", "cpu": 1, "environment": named(A="1", B="2")}
    assert told([APP], [APP, new]) == [
        ("container new", None, 'image "y", cpu 1'),
        ("container new: env", None, 'A "1", B "2"'),
    ]


def test_defaults_that_come_and_go_are_one_line_that_is_folded() -> None:
    ports = [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]
    old = {**APP, "cpu": 0, "essential": True, "portMappings": ports, "mountPoints": []}
    new = {**APP, "image": "x:2", "portMappings": [{"containerPort": 80}]}
    before, after = ({"container_definitions": json.dumps([one]), "network_mode": "awsvpc"} for one in (old, new))
    image, defaults = changes("aws_ecs_task_definition", before, after)
    assert (image.path, image.noise) == ("container app: image", None)
    assert (defaults.before, defaults.after, defaults.noise) == (
        'cpu 0, essential true, port 80 hostPort 80, port 80 protocol "tcp"', None, Noise.EMPTY,
    )  # fmt: skip


def test_a_host_port_outside_awsvpc_is_no_default() -> None:
    old, new = ({**APP, "portMappings": [{"containerPort": 80, **more}]} for more in ({"hostPort": 80}, {}))
    assert told([old], [new], network_mode="bridge") == [("container app: port", "80/tcp on host port 80", "80/tcp")]


def test_defaults_alone_are_not_folded() -> None:
    sides = ({"container_definitions": json.dumps([one])} for one in ({**APP, "cpu": 0}, APP))
    (change,) = changes("aws_ecs_task_definition", *sides)
    assert change.noise is None


@pytest.mark.parametrize(("skips", "words"), [(True, "stays active"), (False, "is deregistered")])
def test_a_replacement_is_a_new_revision(skips: bool, words: str) -> None:
    sides = [{"skip_destroy": skips, "container_definitions": json.dumps([{**APP, "cpu": cpu}])} for cpu in (1, 2)]
    one = resource(
        "aws_ecs_task_definition.a", ["delete", "create"], {**sides[0], "revision": 7}, sides[1],
        after_unknown={"revision": True}, replace_paths=[["container_definitions"]],
    )  # fmt: skip
    found = {change.path: change for change in parse_plan(plan(one)).changes[0].attributes}
    assert found["container app: cpu"].forces_replacement
    assert words in (found["new revision"].note or "")


@pytest.mark.parametrize("value", ["[", "{}", "[1]", '[{"image": "x"}]', '[{"name": "a"}, {"name": "a"}]', 7, [APP]])
def test_what_is_no_list_of_containers_is_told_as_it_is(value: Any) -> None:
    known = json.dumps([APP])
    assert said("aws_ecs_task_definition", {"container_definitions": known}, {"container_definitions": value})
    assert said("aws_ecs_task_definition", {"container_definitions": value}, {"container_definitions": known})
