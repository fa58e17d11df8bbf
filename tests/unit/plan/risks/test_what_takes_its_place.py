"""What goes while another one does the same, or with what it is of; and whom an alarm reaches by another topic."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told


def found(*items: dict[str, Any]) -> list[str]:
    """Return the risks of the first of several objects."""
    address = items[0]["address"]
    (change,) = [one for one in parse_plan(plan(*items)).changes if one.address == address]
    return [f"{risk.level.name} {risk.kind}: {risk.reason}" for risk in change.risks]


def still(address: str, values: dict[str, Any]) -> dict[str, Any]:
    return resource(address, ["no-op"], values, values)


ALARM, TOPIC = "aws_cloudwatch_metric_alarm", "arn:aws:sns:eu-central-1:111122223333:{}"
WATCHING = {"namespace": "AWS/SQS", "metric_name": "Age", "dimensions": {"QueueName": "orders"}, "alarm_actions": ["a"]}
RULE = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "security_group_id": "sg-1"}
TWINS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "aws_route",
        {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1"},
        {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-2"},
    ),
    ("aws_sns_topic_subscription", {"topic_arn": "t", "protocol": "sqs", "endpoint": "q"}, {}),
    ("aws_lambda_event_source_mapping", {"event_source_arn": "q", "function_name": "f"}, {}),
    ("aws_iam_role_policy_attachment", {"role": "r", "policy_arn": "p"}, {}),
    ("aws_route53_record", {"zone_id": "z", "name": "a", "type": "A", "records": ["1"]}, {}),
    (
        "aws_vpc_security_group_ingress_rule", RULE | {"prefix_list_id": "pl-1"}, RULE | {"cidr_ipv4": "0.0.0.0/0"},
    ),
    (
        "aws_security_group_rule",
        {"type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/24"],
         "security_group_id": "sg-1"},
        {"type": "ingress", "protocol": "tcp", "from_port": 1, "to_port": 90, "cidr_blocks": ["10.0.0.0/8"],
         "security_group_id": "sg-1"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "other"), TWINS)
def test_another_one_takes_its_place(kind: str, before: dict[str, Any], other: dict[str, Any]) -> None:
    gone = resource(f"{kind}.a", ["delete"], before)
    assert found(gone, resource(f"{kind}.b", ["create"], None, before | other)) == [
        f"LOW harmless: {kind}.b takes its place"
    ]
    assert found(gone, still(f"{kind}.b", before | other)) == [f"LOW harmless: {kind}.b takes its place"]
    assert found(gone)[0].startswith("MEDIUM downtime")
    elsewhere = dict.fromkeys(before, "else")
    assert found(gone, resource(f"{kind}.b", ["update"], before, elsewhere))[0].startswith("MEDIUM downtime")


def test_an_alarm_that_is_made_anew_under_another_name_leaves_nothing_unwatched() -> None:
    gone = resource(f"{ALARM}.a", ["delete"], WATCHING)
    unseen = "MEDIUM downtime: what it watches may fail unnoticed: the alarm is deleted"
    assert found(gone)[0] == unseen
    assert unseen not in found(gone, resource(f"{ALARM}.b", ["create"], None, WATCHING))
    queue = resource("aws_sqs_queue.a", ["delete", "create"], {"name": "orders"}, {"name": "outgoing"})
    assert unseen not in found(gone, queue)
    same = resource("aws_sqs_queue.a", ["delete", "create"], {"name": "orders"}, {"name": "orders"})
    assert found(gone, same)[0] == unseen


def test_routes_that_lead_to_another_gateway_leave_nobody_without_for_long() -> None:
    table = {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"}
    gone = resource("aws_nat_gateway.a", ["delete"], {"id": "nat-1"})
    route = resource("aws_route.a", ["delete"], table | {"nat_gateway_id": "nat-1"})
    other = resource("aws_route.b", ["create"], None, table | {"nat_gateway_id": "nat-2"})
    moved = resource(
        "aws_route.c", ["update"], table | {"nat_gateway_id": "nat-1"}, table | {"nat_gateway_id": "nat-2"}
    )
    for routes in ([route, other], [moved], [route, other, moved]):
        assert found(gone, *routes) == [
            "MEDIUM downtime: its routes lead elsewhere once it is gone: some minutes without the internet"
        ]
    for routes in ([], [route], [still("aws_route.d", table | {"nat_gateway_id": "nat-1"}), moved]):
        assert found(gone, *routes)[0].startswith("MEDIUM downtime: subnets that use it have no route")


@pytest.mark.parametrize("kind", ["aws_eip", "aws_lightsail_static_ip", "azurerm_public_ip", "google_compute_address"])
def test_an_address_that_is_given_back_is_told(kind: str) -> None:
    words = "MEDIUM downtime: its address is released for good: whoever lets it in by address must be told"
    for action in ("delete", "replace", "create first"):
        assert told(kind, action, {}, None if action == "delete" else {})[0] == words


DELIVERIES = json.dumps(
    {
        TOPIC.format("critical"): {"level": "critical", "pagerduty": "s", "slack": "s"},
        TOPIC.format("low"): {"level": "low", "slack": "s"},
    }
)
FUNCTION = {"arn": "arn:aws:lambda:::function:alerts", "environment": [{"variables": {"DELIVERIES": DELIVERIES}}]}


def subscription(topic: str, protocol: str, endpoint: str) -> dict[str, Any]:
    values = {"topic_arn": TOPIC.format(topic), "protocol": protocol, "endpoint": endpoint}
    return still(f"aws_sns_topic_subscription.{topic}-{protocol}", values)


TO_PEOPLE = [
    subscription("critical", "lambda", FUNCTION["arn"]), subscription("low", "lambda", FUNCTION["arn"]),
    still("aws_lambda_function.alerts", FUNCTION),
]  # fmt: skip
UNSAID = "this plan does not say whom that reaches"
BY_MAIL = [subscription("critical", "email", "night@a.test"), subscription("low", "email", "day@a.test")]


@pytest.mark.parametrize(
    ("was", "becomes", "others", "said"),
    [
        (
            "critical",
            "low",
            TO_PEOPLE,
            "MEDIUM downtime: it no longer reaches PagerDuty: alarm_actions critical -> low",
        ),
        ("low", "critical", TO_PEOPLE, "LOW harmless: it reaches as many as before: alarm_actions low -> critical"),
        (
            "critical",
            "low",
            BY_MAIL,
            "MEDIUM downtime: it no longer reaches night@a.test: alarm_actions critical -> low",
        ),
        ("alerts-critical", "alerts-low", [], f"MEDIUM downtime: it is of a lower level then, {UNSAID}"),
        ("alerts-high", "alerts-critical", [], f"LOW downtime: it is of a higher level then, {UNSAID}"),
        ("alerts-high", "others", [], f"MEDIUM downtime: it tells another topic, {UNSAID}"),
    ],
)
def test_an_alarm_of_another_level_says_whom_it_reaches(
    was: str, becomes: str, others: list[dict[str, Any]], said: str
) -> None:
    own = {"arn": "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:a"}
    sides = (own | {"alarm_actions": [TOPIC.format(level)]} for level in (was, becomes))
    [told_of] = found(resource(f"{ALARM}.a", ["update"], *sides), *others)
    assert told_of.startswith(said)
    assert told_of.endswith(f": alarm_actions {was} -> {becomes}")


def test_a_topic_of_another_account_is_a_stranger() -> None:
    own = {"arn": "arn:aws:cloudwatch:eu-central-1:444455556666:alarm:a"}
    before, after = (own | {"alarm_actions": [TOPIC.format(level)]} for level in ("critical", "low"))
    assert "MEDIUM exposure: the alarm goes to" in str(told(ALARM, "update", before, after))


FILTER = "aws_cloudwatch_log_metric_filter"


def test_the_alarm_that_goes_by_a_filter_is_named() -> None:
    metric = {"metric_transformation": [{"name": "errors", "namespace": "shop"}]}
    alarm = still(f"{ALARM}.many", {"metric_name": "errors", "namespace": "shop"})
    changed = resource(f"{FILTER}.a", ["update"], metric | {"pattern": "ERROR"}, metric | {"pattern": "EROR"})
    assert found(changed, alarm)[0].endswith(f'since other log lines count: pattern "ERROR" -> "EROR" ({ALARM}.many)')
    assert "an alarm may stay silent, since other log lines count" in found(changed)[0]


def test_a_key_leaves_its_usage_plan_with_itself_and_is_missed_where_it_only_leaves_the_plan() -> None:
    in_plan = resource("aws_api_gateway_usage_plan_key.a", ["delete"], {"key_id": "k", "usage_plan_id": "p"})
    key = resource("aws_api_gateway_api_key.a", ["delete"], {"id": "k", "name": "acme"})
    assert found(in_plan, key) == ["LOW harmless: it goes with what it is of"]
    assert found(in_plan) == ["MEDIUM downtime: requests with its keys are refused from then on"]
