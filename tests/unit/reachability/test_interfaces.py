"""Every type that has a place in a network is found there, with its groups and its name, and is not told as unread."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import pytest

from infragen.reachability import interfaces, reach
from tests.unit.reachability.plans import group, network, opened, ref, service, ways_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMELESS = {"aws_ecs_service", "aws_lambda_function", "aws_scheduler_schedule"}
"""What AWS gives no name that the DNS of a network knows: addresses of tasks and functions come and go."""
OTHERWISE = {"aws_lb", "aws_vpc_endpoint"}
"""What is no end of a way, but passes requests on: tests/unit/reachability/test_reach.py."""
PORTS = {"aws_efs_mount_target": 2049, "aws_opensearch_domain": 443}
"""What listens on one port, whatever a plan says."""


def nested(path: Sequence[str], value: object) -> dict[str, Any]:
    """Return a value inside the blocks of a path."""
    found: Any = reduce(lambda inner, name: {name: inner}, reversed(path), value)
    return dict(found)


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    both = {name: merged(first[name], second[name]) for name in first.keys() & second.keys()}
    return {**first, **second, **both}


@pytest.mark.parametrize("of_type", sorted(interfaces._KINDS.keys() - OTHERWISE))
def test_each_type_is_reached_through_its_groups_and_has_a_name_or_none(of_type: str) -> None:
    kind = interfaces._KINDS[of_type]
    port = PORTS.get(of_type, 1)
    objects = {**network(), **service("web"), **group("there"), **opened("web", "there", port)}
    subnets, groups = ref("aws_subnet.private.id"), ref("aws_security_group.there.id")
    if kind.subnet_group:
        objects["aws_db_subnet_group.data"] = {"subnet_ids": subnets}
        placed = {kind.subnet_group: ref("aws_db_subnet_group.data.name")}
    else:
        placed = nested(kind.subnets, subnets)
    objects[f"{of_type}.there"] = {**merged(placed, nested(kind.groups, groups)), "port": port}
    [way] = [way for way in ways_of(objects).ways if str(way).startswith("web -> there")]
    assert (not way.name) == (of_type in NAMELESS)


def test_no_type_is_looked_at_and_told_as_unread() -> None:
    assert [name for name in interfaces.TYPES if reach._OTHERS.match(name)] == []
