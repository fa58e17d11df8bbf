"""Account quotas are counted as the stacks need them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from infragen.catalog import Environment, Project, load
from infragen.environment import environments, resolve
from infragen.kinds.endpoints import interface_endpoints
from infragen.rules.quotas import QUOTAS
from infragen.stacks import dependencies as wiring
from infragen.stacks.build import build

ROOT = Path(__file__).parents[3]
BY_NAME = {quota.name: quota for quota in QUOTAS}


def technova(name: str) -> Environment:
    project = Project(ROOT)
    return resolve(project, load(project, "technova"), name).environment()


@pytest.fixture(scope="module", params=environments(Project(ROOT), "technova"))
def environment(request: pytest.FixtureRequest) -> Environment:
    return technova(request.param)


def need(environment: Environment, name: str) -> int:
    return BY_NAME[name].need(environment)


def test_each_quota_is_named_once_and_says_where_it_is_from() -> None:
    assert len(BY_NAME) == len(QUOTAS)
    for quota in QUOTAS:
        assert quota.source
        assert (quota.code is None) == (not quota.adjustable)
        assert quota.code is None or re.fullmatch(r"L-[0-9A-F]{8}", quota.code)


def test_production_needs_what_the_document_adds_up_to() -> None:
    prod = technova("prod")
    assert need(prod, "DB clusters") == 20
    assert need(prod, "DB instances") == 51
    assert need(prod, "Proxies") == 20
    assert need(prod, "EC2-VPC Elastic IPs") == 3
    assert need(prod, "Rules per Application Load Balancer") == 49


def test_endpoints_are_those_of_the_network_stack(environment: Environment) -> None:
    assert tuple(sorted(interface_endpoints(environment))) == wiring.interface_endpoints(environment)


def test_rules_of_a_security_group_are_counted_as_they_are_declared(environment: Environment) -> None:
    declared = wiring.dependencies(environment)
    directions = (Counter(one.source for one in declared), Counter(one.target for one in declared))
    groupless = {wiring.INTERNET, wiring.OBJECT_STORE}
    most = max(count for direction in directions for end, count in direction.items() if end not in groupless)
    assert need(environment, "Inbound or outbound rules per security group") == most


def test_security_groups_are_counted_as_they_are_built(environment: Environment) -> None:
    stacks = {stack.name: stack for stack in build(environment)}
    groups = [group for file in stacks["security"].files for group in file.context.get("groups", ())]
    endpoints = 1 if interface_endpoints(environment) else 0
    assert need(environment, "VPC security groups per Region") == len(groups) + endpoints + 1  # the default, closed


def test_the_request_is_a_command_that_can_be_pasted() -> None:
    assert BY_NAME["DB instances"].request(51, "ap-northeast-1") == (
        "aws service-quotas request-service-quota-increase --service-code rds --quota-code L-7B6409FD"
        " --desired-value 51 --region ap-northeast-1"
    )
