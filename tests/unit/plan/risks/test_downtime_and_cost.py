"""What stops, restarts or is scaled to nothing; what is paid from now on; what harms nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import Level, Risk, RiskKind, parse_plan
from infragen.plan.risks import precedence
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told

DESTROYED = [
    ("aws_lb", "delete", "MEDIUM downtime: nothing answers at its name from then on"),
    ("aws_lb", "replace", "MEDIUM downtime: nothing answers at its name until the new one is created"),
    ("aws_lb", "create first", "MEDIUM downtime: the new one is created first, but has a different name or address"),
    ("aws_ecs_service", "replace", "MEDIUM downtime: none of its tasks run until the new one is created"),
    ("aws_ecs_service", "create first", "LOW downtime: the new one is created before the old one is destroyed"),
    ("aws_nat_gateway", "delete", "MEDIUM downtime: subnets that use it have no route to the internet from then on"),
    ("aws_route53_record", "replace", "MEDIUM downtime: its name is not resolved until the new one is created"),
    ("aws_api_gateway_api_key", "delete", "MEDIUM downtime: requests that send it are refused from then on"),
    (
        "aws_api_gateway_usage_plan_key", "replace",
        "MEDIUM downtime: requests with its keys are refused until the new one is created",
    ),
    ("datadog_thing", "delete", "MEDIUM downtime: it is destroyed"),
    ("datadog_thing", "replace", "MEDIUM downtime: it does not exist until the new one is created"),
    ("aws_ecs_task_definition", "replace", "LOW harmless: a new revision follows the old one"),
    ("aws_cloudwatch_metric_alarm", "delete", "LOW harmless: it is destroyed, and nothing is served from it"),
    ("null_resource", "replace", "LOW harmless: it is recreated, and nothing is served from it"),
    ("terraform_data", "delete", "LOW harmless: it is destroyed, and nothing is served from it"),
    ("random_id", "delete", "LOW harmless: it is destroyed, and nothing is served from it"),
]  # fmt: skip


@pytest.mark.parametrize(("resource_type", "action", "expected"), DESTROYED)
def test_a_destruction_says_what_stops(resource_type: str, action: str, expected: str) -> None:
    assert told(resource_type, action, {}, None if action == "delete" else {}) == [expected]


DENIES = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
ALLOWS = {**DENIES, "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


@pytest.mark.parametrize(
    ("kind", "statements", "stops"),
    [
        ("aws_s3_bucket_policy", [DENIES], False),
        ("aws_iam_policy", [DENIES], False),
        ("aws_s3_bucket_policy", [DENIES, ALLOWS], True),
        ("aws_s3_bucket_policy", [], True),
    ],
)
def test_callers_lose_access_with_a_policy_that_allows_them_something(
    kind: str, statements: list[object], *, stops: bool
) -> None:
    said = told(kind, "delete", {"policy": json.dumps({"Statement": statements})}, None)
    assert any("are denied" in one for one in said) is stops
    assert ("LOW harmless: it allows nobody anything, so that no caller loses access" in said) is not stops


def test_a_new_revision_says_which_service_does_not_move_to_it() -> None:
    """With `deploy: pipeline` plans leave the service alone, so that a new image of the catalogue waits."""
    old = "arn:aws:ecs:ap-northeast-1:111122223333:task-definition/web:3"
    sides = {"arn": old, "family": "web"}, {"family": "web"}
    revision = resource("aws_ecs_task_definition.a", ["create", "delete"], *sides, after_unknown={"arn": True})
    still = resource("aws_ecs_service.b", ["no-op"], {"task_definition": old}, {"task_definition": old})
    other = {"task_definition": f"{old}1"}
    unmoved = resource("aws_ecs_service.c", ["no-op"], other, other)
    moving = resource("aws_ecs_service.d", ["update"], {"task_definition": old}, {"task_definition": None})
    changes = parse_plan(plan(revision, still, unmoved, moving)).changes
    [risk] = next(change.risks for change in changes if "task_definition" in change.address)
    kept = "aws_ecs_service.b keeps the old one until a deployment from outside of Terraform moves it"
    assert risk.reason == f"a new revision follows the old one; {kept}"


ABOVE = {"comparison_operator": "GreaterThanThreshold"}
TOLD = ["arn:aws:sns:::alerts", "arn:aws:sns:::pager"]


def deliveries(**ways: dict[str, str]) -> dict[str, Any]:
    """Return the environment of the function that passes alarms on."""
    topics = {f"arn:aws:sns:::{level}": {"level": level} | found for level, found in ways.items()}
    return {"environment": [{"variables": {"DELIVERIES": json.dumps(topics), "SYSTEM": "shop/prod"}}]}


_BOTH = {"slack": "arn:aws:secretsmanager:::slack", "pagerduty": "arn:aws:secretsmanager:::pagerduty"}
_SLACK = {"slack": "arn:aws:secretsmanager:::slack"}


def band(expression: str, metric: str = "Orders") -> list[dict[str, Any]]:
    """Return the queries of an alarm beyond what is usual."""
    return [
        {"id": "result", "metric": [{"metric_name": metric, "stat": "Sum"}], "return_data": True},
        {"id": "band", "expression": expression, "return_data": True},
    ]


UPDATED: list[tuple[str, Any, Any, str]] = [
    (
        "aws_lambda_function",
        deliveries(critical=_BOTH, high=_SLACK),
        deliveries(critical=_SLACK, high=_SLACK),
        "MEDIUM downtime: critical alarms no longer reach PagerDuty: what it watches may fail unnoticed",
    ),
    (
        "aws_lambda_function",
        deliveries(critical=_BOTH, high=_SLACK),
        deliveries(high=_SLACK),
        (
            "MEDIUM downtime: critical alarms no longer reach PagerDuty and Slack, with nothing in their place: "
            "what it watches may fail unnoticed"
        ),
    ),
    (
        "aws_route53_record",
        {"failover_routing_policy": [{"type": "PRIMARY"}], "health_check_id": "1"},
        {"failover_routing_policy": [], "health_check_id": None},
        "MEDIUM downtime: nothing takes over when its target fails: failover PRIMARY is removed",
    ),
    (
        "aws_route53_record",
        {"failover_routing_policy": [{"type": "PRIMARY"}], "health_check_id": "1"},
        {"failover_routing_policy": [{"type": "PRIMARY"}], "health_check_id": ""},
        "MEDIUM downtime: no one is redirected when its target fails: health_check_id is removed",
    ),
    (
        "aws_elasticache_replication_group",
        {"num_node_groups": 3},
        {"num_node_groups": 6},
        ("MEDIUM downtime: it answers more slowly while keys move between shards, at once: num_node_groups 3 -> 6"),
    ),
    (
        "aws_elasticache_replication_group",
        {"num_node_groups": 3},
        {"num_node_groups": 2},
        (
            "MEDIUM downtime: it answers more slowly while keys move between shards, at once, and fails where the "
            "rest has no room for the data: num_node_groups 3 -> 2"
        ),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        ABOVE | {"threshold": 1},
        ABOVE | {"threshold": 60},
        "MEDIUM downtime: what it watches may fail unnoticed longer: threshold 1 -> 60",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "LessThanThreshold", "threshold": 3},
        {"comparison_operator": "LessThanThreshold", "threshold": 1},
        "MEDIUM downtime: what it watches may fail unnoticed longer: threshold 3 -> 1",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "GreaterThanThreshold", "threshold": 80},
        {"comparison_operator": "LessThanThreshold", "threshold": 20},
        "MEDIUM downtime: what it watches may fail unnoticed: it goes off on the other side, > 80 -> < 20",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "LessThanOrEqualToThreshold", "threshold": 1},
        {"comparison_operator": "GreaterThanOrEqualToThreshold", "threshold": 1},
        "MEDIUM downtime: what it watches may fail unnoticed: it goes off on the other side, <= 1 -> >= 1",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "GreaterThanThreshold", "threshold": 80},
        {"comparison_operator": "GreaterThanOrEqualToThreshold", "threshold": 90},
        "MEDIUM downtime: what it watches may fail unnoticed longer: threshold > 80 -> >= 90",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "LessThanOrEqualToThreshold", "threshold": 5},
        {"comparison_operator": "LessThanThreshold", "threshold": 5},
        "MEDIUM downtime: what it watches may fail unnoticed longer: threshold <= 5 -> < 5",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "GreaterThanThreshold", "threshold": 80},
        {"comparison_operator": "GreaterThanUpperThreshold", "threshold": None},
        (
            "MEDIUM downtime: not judged whether what it watches may fail unnoticed: its condition changes, > 80 -> "
            "above what is usual"
        ),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold"},
        {"comparison_operator": "GreaterThanUpperThreshold"},
        "MEDIUM downtime: what it watches may fail unnoticed: it no longer goes off below what is usual",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"metric_query": band("ANOMALY_DETECTION_BAND(result, 2)")},
        {"metric_query": band("ANOMALY_DETECTION_BAND(result, 3)")},
        ("MEDIUM downtime: what it watches may fail unnoticed longer: its band is 2 -> 3 standard deviations wide"),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"metric_query": band("ANOMALY_DETECTION_BAND(result, 2)")},
        {"metric_query": band("ANOMALY_DETECTION_BAND(result, 2)", "Other")},
        "MEDIUM downtime: it watches something else: metric_query changes",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"metric_query": [{"id": "result", "expression": "SELECT MAX(a) FROM b"}]},
        {"metric_query": [{"id": "result", "expression": "SELECT MIN(a) FROM b"}]},
        "MEDIUM downtime: it watches something else: metric_query changes",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"evaluation_periods": 1},
        {"evaluation_periods": 5},
        "LOW downtime: the alarm goes off later: evaluation_periods 1 -> 5",
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"alarm_actions": TOLD},
        {"alarm_actions": []},
        (
            "MEDIUM downtime: what it watches may fail unnoticed: no one is notified, "
            'alarm_actions loses "arn:aws:sns:::alerts"'
        ),
    ),
    (
        "aws_cloudwatch_metric_alarm",
        {"actions_enabled": True},
        {"actions_enabled": False},
        "MEDIUM downtime: what it watches may fail unnoticed: actions_enabled becomes false",
    ),
    (
        "aws_db_instance",
        {"instance_class": "db.t3.medium"},
        {"instance_class": "db.t3.small", "apply_immediately": True},
        'MEDIUM downtime: it restarts at once: instance_class "db.t3.medium" -> "db.t3.small"',
    ),
    (
        "aws_db_instance",
        {"identifier": "shop"},
        {"identifier": "shop2"},
        'MEDIUM downtime: it restarts under a new address in its next maintenance window: identifier "shop" -> "shop2"',
    ),
    (
        "aws_rds_cluster",
        {"engine_version": "8.0.1"},
        {"engine_version": "8.0.2"},
        'MEDIUM downtime: it restarts in its next maintenance window: engine_version "8.0.1" -> "8.0.2"',
    ),
    (
        "aws_db_instance",
        {"backup_retention_period": 0},
        {"backup_retention_period": 7, "apply_immediately": True},
        "MEDIUM downtime: it restarts at once: backups are switched on",
    ),
    (
        "aws_ecs_service",
        {"desired_count": 3},
        {"desired_count": 0},
        "MEDIUM downtime: all of its tasks stop: desired_count becomes 0",
    ),
    (
        "aws_ecs_service",
        {"task_definition": "a:1"},
        {"task_definition": "a:2", "deployment_minimum_healthy_percent": 0},
        "MEDIUM downtime: all tasks may stop at once: deployment_minimum_healthy_percent is 0",
    ),
    (
        "aws_eks_node_group",
        {"scaling_config": [{"desired_size": 2}]},
        {"scaling_config": [{"desired_size": 0}]},
        "MEDIUM downtime: all of its nodes are terminated: desired_size becomes 0",
    ),
    (
        "aws_lambda_function",
        {"reserved_concurrent_executions": -1},
        {"reserved_concurrent_executions": 0},
        "MEDIUM downtime: every invocation is rejected: reserved_concurrent_executions becomes 0",
    ),
    (
        "aws_scheduler_schedule",
        {"state": "ENABLED"},
        {"state": "DISABLED"},
        "MEDIUM downtime: its targets are no longer started: state becomes DISABLED",
    ),
    (
        "aws_lb",
        {"enable_deletion_protection": True},
        {"enable_deletion_protection": False},
        "MEDIUM downtime: enable_deletion_protection is switched off: nothing prevents it from being destroyed",
    ),
    (
        "aws_elasticache_replication_group",
        {"automatic_failover_enabled": True, "num_cache_clusters": 2},
        {"automatic_failover_enabled": False, "num_cache_clusters": 1},
        (
            "MEDIUM downtime: nothing takes over when its node fails, and what it holds is lost: "
            "automatic_failover_enabled true -> false"
        ),
    ),
    (
        "aws_elasticache_replication_group",
        {"automatic_failover_enabled": True, "num_cache_clusters": 3},
        {"automatic_failover_enabled": True, "num_cache_clusters": 2},
        "LOW downtime: fewer can take over, and fewer answer: num_cache_clusters 3 -> 2 nodes",
    ),
    (
        "aws_db_instance",
        {"multi_az": True},
        {"multi_az": False},
        "MEDIUM downtime: nothing takes over when its machine or its zone fails: multi_az true -> false",
    ),
    (
        "aws_db_instance",
        {"allocated_storage": 100},
        {"allocated_storage": 120},
        "LOW cost: storage cannot be made smaller again: allocated_storage 100 -> 120 GiB",
    ),
    ("aws_appautoscaling_target", {"min_capacity": 2}, {"min_capacity": 10}, "LOW cost: min_capacity 2 -> 10"),
    ("aws_ecs_service", {"desired_count": 2}, {"desired_count": 10}, "LOW cost: desired_count 2 -> 10 tasks"),
    (
        "aws_rds_cluster_instance",
        {"instance_class": "db.r6g.large"},
        {"instance_class": "db.r6g.4xlarge"},
        'LOW cost: instance_class "db.r6g.large" -> "db.r6g.4xlarge": 8 times the size',
    ),
    (
        "aws_db_instance",
        {"instance_class": "db.m8g.large"},
        {"instance_class": "db.t4g.micro"},
        (
            'MEDIUM downtime: there is less to serve with: instance_class "db.m8g.large" -> "db.t4g.micro", '
            "1/8 of the size"
        ),
    ),
    (
        "aws_instance",
        {"instance_type": "m7g.16xlarge"},
        {"instance_type": "m7g.12xlarge"},
        'LOW downtime: there is less to serve with: instance_type "m7g.16xlarge" -> "m7g.12xlarge", 3/4 of the size',
    ),
    (
        "aws_opensearch_domain",
        {"cluster_config": [{"instance_type": "r6g.large.search"}]},
        {"cluster_config": [{"instance_type": "m6g.large.search"}]},
        (
            "MEDIUM downtime: there is less to serve with: "
            'instance_type "r6g.large.search" -> "m6g.large.search", 1/2 of the memory'
        ),
    ),
    (
        "aws_opensearch_domain",
        {"engine_version": "OpenSearch_2.17"},
        {"engine_version": "OpenSearch_2.19"},
        (
            "LOW downtime: a blue/green deployment replaces its nodes, for hours maybe: "
            'engine_version "OpenSearch_2.17" -> "OpenSearch_2.19"'
        ),
    ),
    (
        "aws_opensearch_domain",
        {"ebs_options": [{"volume_size": 100}]},
        {"ebs_options": [{"volume_size": 200}]},
        "LOW downtime: a blue/green deployment replaces its nodes, for hours maybe: volume_size 100 -> 200",
    ),
    (
        "aws_msk_cluster",
        {"broker_node_group_info": [{"instance_type": "kafka.m5.2xlarge"}]},
        {"broker_node_group_info": [{"instance_type": "kafka.m5.large"}]},
        (
            "MEDIUM downtime: there is less to serve with: "
            'instance_type "kafka.m5.2xlarge" -> "kafka.m5.large", 1/4 of the size'
        ),
    ),
    (
        "aws_rds_cluster",
        {"serverlessv2_scaling_configuration": [{"max_capacity": 8}]},
        {"serverlessv2_scaling_configuration": [{"max_capacity": 64}]},
        "LOW cost: max_capacity 8 -> 64 ACU",
    ),
    (
        "aws_db_instance",
        {"multi_az": False},
        {"multi_az": True},
        "LOW cost: a standby in another zone is billed as well",
    ),
    ("aws_appautoscaling_target", {"max_capacity": 15}, {"max_capacity": 20}, "LOW harmless: nothing will be lost"),
]


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), UPDATED)
def test_an_update_says_what_it_interrupts_or_costs(resource_type: str, before: Any, after: Any, expected: str) -> None:
    assert expected in told(resource_type, "update", before, after)


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), UPDATED)
def test_what_stays_interrupts_nothing(resource_type: str, before: Any, after: Any, expected: str) -> None:
    assert told(resource_type, "update", after, after | {"tags": {}}) == ["LOW harmless: nothing will be lost"]


@pytest.mark.parametrize(
    ("resource_type", "after", "expected"),
    [
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface"}, "LOW cost: it is billed by the hour, used or not"),
        (
            "aws_vpc_endpoint",
            {"vpc_endpoint_type": "GatewayLoadBalancer"},
            "LOW cost: it is billed by the hour, used or not",
        ),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Gateway"}, "LOW harmless: only additions"),
        ("aws_customer_gateway", {}, "LOW harmless: only additions"),
        ("aws_ec2_transit_gateway", {}, "LOW unknown effect: not judged: creation"),
        ("aws_vpc_endpoint", {"service_name": "com.amazonaws.eu-west-1.s3"}, "LOW harmless: only additions"),
    ],
)
def test_what_costs_nothing_is_not_billed(resource_type: str, after: Any, expected: str) -> None:
    assert told(resource_type, "create", None, after) == [expected]


ACTIONS = [
    ("aws_nat_gateway", "create", "LOW cost: it is billed by the hour, used or not"),
    ("aws_sns_topic", "create", "LOW harmless: only additions"),
    ("acme_thing", "update", "LOW unknown effect: not judged: what the plan does not show"),
    ("aws_s3_bucket", "forget", "MEDIUM cost: it stays as it is, and terraform forgets it"),
    (
        "aws_lb",
        "forget and create",
        "MEDIUM cost: it stays as it is, and terraform forgets it",
    ),
    ("aws_s3_bucket", "read", "NONE harmless: only reads"),
]


@pytest.mark.parametrize(("resource_type", "action", "expected"), ACTIONS)
def test_an_action_has_its_own_words(resource_type: str, action: str, expected: str) -> None:
    before = None if action in {"create", "read"} else {}
    assert told(resource_type, action, before, None if action == "forget" else {}) == [expected]


def test_the_worst_comes_first() -> None:
    before = {"instance_class": "db.t3.medium", "deletion_protection": True, "publicly_accessible": False}
    after = {"instance_class": "db.t3.large", "deletion_protection": False, "publicly_accessible": True}
    kinds = [reason.partition(":")[0] for reason in told("aws_db_instance", "update", before, after)]
    assert kinds == ["HIGH exposure", "MEDIUM data loss", "MEDIUM downtime", "LOW cost"]


def test_ways_of_alarms_that_come_or_are_not_known_take_none_away() -> None:
    fewer, more = deliveries(critical=_SLACK), deliveries(critical=_BOTH)
    assert told("aws_lambda_function", "update", fewer, more) == ["LOW unknown effect: not judged: environment"]
    unknown = {"environment": [{"variables": {"DELIVERIES": True}}]}
    assert told("aws_lambda_function", "update", more, {"environment": [{}]}, after_unknown=unknown) == [
        "LOW unknown effect: not judged: environment"
    ]


_ZONE = "schedule_expression_timezone"
MOVED = [
    ("aws_scheduler_schedule", _ZONE, "Asia/Tokyo", "Asia/Taipei", "MEDIUM downtime: it starts 1 h later"),
    ("aws_scheduler_schedule", _ZONE, "Asia/Tokyo", "Australia/Brisbane", "MEDIUM downtime: it starts 1 h earlier"),
    ("aws_scheduler_schedule", _ZONE, "Asia/Kolkata", "UTC", "MEDIUM downtime: it starts 330 min later"),
    ("aws_scheduler_schedule", _ZONE, "Asia/Tokyo", "Europe/Berlin", "MEDIUM downtime: it starts at another time"),
    ("aws_scheduler_schedule", _ZONE, "Asia/Tokyo", "../etc", "MEDIUM downtime: it starts at another time"),
    (
        "aws_appautoscaling_scheduled_action",
        "timezone",
        "UTC",
        "Asia/Tokyo",
        "MEDIUM downtime: it is scaled 9 h earlier",
    ),
    (
        "aws_db_instance",
        "maintenance_window",
        "sun:23:30-mon:00:30",
        "mon:00:30-mon:01:30",
        "LOW downtime: it is maintained 1 h later",
    ),
    (
        "aws_rds_cluster",
        "preferred_backup_window",
        "00:00-01:00",
        "23:30-00:30",
        "LOW downtime: it is backed up 30 min earlier",
    ),
]


@pytest.mark.parametrize(("resource_type", "name", "before", "after", "expected"), MOVED)
def test_what_runs_by_the_clock_runs_at_another_hour(
    resource_type: str, name: str, before: str, after: str, expected: str
) -> None:
    found = told(resource_type, "update", {name: before}, {name: after})
    assert found == [f"{expected}: {name} {before} -> {after}"]


def test_a_zone_that_has_the_same_time_all_year_moves_nothing() -> None:
    for before, after in (("Asia/Tokyo", "Asia/Seoul"), ("Asia/Tokyo", "Japan")):
        found = told("aws_scheduler_schedule", "update", {_ZONE: before}, {_ZONE: after})
        assert found == ["LOW harmless: nothing will be lost"]
    for window in ("x", "xyz:00:00-xyz:01:00", "mon:03:00-mon:04:00"):
        found = told("aws_db_instance", "update", {"backup_window": window}, {"backup_window": "00:00-01:00"})
        assert found == ["LOW harmless: nothing will be lost"]


def test_a_record_that_moves_to_a_health_check_made_anew_is_led_elsewhere() -> None:
    record = {"failover_routing_policy": [{"type": "PRIMARY"}], "health_check_id": "1"}
    found = told("aws_route53_record", "update", record, record, after_unknown={"health_check_id": True})
    assert found == ["LOW harmless: nothing will be lost"]


ORDER = [
    ("aws_rds_cluster", "data loss"),
    ("aws_sqs_queue", "data loss"),
    ("aws_cloudwatch_log_group", "data loss"),
    ("aws_ecs_service", "downtime"),
    ("aws_lb_listener_rule", "downtime"),
    ("aws_s3_bucket_policy", "exposure"),
    ("aws_route53_record", "downtime"),
    ("aws_route53_health_check", "downtime"),
    ("aws_cloudwatch_metric_alarm", "downtime"),
    ("aws_iam_policy", "privilege"),
    ("aws_iam_role_policy", "downtime"),
    ("aws_ecs_service", "cost"),
    ("aws_ecs_service", "harmless"),
]


def test_of_equals_data_comes_first_then_what_serves_and_last_what_helps() -> None:
    places = [precedence(name, Risk(Level.MEDIUM, RiskKind(kind), "")) for name, kind in ORDER]
    assert places == sorted({*places})
    helpers = ("aws_codedeploy_app", "aws_db_parameter_group", "aws_vpc_security_group_ingress_rule")
    last = Risk(Level.MEDIUM, RiskKind.DOWNTIME, "")
    assert {precedence(name, last) for name in helpers} == {precedence("aws_iam_role_policy", last)}


def test_an_alarm_that_told_somebody_is_missed() -> None:
    gone = told("aws_cloudwatch_metric_alarm", "delete", {"alarm_actions": TOLD}, None)
    assert gone[0] == "MEDIUM downtime: what it watches may fail unnoticed: the alarm is deleted"
    replaced = told("aws_cloudwatch_metric_alarm", "replace", {"alarm_actions": TOLD}, {"alarm_actions": TOLD})
    assert replaced == ["LOW harmless: it is recreated, and nothing is served from it"]
    stricter = told("aws_cloudwatch_metric_alarm", "update", ABOVE | {"threshold": 60}, ABOVE | {"threshold": 1})
    assert stricter == ["LOW harmless: nothing will be lost"]


def test_what_stays_is_told_before_what_passes() -> None:
    classes = ({"instance_class": one} for one in ("db.m8g.large", "db.t4g.micro"))
    first, second, *_ = told("aws_db_instance", "update", *classes)
    assert "there is less to serve with" in first
    assert "it restarts" in second


@pytest.mark.parametrize(
    "twin",
    [
        {"comparison_operator": "GreaterThanThreshold"},
        {"threshold": 1_000_000},
        {"alarm_actions": []},
        {"actions_enabled": False},
    ],
)
def test_an_alarm_of_the_same_metric_that_tells_of_something_else_is_no_stand_in(twin: dict[str, Any]) -> None:
    kind = "aws_cloudwatch_metric_alarm"
    own = {
        "namespace": "AWS/ECS", "metric_name": "RunningTaskCount", "dimensions": {"ServiceName": "web"},
        "comparison_operator": "LessThanThreshold", "statistic": "Minimum", "threshold": 1,
        "alarm_actions": ["arn:topic"], "actions_enabled": True,
    }  # fmt: skip

    def said(other: dict[str, Any]) -> tuple[str, ...]:
        still = resource(f"{kind}.other", ["no-op"], other, other)
        (change,) = parse_plan(plan(resource(f"{kind}.few", ["delete"], own, None), still)).changes
        return tuple(risk.reason for risk in change.risks)

    unnoticed = "what it watches may fail unnoticed: the alarm is deleted"
    assert unnoticed not in said(own)
    assert unnoticed in said({**own, **twin})


def test_an_alarm_that_scales_is_told_whichever_way_its_figure_goes() -> None:
    idle = {
        "comparison_operator": "LessThanThreshold", "threshold": 5,
        "alarm_actions": ["arn:aws:autoscaling:ap-northeast-1:111122223333:scalingPolicy:1"],
    }  # fmt: skip
    found = told("aws_cloudwatch_metric_alarm", "update", idle, {**idle, "threshold": 98})
    assert found[0] == "MEDIUM downtime: tasks or instances come and go at another figure: < 5 -> < 98"
