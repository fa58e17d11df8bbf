"""One effect has one grade, whatever expresses it; and nothing is called harmless that no rule compared."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import Level, parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import judged, told

REFUSED = "MEDIUM downtime: AWS refuses it, the apply stops there: "
_VERSIONS = [
    ("aws_rds_cluster", "engine_version", "13.23", "13.18"),
    ("aws_rds_cluster", "engine_version", "8.0.mysql_aurora.3.05.2", "8.0.mysql_aurora.3.04.2"),
    ("aws_db_instance", "engine_version", "16.4", "15.8"),
    ("aws_docdb_cluster", "engine_version", "5.0.0", "4.0.0"),
    ("aws_elasticache_replication_group", "engine_version", "7.1", "6.2"),
    ("aws_opensearch_domain", "engine_version", "OpenSearch_2.15", "OpenSearch_2.11"),
    ("aws_msk_cluster", "kafka_version", "3.6.0", "2.8.1"),
    ("aws_mq_broker", "engine_version", "3.13", "3.12.13"),
    ("aws_eks_cluster", "version", "1.31", "1.30"),
]


@pytest.mark.parametrize(("resource_type", "name", "newer", "older"), _VERSIONS)
def test_a_version_that_goes_back_is_refused_and_one_that_goes_on_is_not(
    resource_type: str, name: str, newer: str, older: str
) -> None:
    back = told(resource_type, "update", {name: newer}, {name: older})
    assert len(back) == 1
    assert back[0].startswith(f'{REFUSED}{name} "{newer}" -> "{older}" goes back')
    assert "refuses" not in str(told(resource_type, "update", {name: older}, {name: newer}))


@pytest.mark.parametrize("resource_type", ["aws_rds_cluster_instance", "aws_neptune_cluster_instance"])
@pytest.mark.parametrize("versions", [("15.4", "15.3"), ("15.3", "15.4"), ("1.3.0.0", "1.2.0.0")])
def test_an_instance_of_a_cluster_is_not_asked_for_its_version(resource_type: str, versions: tuple[str, str]) -> None:
    before, after = ({"engine_version": version} for version in versions)
    words = "LOW harmless: it runs the version of its cluster, whatever engine_version says"
    assert told(resource_type, "update", before, after) == [words]


@pytest.mark.parametrize(("before", "after"), [("13", "13.7"), ("13.7", "13"), ("6.x", "6.2"), ("a", "b"), ("7", None)])
def test_a_version_that_no_one_can_order_goes_nowhere(before: str, after: str | None) -> None:
    assert "refuses" not in str(
        told("aws_db_instance", "update", {"engine_version": before}, {"engine_version": after})
    )


def _volume(size: int) -> dict[str, Any]:
    return {"broker_node_group_info": [{"storage_info": [{"ebs_storage_info": [{"volume_size": size}]}]}]}


_SIZES: list[tuple[str, str, Any, Any]] = [
    ("aws_ebs_volume", "size 200 -> 100", {"size": 200}, {"size": 100}),
    ("aws_db_instance", "allocated_storage 200 -> 100", {"allocated_storage": 200}, {"allocated_storage": 100}),
    ("aws_fsx_windows_file_system", "storage_capacity 64 -> 32", {"storage_capacity": 64}, {"storage_capacity": 32}),
    (
        "aws_instance",
        "root_block_device.volume_size 50 -> 20",
        {"root_block_device": [{"volume_size": 50}]},
        {"root_block_device": [{"volume_size": 20}]},
    ),
    (
        "aws_msk_cluster",
        "broker_node_group_info.storage_info.ebs_storage_info.volume_size 100 -> 50",
        _volume(100),
        _volume(50),
    ),
]


@pytest.mark.parametrize(("resource_type", "words", "before", "after"), _SIZES)
def test_storage_that_becomes_smaller_is_refused(resource_type: str, words: str, before: Any, after: Any) -> None:
    assert told(resource_type, "update", before, after) == [f"{REFUSED}{words} GiB is smaller"]
    assert "refuses" not in str(told(resource_type, "update", after, before))


_FIGURES: list[tuple[str, str, str | None]] = [
    ("aws_ecs_service", "desired_count", None),
    ("aws_autoscaling_group", "desired_capacity", None),
    ("aws_autoscaling_group", "min_size", None),
    ("aws_appautoscaling_target", "max_capacity", None),
    ("aws_lambda_provisioned_concurrency_config", "provisioned_concurrent_executions", None),
    ("aws_lambda_function", "memory_size", None),
    ("aws_kinesis_stream", "shard_count", None),
    ("aws_dynamodb_table", "read_capacity", None),
    ("aws_ebs_volume", "throughput", None),
    ("aws_eks_node_group", "desired_size", "scaling_config"),
    ("aws_rds_cluster", "max_capacity", "serverlessv2_scaling_configuration"),
    ("aws_opensearch_domain", "instance_count", "cluster_config"),
    ("google_container_node_pool", "node_count", None),
]


@pytest.mark.parametrize(("resource_type", "name", "inside"), _FIGURES)
def test_capacity_that_is_cut_is_told_and_graded_by_how_much(resource_type: str, name: str, inside: str | None) -> None:
    def with_figure(figure: int) -> dict[str, Any]:
        return {inside: [{name: figure}]} if inside else {name: figure}

    def level(before: int, after: int) -> str:
        found = told(resource_type, "update", with_figure(before), with_figure(after))
        return next((one.split()[0] for one in found if f"less to serve with: {name} {before} -> {after}" in one), "")

    assert level(10, 2) == "MEDIUM"
    assert level(10, 9) == "LOW"
    assert not level(9, 10)


def test_what_sets_no_bound_is_the_most() -> None:
    bound = [{"reserved_concurrent_executions": figure} for figure in (-1, 10)]
    assert "less to serve with" in str(told("aws_lambda_function", "update", *bound))
    assert "less to serve with" not in str(told("aws_lambda_function", "update", *reversed(bound)))
    on_demand = [{"read_capacity": figure} for figure in (10, 0)]
    assert "less to serve with" not in str(told("aws_dynamodb_table", "update", *on_demand))


_TASKS = "arn:aws:ecs:ap-northeast-1:111122223333:task-definition/web2"
_REVISIONS: list[tuple[str, Any, Any, str]] = [
    (
        "aws_ecs_service",
        {"task_definition": f"{_TASKS}:42"},
        {"task_definition": f"{_TASKS}:40"},
        "task_definition web2:42 -> web2:40",
    ),
    ("aws_ecs_service", {"task_definition": "web:10"}, {"task_definition": "web:9"}, "task_definition web:10 -> web:9"),
    ("aws_lambda_alias", {"function_version": "42"}, {"function_version": "40"}, "function_version 42 -> 40"),
    ("aws_launch_template", {"default_version": 3}, {"default_version": 2}, "default_version 3 -> 2"),
    (
        "aws_cloudwatch_event_target",
        {"ecs_target": [{"task_definition_arn": f"{_TASKS}:3"}]},
        {"ecs_target": [{"task_definition_arn": f"{_TASKS}:2"}]},
        "task_definition_arn web2:3 -> web2:2",
    ),
]


@pytest.mark.parametrize(("resource_type", "before", "after", "words"), _REVISIONS)
def test_an_older_revision_is_told_and_a_newer_one_is_not(
    resource_type: str, before: Any, after: Any, words: str
) -> None:
    expected = f"MEDIUM downtime: it goes back to an older revision: {words}"
    assert expected in told(resource_type, "update", before, after)
    assert "older" not in str(told(resource_type, "update", after, before))


def test_another_family_is_no_older_revision_and_the_next_one_takes_over() -> None:
    found = told("aws_ecs_service", "update", {"task_definition": "web2:4"}, {"task_definition": "web1:9"})
    assert found[0] == "MEDIUM downtime: it runs web1, and no longer web2: task_definition web2:4 -> web1:9"
    found = told("aws_ecs_service", "update", {"task_definition": "web:4"}, {}, after_unknown={"task_definition": True})
    assert found == ["LOW harmless: the next revision takes over: task_definition"]


def _policy(*actions: str, effect: str = "Allow", **more: Any) -> str:
    statements = [{"Effect": effect, "Action": list(actions), "Resource": "*"} | more] if actions else []
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


_READ = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
_EXCLUSIVE = "aws_iam_role_policy_attachments_exclusive"
_GIVEN: list[tuple[str, str, Any, Any]] = [
    ("aws_iam_role_policy_attachment", "delete", {"role": "b", "policy_arn": _READ[0]}, None),
    ("aws_iam_role_policy", "delete", {"role": "b", "policy": _policy("s3:GetObject")}, None),
    ("aws_iam_role", "update", {"managed_policy_arns": _READ}, {"managed_policy_arns": []}),
    ("aws_iam_policy_attachment", "update", {"roles": ["a", "b"]}, {"roles": ["a"]}),
    (_EXCLUSIVE, "update", {"policy_arns": _READ}, {"policy_arns": []}),
    ("aws_iam_group_membership", "update", {"users": ["a", "b"]}, {"users": ["a"]}),
    ("aws_iam_user_group_membership", "update", {"groups": ["a", "b"]}, {"groups": ["a"]}),
    ("google_project_iam_binding", "update", {"members": ["user:a", "user:b"]}, {"members": ["user:a"]}),
    (
        "aws_iam_role",
        "update",
        {"inline_policy": [{"name": "a", "policy": _policy("s3:GetObject")}]},
        {"inline_policy": []},
    ),
    *(
        (name, "update", {"policy": _policy("s3:GetObject", "s3:PutObject")}, {"policy": _policy("s3:GetObject")})
        for name in ("aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_s3_bucket_policy")
    ),
    (
        "aws_s3_bucket_policy",
        "update",
        {"policy": _policy("s3:GetObject", Principal={"AWS": ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"]})},
        {"policy": _policy("s3:GetObject", Principal={"AWS": ["arn:aws:iam::1:role/a"]})},
    ),
    (
        "aws_iam_role",
        "update",
        {
            "assume_role_policy": _policy(
                "sts:AssumeRole", Principal={"Service": ["a.amazonaws.com", "b.amazonaws.com"]}
            )
        },
        {"assume_role_policy": _policy("sts:AssumeRole", Principal={"Service": "a.amazonaws.com"})},
    ),
]


@pytest.mark.parametrize(("resource_type", "action", "before", "after"), _GIVEN)
def test_permissions_that_go_have_one_grade(resource_type: str, action: str, before: Any, after: Any) -> None:
    assert told(resource_type, action, before, after)[0].startswith("MEDIUM downtime: ")
    if after is not None:
        assert "downtime" not in str(told(resource_type, action, after, before))


def test_what_another_statement_still_allows_is_not_gone() -> None:
    old = {"policy": _policy("s3:GetObject", "s3:PutObject")}
    for new in (_policy("s3:*"), _policy("s3:PutObject", "s3:GetObject")):
        assert "denied" not in str(told("aws_iam_policy", "update", old, {"policy": new}))
    one, two = ({"StringEquals": {"aws:PrincipalOrgID": ids}} for ids in (["o-1"], ["o-1", "o-2"]))
    narrow, wide = ({"policy": _policy("s3:GetObject", Condition=test)} for test in (one, two))
    assert "what was allowed is denied" not in str(told("aws_s3_bucket_policy", "update", narrow, wide))
    assert "what was allowed is denied" in str(told("aws_s3_bucket_policy", "update", wide, narrow))


def _rule(source: str, low: int | None = 443, protocol: str = "tcp") -> dict[str, Any]:
    return {"from_port": low, "to_port": low, "ip_protocol": protocol, "protocol": protocol, "cidr_ipv4": source}


def _inline(way: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {way: [rule | {"cidr_blocks": [rule["cidr_ipv4"]]} for rule in rules]}


_OFFICE, _ALL = _rule("10.1.2.0/24"), _rule("10.0.0.0/8")
_OUT, _OUT_ALL = _rule("0.0.0.0/0"), _rule("0.0.0.0/0", None, "-1")
_GOOGLE = {"allow": [{"protocol": "tcp"}]}
_AZURE = {"access": "Allow", "direction": "Inbound"}
_WIDER: list[tuple[str, Any, Any]] = [
    ("aws_vpc_security_group_ingress_rule", _OFFICE, _ALL),
    ("aws_vpc_security_group_egress_rule", _OUT, _OUT_ALL),
    ("aws_security_group", _inline("ingress", _OFFICE), _inline("ingress", _ALL)),
    ("aws_security_group", _inline("egress", _OUT), _inline("egress", _OUT_ALL)),
    ("google_compute_firewall", *({"source_ranges": [one["cidr_ipv4"]]} | _GOOGLE for one in (_OFFICE, _ALL))),
    (
        "azurerm_network_security_rule",
        *({"source_address_prefix": one["cidr_ipv4"]} | _AZURE for one in (_OFFICE, _ALL)),
    ),
]


@pytest.mark.parametrize(("resource_type", "narrow", "wide"), _WIDER)
def test_a_firewall_that_lets_more_through_or_blocks_more_says_so(resource_type: str, narrow: Any, wide: Any) -> None:
    wider = told(resource_type, "update", narrow, wide)
    assert len(wider) == 1
    assert wider[0].startswith("MEDIUM exposure: it lets more through: ")
    narrower = told(resource_type, "update", wide, narrow)
    assert len(narrower) == 1
    assert narrower[0].startswith("MEDIUM downtime: the traffic it allows is blocked: ")


@pytest.mark.parametrize("protocol", ["icmp", "icmpv6", "1", "ICMP"])
@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_the_ports_of_icmp_are_a_type_and_a_code(protocol: str, way: str) -> None:
    kind, (echo, all_of_it, reply, every) = (
        f"aws_vpc_security_group_{way}_rule",
        (
            {"from_port": first, "to_port": last, "ip_protocol": protocol, "cidr_ipv4": "10.0.0.0/8"}
            for first, last in ((8, 0), (8, -1), (0, -1), (-1, -1))
        ),
    )
    name = {"1": "icmp"}.get(protocol, protocol.lower())
    (wider,) = told(kind, "update", echo, all_of_it)
    assert wider.startswith(f"MEDIUM exposure: it lets more through: {name} type 8 ")
    assert told(kind, "update", all_of_it, echo)[0].startswith("MEDIUM downtime: the traffic it allows is blocked")
    assert f"is blocked: {name} type 8 " in told(kind, "update", all_of_it, reply)[0]
    assert "lets more through" in told(kind, "update", reply, every)[0]
    assert f"{name} type 8 code 0 " in str(told(kind, "update", echo, reply))
    assert "listens" not in str(told(kind, "replace", echo, reply))
    assert f"({name})" in str(told(kind, "delete", echo, None))


@pytest.mark.parametrize(
    ("resource_type", "inside", "one", "other"),
    [
        ("aws_security_group", "ingress", "tcp", "TCP"),
        ("aws_security_group", "egress", "UDP", "udp"),
        ("aws_default_security_group", "ingress", "icmp", "1"),
        ("aws_vpc_security_group_ingress_rule", "", "6", "tcp"),
        ("aws_vpc_security_group_egress_rule", "", "17", "udp"),
        ("aws_security_group", "ingress", "all", "-1"),
    ],
)
def test_another_spelling_of_a_protocol_blocks_nothing(resource_type: str, inside: str, one: str, other: str) -> None:
    peer = {"cidr_blocks": ["203.0.113.0/24"]} if inside else {"cidr_ipv4": "203.0.113.0/24"}
    rules = [
        {"protocol" if inside else "ip_protocol": name, "from_port": 80, "to_port": 80, **peer} for name in (one, other)
    ]
    sides = [{inside: [rule]} if inside else rule for rule in rules]
    assert told(resource_type, "update", *sides) == ["LOW harmless: nothing will be lost"]


_NOT_JUDGED: list[tuple[str, Any, Any, str]] = [
    ("aws_lb_target_group", {"health_check": [{"path": "/"}]}, {"health_check": [{"path": "/x"}]}, "health_check"),
    ("aws_wafv2_ip_set", {"addresses": ["10.1.2.0/24"]}, {"addresses": ["10.0.0.0/8"]}, "addresses"),
    ("acme_thing", {"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 2, "b": 3, "c": 4, "d": 5}, "a, b, c and 1 more"),
    ("datadog_monitor", {"query": "a"}, {"query": "b"}, "query"),
    ("aws_lambda_function", {"handler": "a.b"}, {"handler": "a.c"}, "handler"),
    ("aws_ecs_service", {"desired_count": 2, "cluster": "a"}, {"desired_count": 3, "cluster": "b"}, "cluster"),
    ("aws_db_instance", {"instance_class": "a", "tags": {}}, {"instance_class": None, "tags": {}}, "instance_class"),
    ("aws_eks_cluster", {"vpc_config": [{"subnet_ids": ["a"]}]}, {"vpc_config": [{"subnet_ids": ["b"]}]}, "vpc_config"),
]


@pytest.mark.parametrize(("resource_type", "before", "after", "words"), _NOT_JUDGED)
def test_what_no_rule_compared_is_not_judged(resource_type: str, before: Any, after: Any, words: str) -> None:
    assert told(resource_type, "update", before, after) == [f"LOW unknown effect: not judged: {words}"]


def test_what_is_hidden_is_not_judged() -> None:
    marks = {"before_sensitive": {"policy": True}, "after_sensitive": {"policy": True}}
    found = told("aws_iam_policy", "update", {"policy": "a"}, {"policy": "b"}, **marks)
    assert found == [
        "MEDIUM unknown effect: what it allows is hidden in this plan", "LOW unknown effect: not judged: policy"
    ]  # fmt: skip


_NOTHING = ["LOW harmless: nothing will be lost"]


@pytest.mark.parametrize("resource_type", ["aws_lb", "aws_db_instance", "acme_thing", "google_storage_bucket"])
def test_what_only_describes_loses_nothing(resource_type: str) -> None:
    assert told(resource_type, "update", {"tags": {"a": "1"}}, {"tags": {"a": "2"}}) == _NOTHING
    assert told(resource_type, "update", {"description": "a", "x": None}, {"description": "b", "x": []}) == _NOTHING
    assert told(resource_type, "update", {"etag": "a"}, {}, after_unknown={"etag": True}) == _NOTHING


def test_what_a_rule_compared_and_found_well_loses_nothing() -> None:
    for name, before, after in (("deletion_protection", False, True), ("backup_retention_period", 7, 14)):
        assert told("aws_db_instance", "update", {name: before}, {name: after}) == _NOTHING
    assert told("aws_cloudwatch_dashboard", "update", {"dashboard_body": "a"}, {"dashboard_body": "b"}) == _NOTHING


_LOST_MESSAGES: list[tuple[str, Any, Any]] = [
    ("aws_sqs_queue", {"redrive_policy": '{"maxReceiveCount":3}'}, {"redrive_policy": None}),
    ("aws_sns_topic_subscription", {"redrive_policy": '{"deadLetterTargetArn":"a"}'}, {"redrive_policy": None}),
    ("aws_lambda_function", {"dead_letter_config": [{"target_arn": "a"}]}, {"dead_letter_config": []}),
    ("aws_cloudwatch_event_target", {"dead_letter_config": [{"arn": "a"}]}, {"dead_letter_config": []}),
    ("aws_sqs_queue_redrive_policy", {"redrive_policy": "a"}, None),
    ("aws_sqs_queue", {"visibility_timeout_seconds": 60}, {"visibility_timeout_seconds": 5}),
]


@pytest.mark.parametrize(("resource_type", "before", "after"), _LOST_MESSAGES)
def test_messages_that_could_be_lost_or_handled_twice_are_told(resource_type: str, before: Any, after: Any) -> None:
    found = told(resource_type, "update" if after else "delete", before, after)
    assert found[0].startswith("MEDIUM data loss: ")


_STORES = ("aws_db_instance", "aws_dynamodb_table", "aws_s3_bucket", "google_storage_bucket")


@pytest.mark.parametrize("resource_type", _STORES)
def test_a_store_that_is_forgotten_and_made_anew_is_empty(resource_type: str) -> None:
    before = {"identifier": "d", "storage_encrypted": False, "engine_version": "16.4", "deletion_protection": True}
    after = {"identifier": "e", "storage_encrypted": True, "engine_version": "15.1", "deletion_protection": False}
    found = told(resource_type, "forget and create", before, after)
    assert found[0].startswith("MEDIUM data loss: a new, empty one takes its place")
    assert not [one for one in found if "restarts" in one or "refuses" in one or "switched off" in one]


def test_of_an_unknown_type_no_one_knows_whether_the_new_one_is_empty() -> None:
    assert told("mongodbatlas_cluster", "forget and create", {}, {})[0].startswith("MEDIUM data loss: if it holds data")


def test_what_was_scaled_outside_of_terraform_is_no_fault() -> None:
    before, after = ({"desired_count": figure, "engine_version": version} for figure, version in ((10, "2"), (2, "1")))
    items = [resource(f"{name}.a", ["update"], before, after) for name in ("aws_ecs_service", "aws_rds_cluster")]
    content = json.loads(plan())
    content["resource_drift"] = items
    found = [(change.address, *change.risks) for change in parse_plan(json.dumps(content).encode()).drift]
    assert [address for address, *_ in found] == ["aws_rds_cluster.a"]  # LOW drift is only counted
    assert "it restarts" in str(found)
    assert "refuses" not in str(found)
    assert judged("aws_ecs_service", "update", before, after)[0].level is Level.MEDIUM


def test_a_queue_that_deletes_before_it_gives_up_never_sets_aside() -> None:
    """SQS Developer Guide, "Using dead-letter queues in Amazon SQS"; CreateQueue, MessageRetentionPeriod."""

    def queue(attempts: int, hidden: int) -> dict[str, Any]:
        redrive = json.dumps({"deadLetterTargetArn": "arn:d", "maxReceiveCount": attempts})
        return {
            "redrive_policy": redrive, "visibility_timeout_seconds": hidden, "message_retention_seconds": 345_600,
        }  # fmt: skip

    lost = "MEDIUM data loss: a message that nobody can handle is deleted before 9 attempts: it is never set aside"
    assert lost in told("aws_sqs_queue", "update", queue(9, 90), queue(9, 39_600))
    assert lost not in told("aws_sqs_queue", "update", queue(9, 39_600), queue(9, 43_200))  # so it was before
    assert not any("set aside" in one for one in told("aws_sqs_queue", "update", queue(5, 90), queue(9, 90)))
