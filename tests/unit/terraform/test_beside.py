"""What somebody added by hand is drift also once an apply has stored it."""

from __future__ import annotations

import json
from typing import Any

from infragen.terraform.beside import as_declared
from infragen.terraform.states import State, parse_state

PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'


def state(*resources: tuple[str, str, dict[str, Any]]) -> State:
    found = [
        {"mode": "managed", "module": f"module.{name}", "type": kind, "name": "this", "provider": PROVIDER}
        | {"instances": [{"attributes": attributes}]}
        for name, kind, attributes in resources
    ]
    parsed = parse_state(json.dumps({"version": 4, "resources": found}).encode(), "network")
    assert parsed
    return parsed


def listed(port: int, *ranges: str, groups: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a rule as a group lists it."""
    sources = {"cidr_blocks": [*ranges], "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [*groups]}
    return {"from_port": port, "to_port": port, "protocol": "tcp", "self": False, **sources}


def ingress(name: str, port: int, **source: str) -> tuple[str, str, dict[str, Any]]:
    one = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": port, "to_port": port, **source}
    return name, "aws_vpc_security_group_ingress_rule", one


def attributes(found: State, kind: str) -> dict[str, Any]:
    (one,) = (dict(known) for _, other, known in found.managed() if other == kind)
    return one


GROUP = ("api", "aws_security_group", {
    "id": "sg-1",
    "ingress": [listed(443, "10.0.0.0/8", "192.0.2.0/24"), listed(22, "0.0.0.0/0"), listed(80, groups=("sg-2",))],
})  # fmt: skip
ROLE = ("task", "aws_iam_role", {
    "name": "task", "managed_policy_arns": ["arn:own", "arn:by-hand"],
    "inline_policy": [{"name": "own", "policy": "{}"}, {"name": "by-hand", "policy": "{}"}],
})  # fmt: skip


def test_a_group_has_the_rules_that_are_resources_wherever_they_are() -> None:
    here = state(GROUP, ingress("web", 443, cidr_ipv4="10.0.0.0/8"))
    other = state(ingress("app", 80, referenced_security_group_id="sg-2"))
    found = as_declared({"network": here, "app": other}, lambda _stack, _address: ())
    assert attributes(found["network"], "aws_security_group")["ingress"] == [
        listed(443, "10.0.0.0/8"), listed(80, groups=("sg-2",)),
    ]  # fmt: skip
    assert found["app"] == other


def test_rules_and_policies_of_other_types_are_parts_as_well() -> None:
    """What people write in `extra/` may have them."""
    rule = {"type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22}
    here = state(
        GROUP, ROLE,
        ("ssh", "aws_security_group_rule", {**rule, "cidr_blocks": ["0.0.0.0/0"]}),
        ("all", "aws_iam_role_policy_attachments_exclusive", {"role_name": "task", "policy_arns": ["arn:by-hand"]}),
    )  # fmt: skip
    found = as_declared({"network": here}, lambda _stack, _address: ())["network"]
    assert attributes(found, "aws_security_group")["ingress"] == [listed(22, "0.0.0.0/0")]
    assert attributes(found, "aws_iam_role")["managed_policy_arns"] == ["arn:by-hand"]


def test_a_role_has_the_policies_that_are_resources() -> None:
    here = state(
        ROLE,
        ("a", "aws_iam_role_policy_attachment", {"role": "task", "policy_arn": "arn:own"}),
        ("b", "aws_iam_role_policy", {"role": "task", "name": "own"}),
    )
    found = attributes(as_declared({"app": here}, lambda _stack, _address: ())["app"], "aws_iam_role")
    assert found["managed_policy_arns"] == ["arn:own"]
    assert [one["name"] for one in found["inline_policy"]] == ["own"]


def test_what_is_written_in_the_object_itself_stays() -> None:
    here = state(GROUP, ROLE)
    written = {"module.api.aws_security_group.this": {"name", "ingress"}}
    found = as_declared({"network": here}, lambda _stack, address: written.get(address))
    for kind in ("aws_security_group", "aws_iam_role"):
        assert attributes(found["network"], kind) == attributes(here, kind)


def test_policies_and_routes_that_no_resource_gives_are_left_out() -> None:
    routes = [{"cidr_block": "0.0.0.0/0", "ipv6_cidr_block": ""}, {"cidr_block": "192.0.2.0/24", "ipv6_cidr_block": ""}]
    here = state(
        ("own", "aws_sqs_queue", {"url": "https://own", "policy": "{1}"}),
        ("own", "aws_sqs_queue_policy", {"queue_url": "https://own", "policy": "{1}"}),
        ("open", "aws_secretsmanager_secret", {"arn": "arn:1", "policy": "{2}", "replica": [{"region": "us-east-1"}]}),
        ("files", "aws_s3_bucket", {"bucket": "b", "cors_rule": [{}], "lifecycle_rule": [{}], "policy": "{3}"}),
        ("files", "aws_s3_bucket_cors_configuration", {"bucket": "b"}),
        ("plain", "aws_sns_topic", {"arn": "arn:2", "policy": '{"Statement": [{"Sid": "__default_statement_ID"}]}'}),
        ("table", "aws_route_table", {"id": "rtb-1", "route": routes}),
        ("nat", "aws_route", {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"}),
    )
    found = as_declared({"network": here}, lambda _stack, _address: {"name"})["network"]
    assert attributes(found, "aws_sqs_queue")["policy"] == "{1}"
    assert attributes(found, "aws_secretsmanager_secret")["policy"] == ""
    assert attributes(found, "aws_secretsmanager_secret")["replica"] == []
    bucket = attributes(found, "aws_s3_bucket")
    assert (bucket["cors_rule"], bucket["lifecycle_rule"], bucket["policy"]) == ([{}], [], "")
    assert "Sid" in attributes(found, "aws_sns_topic")["policy"]
    assert attributes(found, "aws_route_table")["route"] == routes[:1]


def test_nothing_is_changed_where_all_is_declared() -> None:
    group = ("api", "aws_security_group", {"id": "sg-1", "ingress": [listed(443, "10.0.0.0/8")]})
    here = state(group, ingress("web", 443, cidr_ipv4="10.0.0.0/8"))
    found = as_declared({"network": here}, lambda _stack, _address: ())["network"]
    assert attributes(found, "aws_security_group") == attributes(here, "aws_security_group")
