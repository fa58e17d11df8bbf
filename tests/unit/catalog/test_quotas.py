"""Account quotas are counted as the stacks need them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from infragen.catalog import Environment, Project, load
from infragen.environment import environments, resolve
from infragen.kinds.workloads.model import Container
from infragen.rules import all_rules
from infragen.rules.quotas import needs, quotas
from tests.unit.catalog.rules.harness import good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.rule import Finding

ROOT = Path(__file__).parents[3]
BY_NAME = {quota.name: quota for quota in quotas()}


def quota_rule(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    return next(rule.check(environments) for rule in all_rules() if rule.code == "Q101")


def technova(name: str) -> Environment:
    project = Project(ROOT)
    return resolve(project, load(project, "technova"), name).environment()


@pytest.fixture(scope="module", params=environments(Project(ROOT), "technova"))
def environment(request: pytest.FixtureRequest) -> Environment:
    return technova(request.param)


def need(environment: Environment, name: str) -> int:
    return needs(environment)[BY_NAME[name]]


def test_each_quota_is_named_once_and_says_where_it_is_from() -> None:
    assert len(BY_NAME) == len(quotas())
    for quota in quotas():
        assert quota.source
        assert quota.code is None or re.fullmatch(r"L-[0-9A-F]{8}", quota.code)


def test_production_needs_what_the_document_adds_up_to() -> None:
    prod = technova("prod")
    assert need(prod, "DB clusters") == 20
    assert need(prod, "DB instances") == 51
    assert need(prod, "Proxies") == 20
    assert need(prod, "EC2-VPC Elastic IPs") == 3
    assert need(prod, "Application Load Balancers per Region") == 1 + 18  # gateways', and those of who is called
    assert need(prod, "Rules per Application Load Balancer") == 24 + 7


def test_a_capability_that_nobody_asks_for_needs_nothing(tmp_path: Path) -> None:
    project = Project(good(tmp_path))
    shop = resolve(project, load(project, "shop"), "prod").environment()
    assert "Interface VPC endpoints per VPC" not in {quota.name for quota in needs(shop)}


def test_rules_of_a_security_group_are_those_of_the_busiest_one(environment: Environment) -> None:
    called = max(len(container.direct_calls) for _, container in environment.each(Container))
    ways = 2 * called + 2  # through the mesh and through load balancers, and to endpoints and the internet
    assert need(environment, "Inbound or outbound rules per security group") == ways


def test_quotas_of_one_account_add_up_and_others_do_not() -> None:
    prod = technova("prod")
    other = replace(prod, settings=prod.settings.model_copy(update={"environment": "other"}))
    apart = replace(other, settings=other.settings.model_copy(update={"account": "999999999999"}))
    instances = "technova/prod and technova/other need 102 of `DB instances`"
    assert any(found.message.startswith(instances) for found in quota_rule((prod, other)))
    assert not any("102" in found.message for found in quota_rule((prod, apart)))


def test_the_request_is_a_command_that_can_be_pasted() -> None:
    assert BY_NAME["DB instances"].request(51, "ap-northeast-1") == (
        "aws service-quotas request-service-quota-increase --service-code rds --quota-code L-7B6409FD"
        " --desired-value 51 --region ap-northeast-1"
    )
