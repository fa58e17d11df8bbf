"""API gateways and BFFs: who may come in, who has a key, how much may be asked, which paths lead where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.kinds.gateways.operations import QUOTAS, limits, outputs
from infragen.stacks.build import in_force
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
        (
            {
                "reach": "allow-list",
                "allow": "[203.0.113.0/24]",
                "authentication": "iam",
                "second_factor": "true",
            },
            {"api_gateway_regional", "api_gateway_allow_list_second_factor"},
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


def test_files_pass_where_their_types_are_named_and_a_change_of_them_is_deployed(tmp_path: Path) -> None:
    more = {"binary_media_types": "[image/*, application/pdf, image/*]", "compress": "false"}
    for name, reach in (("a", "internet"), ("b", "vpc")):
        found = of(tmp_path / name, gateway(reach=reach, **more))
        types = found.call(FILE, "gateway_public")["binary_media_types"]
        assert re.findall(r'"(.+?)"', types) == ["application/pdf", "image/*"]
        redeploy_on = found.call(FILE, "stage_public")["redeploy_on"]
        assert re.search(r'binary-media-types += "application/pdf image/\*"', redeploy_on)
        assert re.search(r'compression += "off"', redeploy_on)
    plain = of(tmp_path / "c", gateway())
    assert "binary_media_types" not in plain.call(FILE, "gateway_public")
    assert "compression" not in plain.call(FILE, "stage_public")["redeploy_on"]


def test_a_route_leads_one_path_to_one_service(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(routes="{prices: web}", authentication="iam"))
    route = found.call(FILE, "route_public_prices")
    assert (route["path"], route["backend_path"], route["authorization"]) == ('"prices"', '"web"', '"AWS_IAM"')
    assert route["backend_url"] == '"http://load-balancer.dev.demo.internal:8443"'
    assert "module.route_public_prices.fingerprint" in found.call(FILE, "stage_public")["redeploy_on"]


FUNCTION = {
    "functions/auth.yaml": "name: auth\ntitle: Sign-in\nimage: {name: public.ecr.aws/lambda/python, tag: v1}\n",
}


def test_routes_of_any_depth_lead_to_services_and_functions(tmp_path: Path) -> None:
    routes = '{"auth/login": functions/auth, "auth/{who}": functions/auth, tenants: web, "tenants/all/{id}/open": web}'
    found = of(tmp_path, gateway(routes=routes), FUNCTION, {"bffs/shop.yaml": BFF})
    call, root = found.call, "module.gateway_public.root_resource_id"

    def below(label: str) -> str:
        return f"module.{label}_public_{{}}.resource_id"

    assert {
        label: call(FILE, label)["parent_id"] for label in found.labels(FILE) if label.startswith(("route", "path"))
    } == {
        "path_public_auth": root,
        "route_public_auth__login": below("path").format("auth"),
        "route_public_auth___who": below("path").format("auth"),
        "route_public_tenants": root,
        "path_public_tenants__all": below("route").format("tenants"),
        "path_public_tenants__all___id": below("path").format("tenants__all"),
        "route_public_tenants__all___id__open": below("path").format("tenants__all___id"),
    }
    assert call("edge/bff-shop.tf", "route_bff_shop")["parent_id"] == root
    assert call("edge/bff-shop.tf", "route_bff_shop")["source"] == '"../modules/api_gateway_nested_route"'
    assert call(FILE, "route_public_tenants__all___id__open")["backend_path"] == '"web/all/{id}/open"'
    login = call(FILE, "route_public_auth__login")
    assert login["source"] == '"../modules/api_gateway_function_route"'
    assert login["function_arn"] == '"arn:aws:lambda:ap-northeast-1:111122223333:function:demo-dev-function-auth"'
    assert '"auth/{who}"' in call(FILE, "stage_public")["redeploy_on"]


def test_a_function_is_called_by_the_name_that_the_environment_gives_it(tmp_path: Path) -> None:
    named = {"dev.yaml": DEV + 'names: {functions: "{name}-function"}\n'}
    found = of(tmp_path, gateway(routes="{login: functions/auth}"), FUNCTION, named)
    assert found.call(FILE, "route_public_login")["function_arn"].endswith(':function:auth-function"')


def test_each_major_version_of_an_api_has_a_path_of_its_own_and_the_code_is_told_what_ends(tmp_path: Path) -> None:
    versions = "versions: {1.0.0: {}, 1.1.0: {deprecated: 2030-01-15, removed: 2030-07-15}, 2.0.0: {}}\n"
    limited = BFF + versions + "functions: limited\nmethods: [GET]\nlimit: 60 req/min\n"
    files = gateway(routes="{prices: web, rest: stock}"), {"services/web.yaml": SERVICE + versions}, service("stock")
    found = of(tmp_path, *files, {"bffs/shop.yaml": limited})
    labels = {label for label in found.labels(FILE) if label.startswith(("route", "path"))}
    assert labels == {
        *("path_public_prices", "route_public_prices__v1", "route_public_prices__v2"),
        *("route_public_rest", "path_public_shop"),
    }
    for number in ("1", "2"):
        route = found.call(FILE, f"route_public_prices__v{number}")
        assert route["parent_id"] == "module.path_public_prices.resource_id"
        assert (route["path_part"], route["backend_path"]) == (f'"v{number}"', f'"web/v{number}"')
        bff = found.call("edge/bff-shop.tf", f"route_bff_shop__v{number}")
        assert (bff["backend_path"], bff["methods"]) == (f'"shop/v{number}"', '["GET"]')
        deployed = found.call(FILE, "stage_public")["redeploy_on"]
        assert f"module.route_public_prices__v{number}.fingerprint" in deployed
        assert f"module.route_bff_shop__v{number}.fingerprint" in deployed
        assert f'"/shop/v{number}/{{proxy+}}/GET"' in found.call(FILE, "usage_plan_public")["path_limits"]
    assert re.findall(r'(API_\w+) += "(.*)"', found.files[APP]) == [
        ("API_V1_DEPRECATION", "@1894665600"),
        ("API_V1_SUNSET", "Mon, 15 Jul 2030 00:00:00 GMT"),
        ("API_VERSIONS", "v1 v2"),
    ]


def test_requests_are_checked_where_a_version_asks_for_it(tmp_path: Path) -> None:
    versions = "versions: {1.0.0: {}, 2.0.0: {request_validation: true}}\n"
    contract = (
        "openapi: 3.0.3\ninfo: {title: A, version: 2.0.0}\npaths:\n  /items/{id}:\n"
        "    parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
        "    get: {responses: {'204': {description: it is there}}}\n"
        "    put:\n      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}\n"
        "      responses: {'204': {description: done}}\n"
    )
    limited = BFF + versions + "functions: limited\nmethods: [GET]\nlimit: 60 req/min\n"
    contracts = {f"contracts/{name}/v2.0.0.yaml": contract for name in ("web", "shop")}
    files = gateway("preflight: true", routes="{prices: web}"), {"services/web.yaml": SERVICE + versions}, contracts
    found = of(tmp_path, *files, {"bffs/shop.yaml": limited})
    assert found.call(FILE, "route_public_prices__v1")["source"] == '"../modules/api_gateway_nested_route"'
    route = found.call(FILE, "route_public_prices__v2")
    assert route["source"] == '"../modules/api_gateway_validated_route"'
    assert "methods" not in route
    assert found.items(FILE, "route_public_prices__v2", "operations").keys() == {"GET /items/{id}", "PUT /items/{id}"}
    [(model, schema)] = re.findall(r"(\w+) += (jsonencode\(.*?\))", route["models"], re.DOTALL)
    assert re.fullmatch("PutPricesV2ItemsId[0-9a-f]{8}", model)
    assert model in found.items(FILE, "route_public_prices__v2", "operations")["PUT /items/{id}"]["models"]
    assert 'type      = "object"' in schema
    assert found.items("edge/bff-shop.tf", "route_bff_shop__v2", "operations").keys() == {"GET /items/{id}"}
    assert "models" not in found.call("edge/bff-shop.tf", "route_bff_shop__v2")
    assert found.items(FILE, "usage_plan_public", "path_limits").keys() == {
        "/shop/v1/GET", "/shop/v1/{proxy+}/GET", "/shop/v2/items/{id}/GET",
    }  # fmt: skip
    assert found.call(FILE, "bad_requests_public")["cross_origin"] == "true"
    assert "module.bad_requests_public.fingerprint" in found.call(FILE, "stage_public")["redeploy_on"]
    ctx = BuildContext(found.environment, in_force(found.environment), "gateways/public")
    below = ["", "/v1", "/v1/{proxy+}", "/v2", "/v2/items", "/v2/items/{id}"]  # of the service and of the BFF
    assert {quota.name: quota.need(ctx.entry, ctx) for quota in QUOTAS}["Resources per API"] == 1 + 2 * len(below)


POOL = "arn:aws:cognito-idp:ap-northeast-1:111122223333:userpool/ap-northeast-1_AbCdEfGhI"


@pytest.mark.parametrize(
    ("checks", "module", "word"),
    [
        (f'user_pools: ["{POOL}"]', "cognito", "COGNITO_USER_POOLS"),
        ("function: auth", "function", "CUSTOM"),
    ],
)
def test_tokens_are_checked_on_every_route_that_is_not_open(
    tmp_path: Path, checks: str, module: str, word: str
) -> None:
    fields = {"routes": "{login: functions/auth, prices: web}", "authorizer": f"{{{checks}, open: [login]}}"}
    found = of(tmp_path, gateway(**fields), FUNCTION, {"bffs/shop.yaml": BFF})
    assert found.call(FILE, "authorizer_public")["source"] == f'"../modules/api_gateway_{module}_authorizer"'
    for where in ((FILE, "route_public_prices"), ("edge/bff-shop.tf", "route_bff_shop")):
        call = found.call(*where)
        assert (call["authorization"], call["authorizer_id"]) == (f'"{word}"', "module.authorizer_public.id")
    login = found.call(FILE, "route_public_login")
    assert (login["authorization"], login.get("authorizer_id")) == ('"NONE"', None)
    assert "authorizer = module.authorizer_public.fingerprint" in found.call(FILE, "stage_public")["redeploy_on"]
    given = found.call("app/function-auth.tf", "invocation_public_auth")["source_arns"]
    asks = '"${local.edge.gateway_public_execution_arn}/authorizers/${local.edge.authorizer_public_id}"'
    assert (asks in given) is (module == "function")


def test_a_function_may_be_invoked_for_the_routes_that_lead_to_it_alone(tmp_path: Path) -> None:
    routes = '{"auth/login": functions/auth, "auth/{who}": functions/auth, tenants: web}'
    found = of(tmp_path, gateway(routes=routes), FUNCTION)
    given = found.call("app/function-auth.tf", "invocation_public_auth")["source_arns"]
    assert dict(re.findall(r'(\S+) += "\${local.edge.stage_public_execution_arn}(\S+)"', given)) == {
        "public-auth--_who": "/*/auth/*",
        "public-auth--_who-below": "/*/auth/*/*",
        "public-auth--login": "/*/auth/login",
        "public-auth--login-below": "/*/auth/login/*",
    }


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
        f"/shop{below}/{method}": {"requests_per_second": "0.5", "burst": "1"}
        for below in ("", "/{proxy+}")
        for method in ("GET", "POST")
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


def test_each_tenant_of_a_list_has_a_key_in_the_one_plan(tmp_path: Path) -> None:
    names = [f"t{number}" for number in range(1, 51)]
    found = of(tmp_path, gateway(tenants=f"[{', '.join(names)}]", clients="{portal: Portal}"))
    keys = found.items(FILE, "keys_public", "keys")
    assert set(keys) == {"portal", *(f"tenant-{name}" for name in names)}
    assert keys["tenant-t50"] == {"name": '"demo-dev-public-tenant-t50"', "description": '"tenant t50"'}
    assert found.call(FILE, "usage_plan_public")["requests_per_second"] == "1.67"
    ctx = BuildContext(found.environment, in_force(found.environment), "gateways/public")
    commands = {line.what: line.value for line in outputs(ctx.entry, ctx) if line.is_command}
    assert set(commands) == {"read the key of portal", "read the keys of all tenants"}
    assert "starts_with(name,'demo-dev-public-tenant-')" in str(commands["read the keys of all tenants"])


PLANS = "{plus: {limit: 600 req/min, burst: 60, quota: none}, free: {quota: 100 req/week}}"


def test_a_tenant_of_a_plan_keeps_its_key_where_it_is_and_has_the_plan_s_limits(tmp_path: Path) -> None:
    tenants = "{acme: default, globex: plus, t1: free}"
    found = of(tmp_path, gateway(plans=PLANS, tenants=tenants, quota="10000 req/day", clients="{portal: Portal}"))
    own, plus, free = (found.call(FILE, f"usage_plan_public{name}") for name in ("", "__plus", "__free"))
    assert [one["source"] for one in (own, plus, free)] == [
        f'"../modules/api_gateway_usage_plan{quota}"' for quota in ("_quota", "", "_quota")
    ]
    assert (own["quota_limit"], own["quota_period"]) == ("10000", '"DAY"')
    assert (free["quota_limit"], free["quota_period"]) == ("100", '"WEEK"')
    assert (free["requests_per_second"], free["burst"]) == (own["requests_per_second"], own["burst"])
    assert (plus["requests_per_second"], plus["burst"], plus["name"]) == ("10", "60", '"demo-dev-public-plan-plus"')
    assert set(found.items(FILE, "keys_public", "keys")) == {"portal", "tenant-acme", "tenant-globex", "tenant-t1"}
    other = found.call(FILE, "keys_public")["usage_plan_ids"]
    assert "tenant-globex = module.usage_plan_public__plus.id" in other
    assert "tenant-t1     = module.usage_plan_public__free.id" in other
    assert "acme" not in other


def test_a_map_of_tenants_without_plans_makes_what_the_list_makes(tmp_path: Path) -> None:
    one, other = (
        of(tmp_path / str(number), gateway(tenants=written))
        for number, written in enumerate(("[acme, globex]", "{acme: default, globex: default}"))
    )
    assert one.files[FILE] == other.files[FILE]


def test_another_plan_for_a_tenant_is_one_line_of_its_file(tmp_path: Path) -> None:
    names = ["acme", *(f"t{number}" for number in range(300))]
    before, after = (
        of(
            tmp_path / plan,
            gateway(plans=PLANS, tenants=f"{{acme: {plan}, {', '.join(f'{n}: free' for n in names[1:])}}}"),
        )
        for plan in ("plus", "free")
    )
    lines = [found.files[FILE].splitlines() for found in (before, after)]
    assert {line.strip() for line in {*lines[0]} ^ {*lines[1]}} == {
        f"tenant-acme = module.usage_plan_public__{plan}.id" for plan in ("plus", "free")
    }


def test_what_keys_may_ask_together_is_each_one_s_own_and_plans_are_counted(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(plans=PLANS, tenants="{acme: default, globex: plus}", clients="{portal: Portal}"))
    ctx = BuildContext(found.environment, in_force(found.environment), "gateways/public")
    assert next(iter(limits(ctx.entry, ctx))) == "2 keys x 100 req/min, 1 key x 600 req/min = 13.34 a second"
    needed = {quota.name: quota.need(ctx.entry, ctx) for quota in QUOTAS}
    assert needed["API keys per account per Region"] == needed["Usage plans per account per Region"] == 3


@pytest.mark.parametrize(
    ("access", "methods"),
    [("api", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]), ("read", ["GET", "HEAD"])],
)
def test_each_service_that_calls_has_its_own_key_of_a_gateway_that_counts_by_service(
    tmp_path: Path, access: str, methods: list[str]
) -> None:
    calling = {name: text.replace("access: read", f"access: {access}") for name, text in CALL.items()}
    found = of(tmp_path, gateway(**INSIDE), calling)
    assert set(found.items(FILE, "keys_public", "keys")) == {"service-web"}
    told = found.call(APP, "service_web")["environment"]
    assert 'PUBLIC_GATEWAY_KEY_ID = local.edge.keys_public_ids["service-web"]' in told
    assert "PUBLIC_GATEWAY_URL    = local.edge.stage_public_invoke_url" in told
    may = found.call(APP, "service_web")["policies"]
    assert re.findall(r'stage_public_execution_arn}/([A-Z*]+)/stock/\*"', may) == methods
    assert "_arn}/*/" not in may  # a star there has GET/billing/stock, too
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


ZONE = {
    "dev.yaml": DEV + "domain_name: demo.com\n",
    "zones/main.yaml": "name: main\ntitle: Main\ndelegated: true\n",
}
CERTIFICATE = "arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def test_a_gateway_is_called_by_its_own_names_and_no_longer_by_aws_s(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(zone="main", hosts="[api, v2.demo.com]"), ZONE)
    names, call = '["api.demo.com", "v2.demo.com"]', found.call
    assert call(FILE, "certificate_gateway_public") == {
        "source": '"../modules/public_certificate"',
        "names": names,
        "zone_id": "local.network.zone_main_zone_id",
    }
    assert call(FILE, "domain_names_public") == {
        "source": '"../modules/api_gateway_domain_names"',
        "names": names,
        "certificate_arn": "module.certificate_gateway_public.arn",
        "rest_api_id": "module.gateway_public.id",
        "stage_name": "module.stage_public.name",
        "ip_address_type": '"dualstack"',
    }
    assert call(FILE, "names_gateway_public") == {
        "source": '"../modules/dns_aliases_dualstack"',
        "zone_id": "local.network.zone_main_zone_id",
        "targets": "module.domain_names_public.targets",
    }
    assert call(FILE, "gateway_public")["disable_execute_api_endpoint"] == "true"
    assert call(FILE, "gateway_public")["ip_address_type"] == '"dualstack"'
    assert "default-endpoint = module.gateway_public.default_endpoint" in call(FILE, "stage_public")["redeploy_on"]
    assert "gateway_public_invoke_url" not in found.files["edge/outputs.tf"]


def test_the_default_endpoint_may_be_kept_beside_the_own_names(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(zone="main", keep_default_endpoint="true"), ZONE)
    assert found.call(FILE, "gateway_public")["disable_execute_api_endpoint"] == "false"
    assert 'output "gateway_public_invoke_url"' in found.files["edge/outputs.tf"]


def test_an_allow_list_lets_ipv4_in_alone(tmp_path: Path) -> None:
    listed = gateway(reach="allow-list", allow="[203.0.113.0/24]", zone="main", hosts="[ops]")
    found = of(tmp_path, listed, ZONE)
    assert found.call(FILE, "names_gateway_public")["source"] == '"../modules/dns_aliases"'
    for label in ("gateway_public", "domain_names_public"):
        assert found.call(FILE, label)["ip_address_type"] == '"ipv4"'


@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_names_lead_to_another_region_when_people_lead_them(tmp_path: Path, role: str) -> None:
    """Nothing looks whether it is well: the check is disabled, and names of the secondary have none."""
    found = of(tmp_path, gateway(zone="main", hosts="[api]", failover=f"{{role: {role}}}"), ZONE)
    records = dict(found.call(FILE, "names_gateway_public"))
    health = records.pop("health_check_id", None)
    assert records == {
        "source": '"../modules/dns_aliases_failover"',
        "zone_id": "local.network.zone_main_zone_id",
        "targets": "module.domain_names_public.targets",
        "environment": '"dev"',
        "role": f'"{role.upper()}"',
    }
    assert found.call(FILE, "domain_names_public")["ip_address_type"] == '"ipv4"'
    if role == "secondary":
        assert health is None
        assert "switch_gateway_public" not in found.labels(FILE)
        return
    assert health == "module.switch_gateway_public.id"
    assert found.call(FILE, "switch_gateway_public") == {
        "source": '"../modules/failover_switch"',
        "name": '"demo-dev-public"',
        "host_name": '"api.demo.com"',
    }


def test_a_certificate_that_exists_needs_no_zone(tmp_path: Path) -> None:
    found = of(tmp_path, gateway(certificate=CERTIFICATE, hosts="[api.demo.com]"))
    assert found.call(FILE, "domain_names_public")["certificate_arn"] == f'"{CERTIFICATE}"'
    assert not {"certificate_gateway_public", "names_gateway_public"} & found.labels(FILE)


def test_no_name_is_given_before_its_zone_is_delegated(tmp_path: Path) -> None:
    waiting = {**ZONE, "zones/main.yaml": "name: main\ntitle: Main\ndelegated: false\n"}
    found = of(tmp_path, gateway(zone="main", hosts="[api]"), waiting)
    assert not {"certificate_gateway_public", "domain_names_public", "names_gateway_public"} & found.labels(FILE)
    assert "disable_execute_api_endpoint" not in found.call(FILE, "gateway_public")
    assert 'output "gateway_public_invoke_url"' in found.files["edge/outputs.tf"]


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
