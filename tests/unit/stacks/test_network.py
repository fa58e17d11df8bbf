from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

import pytest

from infragen.stacks import network
from tests.unit.stacks.conftest import environment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infragen.core.landscape import Environment


def test_every_zone_has_a_subnet_in_each_tier_and_none_overlap(
    each_environment: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(each_environment, network.build)["network/main.tf"]
    ranges = [ipaddress.ip_network(found) for found in re.findall(r'cidr_block = "([^"]+)"', text)]

    whole = ipaddress.ip_network(each_environment.settings.network.cidr)
    assert len(ranges) == 9
    assert all(part.subnet_of(whole) for part in ranges)
    assert not [1 for i, one in enumerate(ranges) for other in ranges[:i] if one.overlaps(other)]


@pytest.mark.parametrize(("nat", "gateways"), [("per-zone", 3), ("single", 1), ("none", 0)])
def test_every_app_subnet_leaves_through_exactly_one_gateway(
    project: Path, rendered: Callable[..., dict[str, str]], nat: str, gateways: int
) -> None:
    file = project / "environments/technova/dev.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("network:\n", f"network:\n  nat: {nat}\n", 1), encoding="utf-8")

    files = rendered(environment_of(project, "dev"), network.build)

    main = files["network/main.tf"]
    assert main.count('source = "../modules/nat_gateway"') == gateways
    served = re.findall(r'= module\.vpc\.app_route_table_ids\["([^"]+)"\]', main)
    assert sorted(served) == (["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"] if gateways else [])
    assert ("modules/nat_gateway/main.tf" in files) is bool(gateways)


def test_the_data_tier_has_no_way_out(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(prod, network.build)

    assert "data_route_table" not in files["network/main.tf"].replace("data_route_table_name", "")
    routes = re.findall(r'resource "aws_route" "(\w+)"', "".join(files.values()))
    assert sorted(routes) == ["internet", "public_internet"]


def test_the_state_and_the_account_are_the_environments_own(
    each_environment: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(each_environment, network.build)
    settings = each_environment.settings

    assert f'key                 = "technova/{settings.environment}/network.tfstate"' in files["network/backend.tf"]
    assert "use_lockfile        = true" in files["network/backend.tf"]
    for path in ("network/backend.tf", "network/providers.tf"):
        assert f'allowed_account_ids = ["{settings.account}"]' in files[path]


def test_outputs_are_sorted_and_described(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    text = rendered(prod, network.build)["network/outputs.tf"]

    names = re.findall(r'^output "([^"]+)"', text, re.MULTILINE)
    assert names == sorted(names)
    assert len(names) == text.count("  description = ")
    assert {"vpc_id", "app_subnet_ids", "endpoint_execute_api_id", "endpoints_security_group_id"} <= set(names)
