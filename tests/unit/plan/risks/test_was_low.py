"""What an attacker found to be LOW that is not: rights, ways in and copies whose wording hides what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import ACTIONS, told
from tests.unit.plan.risks.test_elsewhere import OTHER, OWN, PROVIDERS, told_of

RULE = "aws_vpc_security_group_ingress_rule"
SIXTEENTHS = [f"{16 * place}.0.0.0/4" for place in range(16)]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def for_all(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*", **more}


def inline(*networks: str, low: int = 5432, high: int = 5432, protocol: str = "tcp") -> dict[str, Any]:
    one = {"from_port": low, "to_port": high, "protocol": protocol}
    return {"ingress": [{**one, "cidr_blocks": [network]} for network in networks]}


def worst(kind: str, before: Any, after: Any, **more: Any) -> str:
    action = "create" if before is None else "delete" if after is None else "update"
    return told(kind, action, before, after, **more)[0]


@pytest.mark.parametrize(
    ("ports", "said"),
    [
        ({}, "port 5432 (PostgreSQL) opens"),
        ({"low": 8500, "high": 8500}, "port 8500 opens"),
        ({"low": 0, "high": 65535, "protocol": "udp"}, "every port of udp opens"),
        ({"low": -1, "high": -1, "protocol": "-1"}, "every port opens"),
    ],
)
def test_ranges_that_are_the_internet_together_are_judged_like_it(ports: dict[str, Any], said: str) -> None:
    words = f"HIGH exposure: {said} to the whole internet (0.0.0.0/4 and 15 more together)"
    for before in (None, inline()):
        assert worst("aws_security_group", before, inline(*SIXTEENTHS, **ports)) == words
    one = {"protocol": ports.get("protocol", "tcp"), "type": "ingress", "security_group_id": "sg-1"}
    one |= {"from_port": ports.get("low", 5432), "to_port": ports.get("high", 5432), "cidr_blocks": SIXTEENTHS}
    assert words in told("aws_security_group_rule", "create", None, one)
    assert "HIGH" not in "".join(told("aws_security_group_rule", "create", None, {**one, "type": "egress"}))
    assert "HIGH" not in worst("aws_security_group", inline(*SIXTEENTHS, **ports), inline(*SIXTEENTHS[1:], **ports))


def test_ranges_that_overlap_on_some_ports_are_summed_there() -> None:
    rules = [inline(one, low=1000 + place, high=2000)["ingress"][0] for place, one in enumerate(SIXTEENTHS)]
    said = told("aws_security_group", "create", None, {"ingress": rules})
    assert any("HIGH exposure: ports 1001-2000 open to the whole internet" in one for one in said)
    few = [inline(f"{place}.0.0.0/8")["ingress"][0] for place in (3, 3, 3, 18)] + [inline("10.0.0.0/8")["ingress"][0]]
    assert "HIGH" not in "".join(told("aws_security_group", "create", None, {"ingress": few}))


@pytest.mark.parametrize("group", ["sg-1", None])
def test_rules_of_one_group_are_summed_and_those_of_others_are_not(group: str | None) -> None:
    def rules(port: int, *groups: str | None) -> list[dict[str, Any]]:
        unknown = {"after_unknown": {"security_group_id": True}} if group is None else {}
        ends = {"from_port": port, "to_port": port, "ip_protocol": "tcp"}
        return [
            resource(
                f"{RULE}.a{place}", ["create"], None, {**ends, "cidr_ipv4": one, "security_group_id": of}, **unknown
            )
            for place, (one, of) in enumerate(zip(SIXTEENTHS, groups, strict=False))
        ]

    (web,) = rules(443, group)
    web["address"] = f"{RULE}.web"
    changes = parse_plan(plan(*rules(8500, *[group] * 16), web)).changes
    high = {change.address for change in changes if any("HIGH" in one.level.name for one in change.risks)}
    assert high == {f"{RULE}.a{place}" for place in range(16)}
    if group:
        changes = parse_plan(plan(*rules(8500, *[f"sg-{place}" for place in range(16)]))).changes
        assert not [one for change in changes for one in change.risks if one.level.name == "HIGH"]


def test_a_port_of_databases_for_a_large_part_of_the_internet_is_told() -> None:
    after = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 5432, "to_port": 5432}
    assert worst(RULE, None, {**after, "cidr_ipv4": "3.0.0.0/8"}) == (
        "MEDIUM exposure: port 5432 (PostgreSQL) opens to 3.0.0.0/8"
    )
    for network in ("10.0.0.0/8", "203.0.113.7/32"):
        assert worst(RULE, None, {**after, "cidr_ipv4": network}).startswith("LOW")


ANYONE = "HIGH exposure: anyone is allowed s3:GetObject (Principal *)"
UNLESS_OWN = {"StringNotEquals": {"aws:PrincipalAccount": OWN}}


@pytest.mark.parametrize(
    ("deny", "is_guarded"),
    [
        (for_all(Condition=UNLESS_OWN), True),
        (for_all(Action="s3:*", Resource="*", Condition=UNLESS_OWN), True),
        (for_all(Condition={**UNLESS_OWN, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}), True),
        (for_all(Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), True),
        (for_all(Action="s3:DeleteBucket", Condition=UNLESS_OWN), False),
        (for_all(Resource="arn:aws:s3:::a/secret/*", Condition=UNLESS_OWN), False),
        (for_all(Condition={"StringEquals": {"aws:PrincipalAccount": OTHER}}), False),
        (for_all(Principal={"AWS": OTHER}, Condition=UNLESS_OWN), False),
        (for_all(Condition={**UNLESS_OWN, "StringEquals": {"s3:prefix": "x"}}), False),
        (for_all(Condition={"StringNotLike": {"aws:PrincipalAccount": "*"}}), False),
        ({**for_all(Condition=UNLESS_OWN, NotResource="arn:aws:s3:::a/*"), "Resource": None}, False),
    ],
)
def test_a_deny_limits_only_what_it_covers(deny: dict[str, Any], is_guarded: bool) -> None:
    said = told("aws_s3_bucket_policy", "create", None, {"policy": policy(for_all(), {**deny, "Effect": "Deny"})})
    assert (ANYONE in said) is not is_guarded


@pytest.mark.parametrize(
    ("condition", "limits"),
    [
        ({"StringNotEquals": {"aws:PrincipalAccount": OTHER}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.7/32"}}, False),
        ({"StringLike": {"aws:PrincipalArn": "arn:*:iam::*"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}, False),
        ({"StringLike": {"aws:PrincipalAccount": "????????????"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"}}, False),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-abc/r/"}}, False),
        ({"StringEquals": {"aws:PrincipalType": ["User", "AssumedRole"]}}, False),
        ({"IpAddress": {"aws:SourceIp": SIXTEENTHS}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, True),
        ({"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:own-bucket"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/r-1/*"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": OTHER}, "StringEquals": {"aws:PrincipalOrgID": "o-abc"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}}, True),
    ],
)
def test_a_condition_that_nearly_everybody_meets_limits_nobody(condition: dict[str, Any], limits: bool) -> None:
    said = told("aws_s3_bucket_policy", "create", None, {"policy": policy(for_all(Condition=condition))})
    assert (ANYONE in said) is not limits


@pytest.mark.parametrize(
    ("action", "on", "condition", "level"),
    [
        ("secretsmanager:GetSecretValue", "*", {"Bool": {"aws:SecureTransport": "true"}}, "HIGH"),
        ("secretsmanager:GetSecretValue", "*", {"StringLike": {"aws:RequestedRegion": "*"}}, "HIGH"),
        ("secretsmanager:GetSecretValue", "*", {"StringEquals": {"aws:ResourceTag/of": "web"}}, None),
        ("secretsmanager:GetSecretValue", "*", {"StringNotEquals": {"aws:ResourceTag/of": "web"}}, None),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:*:{OWN}:secret:*-??????", {}, "HIGH"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:????????????:secret:*", {}, "HIGH"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:*:{OWN}:secret:web-??????", {}, None),
        ("sts:AssumeRole", "arn:aws:iam::????????????:role/*", {}, "MEDIUM"),
        ("kms:PutKeyPolicy", "*", {}, "MEDIUM"),
        ("kms:Put*", "*", {}, "MEDIUM"),
        ("iam:DeleteRolePermissionsBoundary", "*", {}, "MEDIUM"),
        ("ssm:SendCommand", "*", {}, "MEDIUM"),
        ("lambda:UpdateFunctionCode", "*", {}, "MEDIUM"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{OWN}:function:web", {}, None),
    ],
)
def test_a_right_on_all_there_is_is_one_however_that_is_written(
    action: str, on: str, condition: dict[str, Any], level: str | None
) -> None:
    said = policy({"Effect": "Allow", "Action": action, "Resource": on, "Condition": condition})
    assert worst("aws_iam_role", None, {"inline_policy": [{"policy": said}]}).startswith(level or "LOW")


def letting_in(principal: Any) -> str:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": f"arn:aws:s3:::{OTHER}/*"})


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("aws_dynamodb_resource_policy", "policy"),
        ("aws_cloudwatch_event_bus_policy", "policy"),
        ("aws_opensearch_domain", "access_policies"),
        ("aws_cloudwatch_log_resource_policy", "policy_document"),
        ("aws_glacier_vault", "access_policy"),
        ("aws_s3tables_table_bucket_policy", "resource_policy"),
        ("aws_sqs_queue_policy", "policy"),
    ],
)
def test_who_comes_from_elsewhere_is_named_whatever_the_policy_is_of(kind: str, name: str) -> None:
    own = {name: letting_in({"AWS": f"arn:aws:iam::{OWN}:root"})}
    for principal, said in (
        ({"AWS": f"arn:aws:iam::{OTHER}:root"}, f"account {OTHER} may use it"),
        ({"CanonicalUser": "79a59d"}, "the canonical user 79a59d may use it"),
        (
            {"Federated": "cognito-identity.amazonaws.com"},
            "whoever signs in by cognito-identity.amazonaws.com may use it",
        ),
    ):
        after = {name: letting_in(principal)}
        for action, before in (("create", None), ("update", own)):
            assert f"MEDIUM exposure: {said}" in told_of(kind, action, before, after)
        assert said not in told_of(kind, "update", after, {**after, "tags": {"a": "b"}})
    assert "may use it" not in told_of(kind, "create", None, own)


def test_the_readers_of_this_plans_distributions_are_no_strangers() -> None:
    after = {"policy": letting_in({"CanonicalUser": "79a59d"})}
    own = {"s3_canonical_user_id": "79a59d"}
    reader = resource("aws_cloudfront_origin_access_identity.b", ["no-op"], own, own)
    risks = parse_plan(plan(resource("aws_s3_bucket_policy.a", ["create"], None, after), reader)).changes[-1].risks
    assert not [one for one in risks if "canonical" in one.reason]


def test_a_security_group_of_another_account_is_named() -> None:
    after = {"security_group_id": "sg-1", "ip_protocol": "-1", "referenced_security_group_id": f"{OTHER}/sg-2"}
    said = f"MEDIUM exposure: referenced_security_group_id leads to account {OTHER}"
    assert said in told_of(RULE, "create", None, after)
    assert "account" not in told_of(RULE, "create", None, {**after, "referenced_security_group_id": f"{OWN}/sg-2"})


def test_a_letter_that_is_written_as_its_number_is_that_letter() -> None:
    kind = "aws_sfn_state_machine"
    call = {"definition": '{"States":{"a":{"Resource":"arn:aws:states:::aws-sdk:\\u0069am:createUser"}}}'}
    assert worst(kind, None, call) == "HIGH privilege: it calls iam:createUser when it runs"
    digits = OTHER.replace("4", "\\u0034")
    other = {"definition": f'{{"States":{{"a":{{"Resource":"arn:aws:lambda:eu-west-1:{digits}:function:x"}}}}}}'}
    assert f"MEDIUM exposure: definition leads to account {OTHER}" in told_of(kind, "create", None, other)


@pytest.mark.parametrize(
    ("call", "is_told"),
    [
        ("rds:deleteDBInstance", True),
        ("ec2:authorizeSecurityGroupIngress", True),
        ("ec2:terminateInstances", True),
        ("s3:putBucketPolicy", True),
        ("rds:stopDBInstance", False),
        ("sqs:deleteMessage", False),
        ("dynamodb:putItem", False),
    ],
)
def test_a_call_that_takes_away_or_lets_in_is_told(call: str, is_told: bool) -> None:
    target = {"target": [{"arn": f"arn:aws:scheduler:::aws-sdk:{call}"}]}
    states = {"definition": json.dumps({"Resource": f"arn:aws:states:::aws-sdk:{call}"})}
    for kind, after, when in (
        ("aws_scheduler_schedule", target, "by the clock"),
        ("aws_sfn_state_machine", states, "when it runs"),
    ):
        assert (f"MEDIUM privilege: it calls {call} {when}" in told(kind, "create", None, after)) is is_told
        assert "it calls" not in "".join(told(kind, "update", after, {**after, "tags": {"a": "b"}}))


@pytest.mark.parametrize("bucket", [None, "here", "there"])
def test_what_is_there_already_is_copied_to_a_bucket_that_the_plan_does_not_have(bucket: str | None) -> None:
    held = {"bucket": bucket, "arn": f"arn:aws:s3:::{bucket}"}
    others = [resource("aws_s3_bucket.b", ["no-op"], held, held)] if bucket else []
    rule = [{"destination": [{"bucket": "arn:aws:s3:::there"}]}]
    stream = [{"kinesis_stream_arn": f"arn:aws:kinesis:eu-west-1:{OWN}:stream/x"}]
    to = [{"bucket_arn": "arn:aws:s3:::there"}]
    for kind, after, said in (
        (
            "aws_s3_bucket_replication_configuration", {"bucket": "mine", "role": "r", "rule": rule},
            "MEDIUM exposure: its contents are copied to arn:aws:s3:::there",
        ),
        (
            "aws_kinesis_firehose_delivery_stream",
            {"kinesis_source_configuration": stream, "extended_s3_configuration": to},
            "MEDIUM exposure: its records go to arn:aws:s3:::there",
        ),
    ):  # fmt: skip
        changes = parse_plan(plan(resource(f"{kind}.a", ["create"], None, after), *others)).changes
        risks = next(change.risks for change in changes if change.address == f"{kind}.a")
        assert (said in [f"{one.level.name} {one.kind}: {one.reason}" for one in risks]) is (bucket != "there")


def test_a_new_bucket_and_a_new_stream_have_nothing_to_copy() -> None:
    rule = {"role": "r", "rule": [{"destination": [{"bucket": "arn:aws:s3:::there"}]}]}
    kind = "aws_s3_bucket_replication_configuration"
    assert worst(kind, None, rule, after_unknown={"bucket": True}).startswith("LOW")
    to = {"extended_s3_configuration": [{"bucket_arn": "arn:aws:s3:::there"}]}
    assert worst("aws_kinesis_firehose_delivery_stream", None, to).startswith("LOW")


@pytest.mark.parametrize(
    ("kind", "after", "unknown", "said"),
    [
        ("aws_s3_bucket_object", {"acl": "public-read"}, "", "HIGH exposure: anyone may read its objects"),
        ("aws_s3_object_copy", {"acl": "public-read"}, "", "HIGH exposure: anyone may read its objects"),
        ("aws_ssm_document", {"permissions": {"account_ids": "All"}}, "", "HIGH exposure: anyone may run or read"),
        ("aws_eip_association", {"instance_id": "i-1"}, "instance_id", "MEDIUM exposure: what is there gets a public"),
        ("aws_eip", {"instance": "i-1"}, "instance", "MEDIUM exposure: what is there gets a public address"),
        ("aws_vpc_dhcp_options_association", {"vpc_id": "vpc-1"}, "vpc_id", "MEDIUM exposure: what runs there asks"),
    ],
)
def test_what_is_put_on_something_that_is_there_or_given_to_all_is_told(
    kind: str, after: Any, unknown: str, said: str
) -> None:
    assert worst(kind, None, after).startswith(said)
    if unknown:
        assert worst(kind, None, {}, after_unknown={unknown: True}).startswith("LOW")


@pytest.mark.parametrize(
    ("kind", "name", "before", "after", "is_less"),
    [
        ("aws_db_parameter_group", "pgaudit.log", "all", "role", True),
        ("aws_db_parameter_group", "pgaudit.log", "ddl,role", "role", True),
        ("aws_db_parameter_group", "pgaudit.log", "all", "all,-misc", True),
        ("aws_db_parameter_group", "pgaudit.log", "role", "ddl, role", False),
        ("aws_db_parameter_group", "pgaudit.log", "none", "ddl", False),
        ("aws_db_parameter_group", "pgaudit.log", "ddl", "all", False),
        ("aws_rds_cluster_parameter_group", "server_audit_events", "CONNECT,QUERY", "CONNECT", True),
        ("aws_docdb_cluster_parameter_group", "audit_logs", "all", "ddl", True),
        ("aws_docdb_cluster_parameter_group", "audit_logs", "disabled", "ddl", False),
        ("aws_docdb_cluster_parameter_group", "tls", "tls1.3+", "enabled", True),
        ("aws_docdb_cluster_parameter_group", "tls", "enabled", "tls1.2+", False),
        ("aws_db_parameter_group", "log_statement", "all", "ddl", True),
        ("aws_db_parameter_group", "log_statement", "mod", "ddl", True),
        ("aws_db_parameter_group", "log_statement", "ddl", "mod", False),
    ],
)
def test_less_that_is_recorded_is_told(kind: str, name: str, before: str, after: str, is_less: bool) -> None:
    old, new = ({"parameter": [{"name": name, "value": value}]} for value in (before, after))
    assert worst(kind, old, new).startswith("MEDIUM exposure" if is_less else "LOW harmless")


def test_a_rule_that_is_asked_sooner_may_take_what_others_took() -> None:
    kind = "aws_lb_listener_rule"
    said = "MEDIUM downtime: requests may go to it that a rule took which this plan does not have: it is asked sooner"
    assert worst(kind, {"priority": 10}, {"priority": 1}) == said
    assert worst(kind, {"priority": 1}, {"priority": 10}).startswith("LOW")


DENIES = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        *((f"aws_{one}_policy", {"policy": policy(DENIES)}) for one in ("s3_bucket", "sqs_queue", "vpc_endpoint")),
        ("aws_organizations_policy", {"content": policy(DENIES)}),
        ("aws_fms_policy", {}),
        ("aws_networkfirewall_firewall_policy", {}),
        ("aws_cloudwatch_log_data_protection_policy", {"log_group_name": "a"}),
        ("aws_sns_topic_data_protection_policy", {"arn": "a"}),
        ("aws_iam_account_password_policy", {}),
    ],
)
def test_what_only_denies_lets_through_when_it_goes(kind: str, before: Any) -> None:
    assert worst(kind, before, None).startswith("MEDIUM exposure")


def test_what_only_masks_goes_with_what_it_is_of() -> None:
    gone = resource("aws_cloudwatch_log_data_protection_policy.a", ["delete"], {"log_group_name": "a"}, None)
    group = resource("aws_cloudwatch_log_group.b", ACTIONS["delete"], {"name": "a"}, None)
    changes = parse_plan(plan(gone, group, **PROVIDERS)).changes
    risks = next(change.risks for change in changes if "protection" in change.address)
    assert not [one for one in risks if one.kind == "exposure"]
