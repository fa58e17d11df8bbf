"""Who reaches whom, in plans of a few objects: each thing that opens or closes a way does so."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.reachability.listeners import may_match
from tests.unit.reachability.plans import Objects, database, group, network, opened, ref, rule, said, service, ways_of

WEB_TO_DATABASE = {**network(), **service("web"), **database("orders")}
EVERYWHERE = "0.0.0.0/0"


def test_both_halves_of_a_rule_open_a_way() -> None:
    (way,) = ways_of({**WEB_TO_DATABASE, **opened("web", "orders", 3306)}).ways
    assert (str(way), way.name) == ("web -> orders :3306", "its name from AWS")
    assert way.identity == "a database user, with a password"
    assert way.rules == (
        "aws_vpc_security_group_egress_rule.web_orders",
        "aws_vpc_security_group_ingress_rule.orders_web",
    )


@pytest.mark.parametrize("half", [rule("egress", "web", "orders", 3306), rule("ingress", "orders", "web", 3306)])
def test_one_half_opens_nothing(half: Objects) -> None:
    assert said({**WEB_TO_DATABASE, **half}) == set()


def test_a_port_on_which_nothing_listens_leads_nowhere() -> None:
    assert said({**WEB_TO_DATABASE, **opened("web", "orders", 5432)}) == set()


def test_the_ports_of_both_halves_count() -> None:
    halves = {**rule("egress", "a", "b", 8000, 8100), **rule("ingress", "b", "a", 8090, 9000)}
    assert said({**network(), **service("a"), **service("b"), **halves}) == {"a -> b :8090-8100"}


def test_another_protocol_is_another_way() -> None:
    halves = {
        **rule("egress", "a", "b", 53, ip_protocol="udp"),
        **rule("ingress", "b", "a", 53, ip_protocol="-1"),
    }
    assert said({**network(), **service("a"), **service("b"), **halves}) == {"a -> b :53/udp"}


def test_a_range_of_the_network_lets_its_tasks_in() -> None:
    halves = {**rule("egress", "web", "10.0.1.0/24", 3306), **rule("ingress", "orders", "10.0.0.0/16", 3306)}
    assert said({**WEB_TO_DATABASE, **halves}) == {"web -> orders :3306"}


def test_rules_inside_a_group_and_of_the_old_type_count() -> None:
    objects = {**WEB_TO_DATABASE}
    objects["aws_security_group.web"] = {
        **objects["aws_security_group.web"],
        "egress": {
            "protocol": "tcp",
            "from_port": 3306,
            "to_port": 3306,
            "security_groups": ref("aws_security_group.orders.id"),
            "cidr_blocks": [],
            "self": False,
        },
    }
    objects["aws_security_group_rule.in"] = {
        "type": "ingress",
        "security_group_id": ref("aws_security_group.orders.id"),
        "source_security_group_id": ref("aws_security_group.web.id"),
        "protocol": "tcp",
        "from_port": 3306,
        "to_port": 3306,
    }
    assert said(objects) == {"web -> orders :3306"}


def test_a_way_out_needs_a_rule_and_a_route() -> None:
    out = rule("egress", "web", EVERYWHERE, 443)
    (way,) = ways_of({**network(), **service("web"), **out}).ways
    assert (str(way), way.identity) == ("web -> internet :443, through NAT", "the address of NAT")
    cut = {name: value for name, value in network().items() if name != "aws_route.private"}
    assert said({**cut, **service("web"), **out}) == set()


def test_a_regional_nat_gateway_is_in_no_subnet_and_leads_out_unless_it_is_private() -> None:
    objects = {**network(), **service("web"), **rule("egress", "web", EVERYWHERE, 443)}
    objects["aws_nat_gateway.main"] = {"availability_mode": "regional", "connectivity_type": "public"}
    assert said(objects) == {"web -> internet :443, through NAT"}
    objects["aws_nat_gateway.main"] = {"availability_mode": "regional", "connectivity_type": "private"}
    assert said(objects) == set()


def test_nat_leads_nowhere_from_a_subnet_without_an_internet_gateway() -> None:
    objects = {**network(), **service("web"), **rule("egress", "web", EVERYWHERE, 443)}
    objects["aws_nat_gateway.main"] = {"subnet_id": ref("aws_subnet.private.id")}
    assert said(objects) == set()


def test_the_internet_gateway_is_for_public_addresses_in_both_directions() -> None:
    rules = {**rule("egress", "web", EVERYWHERE, 443), **rule("ingress", "web", "0.0.0.0/0", 8080)}
    assert said({**network(), **service("web", "public", public=True), **rules}) == {
        "internet -> web :8080",
        "web -> internet :443, through the internet gateway",
    }
    assert said({**network(), **service("web", "public"), **rules}) == set()


def test_a_network_that_is_not_planned_here_is_called_by_its_range() -> None:
    assert said({**WEB_TO_DATABASE, **rule("ingress", "orders", "192.168.0.0/16", 3306)}) == {
        "192.168.0.0/16 -> orders :3306"
    }


def balancer(kind: str = "application", **more: Any) -> Objects:
    """Return a balancer that passes `/orders/*` on to the service `web` on 8080."""
    name = more.pop("name", "lb")
    return {
        **group(name),
        f"aws_lb.{name}": {
            "load_balancer_type": kind,
            "internal": True,
            "subnets": ref("aws_subnet.private.id"),
            "security_groups": ref(f"aws_security_group.{name}.id"),
            **more,
        },
        f"aws_lb_listener.{name}": {"load_balancer_arn": ref(f"aws_lb.{name}.arn"), "port": 443},
        "aws_lb_target_group.web": {"vpc_id": ref("aws_vpc.main.id")},
        "aws_lb_listener_rule.web": {
            "listener_arn": ref(f"aws_lb_listener.{name}.arn"),
            "action": {"type": "forward", "target_group_arn": ref("aws_lb_target_group.web.arn")},
            "condition": {"path_pattern": {"values": ["/orders", "/orders/*"]}},
        },
    }


WEB = service("web", load_balancer={"target_group_arn": ref("aws_lb_target_group.web.arn"), "container_port": 8080})
BEHIND = {**network(), **WEB, **service("caller"), **balancer()}


def test_a_way_goes_on_through_a_balancer() -> None:
    objects = {**BEHIND, **opened("caller", "lb", 443), **opened("lb", "web", 8080)}
    (way,) = ways_of(objects).ways
    assert (str(way), way.requests) == ("caller -> web :8080, through lb :443", "/orders/*")
    assert len(way.rules) == 4


def test_a_rule_of_a_listener_may_pass_on_some_methods_alone() -> None:
    objects = {**BEHIND, **opened("caller", "lb", 443), **opened("lb", "web", 8080)}
    reading = {"http_request_method": {"values": ["HEAD", "GET"]}}
    objects["aws_lb_listener_rule.web"] = {**objects["aws_lb_listener_rule.web"], "condition": reading}
    (way,) = ways_of(objects).ways
    assert way.requests == "GET HEAD"


def test_a_balancer_that_may_not_reach_its_targets_leads_nowhere() -> None:
    assert said({**BEHIND, **opened("caller", "lb", 443)}) == set()
    assert said({**BEHIND, **opened("caller", "lb", 80), **opened("lb", "web", 8080)}) == set()


def test_a_listener_that_verifies_certificates_knows_its_caller() -> None:
    objects = {**BEHIND, **opened("caller", "lb", 443), **opened("lb", "web", 8080)}
    objects["aws_lb_listener.lb"] = {**objects["aws_lb_listener.lb"], "mutual_authentication": {"mode": "verify"}}
    (way,) = ways_of(objects).ways
    assert way.identity == "a client certificate"


def test_a_shared_listener_leads_who_may_call_one_service_to_each_of_them() -> None:
    behind = {"target_group_arn": ref("aws_lb_target_group.stock.arn"), "container_port": 8080}
    objects = {
        **BEHIND,
        **service("stock", load_balancer=behind),
        "aws_lb_target_group.stock": {"vpc_id": ref("aws_vpc.main.id")},
        **opened("caller", "lb", 443),
        **opened("lb", "web", 8080),
        **opened("lb", "stock", 8080),
    }
    for name in ("web", "stock"):
        action = {"type": "forward", "target_group_arn": ref(f"aws_lb_target_group.{name}.arn")}
        objects[f"aws_lb_listener_rule.{name}"] = {
            "listener_arn": ref("aws_lb_listener.lb.arn"),
            "action": action,
            "condition": {"host_header": {"values": [f"{name}-tls.internal"]}},
        }
    objects["aws_lb_listener.lb"] = {**objects["aws_lb_listener.lb"], "mutual_authentication": {"mode": "verify"}}
    found = {(str(way), way.requests, way.identity) for way in ways_of(objects).ways}
    assert found == {
        (f"caller -> {name} :8080, through lb :443", f"{name}-tls.internal", "a client certificate")
        for name in ("web", "stock")
    }


def test_a_balancer_that_faces_the_internet_is_reached_from_there() -> None:
    facing = balancer(internal=False, subnets=ref("aws_subnet.public.id"))
    objects = {**network(), **WEB, **facing, **rule("ingress", "lb", EVERYWHERE, 443), **opened("lb", "web", 8080)}
    (way,) = ways_of(objects).ways
    assert (str(way), way.identity) == ("internet -> web :8080, through lb :443", "anybody")
    inside = {**objects, "aws_lb.lb": {**objects["aws_lb.lb"], "internal": True}}
    assert said(inside) == set()


def gateway(**more: Any) -> Objects:
    """Return a REST API that passes `/orders/{proxy}` on through a Network Load Balancer."""
    return {
        "aws_api_gateway_rest_api.api": {"endpoint_configuration": {"types": more.pop("types", ["REGIONAL"])}},
        "aws_api_gateway_vpc_link.link": {"target_arns": ref("aws_lb.lb.arn")},
        "aws_api_gateway_method.any": {
            "rest_api_id": ref("aws_api_gateway_rest_api.api.id"),
            "http_method": "ANY",
            "authorization": "NONE",
            "api_key_required": True,
        },
        "aws_api_gateway_integration.any": {
            "rest_api_id": ref("aws_api_gateway_rest_api.api.id"),
            "connection_type": "VPC_LINK",
            "connection_id": ref("aws_api_gateway_vpc_link.link.id"),
            "uri": "https://lb.internal:443/orders/{proxy}",
            **more,
        },
    }


def test_a_gateway_hands_requests_to_the_function_that_its_integration_invokes() -> None:
    called = "arn:aws:lambda:ap-northeast-1:111122223333:function:mail"
    uri = f"arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/{called}/invocations"
    objects = gateway(connection_type="INTERNET", uri=uri)
    for name, found in (("mail", True), ("other", False)):
        ways = {str(way) for way in ways_of({**objects, "aws_lambda_function.x": {"function_name": name}}).ways}
        assert ("api -> x :443, through Lambda's API" in ways) is found


def named(host: str, *, recorded: bool = True) -> Objects:
    """Return a domain name of the gateway, and the record that leads there."""
    record = {"name": host, "alias": {"name": ref("aws_api_gateway_domain_name.own.regional_domain_name")}}
    return {
        "aws_api_gateway_domain_name.own": {"domain_name": host},
        "aws_api_gateway_base_path_mapping.own": {
            "api_id": ref("aws_api_gateway_rest_api.api.id"),
            "domain_name": ref("aws_api_gateway_domain_name.own.domain_name"),
        },
        **({"aws_route53_record.own": record} if recorded else {}),
    }


def test_a_gateway_is_found_by_its_own_name_where_a_record_leads_to_it() -> None:
    def name(objects: Objects) -> str:
        (way,) = ways_of(objects).ways
        return way.name

    closed = gateway()
    closed["aws_api_gateway_rest_api.api"]["disable_execute_api_endpoint"] = True
    assert name(gateway()) == "its name from AWS"
    assert name({**closed, **named("api.demo.com")}) == "api.demo.com"
    assert name({**gateway(), **named("api.demo.com", recorded=False)}) == "its name from AWS"
    assert name({**closed, **named("api.demo.com", recorded=False)}) == ""


UNCHECKED = {"enforce_security_group_inbound_rules_on_private_link_traffic": "off"}


def test_a_gateway_leads_to_what_its_path_leads_to() -> None:
    behind = {**network(), **WEB, **balancer("network", **UNCHECKED), **opened("lb", "web", 8080)}
    assert said({**behind, **gateway()}) == {
        "internet -> api :443",
        "api -> web :8080, through the VPC link, lb :443",
    }
    assert said({**behind, **gateway(uri="https://lb.internal:443/other/{proxy}")}) == {"internet -> api :443"}


def test_a_link_does_not_get_in_where_its_addresses_are_checked() -> None:
    behind = {**network(), **WEB, **balancer("network"), **opened("lb", "web", 8080)}
    assert said({**behind, **gateway()}) == {"internet -> api :443"}


def endpoint(service_name: str, **more: Any) -> Objects:
    return {
        **group("endpoints"),
        "aws_vpc_endpoint.one": {
            "service_name": f"com.amazonaws.ap-northeast-1.{service_name}",
            "vpc_endpoint_type": "Interface",
            "subnet_ids": ref("aws_subnet.private.id"),
            "security_group_ids": ref("aws_security_group.endpoints.id"),
            **more,
        },
    }


def test_a_private_gateway_is_reached_through_its_endpoint_alone() -> None:
    objects = {**network(), **service("web"), **gateway(types=["PRIVATE"]), **opened("web", "endpoints", 443)}
    del objects["aws_api_gateway_vpc_link.link"], objects["aws_api_gateway_integration.any"]
    assert said({**objects, **endpoint("execute-api")}) == {
        "web -> AWS execute-api :443, through the interface endpoint",
        "web -> api :443, through AWS execute-api",
    }
    assert said({**objects, **endpoint("sqs")}) == {"web -> AWS sqs :443, through the interface endpoint"}


def test_a_network_that_an_endpoint_lets_in_reaches_its_private_gateways() -> None:
    objects = {**network(), **gateway(types=["PRIVATE"]), **endpoint("execute-api")}
    del objects["aws_api_gateway_vpc_link.link"], objects["aws_api_gateway_integration.any"]
    assert said(objects) == set()
    assert said({**objects, **rule("ingress", "endpoints", "172.16.0.0/16", 443)}) == {
        "172.16.0.0/16 -> AWS execute-api :443",
        "172.16.0.0/16 -> api :443, through AWS execute-api",
    }


def test_a_gateway_endpoint_needs_a_route_and_a_rule() -> None:
    def objects(table: str) -> Objects:
        s3 = {
            "service_name": "com.amazonaws.ap-northeast-1.s3",
            "vpc_endpoint_type": "Gateway",
            "route_table_ids": ref(f"aws_route_table.{table}.id"),
        }
        out = rule("egress", "web", "placeholder", 443)
        (name,) = out
        out[name] = {key: one for key, one in out[name].items() if not key.startswith("referenced")}
        out[name]["prefix_list_id"] = ref("aws_vpc_endpoint.s3.prefix_list_id")
        return {**network(), **service("web"), **out, "aws_vpc_endpoint.s3": s3}

    assert said(objects("private")) == {"web -> AWS s3 :443, through the gateway endpoint"}
    assert said(objects("public")) == set()


def in_mesh(name: str, *, is_client: bool = True) -> Objects:
    configuration = {
        "enabled": is_client,
        "namespace": ref("aws_service_discovery_private_dns_namespace.mesh.arn"),
        "service": {
            "discovery_name": name,
            "ingress_port_override": 9443,
            "client_alias": {"dns_name": name, "port": 80},
        },
    }
    return service(name, service_connect_configuration=configuration)


MESH = {"aws_service_discovery_private_dns_namespace.mesh": {"name": "mesh.internal", "vpc": ref("aws_vpc.main.id")}}


def test_clients_of_a_namespace_know_each_other_by_alias() -> None:
    objects = {**network(), **MESH, **in_mesh("a"), **in_mesh("b"), **opened("a", "b", 9443)}
    (way,) = ways_of(objects).ways
    assert (str(way), way.name) == ("a -> b :9443, through Service Connect", "b:80")


def test_who_is_no_client_of_the_namespace_reaches_the_port_without_a_name() -> None:
    objects = {**network(), **MESH, **in_mesh("a", is_client=False), **in_mesh("b"), **opened("a", "b", 9443)}
    (way,) = ways_of(objects).ways
    assert (str(way), way.name) == ("a -> b :9443", "")


def test_a_network_without_dns_knows_no_name() -> None:
    objects = {
        **network(vpc={"enable_dns_support": False}), **service("web"), **database("orders"),
        **opened("web", "orders", 3306),
    }  # fmt: skip
    (way,) = ways_of(objects).ways
    assert way.name == ""


def test_what_could_matter_and_is_not_looked_at_is_said() -> None:
    plain = ways_of(network()).unread
    found = ways_of({**network(), "aws_network_acl.one": {}, "aws_s3_bucket.one": {}}).unread
    assert set(found) - set(plain) == {"resources of this plan that could open or close a way: aws_network_acl"}


def test_a_rule_for_a_group_that_is_not_planned_here_is_said() -> None:
    known = {**network(), **service("web"), **rule("egress", "web", EVERYWHERE, 443)}
    foreign = rule("egress", "web", "elsewhere", 443)
    assert not any("not in this plan" in line for line in ways_of(known).unread)
    assert "rules for a security group that is not in this plan: aws_vpc_security_group_egress_rule.web_elsewhere" in (
        ways_of({**known, **foreign}).unread
    )


def test_routes_inside_their_table_count() -> None:
    objects = {**network(), **service("web"), **rule("egress", "web", EVERYWHERE, 443)}
    del objects["aws_route.private"]
    assert said(objects) == set()
    objects["aws_route_table.private"] = {
        "route": {"cidr_block": EVERYWHERE, "nat_gateway_id": ref("aws_nat_gateway.main.id")}
    }
    assert said(objects) == {"web -> internet :443, through NAT"}


def test_a_listener_that_forwards_by_weight_leads_to_each_group() -> None:
    objects = {**BEHIND, **opened("caller", "lb", 443), **opened("lb", "web", 8080)}
    other = service(
        "other", load_balancer={"target_group_arn": ref("aws_lb_target_group.other.arn"), "container_port": 81}
    )
    groups = {"target_group": {"arn": ref("aws_lb_target_group.web.arn", "aws_lb_target_group.other.arn")}}
    objects |= {**other, "aws_lb_target_group.other": {}, **rule("ingress", "other", "lb", 81)}
    objects |= rule("egress", "lb", "other", 81)
    del objects["aws_lb_listener_rule.web"]
    objects["aws_lb_listener.lb"] = {
        **objects["aws_lb_listener.lb"],
        "default_action": {"type": "forward", "forward": groups},
    }
    assert said(objects) == {"caller -> web :8080, through lb :443", "caller -> other :81, through lb :443"}


def test_a_network_balancer_without_groups_is_open_to_its_network() -> None:
    machine = {
        **group("machine"),
        "aws_instance.machine": {
            "subnet_id": ref("aws_subnet.private.id"),
            "vpc_security_group_ids": ref("aws_security_group.machine.id"),
        },
        "aws_lb_target_group_attachment.machine": {
            "target_group_arn": ref("aws_lb_target_group.web.arn"),
            "target_id": ref("aws_instance.machine.id"),
            "port": 22,
        },
    }
    objects = {**network(), **service("caller"), **balancer("network"), **machine}
    objects["aws_lb.lb"] = {key: one for key, one in objects["aws_lb.lb"].items() if key != "security_groups"}
    inside = {**rule("egress", "caller", "10.0.0.0/16", 443), **rule("ingress", "machine", "10.0.1.0/24", 22)}
    assert said({**objects, **inside}) == {"caller -> machine :22, through lb :443"}


def test_what_names_no_group_has_the_default_one_of_its_network() -> None:
    objects = {**network(), **service("web"), **rule("egress", "web", "10.0.0.0/16", 2049)}
    objects["aws_efs_mount_target.files"] = {"subnet_id": ref("aws_subnet.private.id")}
    ingress = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.0.0.0/16"]}
    closed = {"vpc_id": ref("aws_vpc.main.id")}
    assert said({**objects, "aws_default_security_group.main": closed}) == set()
    assert said({**objects, "aws_default_security_group.main": {**closed, "ingress": ingress}}) == {
        "web -> files :2049"
    }


def test_a_rule_for_its_own_group_lets_its_members_reach_each_other() -> None:
    objects = {**network(), **service("a"), **service("b")}
    of_b = objects["aws_ecs_service.b"]["network_configuration"]
    objects["aws_ecs_service.b"] = {
        "network_configuration": {**of_b, "security_groups": ref("aws_security_group.a.id")}
    }
    for direction in ("ingress", "egress"):
        objects[f"aws_security_group_rule.{direction}"] = {
            "type": direction, "security_group_id": ref("aws_security_group.a.id"), "self": True, "protocol": "tcp",
            "from_port": 80, "to_port": 80,
        }  # fmt: skip
    assert said(objects) == {"a -> b :80", "b -> a :80"}


@pytest.mark.parametrize("asks", [{"auth": {"iam_auth": "REQUIRED"}}, {"default_auth_scheme": "IAM_AUTH"}])
def test_a_proxy_says_how_it_knows_who_comes(asks: dict[str, object]) -> None:
    proxy = {
        **group("proxy"),
        "aws_db_proxy.proxy": {
            "engine_family": "POSTGRESQL",
            **asks,
            "vpc_subnet_ids": ref("aws_subnet.private.id"),
            "vpc_security_group_ids": ref("aws_security_group.proxy.id"),
        },
    }
    (way,) = ways_of({**network(), **service("web"), **proxy, **opened("web", "proxy", 5432)}).ways
    assert (str(way), way.identity) == ("web -> proxy proxy :5432", "a database user, with a token of its role")


@pytest.mark.parametrize(
    ("pattern", "asked", "found"),
    [
        ("/order/*", "/order/{proxy}", True),
        ("/order", "/order/{proxy}", False),
        ("/order", "/order", True),
        ("/order/*", "/orders/{proxy}", False),
        ("/*", "/order/{proxy}", True),
        ("/order/*", "/{proxy}", True),
        ("/order/?", "/order/1", True),
        ("/order/*", "/stock", False),
        ("/order", "*", True),
    ],
)
def test_a_path_may_match_a_pattern(pattern: str, asked: str, *, found: bool) -> None:
    assert may_match(pattern, asked) is found


def test_a_range_that_is_wider_than_the_network_lets_others_in_too() -> None:
    objects = {
        **WEB_TO_DATABASE,
        **rule("ingress", "orders", "10.0.0.0/8", 3306),
        **rule("egress", "web", "10.0.0.0/8", 3306),
    }
    assert said(objects) == {"10.0.0.0/8 -> orders :3306", "web -> orders :3306"}


def test_half_of_the_internet_is_outside_too() -> None:
    rules = {**rule("ingress", "web", "0.0.0.0/1", 80), **rule("egress", "web", "8.8.8.0/24", 443)}
    assert said({**network(), **service("web", "public", public=True), **rules}) == {
        "0.0.0.0/1 -> web :80",
        "web -> 8.8.8.0/24 :443, through the internet gateway",
    }
    assert said({**network(), **service("web"), **rules}) == {"web -> 8.8.8.0/24 :443, through NAT"}


def test_what_stands_in_subnets_of_others_is_reached_and_its_routes_are_not_looked_at() -> None:
    objects = {**WEB_TO_DATABASE, **opened("web", "orders", 3306), **rule("egress", "web", EVERYWHERE, 443)}
    configuration = objects["aws_ecs_service.web"]["network_configuration"]
    objects["aws_ecs_service.web"] = {"network_configuration": {**configuration, "subnets": ["subnet-1"]}}
    found = ways_of(objects)
    assert {str(way) for way in found.ways} == {"web -> orders :3306"}
    assert found.unread[0] == "the routes of resources in subnets that are not in this plan: web"


def test_what_a_schedule_starts_reaches_what_its_group_lets_it() -> None:
    (configuration,) = (one["network_configuration"] for one in [service("nightly")["aws_ecs_service.nightly"]])
    schedule = {"target": {"ecs_parameters": {"network_configuration": configuration}}}
    objects = {**network(), **group("nightly"), **database("orders"), "aws_scheduler_schedule.nightly": schedule}
    assert said(objects) == set()
    assert said({**objects, **opened("nightly", "orders", 3306)}) == {"nightly -> orders :3306"}


def test_a_task_that_is_started_by_hand_stands_where_its_module_is_told() -> None:
    given = {"subnet_ids": ref("aws_subnet.private.id"), "security_group_id": ref("aws_security_group.migrate.id")}
    task = {"module.called.aws_ecs_task_definition.migrate": {"family": "migrate"}}
    objects = {**network(), **group("migrate"), **database("orders"), **task}
    assert said(objects, given) == set()
    let = objects | opened("migrate", "orders", 3306)
    assert said(let, given) == {"migrate -> orders :3306"}
    assert said(let) == set()
    nightly = {"target": {"ecs_parameters": {"network_configuration": {"security_groups": given["security_group_id"]}}}}
    scheduled = let | {"aws_scheduler_schedule.nightly": nightly}
    assert said(scheduled, given) == {"nightly -> orders :3306"}


def test_who_starts_a_task_by_hand_may_give_it_a_public_address() -> None:
    given = {"subnet_ids": ref("aws_subnet.public.id"), "security_group_id": ref("aws_security_group.migrate.id")}
    task = {"module.called.aws_ecs_task_definition.migrate": {"family": "migrate"}}
    out = rule("egress", "migrate", EVERYWHERE, 443)
    found = said({**network(), **group("migrate"), **task, **out}, given)
    assert found == {"migrate -> internet :443, through the internet gateway"}


PREFIX_LIST = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "prefix_list_id": "pl-58a04531"}


def distribution(**more: Any) -> Objects:
    """Return a distribution that reads a bucket, and calls the balancer `lb` by a name in a zone for `/orders/*`."""
    record = {"name": "lb.demo.com", "alias": {"name": ref("aws_lb.lb.dns_name")}}
    return {
        "aws_s3_bucket.files": {"bucket": "demo-files"},
        "aws_route53_record.lb": record,
        "aws_cloudfront_distribution.site": {
            "aliases": ["www.demo.com"],
            "origin": [
                {"origin_id": "files", "domain_name": "demo-files.s3.ap-northeast-1.amazonaws.com"},
                {
                    "origin_id": "api",
                    "domain_name": "lb.demo.com",
                    "custom_origin_config": [{"origin_protocol_policy": "https-only"}],
                },
            ],
            "default_cache_behavior": [{"target_origin_id": "files"}],
            "ordered_cache_behavior": [{"target_origin_id": "api", "path_pattern": "/orders/*"}],
            **more,
        },
    }


def test_a_distribution_leads_to_its_bucket_and_through_its_balancer_to_what_has_the_path() -> None:
    facing = balancer(internal=False, subnets=ref("aws_subnet.public.id"))
    behind = {**network(), **WEB, **facing, **opened("lb", "web", 8080), **distribution()}
    closed = {"internet -> site :443", "site -> files :443"}
    assert said(behind) == closed
    let_in = {"security_group_id": ref("aws_security_group.lb.id"), **PREFIX_LIST}
    open_to_it = {**behind, "aws_vpc_security_group_ingress_rule.cloudfront": let_in}
    assert said(open_to_it) == {*closed, "site -> web :8080, through lb :443"}
    ways = {(way.source, way.target): way for way in ways_of(open_to_it).ways}
    assert ways["internet", "site"].name == "www.demo.com"
    assert (ways["site", "files"].requests, ways["site", "files"].identity) == ("/*", "CloudFront's signature")
    assert (ways["site", "web"].requests, ways["site", "web"].name) == ("/orders/*", "lb.demo.com")


def calling_the_api(domain: str) -> Objects:
    """Return the distribution, whose origin for `/orders/*` has another name."""
    found = distribution()
    found["aws_cloudfront_distribution.site"]["origin"][1]["domain_name"] = domain
    mapping = {
        "api_id": ref("aws_api_gateway_rest_api.api.id"),
        "domain_name": ref("aws_api_gateway_domain_name.api.domain_name"),
    }
    domains = {"aws_api_gateway_domain_name.api": {"domain_name": "api.demo.com"}}
    return {**network(), **gateway(), **found, **domains, "aws_api_gateway_base_path_mapping.api": mapping}


def test_a_distribution_leads_to_an_api_by_its_own_name() -> None:
    assert "site -> api :443" in said(calling_the_api("api.demo.com"))
    assert "site -> api :443" not in said(calling_the_api("other.demo.com"))


def test_an_api_whose_firewall_asks_for_a_header_says_so() -> None:
    asking = {"regex_pattern_set_reference_statement": [{"field_to_match": [{"single_header": [{"name": "x"}]}]}]}
    rule = {"action": [{"block": [{}]}], "statement": [{"not_statement": [{"statement": [asking]}]}]}
    guarded = {
        **calling_the_api("api.demo.com"),
        "aws_api_gateway_stage.api": {"rest_api_id": ref("aws_api_gateway_rest_api.api.id")},
        "aws_wafv2_web_acl.api": {"rule": [rule]},
        "aws_wafv2_web_acl_association.api": {
            "resource_arn": ref("aws_api_gateway_stage.api.arn"),
            "web_acl_arn": ref("aws_wafv2_web_acl.api.arn"),
        },
    }
    ways = {(way.source, way.target): way for way in ways_of(guarded).ways}
    assert ways["internet", "api"].identity.endswith(" and the header that its firewall asks for")
    assert "header" not in ways["site", "api"].identity
    assert ways["site", "api"].requests == "/orders/*"
    guarded["aws_wafv2_web_acl.api"]["rule"] = [{**rule, "action": [{"count": [{}]}]}]
    ways = {(way.source, way.target): way for way in ways_of(guarded).ways}
    assert "header" not in ways["internet", "api"].identity
