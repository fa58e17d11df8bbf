"""Balancers: on the internet or inside the VPC, with names, a certificate, routes to services, and a firewall."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from infragen.kinds.balancers.build import priorities
from infragen.kinds.balancers.model import Balancer
from infragen.rules import run
from infragen.stacks.build import relations
from tests.unit.stacks.systems import DEV, SERVICE, SYSTEM, environment, rendered, service

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

NAMED = DEV + "domain_name: demo.com\n"
ZONE = {"zones/main.yaml": "name: main\ntitle: Main\ndelegated: true\n"}
FRONT = "name: front\ntitle: Front\nreach: internet\n"
ROUTES = "routes: {shop: {service: shop, paths: [/api/*]}, web: {service: web}}\n"
FILE, GROUP = "edge/balancer-front.tf", "network/balancer-front.tf"


def balancer(tmp_path: Path, more: str = "zone: main\n" + ROUTES, front: str = FRONT, dev: str = NAMED) -> Rendered:
    files = {"dev.yaml": dev, **ZONE, **service("shop", "port: 9000\n"), "balancers/front.yaml": front + more}
    return rendered(environment(tmp_path, files))


def test_it_has_names_in_its_zone_and_a_certificate_for_them(tmp_path: Path) -> None:
    found = balancer(tmp_path, "zone: main\nhosts: ['@', www]\n" + ROUTES)
    assert found.call(FILE, "balancer_front")["source"] == '"../modules/load_balancer_https"'
    assert found.call(FILE, "balancer_front")["certificate_arn"] == "module.certificate_front.arn"
    assert found.call(FILE, "balancer_front")["subnet_ids"] == "local.network.vpc_public_subnet_list"
    assert json.loads(found.call(FILE, "certificate_front")["names"]) == ["demo.com", "www.demo.com"]
    target = {"name": "module.balancer_front.dns_name", "zone_id": "module.balancer_front.zone_id"}
    assert found.items(FILE, "names_front", "targets") == {"demo.com": target, "www.demo.com": target}
    for label in ("certificate_front", "names_front"):
        assert found.call(FILE, label)["zone_id"] == "local.network.zone_main_zone_id"


def test_without_names_it_is_the_zone_itself(tmp_path: Path) -> None:
    assert set(balancer(tmp_path).items(FILE, "names_front", "targets")) == {"demo.com"}


def test_names_of_routes_are_names_of_the_balancer(tmp_path: Path) -> None:
    found = balancer(tmp_path, "zone: main\nroutes: {web: {service: web, hosts: [www]}}\n")
    assert json.loads(found.call(FILE, "certificate_front")["names"]) == ["www.demo.com"]
    assert found.items(FILE, "routes_front", "routes")["web"]["hosts"] == '["www.demo.com"]'


@pytest.mark.parametrize("more", ["", "zone: main\n"], ids=["no zone", "a zone that nobody asks"])
def test_without_a_certificate_it_speaks_plain_http(tmp_path: Path, more: str) -> None:
    files = {"zones/main.yaml": ZONE["zones/main.yaml"].replace("true", "false")}
    text = {"dev.yaml": NAMED, **files, "balancers/front.yaml": FRONT + more + "routes: {web: {service: web}}\n"}
    found = rendered(environment(tmp_path, text))
    call = found.call(FILE, "balancer_front")
    assert call["source"] == '"../modules/load_balancer_http"'
    assert "certificate_arn" not in call
    assert "certificate_front" not in found.labels(FILE)
    assert found.items(GROUP, "security_group_balancer_front", "open_ingress").keys() == {"internet-80"}
    assert 'protocol          = "HTTP"' in found.files["modules/load_balancer_http/main.tf"]
    assert "ssl_policy" not in found.files["modules/load_balancer_http/main.tf"]
    assert "certificate_arn" not in found.files["modules/load_balancer_http/variables.tf"]


@pytest.mark.parametrize(("delegated", "scheme"), [("true", "https"), ("false", "http")])
def test_port_80_has_the_same_listener_with_and_without_a_certificate(
    tmp_path: Path, delegated: str, scheme: str
) -> None:
    """AWS refuses a second one on the port, and no order keeps one that goes from one that comes there."""
    zone = {"zones/main.yaml": ZONE["zones/main.yaml"].replace("true", delegated)}
    files = {"dev.yaml": NAMED, **zone, **service("shop"), "balancers/front.yaml": FRONT + "zone: main\n" + ROUTES}
    found = rendered(environment(tmp_path, files)).files
    module = f"modules/load_balancer_{scheme}"
    _, *blocks = found[f"{module}/main.tf"].split('resource "aws_lb_listener" "')
    listeners = {block.partition('"')[0]: block for block in blocks}
    assert listeners.keys() == {"http", scheme}
    assert [name for name, block in listeners.items() if " = 80\n" in block] == ["http"]
    assert f"value       = aws_lb_listener.{scheme}.arn" in found[f"{module}/outputs.tf"]


def test_a_certificate_that_exists_is_taken_as_it_is(tmp_path: Path) -> None:
    arn = "arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
    found = balancer(tmp_path, f"certificate: {arn}\n{ROUTES}")
    assert found.call(FILE, "balancer_front")["certificate_arn"] == f'"{arn}"'
    assert not {"certificate_front", "names_front"} & found.labels(FILE)


@pytest.mark.parametrize(("tls", "policy"), [("1.2", "TLS13-1-2-2021-06"), ("1.3", "TLS13-1-3-2021-06")])
def test_it_speaks_no_older_tls_than_is_said(tmp_path: Path, tls: str, policy: str) -> None:
    found = balancer(tmp_path, f"zone: main\ntls: {tls}\n{ROUTES}")
    assert found.call(FILE, "balancer_front")["ssl_policy"] == f'"ELBSecurityPolicy-{policy}"'


def test_tasks_register_with_it_and_know_where_they_are_found(tmp_path: Path) -> None:
    """The service behind it needs no mesh, no internal load balancer and no key."""
    found = balancer(tmp_path)
    shop = found.call("app/service-shop.tf", "service_shop")
    assert shop["target_group_arns"] == '[local.edge.routes_front_target_group_arns["shop"]]'
    environment = found.items("app/service-shop.tf", "service_shop", "environment")
    assert 'PUBLIC_URL  = "https://demo.com/api"' in found.files["app/service-shop.tf"]
    assert 'PUBLIC_URL  = "https://demo.com"\n' in found.files["app/service-web.tf"]
    assert environment is not None
    assert not {"mesh", "load-balancer"} & set(found.environment.entries)
    assert "target" not in shop
    assert "mesh" not in shop


def test_without_a_name_tasks_know_the_one_that_aws_gave(tmp_path: Path) -> None:
    found = balancer(tmp_path, "routes: {web: {service: web, paths: [/a/*, /a/b/*]}}\n")
    assert 'PUBLIC_URL  = "http://${local.edge.balancer_front_dns_name}/a"' in found.files["app/service-web.tf"]


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        ("/api, /api/*", "/api"),
        ("/shop/orders/*, /shop/v1/*", "/shop"),
        ("/orders/*, /v1/*", ""),
        ("/orders, /ord/*", ""),
        ("/api/*.json", "/api"),
        ("/print", "/print"),
    ],
)
def test_where_paths_differ_the_address_is_the_folder_of_them_all(tmp_path: Path, paths: str, folder: str) -> None:
    found = balancer(tmp_path, f"routes: {{web: {{service: web, paths: [{paths}]}}}}\n")
    assert f'"http://${{local.edge.balancer_front_dns_name}}{folder}"' in found.files["app/service-web.tf"]


def test_behind_a_distribution_the_address_is_the_folder_of_what_that_sends_on(tmp_path: Path) -> None:
    """Its pages are at the same name: without a path, the address would be theirs."""
    files = {
        "dev.yaml": DEV,
        **service("shop"),
        "buckets/files.yaml": "name: files\ntitle: Files\n",
        "balancers/front.yaml": FRONT.replace("internet", "cloudfront") + "routes: {web: {service: web}}\n",
        "distributions/site.yaml": """\
name: site
title: Site
origins: {files: {bucket: files}, api: {balancer: front}}
default: {origin: files, index: index.html}
behaviours: {/api: {origin: api, methods: all}, /api/*: {origin: api, methods: all}}
""",
    }
    found = rendered(environment(tmp_path, files))
    assert re.search(r'PUBLIC_URL += "https://[^"]+/api"\n', found.files["app/service-web.tf"])


def test_requests_come_in_from_the_internet_and_go_to_the_port_of_each_service(tmp_path: Path) -> None:
    found = balancer(tmp_path)
    label = "security_group_balancer_front"
    assert found.call(GROUP, label)["source"] == '"../modules/security_group_open"'
    assert {rule["cidr_block"] for rule in found.items(GROUP, label, "open_ingress").values()} == {'"0.0.0.0/0"'}
    assert {rule["port"] for rule in found.items(GROUP, label, "open_ingress").values()} == {"80", "443"}
    assert {name: rule["port"] for name, rule in found.items(GROUP, label, "egress").items()} == {
        "service-shop": "9000", "service-web": "8080",
    }  # fmt: skip
    ingress = found.items("network/service-shop.tf", "security_group_service_shop", "ingress")
    assert ingress["balancer-front"]["port"] == "9000"
    assert (
        found.call("network/service-shop.tf", "security_group_service_shop")["source"] == '"../modules/security_group"'
    )


def test_an_allow_list_lets_its_networks_in_and_nobody_else(tmp_path: Path) -> None:
    front = FRONT.replace("internet", "allow-list") + "allow: [203.0.113.0/24, 198.51.100.0/24]\n"
    found = balancer(tmp_path, front=front)
    opened = found.items(GROUP, "security_group_balancer_front", "open_ingress")
    assert {rule["cidr_block"] for rule in opened.values()} == {'"203.0.113.0/24"', '"198.51.100.0/24"'}
    assert len(opened) == 4


def test_an_internal_one_is_reached_by_who_uses_it(tmp_path: Path) -> None:
    files = {
        "dev.yaml": DEV.replace("0.0/16}", "0.0/16, endpoints: [logs]}"),
        **service("shop"),
        "services/web.yaml": SERVICE + "uses: {balancers/inner: {why: it asks}}\n",
        "balancers/inner.yaml": "name: inner\ntitle: Inner\nreach: vpc\nroutes: {all: {service: shop}}\n",
    }
    found = rendered(environment(tmp_path, files))
    call = found.call("edge/balancer-inner.tf", "balancer_inner")
    assert (call["internal"], call["subnet_ids"]) == ("true", "local.network.vpc_app_subnet_list")
    ingress = found.items("network/balancer-inner.tf", "security_group_balancer_inner", "ingress")
    assert ingress == {
        "service-web": {
            "security_group_id": "module.security_group_service_web.id",
            "port": "80",
            "description": '"services/web to balancers/inner: it asks"',
        }
    }
    assert 'INNER_URL   = "http://${local.edge.balancer_inner_dns_name}"' in found.files["app/service-web.tf"]
    assert "PUBLIC_URL" not in found.files["app/service-shop.tf"]
    assert found.call("network/network.tf", "vpc")["public_subnets"] == "{}"


def test_a_public_one_has_public_subnets_where_tasks_have_none(tmp_path: Path) -> None:
    dev = NAMED.replace("0.0/16}", "0.0/16, endpoints: [logs]}")
    found = balancer(tmp_path, dev=dev)
    vpc = found.call("network/network.tf", "vpc")
    assert "ap-northeast-1a" in vpc["public_subnets"]
    assert found.call("app/service-web.tf", "service_web")["subnet_ids"] == "local.network.vpc_app_subnet_list"


def test_a_public_one_is_used_over_the_internet(tmp_path: Path) -> None:
    files = {**service("shop", "uses: {balancers/front: {}}\n")}
    text = {"dev.yaml": DEV, **files, "balancers/front.yaml": FRONT + "routes: {web: {service: web}}\n"}
    made = environment(tmp_path, text)
    ends = {(one.source, one.target, one.port) for one in relations(made).all}
    assert ("services/shop", "internet", 80) in ends
    egress = rendered(made).items("network/service-shop.tf", "security_group_service_shop", "egress")
    assert {rule["port"] for rule in egress.values()} == {"80", "443"}


def test_logs_and_a_firewall_are_built_where_they_are_asked_for(tmp_path: Path) -> None:
    assert not {"logs_front", "web_acl_balancer_front"} & balancer(tmp_path).labels(FILE)
    more = "access_logs: {retention: 9 days}\nfirewall: {managed: [core], rate_limit: 500}\nzone: main\n" + ROUTES
    found = balancer(tmp_path, more)
    assert found.call(FILE, "logs_front")["name"] == '"demo-dev-balancer-front-logs-111122223333"'
    assert found.call(FILE, "logs_front")["retention_in_days"] == "9"
    assert found.call(FILE, "balancer_front")["access_logs"]
    acl = found.call(FILE, "web_acl_balancer_front")
    assert (acl["source"], acl["resource_arn"]) == ('"../modules/web_acl"', "module.balancer_front.arn")


def test_one_that_verifies_clients_logs_whose_certificate_opened_which_connection(tmp_path: Path) -> None:
    dev = NAMED + "load_balancer: {mutual_tls: true}\n"
    found = balancer(tmp_path, "mutual_tls: true\naccess_logs: {retention: 9 days}\nzone: main\n" + ROUTES, dev=dev)
    assert found.call(FILE, "balancer_front")["access_logs"]
    assert 'dynamic "connection_logs"' in found.files["modules/load_balancer_https_verifying/main.tf"]


def test_a_firewall_stands_in_a_stack_of_its_own_where_the_layout_has_one(tmp_path: Path) -> None:
    files = {"dev.yaml": NAMED, **ZONE, **service("shop", "port: 9000\n")}
    files["balancers/front.yaml"] = f"{FRONT}firewall: {{managed: [core]}}\nzone: main\n{ROUTES}"
    layout = "layout: {security: network, firewall: security}\n"
    found = rendered(environment(tmp_path, {**files, "system.yaml": SYSTEM + layout}))
    assert "web_acl_balancer_front" not in found.labels(FILE)
    acl = found.call("security/balancer-front-firewall.tf", "web_acl_balancer_front")
    assert acl["resource_arn"] == "local.edge.balancer_front_arn"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("mode: count", 'action = "count"'),
        ("count: {core: [SizeRestrictions_BODY]}", 'counted = ["SizeRestrictions_BODY"]'),
    ],
)
def test_rules_of_a_firewall_may_only_count(tmp_path: Path, more: str, said: str) -> None:
    found = balancer(tmp_path, f"firewall: {{managed: [core], {more}}}\nzone: main\n{ROUTES}")
    acl = found.call(FILE, "web_acl_balancer_front")
    assert acl["source"] == '"../modules/web_acl_tuned"'
    assert said in acl["managed_rules"]
    assert "rule_action_override" in found.files["modules/web_acl_tuned/main.tf"]


def test_a_firewall_logs_requests_that_pass_only_where_it_is_asked_to(tmp_path: Path) -> None:
    def logged(where: str, more: str) -> str | None:
        found = balancer(tmp_path / where, f"firewall: {{managed: [core]{more}}}\nzone: main\n{ROUTES}")
        return found.call(FILE, "web_acl_balancer_front").get("log_every_request")

    assert (logged("a", ""), logged("b", ", log: matched"), logged("c", ", log: all")) == (None, None, "true")


def test_a_port_that_changes_leaves_the_target_group_alone(tmp_path: Path) -> None:
    """Another port would replace it, under the same name and while the listener still needs it."""
    before = balancer(tmp_path / "a")
    files = {"dev.yaml": NAMED, **ZONE, **service("shop", "port: 9001\n")}
    after = rendered(environment(tmp_path / "b", {**files, "balancers/front.yaml": FRONT + "zone: main\n" + ROUTES}))
    assert before.call(FILE, "routes_front") == after.call(FILE, "routes_front")
    assert "create_before_destroy = true" in after.files["modules/load_balancer_routes/main.tf"]


def test_names_of_target_groups_are_short_and_nobody_else_s(tmp_path: Path) -> None:
    long = "a-service-with-a-name-of-forty-characters"[:40].rstrip("-")
    other = long[:-1] + "x"
    text = f"zone: main\nroutes: {{a: {{service: {long}, paths: [/a]}}, b: {{service: {other}}}}}\n"
    files = {"dev.yaml": NAMED, **ZONE, **service(long), **service(other), "balancers/front.yaml": FRONT + text}
    found = rendered(environment(tmp_path, files))
    names = [group["name"].strip('"') for group in found.items(FILE, "routes_front", "target_groups").values()]
    assert len(set(names)) == 2
    assert all(len(name) <= 32 and name.startswith("demo-dev-front-a-") for name in names)


def test_response_times_are_measured_where_requests_come_in(tmp_path: Path) -> None:
    """A service that scales on them, or promises them, needs no internal load balancer then."""
    text = SERVICE + "scaling: {response_time: {target: 150 ms}}\npromise: {response_time: 200 ms}\n"
    files = {"services/web.yaml": text, "balancers/front.yaml": FRONT + "routes: {web: {service: web}}\n"}
    found = rendered(environment(tmp_path, files))
    scaling = found.call("app/service-web.tf", "scaling_service_web")["response_time"]
    assert "local.edge.balancer_front_arn_suffix" in scaling
    assert 'local.edge.routes_front_target_group_arn_suffixes["web"]' in scaling
    assert [one for one in run(found.environment, (found.environment,)) if one.code in ("A105", "A106")] == []
    alone = environment(tmp_path / "alone", {"services/web.yaml": text})
    assert {one.code for one in run(alone, (alone,))} >= {"A105", "A106"}


def ordered(routes: dict[str, dict[str, object]]) -> list[str]:
    made = Balancer.model_validate({"name": "x", "title": "X", "reach": "vpc", "routes": routes})
    found = priorities(made)
    assert all(1 <= number <= 50_000 for number in found.values())
    return sorted(found, key=lambda name: found[name])


def test_the_route_that_says_most_is_tried_first() -> None:
    routes: dict[str, dict[str, object]] = {
        "all": {"service": "a"},
        "api": {"service": "b", "paths": ["/api/*"]},
        "newer": {"service": "c", "paths": ["/api/v2/*"]},
        "exact": {"service": "d", "paths": ["/api/"]},
        "host": {"service": "e", "hosts": ["www"]},
        "any-host": {"service": "f", "hosts": ["*.lists"]},
        "both": {"service": "g", "hosts": ["www"], "paths": ["/x/*"]},
    }
    assert ordered(routes) == ["both", "host", "any-host", "newer", "exact", "api", "all"]


def test_a_new_route_moves_no_other() -> None:
    """AWS refuses two rules of one priority, also while they are exchanged."""
    routes = {f"r{number}": {"service": "a", "paths": [f"/{number:03}/*"]} for number in range(30)}
    made = Balancer.model_validate({"name": "x", "title": "X", "reach": "vpc", "routes": routes})
    before = priorities(made)
    routes["z"] = {"service": "a", "paths": ["/zzz/*"]}
    after = priorities(Balancer.model_validate({"name": "x", "title": "X", "reach": "vpc", "routes": routes}))
    assert {name: after[name] for name in before} == before
    assert len(set(after.values())) == 31


def test_everything_behind_it_is_watched_where_alarms_are_asked_for(tmp_path: Path) -> None:
    found = balancer(tmp_path, dev=NAMED + "alarms: true\n")
    alarms = (
        found.items("app/alarms-balancer-front.tf", "alarms_balancer_front", "alarms")
        if ("app/alarms-balancer-front.tf" in found.files)
        else found.items("app/balancer-front.tf", "alarms_balancer_front", "alarms")
    )
    assert alarms.keys() == {
        "demo-dev-balancer-front-errors", "demo-dev-balancer-front-rejected",
        "demo-dev-balancer-front-shop-errors", "demo-dev-balancer-front-shop-unhealthy",
        "demo-dev-balancer-front-web-errors", "demo-dev-balancer-front-web-unhealthy",
    }  # fmt: skip
