"""Rules of security groups come from relations alone, and each relation has both halves of its rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.part import INTERNET
from infragen.hcl.index import Index
from infragen.kinds import kinds
from infragen.stacks import rules
from infragen.stacks.build import in_force
from infragen.stacks.rules import Relations
from tests.unit.stacks.conftest import environment_of
from tests.unit.stacks.systems import BFF, DATABASE, DEV, GATEWAY, SERVICE, Rendered, environment, rendered, service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infragen.core.part import Relation

CALLS = "calls: {shop: {access: api, why: it asks for prices}}\n"
CALL = {"services/web.yaml": SERVICE + CALLS, **service("shop")}
OWN_DATABASE = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": DATABASE}
PROXY = {**OWN_DATABASE, "databases/main.yaml": DATABASE + "proxy: {}\n"}
BALANCER = {"dev.yaml": DEV + "load_balancer: {}\n"}
EDGE = {"gateways/public.yaml": GATEWAY, "bffs/shop.yaml": BFF}
INSIDE = {"gateways/inside.yaml": GATEWAY.replace("public", "inside").replace("internet", "vpc")}


class Half(NamedTuple):
    """Half of a rule, as AWS gets it: at whose group, which way, the other end, the port."""

    group: str
    way: str
    other: str
    port: str


def network(**values: str) -> dict[str, str]:
    inner = "".join(f", {name}: {value}" for name, value in values.items())
    return {"dev.yaml": DEV.replace("{cidr: 10.0.0.0/16}", f"{{cidr: 10.0.0.0/16{inner}}}")}


def halves(found: Rendered) -> Iterator[tuple[str, Half]]:
    """Yield each half with the file that it is in."""
    for path, text in found.bodies().items():
        for call in Index(text).calls if path.endswith(".tf") else ():
            if call.module not in ("security_group", "security_group_open"):
                continue
            for argument in ("ingress", "open_ingress", "egress", "peer_ingress", "peer_egress"):
                for rule in found.items(path, call.labels[0], argument).values():
                    yield path, half(call.labels[0], argument, rule)


def half(label: str, argument: str, rule: dict[str, str]) -> Half:
    """What `templates/modules/security_group` makes of a rule: a peer's is at the other group, and points back."""
    [where] = (rule[name] for name in ("security_group_id", "cidr_block", "prefix_list_id") if name in rule)
    other = re.sub(r"^(?:module|local\.\w+)\.(.*?)(\.id|_id)$", r"\1", where).strip('"')
    ends = (other, label) if argument.startswith("peer_") else (label, other)
    return Half(ends[0], argument.removeprefix("peer_").removeprefix("open_"), ends[1], rule["port"])


def at(found: Rendered, *groups: str) -> set[Half]:
    """The halves between groups of entries, by the labels of their modules."""
    return {one for _, one in halves(found) if {one.group, one.other} <= set(groups)}


def connection(source: str, target: str, port: int) -> set[Half]:
    return {Half(source, "egress", target, str(port)), Half(target, "ingress", source, str(port))}


WEB, SHOP, MAIN, POOL = (
    f"security_group_{one}" for one in ("service_web", "service_shop", "database_main", "proxy_main")
)


def test_services_that_do_not_call_each_other_have_no_rule_between_them(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, service("shop")))
    assert {one for _, one in halves(found)} == {
        Half(WEB, "egress", "0.0.0.0/0", "443"),
        Half(SHOP, "egress", "0.0.0.0/0", "443"),
    }


def test_a_call_is_one_connection_and_says_who_asks_for_it(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, CALL))
    assert at(found, WEB, SHOP) == connection(WEB, SHOP, 9443)
    rule = found.items("network/service-web.tf", WEB, "egress")["service-shop"]
    assert rule["description"] == '"services/web to services/shop: it asks for prices"'


def test_an_event_opens_no_connection(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**CALL, "services/web.yaml": SERVICE + CALLS.replace("api", "event")}))
    assert at(found, WEB, SHOP) == set()


def test_a_database_is_reached_by_its_service_and_by_nobody_else(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**OWN_DATABASE, **service("shop")}))
    assert {one for _, one in halves(found) if MAIN in one} == connection(WEB, MAIN, 3306)


def test_a_proxy_stands_between_a_service_and_its_database(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, PROXY))
    assert at(found, WEB, MAIN, POOL) == connection(WEB, POOL, 3306) | connection(POOL, MAIN, 3306)
    assert not [one for _, one in halves(found) if one.group in (MAIN, POOL) and one.other == "0.0.0.0/0"]


def test_a_load_balancer_reaches_each_container_at_its_own_port(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {**BALANCER, **service("shop", "port: 9000\n")}))
    balancer = "security_group_load_balancer"
    assert at(found, balancer, WEB, SHOP) == connection(balancer, WEB, 8080) | connection(balancer, SHOP, 9000)


def test_gateways_come_in_through_their_link_alone(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, EDGE))
    link, balancer = "security_group_gateway_link", "security_group_load_balancer"
    assert {one for _, one in halves(found) if link in one} == connection(link, balancer, 8443)
    assert at(found, balancer, "security_group_bff_shop") == connection(balancer, "security_group_bff_shop", 8080)


def test_with_mutual_tls_a_service_has_a_load_balancer_that_its_callers_alone_reach(tmp_path: Path) -> None:
    settings = {"dev.yaml": DEV + "load_balancer: {mutual_tls: true}\n"}
    late = service("late", "calls: {web: {access: api, why: it asks}}\n")
    found = rendered(environment(tmp_path, {**CALL, **late, **settings}))
    for called, caller, tasks in (("web", "security_group_service_late", WEB), ("shop", WEB, SHOP)):
        verifying = f"security_group_mutual_tls_{called}"
        ways = connection(caller, verifying, 443) | connection(verifying, tasks, 8080)
        assert {one for _, one in halves(found) if verifying in (one.group, one.other)} == ways
        targets = found.call(f"app/service-{called}.tf", f"service_{called}")["target_group_arns"]
        assert targets == f"[local.edge.mutual_tls_{called}_target_group_arn]"
    assert "mutual_tls_late" not in found.labels("edge/service-late.tf")
    assert at(found, "security_group_load_balancer", WEB) == connection("security_group_load_balancer", WEB, 8080)


READS = {"services/web.yaml": SERVICE + CALLS.replace("api", "read"), **service("shop")}
SIGNED = {
    "gateways/inside.yaml": INSIDE["gateways/inside.yaml"].replace("per: api-key", "per: service\nauthentication: iam")
}


@pytest.mark.parametrize(
    ("files", "way", "told", "module"),
    [
        (
            {"dev.yaml": DEV + "load_balancer: {mutual_tls: true}\n"},
            ("security_group_mutual_tls_shop", 8443),
            {"SHOP_TLS_URL": '"https://shop-tls.dev.demo.internal:8443"'},
            "load_balancer_verifying_reads_only",
        ),
        (SIGNED, None, {}, None),
        (
            {"dev.yaml": DEV + "load_balancer: {mutual_tls: true, verifier: shared}\n", **SIGNED},
            None,
            {},
            "load_balancer_verified_service",
        ),
        ({}, (SHOP, 9443), {"SHOP_URL": '"http://shop:8080"'}, None),
    ],
    ids=["mutual-tls", "gateway", "gateway-shared", "mesh"],
)
def test_who_only_reads_goes_where_methods_are_checked(
    tmp_path: Path, files: dict[str, str], way: tuple[str, int] | None, told: dict[str, str], module: str | None
) -> None:
    found = rendered(environment(tmp_path, {**READS, **files}))
    ends = ("security_group_mutual_tls_shop", "security_group_mutual_tls", SHOP)
    ways = set().union(*(at(found, WEB, end) for end in ends))
    assert ways == (connection(WEB, *way) if way else set())
    variables = found.call("app/service-web.tf", "service_web")["environment"]
    assert dict(re.findall(r'(SHOP_\w+) += (".*")', variables)) == told
    if module is not None:
        assert found.call("edge/service-shop.tf", "mutual_tls_shop")["source"] == f'"../modules/{module}"'


def test_who_may_do_more_comes_to_a_port_of_its_own_at_the_same_load_balancer(tmp_path: Path) -> None:
    settings = {"dev.yaml": DEV + "load_balancer: {mutual_tls: true}\n"}
    late = service("late", CALLS)
    found = rendered(environment(tmp_path, {**READS, **late, **settings}))
    verifying = "security_group_mutual_tls_shop"
    ways = connection(WEB, verifying, 8443) | connection("security_group_service_late", verifying, 443)
    ways |= connection(verifying, SHOP, 8080)
    assert {one for _, one in halves(found) if verifying in (one.group, one.other)} == ways
    assert "load_balancer_verifying_reads" in found.call("edge/service-shop.tf", "mutual_tls_shop")["source"]


def test_a_shared_verifier_is_reached_by_all_callers_and_leads_to_all_services(tmp_path: Path) -> None:
    settings = {"dev.yaml": DEV + "load_balancer: {mutual_tls: true, verifier: shared}\n"}
    late = service("late", "calls: {web: {access: api, why: it asks}}\n")
    found = rendered(environment(tmp_path, {**CALL, **late, **settings}))
    verifying, late = "security_group_mutual_tls", "security_group_service_late"
    ways = connection(late, verifying, 443) | connection(WEB, verifying, 443)
    ways |= connection(verifying, WEB, 8080) | connection(verifying, SHOP, 8080)
    assert {one for _, one in halves(found) if verifying in (one.group, one.other)} == ways
    assert found.call("edge/mutual-tls.tf", "mutual_tls")["security_group_id"] == f"local.network.{verifying}_id"
    for called in ("web", "shop"):
        behind = found.call(f"edge/service-{called}.tf", f"mutual_tls_{called}")
        assert behind["listener_arn"] == "module.mutual_tls.listener_arn"
        assert behind["domain_name"] == f'"{called}-tls.dev.demo.internal"'
        targets = found.call(f"app/service-{called}.tf", f"service_{called}")["target_group_arns"]
        assert targets == f"[local.edge.mutual_tls_{called}_target_group_arn]"
    assert "mutual_tls_late" not in found.labels("edge/service-late.tf")


@pytest.mark.parametrize(
    ("settings", "ways"),
    [
        ({}, {"0.0.0.0/0"}),
        ({"nat": "single"}, {"0.0.0.0/0"}),
        ({"nat": "per-zone", "endpoints": "[logs]"}, {"0.0.0.0/0", "security_group_endpoints"}),
        ({"endpoints": "[logs, ecr.api]"}, {"security_group_endpoints", "endpoint_s3.prefix_list"}),
        (
            {"nat": "per-zone", "endpoints": "[ecr.api, ecr.dkr, logs]"},
            {"security_group_endpoints", "endpoint_s3.prefix_list"},
        ),
    ],
)
def test_tasks_leave_by_the_ways_that_the_network_has(tmp_path: Path, settings: dict[str, str], ways: set[str]) -> None:
    found = rendered(environment(tmp_path, network(**settings)))
    assert {(one.other, one.port) for _, one in halves(found) if one.group == WEB} == {(way, "443") for way in ways}


CLOSED = network(nat="single", endpoints="[ecr.api, ecr.dkr, logs]")


@pytest.mark.parametrize(
    ("more", "api"),
    [
        ('secrets: {KEY: "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:key-AbCdEf"}', "secretsmanager"),
        ('permissions: {mail: {actions: ["ses:SendEmail"], resources: ["*"], why: it writes}}', "email"),
        ("exec: true", "ssmmessages"),
        ("uses: {queues/mails: {access: send, why: it writes}}", "sqs"),
        ('permissions: {read: {actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/*"]}}', ""),
    ],
)
def test_an_api_without_an_endpoint_opens_the_way_out(tmp_path: Path, more: str, api: str) -> None:
    files = {"services/web.yaml": f"{SERVICE}{more}\n", "queues/mails.yaml": "name: mails\ntitle: Mails\n"}
    found = rendered(environment(tmp_path, {**CLOSED, **files}))
    rule = found.items("network/service-web.tf", WEB, "egress").get("internet")
    said = f'"services/web to internet: through NAT to APIs without an endpoint ({api})"'
    assert (rule["description"] if rule else "") == (said if api else "")


def test_who_calls_dynamodb_reaches_its_gateway_endpoint_and_no_other_does(tmp_path: Path) -> None:
    settings = network(nat="single", endpoints="[dynamodb, ecr.api, ecr.dkr, logs]")
    table = "arn:aws:dynamodb:ap-northeast-1:111122223333:table/seats"
    reads = f'permissions: {{read: {{actions: ["dynamodb:GetItem"], resources: ["{table}"], why: it asks}}}}\n'
    found = rendered(environment(tmp_path, {**settings, "services/web.yaml": SERVICE + reads, **service("shop")}))
    ways = {group: {one.other for _, one in halves(found) if one.group == group} for group in (WEB, SHOP)}
    usual = {"security_group_endpoints", "endpoint_s3.prefix_list"}
    assert ways == {WEB: {*usual, "endpoint_dynamodb.prefix_list"}, SHOP: usual}


def test_tasks_reach_on_the_internet_what_their_entry_says(tmp_path: Path) -> None:
    more = "internet: {rates: {why: rates}, printer: {range: 203.0.113.0/24, port: 9100, why: prints}}\n"
    found = rendered(environment(tmp_path, {**CLOSED, "services/web.yaml": SERVICE + more}))
    ways = {(one.other, one.port) for _, one in halves(found) if one.group == WEB}
    assert ways == {("security_group_endpoints", "443"), ("0.0.0.0/0", "443"), ("203.0.113.0/24", "9100")}


def test_a_private_gateway_brings_its_endpoint_and_the_rule_to_it(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, INSIDE))
    ends = "security_group_endpoints", WEB
    assert at(found, *ends) == connection(WEB, "security_group_endpoints", 443)
    assert found.call("network/endpoints.tf", "endpoint_execute_api")["subnet_ids"] == "module.vpc.public_subnet_list"


@pytest.mark.parametrize("files", [BALANCER, network(endpoints="[logs]"), {**EDGE, **CALL, **PROXY}, INSIDE])
def test_both_halves_stand_with_the_entry_where_the_other_end_is_shared(tmp_path: Path, files: dict[str, str]) -> None:
    """So a new entry touches its own file, and those of the entries that it calls."""
    before = rendered(environment(tmp_path / "before", files)).bodies()
    after = rendered(environment(tmp_path / "after", {**files, **service("late")}))
    bodies = after.bodies()
    changed = {path for path in bodies if path.startswith("network/") and before.get(path) != bodies[path]}
    assert changed == {"network/service-late.tf", "network/images-service-late.tf", "network/outputs.tf"}
    assert not {path for path, _ in halves(after)} & {"network/load-balancer.tf", "network/endpoints.tf"}


def test_a_call_that_is_taken_away_takes_both_halves_along(tmp_path: Path) -> None:
    calls = SERVICE + CALLS.replace("}}", "}, late: {access: read, why: it looks}}")
    files = {**CALL, "services/web.yaml": calls, **service("late")}
    before = rendered(environment(tmp_path / "before", files))
    after = rendered(environment(tmp_path / "after", {**files, "services/web.yaml": SERVICE + CALLS}))
    assert set(halves(before)) - set(halves(after)) == {
        ("network/service-web.tf", Half(WEB, "egress", "security_group_service_late", "9443")),
        ("network/service-late.tf", Half("security_group_service_late", "ingress", WEB, "9443")),
    }
    assert set(halves(after)) < set(halves(before))


def test_a_rename_keeps_groups_and_the_keys_of_rules(tmp_path: Path) -> None:
    """The key is the address of the rule in the state: another one would close the connection for a moment."""
    renamed = {"services/shop.yaml": SERVICE.replace("name: web", "name: market\nrenamed_from: shop")}
    calls = {"services/web.yaml": SERVICE + CALLS.replace("shop", "market") + "database: store\n"}
    database = {
        "databases/store.yaml": DATABASE.replace("name: main", "name: store\nrenamed_from: main") + "proxy: {}\n"
    }
    found = rendered(environment(tmp_path, {**renamed, **calls, **database}))
    egress = found.items("network/service-web.tf", WEB, "egress")
    assert set(egress) == {"internet", "proxy-main", "service-shop"}
    assert egress["service-shop"]["security_group_id"] == "module.security_group_service_market.id"
    assert set(found.items("network/database-store.tf", "security_group_database_store", "ingress")) == {"proxy-main"}
    assert found.call("network/service-market.tf", "security_group_service_market")["name"] == '"demo-dev-shop"'
    for path, former, now in (
        ("service-market", "service_shop", "service_market"),
        ("database-store", "database_main", "database_store"),
        ("database-store", "proxy_main", "proxy_store"),
    ):
        moved = f"  from = module.security_group_{former}\n  to   = module.security_group_{now}\n"
        assert moved in found.files[f"network/{path}.tf"]


def test_two_ports_between_the_same_two_groups_are_two_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = kinds()["services"]

    def connections(entry: Any, ctx: BuildContext) -> Iterator[Relation]:
        for one in kind.network.connections(entry, ctx):
            yield one
            yield replace(one, port=one.port + 1, why="it asks how it is")

    doubled = replace(kind, network=replace(kind.network, connections=connections))
    monkeypatch.setattr(rules, "kinds", lambda: {**kinds(), "services": doubled})
    found = rendered(environment(tmp_path, CALL))
    made = found.items("network/service-web.tf", WEB, "egress")
    assert {key: rule["port"] for key, rule in made.items() if key.startswith("service-shop")} == {
        "service-shop": "9443",
        "service-shop-9444": "9444",
    }
    back = found.items("network/service-shop.tf", "security_group_service_shop", "ingress")
    assert {key for key in back if key.startswith("service-web")} == {"service-web", "service-web-9444"}


@pytest.mark.parametrize("why", ["価格を聞く", "it's about prices", "a" * 250, "is it <here>?"])
def test_words_that_aws_refuses_stay_out_of_a_description(tmp_path: Path, why: str) -> None:
    calls = f'calls: {{shop: {{access: api, why: "{why}"}}}}\n'
    found = rendered(environment(tmp_path, {**CALL, "services/web.yaml": SERVICE + calls}))
    rule = found.items("network/service-web.tf", WEB, "egress")["service-shop"]
    assert rule["description"] == '"services/web to services/shop"'


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_rules_and_relations_are_the_same_thing(repository: Path, name: str) -> None:
    """On the largest system that there is: no relation lacks a half, no half a relation, and no key stands for two."""
    found = rendered(environment_of(repository, name))
    relations = Relations(BuildContext(found.environment, in_force(found.environment)))
    outside = {INTERNET: "0.0.0.0/0", "object-store": "endpoint_s3.prefix_list"}
    labels = {end: str(group.module.label) for end, group in relations.groups.items()} | outside
    wanted: list[Half] = []
    for one in relations.all:
        if one.source not in outside:
            wanted.append(Half(labels[one.source], "egress", labels[one.target], str(one.port)))
        if one.target not in outside:
            wanted.append(Half(labels[one.target], "ingress", labels[one.source], str(one.port)))
    assert sorted(one for _, one in halves(found) if one.group in labels.values()) == sorted(wanted)
    assert all(found.environment.at(one.owner, *one.path).line for one in relations.all)
