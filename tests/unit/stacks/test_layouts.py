"""Where parts stand: layouts, the order of stacks that follows, and stacks that would need each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, SYSTEM, environment, rendered, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

WITH_DATABASE = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": DATABASE}
DOMAIN = {"domains/sales.yaml": "name: sales\ntitle: Sales\n"}


def test_tiers_are_what_a_system_has_that_says_nothing(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, WITH_DATABASE))
    assert [(stack.name, stack.upstreams) for stack in found.stacks] == [
        ("network", ()),
        ("data", ("network",)),
        ("app", ("data", "network")),
    ]


def test_one_stack_for_all_reads_no_other(tmp_path: Path) -> None:
    layout = (
        "layout: {network: all, security: all, registry: all, data: all, compute: all, monitoring: all, edge: all}\n"
    )
    found = rendered(environment(tmp_path, {**WITH_DATABASE, "system.yaml": SYSTEM + layout}))
    [stack] = found.stacks
    assert (stack.name, stack.upstreams) == ("all", ())
    assert found.call("all/service-web.tf", "service_web")["subnet_ids"] == "module.vpc.public_subnet_list"
    assert "local." not in found.files["all/outputs.tf"], "what people want to see, and nothing of another stack"
    assert "all/upstream.tf" not in found.files


def test_a_layout_by_domain_has_stacks_of_each(tmp_path: Path) -> None:
    of_sales = {name: text + "domain: sales\n" for name, text in WITH_DATABASE.items()}
    found = rendered(environment(tmp_path, {**of_sales, **DOMAIN, "system.yaml": SYSTEM + "layout: domains\n"}))
    assert {stack.name for stack in found.stacks} == {
        "network", "security", "registry", "data-sales", "services", "services-sales"
    }  # fmt: skip


def test_a_layout_by_domain_says_who_has_none(tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as raised:
        rendered(environment(tmp_path, {"system.yaml": SYSTEM + "layout: domains\n"}))
    [problem] = raised.value.diagnostics
    assert (problem.code, str(problem.location)) == ("L201", "catalog/demo/services/web.yaml:1:7")
    assert "services/web has no `domain`" in problem.message


def test_stacks_that_need_each_other_name_the_two_entries(tmp_path: Path) -> None:
    """The database's security group refers to the service's, and the service to the database."""
    layout = "layout: {network: network, security: data, data: data, compute: network}\n"
    with pytest.raises(InfragenError) as raised:
        rendered(environment(tmp_path, {**WITH_DATABASE, "system.yaml": SYSTEM + layout}))
    [problem] = raised.value.diagnostics
    assert problem.code == "L203"
    assert "services/web (in network) reads" in problem.message
    assert "(in data) reads" in problem.message
    assert "`layout`" in (problem.hint or "")


@pytest.mark.parametrize("name", ["bootstrap", "combined", "states"])
def test_no_stack_is_called_as_what_stands_beside_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(InfragenError) as raised:
        rendered(environment(tmp_path, {"system.yaml": SYSTEM + f"layout: {{compute: {name}}}\n"}))
    [problem] = raised.value.diagnostics
    assert (problem.code, str(problem.location)) == ("L202", "catalog/demo/system.yaml:4:9")


def test_validate_says_what_a_layout_cannot_place(tmp_path: Path, infragen: Infragen) -> None:
    """Everything at once, as render would; who has no domain is no surprise of the next command."""
    write(tmp_path, {**WITH_DATABASE, "system.yaml": SYSTEM + "layout: domains\n"})
    done = infragen("validate", "-C", str(tmp_path))
    assert done.code == 1
    assert "catalog/demo/databases/main.yaml:1:7: error L201 databases/main has no `domain`" in (done.out + done.err)
    assert "catalog/demo/services/web.yaml:1:7: error L201 services/web has no `domain`" in (done.out + done.err)


def test_validate_says_that_stacks_need_each_other(tmp_path: Path, infragen: Infragen) -> None:
    layout = "layout: {network: network, security: data, data: data, compute: network}\n"
    write(tmp_path, {**WITH_DATABASE, "system.yaml": SYSTEM + layout})
    done = infragen("validate", "-C", str(tmp_path))
    assert done.code == 1
    assert "error L203 stacks that depend on each other" in (done.out + done.err)


def test_a_layout_may_say_where_one_entry_or_one_kind_stands(tmp_path: Path) -> None:
    """Its alarms and its security group stay where those of all entries stand."""
    layout = "layout: {services/web: front, databases: store, guardduty: guard, data: rest}\n"
    files = {**WITH_DATABASE, "services/api.yaml": SERVICE.replace("web", "api"), "system.yaml": SYSTEM + layout}
    settings = DEV + "account_settings: {guardduty: {}}\n"
    found = rendered(environment(tmp_path, {**files, "dev.yaml": settings}))
    assert {path for path in found.files if re.search("-(web|api|main).tf|guardduty.tf", path)} == {
        "front/service-web.tf", "compute/service-api.tf", "store/database-main.tf", "guard/guardduty.tf",
        "registry/images-service-web.tf", "registry/images-service-api.tf",
        "security/service-web.tf", "security/service-api.tf", "security/database-main.tf",
    }  # fmt: skip


def test_databases_without_a_tier_of_their_own_stand_beside_the_tasks(tmp_path: Path) -> None:
    zones = "{{ap-northeast-1a: 10.0.{0}.0/24, ap-northeast-1c: 10.0.{1}.0/24}}"
    subnets = f"subnets: {{public: {zones.format(1, 2)}, app: {zones.format(11, 12)}}}"
    settings = DEV.replace("{cidr: 10.0.0.0/16}", f"{{cidr: 10.0.0.0/16, endpoints: [logs], {subnets}}}")
    found = rendered(environment(tmp_path, {**WITH_DATABASE, "dev.yaml": settings}))
    assert found.call("network/network.tf", "db_subnet_group")["subnet_ids"] == "module.vpc.app_subnet_list"
    assert found.call("network/network.tf", "vpc")["data_subnets"] == "{}"
    assert found.call("app/service-web.tf", "service_web")["subnet_ids"] == "local.network.vpc_app_subnet_list"


def test_databases_beside_tasks_have_private_subnets_where_tasks_have_public_addresses(tmp_path: Path) -> None:
    zones = "{{ap-northeast-1a: 10.0.{0}.0/24, ap-northeast-1c: 10.0.{1}.0/24}}"
    subnets = f"subnets: {{public: {zones.format(1, 2)}, app: {zones.format(11, 12)}}}"
    settings = DEV.replace("{cidr: 10.0.0.0/16}", f"{{cidr: 10.0.0.0/16, {subnets}}}")
    found = rendered(environment(tmp_path, {**WITH_DATABASE, "dev.yaml": settings}))
    assert found.call("app/service-web.tf", "service_web")["subnet_ids"] == "local.network.vpc_public_subnet_list"
    assert found.items("network/network.tf", "vpc", "app_subnets").keys() == {"ap-northeast-1a", "ap-northeast-1c"}
    assert found.call("network/network.tf", "db_subnet_group")["subnet_ids"] == "module.vpc.app_subnet_list"


def test_a_stack_for_hand_written_files_alone_is_named_by_the_layout(tmp_path: Path, infragen: Infragen) -> None:
    alone = 'resource "aws_cloudwatch_log_group" "app" {\n  name = "front-end"\n}\n'
    write(tmp_path, {"system.yaml": SYSTEM + "layout: {frontend: frontend}\n", "extra/frontend/app.tf": alone})
    done = infragen("render", "-C", str(tmp_path))
    assert done.code == 0, done.err
    [made] = (tmp_path / "generated/demo/dev/frontend").glob("*app.tf")
    assert "aws_cloudwatch_log_group" in made.read_text("utf-8")
