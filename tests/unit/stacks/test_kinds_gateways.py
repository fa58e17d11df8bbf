"""API gateways and BFFs: who may come in, who has a key, how much may be asked, which paths lead where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import BFF, DEV, GATEWAY, SERVICE, SYSTEM, Rendered, environment, rendered, service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "edge/gateway-public.tf"
APP = "app/service-web.tf"
CALL = {"services/web.yaml": SERVICE + "calls: {stock: {access: read, why: it asks}}\n", **service("stock")}
INSIDE = {"reach": "vpc", "per": "service", "authentication": "iam"}


def gateway(more: str = "", **fields: str) -> dict[str, str]:
    lines = {name: f"{name}: {value}" for name, value in fields.items()}
    usual = [lines.pop(line.partition(":")[0], line) for line in GATEWAY.splitlines()]
    return {"gateways/public.yaml": "\n".join((*usual, *lines.values(), more))}


def of(root: Path, *files: Mapping[str, str]) -> Rendered:
    return rendered(environment(root, {name: text for some in files for name, text in some.items()}))


@pytest.mark.parametrize(
    ("fields", "modules"),
    [
        ({}, {"api_gateway_regional"}),
        ({"authentication": "iam"}, {"api_gateway_regional"}),
        ({"reach": "vpc"}, {"api_gateway_private_keys", "api_gateway_proxy_route"}),
        ({"reach": "vpc", "authentication": "iam"}, {"api_gateway_private", "api_gateway_proxy_route"}),
        ({"reach": "allow-list", "allow": "[203.0.113.0/24]"}, {"api_gateway_regional", "api_gateway_allow_list_keys"}),
        (
            {"reach": "allow-list", "allow": "[203.0.113.0/24]", "authentication": "iam"},
            {"api_gateway_regional", "api_gateway_allow_list"},
        ),
    ],
)
def test_reach_and_proof_decide_what_lets_whom_in(tmp_path: Path, fields: dict[str, str], modules: set[str]) -> None:
    found = of(tmp_path, gateway(**fields))
    edge = {name for name in found.stack("edge").modules if name.startswith("api_gateway")}
    always = {"api_gateway_account", "api_gateway_stage", "api_gateway_usage_plan"}
    assert edge == always | modules


@pytest.mark.parametrize("fields", [{}, {"reach": "vpc"}], ids=["internet", "vpc"])
def test_browsers_may_ask_first_without_a_key_where_that_is_said(tmp_path: Path, fields: dict[str, str]) -> None:
    for more, asked in (("", None), ("preflight: true", "true")):
        found = of(tmp_path / str(asked), gateway(more, **fields), {"bffs/shop.yaml": BFF})
        where = (FILE, "route_public") if fields else ("edge/bff-shop.tf", "route_bff_shop")
        assert found.call(*where).get("preflight") == asked


def test_a_private_api_is_reached_through_its_endpoint_and_passes_every_path_on(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(reach="vpc"), {"bffs/shop.yaml": BFF})
    assert found.call(FILE, "gateway_public")["vpc_endpoint_id"] == "local.network.endpoint_execute_api_id"
    assert found.call(FILE, "route_public")["methods"] == '["ANY"]'
    assert "edge/bff-shop.tf" not in found.files
    assert re.findall(r"(\w+) += (module\.\S+)", found.call(FILE, "stage_public")["redeploy_on"]) == [
        ("policy", "module.gateway_public.policy"),
        ("proxy", "module.route_public.fingerprint"),
    ]


def test_a_route_leads_one_path_to_one_service(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(routes="{prices: web}", authentication="iam"))
    route = found.call(FILE, "route_public_prices")
    assert (route["path"], route["backend_path"], route["authorization"]) == ('"prices"', '"web"', '"AWS_IAM"')
    assert route["backend_url"] == '"http://load-balancer.dev.demo.internal:8443"'
    assert "module.route_public_prices.fingerprint" in found.call(FILE, "stage_public")["redeploy_on"]


@pytest.mark.parametrize(
    ("more", "methods"),
    [
        ("", '["ANY"]'),
        ("functions: limited\nmethods: [GET, POST]\n", '["GET", "POST"]'),
        ("methods: [GET]\n", '["ANY"]'),
    ],
)
def test_a_bff_has_its_route_with_the_methods_that_it_is_limited_to(tmp_path: Path, more: str, methods: str) -> None:
    found = of(tmp_path, gateway(), {"bffs/shop.yaml": BFF + more})
    route = found.call("edge/bff-shop.tf", "route_bff_shop")
    assert (route["path"], route["backend_path"], route["methods"]) == ('"shop"', '"shop"', methods)
    assert "bff-shop = module.route_bff_shop.fingerprint" in found.call(FILE, "stage_public")["redeploy_on"]
    assert 'PAYLOAD     = "full"' in found.call("app/bff-shop.tf", "bff_shop")["environment"]


def test_a_bff_s_tighter_limit_stands_in_its_gateway_s_plan(tmp_path: Path) -> None:
    limited = BFF + "functions: limited\nmethods: [GET, POST]\nlimit: 30 req/min\n"
    found = of(tmp_path, gateway(), {"bffs/shop.yaml": limited})
    assert found.items(FILE, "usage_plan_public", "path_limits") == {
        f"/shop/{{proxy+}}/{method}": {"requests_per_second": "0.5", "burst": "1"} for method in ("GET", "POST")
    }


def test_rates_a_minute_become_rates_a_second(tmp_path: Path) -> None:
    found = of(
        tmp_path, gateway(limit="1000 req/min"), {"system.yaml": SYSTEM + "declared: {throughput: 600 req/min}\n"}
    )
    plan, stage = found.call(FILE, "usage_plan_public"), found.call(FILE, "stage_public")
    assert (plan["requests_per_second"], plan["burst"]) == ("16.67", "5")
    assert (stage["requests_per_second"], stage["burst"]) == ("10", "20")


def test_each_client_has_a_key(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(clients="{acme: Acme, zeta: Zeta}"))
    assert found.items(FILE, "keys_public", "keys") == {
        "acme": {"name": '"demo-dev-public-acme"', "description": '"Acme"'},
        "zeta": {"name": '"demo-dev-public-zeta"', "description": '"Zeta"'},
    }
    assert "keys_public" not in of(tmp_path / "none", gateway()).labels(FILE)


def test_each_service_that_calls_has_its_own_key_of_a_gateway_that_counts_by_service(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(**INSIDE), CALL)
    assert set(found.items(FILE, "keys_public", "keys")) == {"service-web"}
    told = found.call(APP, "service_web")["environment"]
    assert 'PUBLIC_GATEWAY_KEY_ID = local.edge.keys_public_ids["service-web"]' in told
    assert "PUBLIC_GATEWAY_URL    = local.edge.stage_public_invoke_url" in told
    may = found.call(APP, "service_web")["policies"]
    assert 'resources = ["${local.edge.stage_public_execution_arn}/*/stock/*"]' in may
    assert "GATEWAY" not in found.call("app/service-stock.tf", "service_stock")["environment"]


@pytest.mark.parametrize("fields", [{"per": "service"}, {"reach": "vpc"}])
def test_another_gateway_tells_services_nothing(tmp_path: Path, fields: dict[str, str]) -> None:
    found = of(tmp_path, gateway(**fields), CALL)
    assert "GATEWAY" not in found.call(APP, "service_web")["environment"]
    assert "policies" not in found.call(APP, "service_web")


def test_a_firewall_stands_before_the_stage_with_its_rules_in_order(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(firewall="{managed: [sql-injection, core], rate_limit: 500}"))
    acl = found.call(FILE, "web_acl_public")
    assert acl["resource_arn"] == "module.stage_public.arn"
    assert re.findall(r'group += "AWSManagedRules(\w+)"', acl["managed_rules"]) == ["SQLiRuleSet", "CommonRuleSet"]
    assert re.findall(r"(requests|seconds) += (\d+)", acl["rate_rules"]) == [("requests", "500"), ("seconds", "300")]
    assert "web_acl_public" not in of(tmp_path / "none", gateway()).labels(FILE)


def test_an_audit_trail_has_a_log_of_its_own_and_stays_as_long_as_said(tmp_path: Path) -> None:
    stage = of(tmp_path, gateway(audit="true", access_log_retention="365 days")).call(FILE, "stage_public")
    assert stage["access_log_group_name"] == '"/demo/dev/gateways/public/audit"'
    assert stage["access_log_retention_in_days"] == "365"


def test_a_list_of_networks_is_what_a_deployment_follows(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(reach="allow-list", allow="[203.0.113.0/24, 198.51.100.0/24]"))
    assert found.call(FILE, "allow_list_public")["cidr_blocks"] == '["198.51.100.0/24", "203.0.113.0/24"]'
    assert "policy = module.allow_list_public.policy" in found.call(FILE, "stage_public")["redeploy_on"]


def test_the_address_of_a_gateway_is_an_output(tmp_path: Path) -> None:
    assert 'output "gateway_public_invoke_url"' in of(tmp_path, gateway()).files["edge/outputs.tf"]


def test_with_mutual_tls_gateways_speak_https(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(reach="vpc"), {"dev.yaml": DEV + "load_balancer: {mutual_tls: true}\n"})
    assert found.call(FILE, "route_public")["backend_url"] == '"https://load-balancer.dev.demo.internal:8443"'


def test_renamed_gateways_and_bffs_keep_their_names(tmp_path: Path) -> None:
    renamed = gateway(clients="{acme: Acme}", routes="{prices: web}", name="open", renamed_from="public")
    bff = BFF.replace("name: shop", "name: store\nrenamed_from: shop").replace("gateway: public", "gateway: open")
    found = of(tmp_path, renamed, {"bffs/store.yaml": bff, "dev.yaml": DEV + "alarms: true\n"})
    for path in ("edge/gateway-public.tf", "edge/bff-shop.tf"):
        assert path not in found.files
    for path in ("edge/gateway-open.tf", "edge/bff-store.tf", "app/gateway-open.tf", "app/bff-store.tf"):
        text = found.files[path]
        assert set(re.findall(r"  to   = module\.(\w+)", text)) == found.labels(path), path
        assert not re.search(r'"demo-dev-(open|store)', text), path
    assert found.call("edge/gateway-open.tf", "gateway_open")["name"] == '"demo-dev-public"'
