"""What lets another account in, tells another address, or leads to another environment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import ACTIONS, told

OWN, OTHER = "111122223333", "444455556666"
_ALLOWED = {"allowed_account_ids": {"constant_value": [OWN]}}
PROVIDERS = {"configuration": {"provider_config": {"aws": {"name": "aws", "expressions": _ALLOWED}}}}


def trust(*accounts: str) -> str:
    principals = [f"arn:aws:iam::{account}:root" for account in accounts]
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "*"}]})


def told_of(kind: str, action: str, before: Any, after: Any) -> str:
    item = resource(f"{kind}.a", ACTIONS[action], before, after)
    risks = parse_plan(plan(item, **PROVIDERS)).changes[0].risks
    return "\n".join(f"{risk.level.name} {risk.kind}: {risk.reason}" for risk in risks)


@pytest.mark.parametrize(
    ("kind", "name", "value", "own", "said"),
    [
        ("aws_iam_role", "assume_role_policy", trust(OWN, OTHER), trust(OWN), "privilege: account {} may assume the"),
        ("aws_sqs_queue_policy", "policy", trust(OTHER), trust(OWN), "exposure: account {} may use it"),
        ("aws_kms_key", "policy", trust(OWN, OTHER), trust(OWN), "exposure: account {} may use it"),
        ("aws_lambda_permission", "principal", OTHER, OWN, "exposure: account {} may invoke the function"),
        ("aws_db_snapshot", "shared_accounts", [OTHER], [OWN], "exposure: account {} may restore it"),
        ("aws_ami_launch_permission", "account_id", OTHER, OWN, "exposure: account {} may launch instances"),
        ("aws_vpc_peering_connection", "peer_owner_id", OTHER, OWN, "exposure: peer_owner_id leads to account {}"),
        (
            "aws_cloudwatch_log_subscription_filter", "destination_arn", f"arn:aws:logs:eu-west-1:{OTHER}:x:y",
            f"arn:aws:logs:eu-west-1:{OWN}:x:y", "exposure: destination_arn leads to account {}",
        ),
        (
            "aws_s3_bucket_replication_configuration", "rule", [{"destination": [{"account": OTHER}]}],
            [{"destination": [{"account": OWN}]}], "exposure: rule leads to account {}",
        ),
        (
            "aws_ecr_replication_configuration", "replication_configuration", [{"rule": [{"registry_id": OTHER}]}],
            [{"rule": [{"registry_id": OWN}]}], "exposure: replication_configuration leads to account {}",
        ),
        (
            "aws_apigatewayv2_integration", "integration_uri",
            f"arn:aws:apigateway:eu-west-1:lambda:path/functions/arn:aws:lambda:eu-west-1:{OTHER}:function:x/invocations",
            f"arn:aws:lambda:eu-west-1:{OWN}:function:x", "exposure: integration_uri leads to account {}",
        ),
    ],
)  # fmt: skip
def test_an_account_that_is_not_the_plans_own_is_named(kind: str, name: str, value: Any, own: Any, said: str) -> None:
    for action, before in (("create", None), ("update", {name: own})):
        assert f"MEDIUM {said.format(OTHER)}" in told_of(kind, action, before, {name: value})
    assert "account 1" not in told_of(kind, "create", None, {name: own})
    assert "account" not in told_of(kind, "update", {name: value}, {name: value, "tags": {"a": "b"}})


@pytest.mark.parametrize(
    ("kind", "before", "after", "said"),
    [
        (
            "aws_sns_topic_subscription", {"endpoint": "ops@example.com"}, {"endpoint": "x@example.net"},
            "what is sent to the topic goes to x@example.net, and no longer ops@example.com",
        ),
        (
            "aws_cloudwatch_metric_alarm", {"alarm_actions": ["arn:aws:sns:x:1:ops"]},
            {"alarm_actions": ["arn:aws:sns:x:2:them", "arn:aws:sns:x:1:ops"]},
            "the alarm goes to arn:aws:sns:x:2:them",
        ),
        (
            "aws_budgets_budget", {"notification": [{"subscriber_email_addresses": ["a@example.com"]}]},
            {"notification": [{"subscriber_email_addresses": ["b@example.com"]}]},
            "what it tells of costs goes to b@example.com, and no longer a@example.com",
        ),
        (
            "aws_db_event_subscription", {"sns_topic": "arn:aws:sns:x:1:ops"}, {"sns_topic": "arn:aws:sns:x:1:b"},
            "its events go to arn:aws:sns:x:1:b, and no longer arn:aws:sns:x:1:ops",
        ),
    ],
)  # fmt: skip
def test_a_new_address_is_named_with_the_old_one(kind: str, before: Any, after: Any, said: str) -> None:
    assert f"MEDIUM exposure: {said}" in told(kind, "update", before, after)
    assert not [one for one in told(kind, "update", after, {**after, "tags": {}}) if "exposure" in one]


def test_a_new_address_of_a_topic_that_is_there_is_told_and_of_a_new_one_is_not() -> None:
    after = {"endpoint": "x@example.net", "topic_arn": "arn:aws:sns:x:1:ops"}
    kind = "aws_sns_topic_subscription"
    assert told(kind, "create", None, after)[0] == ("MEDIUM exposure: what is sent to the topic goes to x@example.net")
    later = told(kind, "create", None, {"endpoint": "x@example.net"}, after_unknown={"topic_arn": True})
    assert not [one for one in later if "MEDIUM" in one]


def test_a_new_stream_sends_what_is_there_to_a_server() -> None:
    after = {
        "kinesis_source_configuration": [{"kinesis_stream_arn": "arn:aws:kinesis:x:1:stream/data"}],
        "http_endpoint_configuration": [{"url": "https://elsewhere.example"}],
    }
    found = told("aws_kinesis_firehose_delivery_stream", "create", None, after)
    assert "MEDIUM exposure: its records go to https://elsewhere.example" in found


def _container(**variables: str) -> str:
    return json.dumps([{"environment": [{"name": name, "value": value} for name, value in variables.items()]}])


HOST = "main-prod.cluster-abc.ap-northeast-1.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (
            "aws_ecs_task_definition", {"family": "shop-dev-web", "container_definitions": _container(LOG="info")},
            {"family": "shop-dev-web", "container_definitions": _container(LOG="info", DATABASE_HOST=HOST)},
        ),
        (
            "aws_ecs_task_definition", None,
            {
                "family": "x", "tags_all": {"Environment": "dev"},
                "container_definitions": _container(DATABASE_HOST=HOST),
            },
        ),
        (
            "aws_lambda_function", {"function_name": "dev-mail", "environment": []},
            {"function_name": "dev-mail", "environment": [{"variables": {"DATABASE_HOST": HOST}}]},
        ),
        (
            "aws_codebuild_project", None,
            {
                "name": "dev-build",
                "environment": [{"environment_variable": [{"name": "DATABASE_HOST", "value": HOST}]}],
            },
        ),
    ],
)  # fmt: skip
def test_a_host_of_production_in_the_variable_of_another_environment_is_named(
    kind: str, before: Any, after: Any
) -> None:
    found = told(kind, "create" if before is None else "update", before, after)
    assert f'MEDIUM exposure: DATABASE_HOST of dev leads to prod: "{HOST}"' in found
    assert not [one for one in told(kind, "update", after, {**after, "tags": {"a": "b"}}) if "leads to" in one]


@pytest.mark.parametrize(
    ("family", "value"),
    [
        ("shop-dev-web", "main-dev.internal.example"),
        ("shop-dev-web", "test.example.com"),
        ("shop-dev-web", "product.example.com"),
        ("shop-dev-web", "production"),
        ("shop-web", HOST),
        ("shop-prod-web", HOST),
    ],
)
def test_a_host_of_the_same_kind_of_environment_or_of_none_is_not(family: str, value: str) -> None:
    after = {"family": family, "container_definitions": _container(HOST=value)}
    assert not [one for one in told("aws_ecs_task_definition", "create", None, after) if "leads to" in one]
