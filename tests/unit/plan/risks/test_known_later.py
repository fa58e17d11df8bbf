"""A policy that is known only after apply: what a data source will put together is read, all else cannot be told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource

OLD = json.dumps({"Statement": [{"Effect": "Allow", "Action": "x:Y", "Principal": {"AWS": "1"}, "Resource": "*"}]})
KINDS = ("aws_s3_bucket_policy", "aws_sns_topic_policy", "aws_ecr_repository_policy", "aws_sqs_queue_policy")


def worst(kind: str, source: str, *others: dict[str, Any]) -> str:
    """Return the first risk of a policy that comes from elsewhere."""
    expressions = {"policy": {"references": [f"{source}.json", source]}}
    configuration = {"root_module": {"resources": [{"address": f"{kind}.a", "expressions": expressions}]}}
    item = resource(f"{kind}.a", ["update"], {"policy": OLD}, {}, after_unknown={"policy": True})
    change = next(
        one for one in parse_plan(plan(item, *others, configuration=configuration)).changes if one.type == kind
    )
    return f"{change.risks[0].level.name} {change.risks[0].kind}: {change.risks[0].reason}"


def read(**more: Any) -> dict[str, Any]:
    anyone = {"actions": ["x:Y"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": ["*"]}]}
    after = {"statement": [anyone], **more}
    item = resource("data.aws_iam_policy_document.a", ["read"], None, after, after_unknown={"json": True})
    return item | {"mode": "data"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_data_source_puts_together_is_judged(kind: str) -> None:
    found = worst(kind, "data.aws_iam_policy_document.a", read())
    assert found == "HIGH exposure: anyone is allowed x:Y (Principal *)"


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_knows_is_not_low(kind: str) -> None:
    words = "MEDIUM unknown effect: what it allows is known only after apply"
    assert worst(kind, "data.aws_iam_policy_document.a", read(source_policy_documents=["{}"])) == words
    assert worst(kind, "aws_x.b", resource("aws_x.b", ["create"], None, {})) == words


def of_a_function(kind: str, name: str, before: object, *, action: str = "update") -> str:
    """Return the first risk of an argument that a function decides at apply: a plan has no reference for it."""
    configuration = {"root_module": {"resources": [{"address": f"{kind}.a", "expressions": {name: {}}}]}}
    old = {name: before} if action == "update" else None
    item = resource(f"{kind}.a", [action], old, {}, after_unknown={name: True})
    [change] = parse_plan(plan(item, configuration=configuration)).changes
    return f"{change.risks[0].level.name} {change.risks[0].kind}: {change.risks[0].reason}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", ["create", "update"])
def test_a_policy_that_a_function_decides_at_apply_is_not_low(kind: str, action: str) -> None:
    words = "MEDIUM unknown effect: what it allows is known only after apply"
    assert of_a_function(kind, "policy", OLD, action=action) == words


@pytest.mark.parametrize(
    ("kind", "name", "before"),
    [
        ("aws_s3_bucket_public_access_block", "block_public_policy", True),
        ("aws_dynamodb_table", "deletion_protection_enabled", True),
        ("aws_vpc_security_group_ingress_rule", "cidr_ipv4", "10.0.0.0/16"),
        ("aws_sqs_queue", "sqs_managed_sse_enabled", True),
    ],
)
def test_a_switch_that_a_function_decides_at_apply_is_not_harmless(kind: str, name: str, before: object) -> None:
    found = of_a_function(kind, name, before)
    assert "nothing will be lost" not in found
    assert "harmless" not in found, found


def test_what_the_provider_fills_in_is_still_harmless() -> None:
    configuration = {"root_module": {"resources": [{"address": "aws_sqs_queue.a", "expressions": {}}]}}
    item = resource("aws_sqs_queue.a", ["update"], {"url": "x"}, {}, after_unknown={"url": True})
    [change] = parse_plan(plan(item, configuration=configuration)).changes
    assert change.risks == () or change.risks[0].level.name == "LOW"
