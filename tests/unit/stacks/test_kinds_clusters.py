"""The network, and the clusters in it: shared, or a domain's own."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

import pytest

from infragen.provider_schema import Checked, checked
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, environment, rendered, service

if TYPE_CHECKING:
    from pathlib import Path

SALES = {"domains/sales.yaml": "name: sales\ntitle: Sales\nown_cluster: true\n"}
OF_SALES = {"services/web.yaml": SERVICE + "domain: sales\n"}


def network(text: str) -> dict[str, str]:
    return {"dev.yaml": DEV.replace("0.0/16}", f"0.0/16, {text}}}")}


def test_services_share_a_cluster(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**service("shop"), **SALES}))
    assert found.call("app/cluster.tf", "cluster")["name"] == '"demo-dev"'
    assert found.call("app/service-web.tf", "service_web")["cluster_arn"] == "module.cluster.arn"
    assert found.call("app/service-shop.tf", "service_shop")["cluster_arn"] == "module.cluster.arn"
    assert "app/domain-sales.tf" not in found.files


def test_a_domain_has_a_cluster_of_its_own_where_it_asks(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**OF_SALES, **SALES, **service("shop")}))
    assert found.call("app/domain-sales.tf", "cluster_sales")["name"] == '"demo-dev-sales"'
    assert found.call("app/service-web.tf", "service_web")["cluster_arn"] == "module.cluster_sales.arn"
    assert found.call("app/service-shop.tf", "service_shop")["cluster_arn"] == "module.cluster.arn"
    assert "exec_log_group_name" not in found.call("app/domain-sales.tf", "cluster_sales")


def test_without_anybody_in_it_there_is_no_shared_cluster(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**OF_SALES, **SALES}))
    assert "app/cluster.tf" not in found.files


@pytest.mark.parametrize("domain", ["", "domain: sales\n"], ids=["shared", "own"])
def test_images_have_the_key_of_a_cluster_in_which_nothing_runs(tmp_path: Path, domain: str) -> None:
    web = {} if domain else OF_SALES  # which run in the other cluster
    files = {"repositories/router.yaml": f"name: router\ntitle: Router\n{domain}", **SALES, **web}
    found = rendered(environment(tmp_path, {**files, "dev.yaml": DEV + "customer_keys: true\n"}))
    key, path = ("cluster_key_sales", "domain-sales") if domain else ("cluster_key", "cluster")
    assert found.call("network/repository-router.tf", "image_repository_router")["kms_key_arn"] == f"module.{key}.arn"
    assert f'"{key}"' in found.files[f"network/{path}.tf"]
    assert f"app/{path}.tf" not in found.files


def test_a_shared_cluster_records_the_sessions_of_its_own_services(tmp_path: Path) -> None:
    """A shell in a domain's own cluster is recorded there."""
    files = {"services/web.yaml": SERVICE + "domain: sales\nexec: true\n", **SALES, **service("shop")}
    found = rendered(environment(tmp_path, files))
    assert "exec_log_group_name" not in found.call("app/cluster.tf", "cluster")
    assert found.call("app/domain-sales.tf", "cluster_sales")["exec_log_group_name"] == '"/demo/dev/exec/sales"'
    assert "module.cluster_sales.exec_log_group_arn" in found.call("app/service-web.tf", "service_web")["policies"]


def test_a_cluster_has_a_key_of_its_own_where_keys_are_the_customer_s(tmp_path: Path) -> None:
    web = {"services/web.yaml": OF_SALES["services/web.yaml"] + "exec: true\n"}
    files = {**web, **SALES, **service("shop", "exec: true\n"), "dev.yaml": DEV + "customer_keys: true\n"}
    found = rendered(environment(tmp_path, files))
    for name, path, label, key in (
        ("web", "domain-sales", "cluster_sales", "cluster_key_sales"),
        ("shop", "cluster", "cluster", "cluster_key"),
    ):
        assert found.call(f"app/{path}.tf", label)["exec_kms_key_arn"] == f"local.network.{key}_arn"
        repository = found.call(f"network/images-service-{name}.tf", f"repository_service_{name}")
        assert repository["kms_key_arn"] == f"module.{key}.arn"


def test_a_renamed_domain_keeps_its_cluster(tmp_path: Path) -> None:
    domain = {"domains/trade.yaml": "name: trade\nrenamed_from: sales\ntitle: Trade\nown_cluster: true\n"}
    files = {"services/web.yaml": SERVICE + "domain: trade\n", **domain}
    found = rendered(environment(tmp_path, files))
    assert found.call("app/domain-trade.tf", "cluster_trade")["name"] == '"demo-dev-sales"'
    assert "from = module.cluster_sales\n  to   = module.cluster_trade\n" in found.files["app/domain-trade.tf"]


@pytest.mark.parametrize("text", ["nat: none", "nat: single", "nat: per-zone", "endpoints: [logs]"])
def test_subnets_are_parts_of_the_range_and_none_overlap(tmp_path: Path, text: str) -> None:
    found = rendered(environment(tmp_path, {**network(text), "databases/main.yaml": DATABASE}))
    ranges = [
        ipaddress.ip_network(one) for one in re.findall(r'cidr_block = "([^"]+)"', found.files["network/network.tf"])
    ]
    assert all(one.subnet_of(ipaddress.ip_network("10.0.0.0/16")) for one in ranges)
    assert not [1 for i, one in enumerate(ranges) for other in ranges[:i] if one.overlaps(other)]
    call = found.call("network/network.tf", "vpc")
    tiers = {tier for tier in ("public", "app", "data") if call[f"{tier}_subnets"] != "{}"}
    assert tiers == {"nat: none": {"public", "data"}, "endpoints: [logs]": {"app", "data"}}.get(
        text, {"public", "app", "data"}
    )


@pytest.mark.parametrize(("nat", "gateways"), [("per-zone", 2), ("single", 1), ("none", 0)])
def test_every_app_subnet_leaves_through_exactly_one_gateway(tmp_path: Path, nat: str, gateways: int) -> None:
    found = rendered(environment(tmp_path, network(f"nat: {nat}")))
    text = found.files.get("network/nat.tf", "")
    assert text.count('source = "../modules/nat_gateway"') == gateways
    zones = re.findall(r"for zone in \[(.*?)\]", text)
    served = sorted(zone for some in zones for zone in re.findall(r'"([^"]+)"', some))
    assert served == (["ap-northeast-1a", "ap-northeast-1c"] if gateways else [])


def test_a_regional_gateway_serves_every_zone_from_no_subnet_and_fits_provider_6(tmp_path: Path) -> None:
    (tmp_path / "infragen.toml").write_text('[terraform]\naws_provider = "6"\n')
    found = rendered(environment(tmp_path, network("nat: regional")))
    zones = 'for zone in ["ap-northeast-1a", "ap-northeast-1c"] : zone => module.vpc.app_route_table_ids[zone]'
    assert found.call("network/nat.tf", "nat_routes")["route_table_ids"] == f"{{ {zones} }}"
    gateway = found.call("network/nat.tf", "nat_gateway")
    assert gateway["vpc_id"] == "module.vpc.internet_gateway_vpc_id"
    vpc = found.call("network/network.tf", "vpc")
    assert (vpc["public_subnets"], len(found.items("network/network.tf", "vpc", "app_subnets"))) == ("{}", 2)
    assert {text for path, text in found.files.items() if path.endswith("versions.tf") and "~> 6.25" in text} == {
        found.files[f"{stack.name}/versions.tf"] for stack in found.stacks
    }
    told = Checked()
    for path, text in found.files.items():
        told.add(checked(path, text))
    assert (told.findings, told.needing) == ([], {"modules/nat_gateway_regional": "6.24"})


def test_what_serves_provider_5_too_says_so_in_a_project_for_6(tmp_path: Path) -> None:
    before = rendered(environment(tmp_path, network("nat: per-zone"))).files
    (tmp_path / "infragen.toml").write_text('[terraform]\naws_provider = "6"\n')
    after = rendered(environment(tmp_path, network("nat: per-zone"))).files
    assert {path for path in after if after[path] != before[path]} == {"app/versions.tf", "network/versions.tf"}


def test_a_database_alone_needs_no_way_out(tmp_path: Path) -> None:
    files = {"dev.yaml": DEV + "services: {web: null}\n", "databases/main.yaml": DATABASE}
    found = rendered(environment(tmp_path, files))
    call = found.call("network/network.tf", "vpc")
    assert (call["public_subnets"], call["app_subnets"]) == ("{}", "{}")
    assert len(found.items("network/network.tf", "vpc", "data_subnets")) == 2


def test_the_state_and_the_account_are_the_environment_s_own(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path))
    for stack in ("network", "app"):
        assert f'key                 = "demo/dev/{stack}.tfstate"' in found.files[f"{stack}/backend.tf"]
        for file in ("backend", "providers"):
            assert 'allowed_account_ids = ["111122223333"]' in found.files[f"{stack}/{file}.tf"]
