"""Account quotas are counted as the stacks need them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from infragen.catalog import Environment, Project, load
from infragen.core.operations import quota_of
from infragen.environment import environments, resolve
from infragen.kinds.workloads.model import Container
from infragen.rules import all_rules
from infragen.rules.quotas import exceeded, needs, quotas
from infragen.workflow.target import as_if_it_ran
from tests.unit.catalog.rules.harness import good
from tests.unit.stacks.systems import environment as of_files
from tests.unit.stacks.systems import service

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
    assert len({(quota.name, quota.region) for quota in quotas()}) == len(quotas())
    for quota in quotas():
        assert quota.source
        assert quota.code is None or re.fullmatch(r"L-[0-9A-F]{8}", quota.code)


def test_production_needs_what_the_document_adds_up_to() -> None:
    prod = technova("prod")
    assert need(prod, "DB clusters") == 20
    assert need(prod, "DB instances") == 51
    assert need(prod, "Proxies") == 20
    assert need(prod, "EC2-VPC Elastic IPs") == 3
    assert (
        need(prod, "Application Load Balancers per Region") == 2 + 18
    )  # gateways' and devices', and those of who is called
    assert need(prod, "Rules per Application Load Balancer") == 24 + 7  # the devices' one has two of its own


def test_a_capability_that_nobody_asks_for_needs_nothing(tmp_path: Path) -> None:
    project = Project(good(tmp_path))
    shop = resolve(project, load(project, "shop"), "prod").environment()
    assert "Interface VPC endpoints per VPC" not in {quota.name for quota in needs(shop)}


def test_rules_of_a_security_group_are_those_of_the_busiest_one(environment: Environment) -> None:
    called = max(len(container.direct_calls) for _, container in environment.each(Container))
    ways = 2 * called + 2  # through the mesh and through load balancers, and to endpoints and the internet
    assert need(environment, "Inbound or outbound rules per security group") == ways


VCPUS = "Fargate On-Demand vCPU resource count"


BLUE_GREEN = "deploy: pipeline\nblue_green: {}\n"


@pytest.mark.parametrize(
    ("delivered", "vcpus"),
    [
        ((), 2 + 1 + 1 + 2),  # ECS deploys all: the largest once more
        (("small",), 2 + 2 * 1 + 1 + 2),
        (("large",), 2 * 2 + 1 + 1 + 1),
        (("large", "small", "web"), 2 * (2 + 1 + 1)),
    ],
)
def test_a_deployment_has_room_a_second_set_of_each_that_codedeploy_delivers(
    delivered: tuple[str, ...], vcpus: int, tmp_path: Path
) -> None:
    files: dict[str, str] = {}
    for name, tasks in {"large": 8, "small": 4, "web": 4}.items():
        more = BLUE_GREEN if name in delivered else ""
        for path, text in service(name, more).items():
            files[path] = text.replace("max: 2", f"max: {tasks}")
    assert need(of_files(tmp_path, files), VCPUS) == vcpus


def test_a_standby_needs_what_runs_once_it_takes_over_whatever_runs_before() -> None:
    project = Project(ROOT)
    catalogue = load(project, "delivery-tracking")
    prod, dr = (resolve(project, catalogue, name).environment() for name in ("prod", "dr"))
    assert 0 < need(dr, VCPUS) < 6, "its jobs, while no service runs"
    told = {user.name: needed for quota, needed, [user] in exceeded((prod, dr)) if quota.name == VCPUS}
    assert told["dr"] == told["prod"] == need(prod, VCPUS)
    assert need(as_if_it_ran(project, dr), VCPUS) > 6


def test_a_standby_needs_what_its_primary_has_of_what_it_keeps_smaller_and_nothing_of_what_it_leaves_out() -> None:
    prod, osaka = technova("prod"), technova("osaka")
    instances = BY_NAME["DB instances"]
    assert (needs(osaka)[instances], needs(osaka, prod)[instances]) == (20, 51)
    found = {(quota, user.name): needed for quota, needed, [user] in exceeded((prod, osaka))}
    assert found[instances, "osaka"] == found[instances, "prod"] == 51
    assert {user.name for _, _, [user] in exceeded((osaka,), others=(prod,))} == {"osaka"}
    first, *others = osaka.entries["databases"].items()
    fewer = replace(osaka, entries={**osaka.entries, "databases": dict(others)})
    assert needs(fewer, prod)[instances] == 51 - 1 - prod.entries["databases"][first[0]].readers


def test_quotas_of_one_account_add_up_and_others_do_not() -> None:
    prod = technova("prod")
    other = replace(prod, settings=prod.settings.model_copy(update={"environment": "other"}))
    apart = replace(other, settings=other.settings.model_copy(update={"account": "999999999999"}))
    instances = "technova/prod and technova/other need 102 of `DB instances`"
    assert any(found.message.startswith(instances) for found in quota_rule((prod, other)))
    assert not any("102" in found.message for found in quota_rule((prod, apart)))


def test_a_service_of_no_region_has_one_quota_in_an_account_and_is_asked_in_us_east_1() -> None:
    prod = technova("prod")
    osaka = replace(prod, settings=prod.settings.model_copy(update={"environment": "far", "region": "ap-northeast-3"}))
    zones = quota_of("hosted-zones", lambda *_: 0)
    assert zones.request(600, "ap-northeast-3").endswith("--region us-east-1")
    with patch("infragen.rules.quotas.needs", return_value={zones: 300, BY_NAME["DB instances"]: 30}):
        assert [(one.name, total) for one, total, _ in exceeded((prod, osaka))] == [(zones.name, 600)]


def test_the_request_is_a_command_that_can_be_pasted() -> None:
    assert BY_NAME["DB instances"].request(51, "ap-northeast-1") == (
        "aws service-quotas request-service-quota-increase --service-code rds --quota-code L-7B6409FD"
        " --desired-value 51 --region ap-northeast-1"
    )
