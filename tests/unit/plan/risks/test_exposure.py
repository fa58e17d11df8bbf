"""What becomes reachable, readable or unfiltered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def rule(low: int | None, high: int | None, protocol: str = "tcp", world: str = "0.0.0.0/0") -> dict[str, Any]:
    name = "cidr_ipv6" if ":" in world else "cidr_ipv4"
    return {name: world, "from_port": low, "to_port": high, "ip_protocol": protocol}


def inline(*networks: str, low: int = 22, high: int = 22) -> dict[str, Any]:
    return {"ingress": [{"cidr_blocks": list(networks), "from_port": low, "to_port": high, "protocol": "tcp"}]}


ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
OWN = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"} | {
    "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
}
SENDER = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"} | {
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/own"}
}
PATH = {"path_pattern": [{"values": ["/*"]}]}
RULE = "aws_vpc_security_group_ingress_rule"
WEB = {"name": "web", "readonlyRootFilesystem": True}


def group_rule(name: str, override: str, *counted: str) -> dict[str, Any]:
    """Return a rule of a web ACL that runs a managed group, some of whose rules only count."""
    overrides = [{"name": one, "action_to_use": [{"count": [{}], "block": []}]} for one in counted]
    return {
        "name": name,
        "override_action": [{word: [{}] if word == override else [] for word in ("none", "count")}],
        "statement": [{"managed_rule_group_statement": [{"name": "Core", "rule_action_override": overrides}]}],
    }


def limited(limit: int, seconds: int = 300) -> dict[str, Any]:
    """Return a rule of a web ACL that blocks whoever sends more requests than that."""
    statement = {"limit": limit, "evaluation_window_sec": seconds}
    return {"name": "rate", "action": [{"block": [{}]}], "statement": [{"rate_based_statement": [statement]}]}


CASES: list[tuple[str, Any, Any, str]] = [
    (
        "aws_wafv2_web_acl",
        {"rule": [limited(2000)]},
        {"rule": [limited(200_000)]},
        'MEDIUM exposure: the rule "rate" blocks less: 2000 requests in 300 s -> 200000 requests in 300 s',
    ),
    (
        "aws_wafv2_web_acl",
        {"rule": [limited(2000, 600)]},
        {"rule": [limited(2000, 60)]},
        'MEDIUM exposure: the rule "rate" blocks less: 2000 requests in 600 s -> 2000 requests in 60 s',
    ),
    *(
        (
            "aws_lb_listener",
            {"ssl_policy": f"ELBSecurityPolicy-{before}"},
            {"ssl_policy": f"ELBSecurityPolicy-{after}"},
            (
                f"MEDIUM exposure: {words} accepted: "
                f'ssl_policy "ELBSecurityPolicy-{before}" -> "ELBSecurityPolicy-{after}"'
            ),
        )
        for before, after, words in (
            ("TLS13-1-3-2021-06", "TLS13-1-2-Res-2021-06", "TLS 1.2 is"),
            ("TLS13-1-2-2021-06", "TLS13-1-1-2021-06", "old versions of TLS are"),
            ("TLS-1-2-2017-01", "TLS-1-1-2017-01", "old versions of TLS are"),
            ("FS-1-2-2019-08", "FS-2018-06", "old versions of TLS are"),
        )
    ),
    (
        "aws_cloudfront_distribution",
        {"viewer_certificate": [{"minimum_protocol_version": "TLSv1.3_2025"}]},
        {"viewer_certificate": [{"minimum_protocol_version": "TLSv1.2_2021"}]},
        'MEDIUM exposure: TLS 1.2 is accepted: minimum_protocol_version "TLSv1.3_2025" -> "TLSv1.2_2021"',
    ),
    (
        "aws_cloudfront_distribution",
        {"viewer_certificate": [{"minimum_protocol_version": "TLSv1.2_2021"}]},
        {"viewer_certificate": [{"minimum_protocol_version": "TLSv1"}]},
        'MEDIUM exposure: old versions of TLS are accepted: minimum_protocol_version "TLSv1.2_2021" -> "TLSv1"',
    ),
    (
        "aws_api_gateway_method",
        {"authorization": "AWS_IAM", "http_method": "GET", "api_key_required": False},
        {"authorization": "NONE", "http_method": "GET", "api_key_required": True},
        "MEDIUM exposure: only an API key is required: authorization AWS_IAM -> NONE",
    ),
    (
        "aws_apigatewayv2_route",
        {"authorization_type": "JWT"},
        {"authorization_type": "NONE"},
        "HIGH exposure: anyone may call it: authorization_type JWT -> NONE",
    ),
    (
        "aws_ecs_service",
        {"network_configuration": [{"assign_public_ip": False}]},
        {"network_configuration": [{"assign_public_ip": True}]},
        "MEDIUM exposure: its tasks get public addresses: assign_public_ip becomes true",
    ),
    (
        "aws_ecs_service",
        {"enable_execute_command": False},
        {"enable_execute_command": True},
        (
            "MEDIUM exposure: anyone with ExecuteCommand can open a shell in its containers: "
            "enable_execute_command becomes true"
        ),
    ),
    (
        "aws_ecs_task_definition",
        {"container_definitions": json.dumps([WEB])},
        {"container_definitions": json.dumps([WEB | {"readonlyRootFilesystem": False}, {"name": "new"}])},
        'MEDIUM exposure: files can be written in "web": readonlyRootFilesystem true -> false',
    ),
    (
        "aws_subnet",
        {"map_public_ip_on_launch": False},
        {"map_public_ip_on_launch": True},
        "MEDIUM exposure: what starts in it gets a public address: map_public_ip_on_launch becomes true",
    ),
    (
        "aws_sqs_queue",
        {"kms_master_key_id": "arn:aws:kms:::key/1"},
        {"kms_master_key_id": None},
        "MEDIUM exposure: its messages are no longer encrypted with its own KMS key",
    ),
    (
        "aws_cloudwatch_log_group",
        {"kms_key_id": "arn:aws:kms:::key/1"},
        {"kms_key_id": ""},
        "MEDIUM exposure: its log events are no longer encrypted with its own KMS key",
    ),
    (RULE, None, rule(22, 22), "HIGH exposure: port 22 (SSH) opens to the whole internet (0.0.0.0/0)"),
    (RULE, None, rule(22, 22, world="::/0"), "HIGH exposure: port 22 (SSH) opens to the whole internet (::/0)"),
    (RULE, None, rule(8080, 8080), "HIGH exposure: port 8080 opens to the whole internet (0.0.0.0/0)"),
    (RULE, None, rule(443, 443), "LOW exposure: port 443 opens to the whole internet (0.0.0.0/0)"),
    (
        RULE,
        None,
        rule(443, 443) | {"security_group_id": "sg-1"},
        "MEDIUM exposure: port 443 opens to the whole internet (0.0.0.0/0)",
    ),
    (
        RULE,
        rule(443, 443, world="10.0.0.0/8"),
        rule(443, 443),
        "MEDIUM exposure: port 443 opens to the whole internet (0.0.0.0/0)",
    ),
    (RULE, None, rule(22, 22, world="198.51.0.0/16"), "MEDIUM exposure: port 22 (SSH) opens to 198.51.0.0/16"),
    (RULE, None, rule(22, 22, world="2001:db8::/32"), "MEDIUM exposure: port 22 (SSH) opens to 2001:db8::/32"),
    (RULE, None, rule(3000, 4000, world="198.51.0.0/16"), "MEDIUM exposure: port 3389 (RDP) opens to 198.51.0.0/16"),
    (
        RULE,
        rule(22, 22, world="198.51.0.0/17"),
        rule(22, 22, world="198.51.0.0/16"),
        "MEDIUM exposure: port 22 (SSH) opens to 198.51.0.0/16",
    ),
    (RULE, None, rule(80, 443), "HIGH exposure: ports 80-443 open to the whole internet (0.0.0.0/0)"),
    (RULE, None, rule(None, None, "-1"), "HIGH exposure: every port opens to the whole internet (0.0.0.0/0)"),
    (RULE, None, rule(0, 65535), "HIGH exposure: every port of tcp opens to the whole internet (0.0.0.0/0)"),
    (RULE, None, rule(-1, -1, "icmp"), "LOW exposure: ICMP opens to the whole internet (0.0.0.0/0)"),
    (
        RULE,
        rule(22, 22, world="10.0.0.0/8"),
        rule(22, 22),
        "HIGH exposure: port 22 (SSH) opens to the whole internet (0.0.0.0/0)",
    ),
    (
        "aws_security_group",
        inline("10.0.0.0/8"),
        inline("10.0.0.0/8", "0.0.0.0/0"),
        "HIGH exposure: port 22 (SSH) opens to the whole internet (0.0.0.0/0)",
    ),
    (
        "aws_security_group_rule",
        None,
        {"type": "ingress", "protocol": "tcp", "from_port": 3306, "to_port": 3306, "cidr_blocks": ["0.0.0.0/0"]},
        "HIGH exposure: port 3306 (MySQL) opens to the whole internet (0.0.0.0/0)",
    ),
    (
        "google_compute_firewall",
        None,
        {
            "direction": "INGRESS",
            "source_ranges": ["0.0.0.0/0"],
            "allow": [{"protocol": "tcp", "ports": ["22", "90-95"]}],
        },
        "HIGH exposure: ports 90-95 open to the whole internet (0.0.0.0/0)",
    ),
    (
        "azurerm_network_security_rule",
        None,
        {
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "source_address_prefix": "*",
            "destination_port_range": "3389",
        },
        "HIGH exposure: port 3389 (RDP) opens to the whole internet (*)",
    ),
    (
        "aws_s3_bucket_policy",
        None,
        {"policy": policy(ANYBODY)},
        "HIGH exposure: anyone is allowed s3:GetObject (Principal *)",
    ),
    (
        "aws_s3_bucket_policy",
        {"policy": policy()},
        {"policy": policy(ANYBODY | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}})},
        "LOW exposure: anyone who meets its condition is allowed s3:GetObject",
    ),
    (
        "aws_s3_bucket_policy",
        {"policy": policy()},
        {"policy": policy(ANYBODY | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}})},
        "HIGH exposure: anyone is allowed s3:GetObject (Principal *)",
    ),
    (
        "aws_s3_bucket_policy",
        {"policy": policy()},
        {
            "policy": policy(
                ANYBODY,
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            )
        },
        "HIGH exposure: anyone is allowed s3:GetObject (Principal *)",
    ),
    *(
        (
            "aws_opensearch_domain",
            None,
            {
                "access_policies": policy(ANYBODY | {"Action": "es:ESHttp*"}),
                "vpc_options": [{"subnet_ids": ["subnet-1"]}] if in_vpc else [],
                "advanced_security_options": [{"enabled": True}],
            },
            said,
        )
        for in_vpc, said in (
            (False, "HIGH exposure: anyone is allowed es:ESHttp* (Principal *)"),
            (
                True,
                (
                    "MEDIUM exposure: anyone is allowed es:ESHttp* (Principal *) whom its security groups admit;"
                    " inside, only who has a role may do so"
                ),
            ),
        )
    ),
    (
        "aws_api_gateway_rest_api_policy",
        None,
        {
            "policy": policy(
                ANYBODY | {"Action": "execute-api:Invoke"},
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "*",
                    "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
                },
            )
        },
        "LOW exposure: anyone not covered by its Deny is allowed execute-api:Invoke",
    ),
    ("aws_lambda_permission", None, {"principal": "*"}, "HIGH exposure: anyone may invoke the function (principal *)"),
    (
        "aws_lambda_permission",
        None,
        {"principal": "sns.amazonaws.com"},
        "MEDIUM exposure: sns.amazonaws.com may invoke the function for any account: no source_arn, no source_account",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "login.example.com", "type": "NS", "records": ["ns1.example.net"]},
        "MEDIUM exposure: these name servers answer for all names below login.example.com",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "_acme-challenge.example.com", "type": "CNAME", "records": ["x.example.net"]},
        "MEDIUM exposure: whoever wrote what it leads to can prove that example.com is theirs",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "login.example.com", "type": "A", "records": ["203.0.113.7"]},
        "MEDIUM exposure: 203.0.113.7, which this plan does not make, can get certificates of login.example.com",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "example.com", "type": "TXT", "records": ["token-of-somebody"]},
        "MEDIUM exposure: whoever wrote its text can prove that example.com is theirs, or send mail from it",
    ),
    (
        "aws_route53_record",
        {"name": "example.com", "type": "TXT", "records": ["v=spf1 -all"]},
        {"name": "example.com", "type": "TXT", "records": ["v=spf1 -all", "token-of-somebody"]},
        "MEDIUM exposure: whoever wrote its text can prove that example.com is theirs, or send mail from it",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "_dmarc.example.com", "type": "TXT", "records": ["v=DMARC1; p=none"]},
        "MEDIUM exposure: it decides what becomes of mail that only seems to be from example.com",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "_imaps._tcp.example.com", "type": "SRV", "records": ["0 1 993 mail.example.net"]},
        "MEDIUM exposure: clients use the servers that it names for _imaps._tcp.example.com",
    ),
    (
        "aws_route53_record",
        None,
        {"name": "www.example.com", "type": "A", "alias": [{"name": "d111.cloudfront.net"}]},
        "MEDIUM exposure: d111.cloudfront.net, which this plan does not make, can get certificates of www.example.com",
    ),
    (
        "aws_vpc_endpoint",
        {"policy": policy(OWN)},
        {"policy": policy(OWN, {**OWN, "Condition": {}, "Resource": "arn:aws:s3:::evil"})},
        "MEDIUM exposure: what runs in the VPC may call more through it: s3:* on arn:aws:s3:::evil",
    ),
    (
        "aws_vpc_endpoint",
        {"policy": policy(OWN)},
        {"policy": policy({**OWN, "Condition": {}})},
        "MEDIUM exposure: what runs in the VPC may call more through it: s3:* on *",
    ),
    (
        "aws_sqs_queue_policy",
        {"policy": policy(SENDER)},
        {"policy": policy(SENDER, {**SENDER, "Principal": {"AWS": "arn:aws:iam::111122223333:role/other"}})},
        "MEDIUM exposure: arn:aws:iam::111122223333:role/other may do more: sqs:SendMessage on *",
    ),
    (
        "aws_s3_bucket",
        {"replication_configuration": []},
        {"replication_configuration": [{"rules": [{"destination": [{"bucket": "arn:aws:s3:::evil"}]}]}]},
        "MEDIUM exposure: it is copied to arn:aws:s3:::evil",
    ),
    (
        "aws_secretsmanager_secret",
        {"replica": []},
        {"replica": [{"region": "us-east-1"}]},
        "MEDIUM exposure: it is copied to us-east-1",
    ),
    (
        "aws_lb_listener_rule",
        {"condition": [PATH, {"http_header": [{"http_header_name": "X-Origin-Verify", "values": ["a"]}]}]},
        {"condition": [PATH]},
        "MEDIUM exposure: it takes requests whatever their header X-Origin-Verify",
    ),
    (
        "aws_lb_listener_rule",
        {"condition": [PATH, {"source_ip": [{"values": ["203.0.113.0/24"]}]}]},
        {"condition": [PATH, {"source_ip": [{"values": ["203.0.113.0/24", "0.0.0.0/0"]}]}]},
        "MEDIUM exposure: it takes requests by more of their source address: 0.0.0.0/0",
    ),
    (
        "aws_wafv2_rule_group",
        {"rule": [{"name": "a", "action": [{"count": [{}]}]}]},
        {"rule": [{"name": "a", "action": [{"allow": [{}]}]}]},
        'MEDIUM exposure: the rule "a" allows: rules after it see nothing of its requests',
    ),
    (
        "aws_wafv2_rule_group",
        {"rule": [{"name": "a", "action": [{"block": [{}]}]}]},
        {"rule": [{"name": "a", "action": [{"count": [{}]}]}]},
        'MEDIUM exposure: the rule "a" only counts: requests that it blocked are allowed',
    ),
    (
        "aws_route53_zone",
        None,
        {"name": "pay.example.net", "vpc": [{"vpc_id": "vpc-1"}]},
        "MEDIUM exposure: in its VPC, it alone answers for pay.example.net and all names below",
    ),
    (
        "aws_elasticache_user",
        None,
        {"no_password_required": True},
        "MEDIUM exposure: whoever reaches it needs no password: no_password_required is true",
    ),
    (
        "aws_db_instance",
        {"publicly_accessible": False},
        {"publicly_accessible": True},
        "HIGH exposure: it can be reached from the internet: publicly_accessible becomes true",
    ),
    (
        "aws_db_instance",
        None,
        {"publicly_accessible": True},
        "HIGH exposure: it can be reached from the internet: publicly_accessible is true",
    ),
    (
        "aws_instance",
        None,
        {"associate_public_ip_address": True},
        "LOW exposure: it gets a public address: associate_public_ip_address is true",
    ),
    (
        "aws_instance",
        {"associate_public_ip_address": False},
        {"associate_public_ip_address": True},
        "MEDIUM exposure: it gets a public address: associate_public_ip_address becomes true",
    ),
    (
        "aws_lb",
        {"internal": True},
        {"internal": False},
        "MEDIUM exposure: it becomes internet-facing: internal becomes false",
    ),
    ("aws_lb", None, {"internal": False}, "LOW exposure: it is internet-facing: internal is false"),
    (
        "aws_s3_bucket_public_access_block",
        {"block_public_acls": True, "block_public_policy": True},
        {"block_public_acls": False, "block_public_policy": True},
        "MEDIUM exposure: the bucket may become public: block_public_acls becomes false",
    ),
    (
        "aws_s3_bucket_acl",
        {"acl": "private"},
        {"acl": "public-read"},
        "HIGH exposure: anyone may read its objects: acl is public-read",
    ),
    (
        "aws_eks_cluster",
        {"vpc_config": [{"endpoint_public_access": False}]},
        {"vpc_config": [{"endpoint_public_access": True, "public_access_cidrs": ["0.0.0.0/0"]}]},
        "MEDIUM exposure: the cluster's API is open to the whole internet (0.0.0.0/0)",
    ),
    (
        "aws_lb_listener",
        {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        {"ssl_policy": "ELBSecurityPolicy-2016-08"},
        (
            'MEDIUM exposure: old versions of TLS are accepted: ssl_policy "ELBSecurityPolicy-TLS13-1-2-2021-06" -> '
            '"ELBSecurityPolicy-2016-08"'
        ),
    ),
    (
        "aws_lb_listener",
        {"protocol": "HTTPS"},
        {"protocol": "HTTP"},
        "MEDIUM exposure: traffic is no longer encrypted: protocol HTTPS -> HTTP",
    ),
    (
        "aws_lb_listener",
        {"protocol": "HTTP", "default_action": [{"type": "redirect", "redirect": [{"protocol": "HTTPS"}]}]},
        {"protocol": "HTTP", "default_action": [{"type": "fixed-response"}]},
        "HIGH exposure: requests are answered without encryption: redirect to HTTPS -> fixed-response",
    ),
    (
        "aws_api_gateway_method",
        {"authorization": "AWS_IAM", "http_method": "GET"},
        {"authorization": "NONE", "http_method": "GET"},
        "HIGH exposure: anyone may call it: authorization AWS_IAM -> NONE",
    ),
    (
        "aws_cloudfront_distribution",
        {"web_acl_id": "arn:aws:wafv2:x"},
        {"web_acl_id": ""},
        "MEDIUM exposure: requests are no longer filtered: web_acl_id is removed",
    ),
    (
        "aws_ebs_encryption_by_default",
        {"enabled": True},
        {"enabled": False},
        "MEDIUM exposure: new volumes are no longer encrypted by default: enabled becomes false",
    ),
    (
        "aws_elasticache_replication_group",
        {"transit_encryption_enabled": True},
        {"transit_encryption_enabled": False},
        "MEDIUM exposure: its traffic is no longer encrypted: transit_encryption_enabled becomes false",
    ),
    (
        "aws_ami_launch_permission",
        None,
        {"group": "all"},
        "HIGH exposure: anyone may launch instances from the image (group all)",
    ),
    (
        "google_storage_bucket_iam_member",
        None,
        {"member": "allUsers", "role": "roles/storage.objectViewer"},
        'HIGH exposure: anyone has the role "roles/storage.objectViewer" (allUsers)',
    ),
    (
        "aws_wafv2_web_acl",
        {"rule": [group_rule("core", "none")]},
        {"rule": [group_rule("core", "count")]},
        'MEDIUM exposure: the rule "core" only counts: requests that it blocked are allowed',
    ),
    (
        "aws_wafv2_web_acl",
        {"rule": [group_rule("core", "none"), group_rule("bad-inputs", "none")]},
        {"rule": [group_rule("core", "none")]},
        'MEDIUM exposure: the rule "bad-inputs" is removed: requests that it blocked are allowed',
    ),
    (
        "aws_wafv2_web_acl",
        {"rule": [group_rule("core", "none")]},
        {"rule": [group_rule("core", "none", "SizeRestrictions_BODY")]},
        'MEDIUM exposure: the rule "core" blocks less: "SizeRestrictions_BODY" only counts',
    ),
    (
        "aws_wafv2_web_acl",
        {"rule": [{"name": "rate", "action": [{"block": [{}], "count": []}]}]},
        {"rule": [{"name": "rate", "action": [{"block": [], "count": [{}]}]}]},
        'MEDIUM exposure: the rule "rate" only counts: requests that it blocked are allowed',
    ),
]


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), CASES)
def test_what_opens_is_told(resource_type: str, before: Any, after: Any, expected: str) -> None:
    assert expected in told(resource_type, "update" if before is not None else "create", before, after)


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), CASES)
def test_what_is_open_already_is_not_told_again(resource_type: str, before: Any, after: Any, expected: str) -> None:
    again = told(resource_type, "update", after, after | {"tags": {}})
    assert not [reason for reason in again if "exposure" in reason]


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), CASES)
def test_what_closes_is_not_told(resource_type: str, before: Any, after: Any, expected: str) -> None:
    if before is not None:
        closing = [
            reason for reason in told(resource_type, "update", after, before) if "no longer denied" not in reason
        ]
        assert not [reason for reason in closing if "exposure" in reason]


ONLY_USERS = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["s3:GetObject*", "s3:PutObject*"],
    "Resource": "arn:aws:s3:::uploads/*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::1:role/api", "arn:aws:iam::1:root"]}},
}
ONLY_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
_OBJECTS = "s3:GetObject*, s3:PutObject* on arn:aws:s3:::uploads/*, by aws:PrincipalArn"


def only(*roles: str, **more: Any) -> dict[str, Any]:
    names = [f"arn:aws:iam::1:role/{role}" for role in roles]
    return ONLY_USERS | {"Condition": {"ArnNotLike": {"aws:PrincipalArn": [*names, "arn:aws:iam::1:root"]}}} | more


DENIALS: list[tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]] = [
    ([ONLY_USERS, ONLY_TLS], [ONLY_TLS], [f"MEDIUM exposure: no longer denied: {_OBJECTS}"]),
    ([ONLY_USERS], [only("api", "worker")], [f"MEDIUM exposure: denied to fewer: {_OBJECTS}"]),
    (
        [ONLY_USERS, ONLY_TLS],
        [only("*"), ONLY_TLS],
        [f"HIGH exposure: denied to no role of the account any more: {_OBJECTS}"],
    ),
    ([only("api", "worker")], [ONLY_USERS], []),
    ([ONLY_USERS], [only("api", Action=["s3:*"], Resource=["arn:aws:s3:::uploads*"])], []),
    ([ONLY_USERS], [only("api", Condition={})], []),
    ([only("api", Condition={})], [ONLY_USERS], ["MEDIUM exposure: denied to fewer: " + _OBJECTS.partition(", by")[0]]),
    ([ONLY_USERS], [only("api", Action="s3:GetObject*")], [f"MEDIUM exposure: no longer denied: {_OBJECTS}"]),
    (
        [ONLY_TLS],
        [ONLY_USERS],
        [
            (
                "MEDIUM exposure: no longer denied: s3:* on arn:aws:s3:::uploads, arn:aws:s3:::uploads/*, "
                "by aws:SecureTransport"
            ),
        ],
    ),
    (
        [only("api", Resource=f"arn:aws:s3:::{name}/*") for name in "abcdef"],
        [],
        [
            *(f"MEDIUM exposure: no longer denied: {_OBJECTS.replace('uploads', name)}" for name in "abcd"),
            "MEDIUM exposure: no longer denied: what 2 more statements said",
        ],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), DENIALS)
@pytest.mark.parametrize("resource_type", ["aws_s3_bucket_policy", "aws_sqs_queue_policy", "aws_sns_topic"])
def test_what_a_policy_no_longer_denies_is_told(
    resource_type: str, before: list[dict[str, Any]], after: list[dict[str, Any]], expected: list[str]
) -> None:
    found = told(resource_type, "update", {"policy": policy(*before)}, {"policy": policy(*after)})
    assert [one for one in found if "is denied: " not in one and "more is denied" not in one] == expected
    assert "LOW harmless: nothing will be lost" not in found


def test_what_a_policy_will_deny_may_not_be_known_yet() -> None:
    old = {"policy": policy(ONLY_USERS)}
    found = told("aws_s3_bucket_policy", "update", old, {}, after_unknown={"policy": True})
    assert found[0] == "MEDIUM unknown effect: what it allows is known only after apply"
    assert "no longer denied" not in str(found)


def test_a_policy_that_goes_denies_no_longer_unless_what_it_is_of_goes_as_well() -> None:
    gone = resource("aws_s3_bucket_policy.a", ["delete"], {"bucket": "uploads", "policy": policy(ONLY_USERS)}, None)
    for actions, after, expected in (
        (["no-op"], {"bucket": "uploads"}, ["no longer denied"]),
        (["no-op"], {"bucket": "reports"}, ["no longer denied"]),  # of a bucket that the plan does not have
        (["delete"], None, []),
    ):
        bucket = resource("aws_s3_bucket.b", actions, {"bucket": "uploads"}, after)
        risks = parse_plan(plan(gone, bucket)).changes[-1].risks
        assert [risk.reason.partition(":")[0] for risk in risks if risk.kind == "exposure"] == expected


GONE = [
    ("aws_wafv2_web_acl_association", "MEDIUM exposure: requests are no longer filtered"),
    ("aws_s3_bucket_public_access_block", "MEDIUM exposure: nothing prevents the bucket from becoming public any more"),
    ("aws_cloudtrail", "MEDIUM exposure: attacks would go unnoticed"),
]


@pytest.mark.parametrize(("resource_type", "expected"), GONE)
def test_a_guard_that_goes_is_told(resource_type: str, expected: str) -> None:
    assert expected in told(resource_type, "delete", {"id": "x"}, None)
    assert expected not in told(resource_type, "replace", {"id": "x"}, {})


QUIET: list[tuple[str, Any, Any]] = [
    (RULE, None, rule(22, 22, world="203.0.113.0/24")),
    (RULE, None, rule(443, 443, world="198.51.0.0/16")),
    (RULE, rule(22, 22, world="198.51.0.0/16"), rule(22, 22, world="198.51.0.0/17")),
    (RULE, rule(22, 22), rule(22, 22, world="198.51.0.0/16")),
    (
        "aws_lb_listener",
        {"ssl_policy": "ELBSecurityPolicy-2016-08"},
        {"ssl_policy": "ELBSecurityPolicy-FS-1-2-2019-08"},
    ),
    (
        "aws_wafv2_web_acl",
        {"rule": [limited(2000)]},
        {"rule": [limited(200) | {"priority": 2}]},
    ),
    ("aws_wafv2_web_acl", {"rule": [limited(2000)]}, {"rule": [limited(4000, 600)]}),
    (RULE, None, rule(22, 22, world="10.0.0.0/8")),
    (RULE, rule(0, 65535), rule(22, 22)),
    (RULE, rule(None, None, "-1"), rule(22, 22)),
    ("aws_vpc_security_group_egress_rule", None, rule(None, None, "-1")),
    ("aws_security_group_rule", None, {"type": "egress", "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}),
    ("aws_api_gateway_method", None, {"authorization": "NONE", "http_method": "OPTIONS"}),
    ("aws_lambda_permission", None, {"principal": "*", "principal_org_id": "o-1"}),
    ("aws_s3_bucket_policy", None, {"policy": policy({"Effect": "Deny", "Principal": "*", "Action": "s3:*"})}),
    (
        "aws_s3_bucket_policy",
        None,
        {"policy": policy(ANYBODY | {"Principal": {"Service": "cloudfront.amazonaws.com"}})},
    ),
]


@pytest.mark.parametrize(("resource_type", "before", "after"), QUIET)
def test_what_opens_nothing_is_no_exposure(resource_type: str, before: Any, after: Any) -> None:
    risks = told(resource_type, "update" if before else "create", before, after)
    assert not [reason for reason in risks if "exposure" in reason]


def test_a_port_inside_a_range_that_was_open_opens_nothing_and_one_beside_it_does() -> None:
    before = {
        "ingress": [*inline("0.0.0.0/0", low=10, high=20)["ingress"], *inline("0.0.0.0/0", low=15, high=30)["ingress"]]
    }
    assert "exposure" not in str(told("aws_security_group", "update", before, inline("0.0.0.0/0", low=16, high=30)))
    assert told("aws_security_group", "update", before, inline("0.0.0.0/0", low=30, high=31)) == [
        "HIGH exposure: ports 30-31 open to the whole internet (0.0.0.0/0)",
        "MEDIUM downtime: the traffic it allows is blocked: tcp 10-20 in from 0.0.0.0/0, tcp 15-30 in from 0.0.0.0/0",
    ]
    assert "exposure" in str(told("aws_security_group", "update", before, inline("::/0", low=16, high=16)))


def test_very_many_open_ports_are_told_by_the_first_and_a_count() -> None:
    rules = [inline("0.0.0.0/0", low=port, high=port)["ingress"][0] for port in range(1000, 6000)]
    risks = told("aws_security_group", "create", None, {"ingress": rules})
    assert len(risks) == 12
    assert risks[-1] == "HIGH exposure: 4989 more reasons of this kind"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("aws_s3_bucket_cors_configuration", "cors_rule.allowed_origins"),
        ("aws_apigatewayv2_api", "cors_configuration.allow_origins"),
        ("aws_lambda_function_url", "cors.allow_origins"),
        ("aws_cloudfront_response_headers_policy", "cors_config.access_control_allow_origins.items"),
    ],
)
def test_any_website_that_may_call_is_told(kind: str, path: str) -> None:
    def of(*origins: str) -> dict[str, Any]:
        value: Any = list(origins)
        *outer, name = path.split(".")
        value = {name: value}
        for block in reversed(outer):
            value = {block: [value]}
        return value

    [said, *_] = told(kind, "update", of("https://a.example"), of("https://a.example", "*"))
    assert (
        said == f"MEDIUM exposure: pages of any website may call it, and no longer of https://a.example alone: {path}"
    )
    assert not any("website" in one for one in told(kind, "update", of("*"), of("*", "https://a.example")))


_EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
_SSH = {"ip_protocol": "tcp", "from_port": 22, "to_port": 22}
_RULE = "aws_vpc_security_group_ingress_rule"
_SAID = "HIGH exposure: port 22 (SSH) opens to the whole internet"


@pytest.mark.parametrize(
    ("kind", "after", "expected"),
    [
        (_RULE, {"cidr_ipv6": "2000::/3"} | _SSH, f"{_SAID} (2000::/3)"),
        (_RULE, {"cidr_ipv4": "64.0.0.0/2"} | _SSH, f"{_SAID} (64.0.0.0/2)"),
        (
            "aws_ec2_managed_prefix_list", {"entry": [{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}]},
            "HIGH exposure: rules that name the list open to the whole internet (0.0.0.0/0)",
        ),
        (
            "aws_ec2_managed_prefix_list_entry", {"cidr": "::/0"},
            "HIGH exposure: rules that name the list open to the whole internet (::/0)",
        ),
        (
            "aws_lambda_function_url", {"function_name": "there", "authorization_type": "NONE"},
            "HIGH exposure: anyone who has its URL may invoke it: authorization_type is NONE",
        ),
        (
            "aws_s3_bucket_acl",
            {"access_control_policy": [{"grant": [{"permission": "FULL_CONTROL", "grantee": [{"uri": _EVERYONE}]}]}]},
            "HIGH exposure: anyone has FULL_CONTROL by its ACL",
        ),
        (
            "aws_route53_record", {"name": "www.example.com", "type": "A", "allow_overwrite": True},
            "MEDIUM exposure: it takes the place of a record of its name and type, if there is one",
        ),
        (
            "aws_ebs_encryption_by_default", {"enabled": False},
            "MEDIUM exposure: new volumes are no longer encrypted by default: enabled becomes false",
        ),
        (
            "aws_ec2_image_block_public_access", {"state": "unblocked"},
            "MEDIUM exposure: images may become public: state is unblocked",
        ),
        *(
            (
                "aws_sns_topic_policy", {"policy": policy(ANYBODY | {"Condition": condition})},
                "HIGH exposure: anyone is allowed s3:GetObject (Principal *)",
            )
            for condition in (
                {"StringLike": {"aws:PrincipalArn": "*"}},
                {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/*", "?*"]}},
                {"ArnLike": {"aws:SourceArn": "arn:aws:*:*:*:*"}},
                {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}},
                {"Null": {"aws:PrincipalArn": "false"}},
            )
        ),
    ],
)  # fmt: skip
def test_everybody_is_everybody_however_it_is_written(kind: str, after: dict[str, Any], expected: str) -> None:
    assert told(kind, "create", None, after) == [expected]


@pytest.mark.parametrize(
    "condition",
    [{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::1:*"}}, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}],
)
def test_a_condition_that_some_meet_is_one(condition: dict[str, Any]) -> None:
    [said] = told("aws_sns_topic_policy", "create", None, {"policy": policy(ANYBODY | {"Condition": condition})})
    assert said == "LOW exposure: anyone who meets its condition is allowed s3:GetObject"


def test_an_alias_to_what_the_configuration_names_is_no_strangers() -> None:
    after = {"name": "www.example.com", "type": "A", "alias": [{"name": "b.elb.amazonaws.com", "zone_id": "Z1"}]}
    record = resource("aws_route53_record.a", ["create"], None, after)

    def judged(**alias: object) -> list[str]:
        expressions = {"expressions": {"alias": [alias]}}
        root = {"resources": [{"address": "aws_route53_record.a", **expressions}]}
        (change,) = parse_plan(plan(record, configuration={"root_module": root})).changes
        return [risk.reason for risk in change.risks if "certificates" in risk.reason]

    zone = {"references": ["aws_lb.b.zone_id", "aws_lb.b"]}
    assert judged(name={"references": ["aws_lb.b.dns_name", "aws_lb.b"]}, zone_id=zone) == []
    assert judged(name={"constant_value": "b.elb.amazonaws.com"}, zone_id=zone) != []
