from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.plan.risks.judging import told

RULE, TOPIC, MAPPING = "aws_cloudwatch_event_rule", "aws_sns_topic_subscription", "aws_lambda_event_source_mapping"
BUCKET = "aws_s3_bucket_notification"


def pattern(**detail: Any) -> dict[str, str]:
    return {"event_pattern": json.dumps({"source": ["aws.s3"], "detail": detail})}


def mapping(*patterns: object) -> dict[str, Any]:
    return {"filter_criteria": [{"filter": [{"pattern": json.dumps(one)} for one in patterns]}] if patterns else []}


def bucket(*events: str, prefix: str = "original/", **more: Any) -> dict[str, Any]:
    told = {"lambda_function_arn": "f", "events": list(events), "filter_prefix": prefix, "filter_suffix": ""}
    return {"lambda_function": [told] if events else [], "eventbridge": False, **more}


ORIGINAL = {"key": [{"wildcard": "original/*"}]}

CASES: list[tuple[str, Any, Any, list[str]]] = [
    (
        RULE,
        pattern(bucket={"name": ["x"]}, object=ORIGINAL),
        pattern(bucket={"name": ["x"]}),
        ["MEDIUM unknown effect: more events or messages pass: detail.object.key is no longer asked for"],
    ),
    (
        RULE,
        pattern(state=["FAILED"]),
        pattern(state=["FAILED"], object=ORIGINAL),
        ['MEDIUM downtime: fewer events or messages pass: detail.object.key has to be {wildcard = "original/*"}'],
    ),
    (
        RULE,
        pattern(state=["FAILED", "STOPPED"]),
        pattern(state=["FAILED", "RUNNING"]),
        [
            'MEDIUM downtime: fewer events or messages pass: detail.state may no longer be "STOPPED"',
            'MEDIUM unknown effect: more events or messages pass: detail.state may be "RUNNING"',
        ],
    ),
    (
        RULE,
        {"event_pattern": '{"$or": [{"source": ["a"]}, {"source": ["b"]}]}'},
        {"event_pattern": '{"$or": [{"source": ["a"]}]}'},
        ["MEDIUM unknown effect: other events or messages pass: event_pattern changes"],
    ),
    (
        TOPIC,
        {"filter_policy": '{"kind": ["order"]}'},
        {"filter_policy": None},
        ["MEDIUM unknown effect: more events or messages pass: kind is no longer asked for"],
    ),
    (
        TOPIC,
        {"filter_policy": ""},
        {"filter_policy": '{"kind": ["order", "return"]}'},
        ['MEDIUM downtime: fewer events or messages pass: kind has to be "order" or "return"'],
    ),
    (
        MAPPING,
        mapping({"body": {"kind": ["order"]}}),
        mapping({"body": {"kind": ["order", "return"]}}),
        ['MEDIUM unknown effect: more events or messages pass: body.kind may be "return"'],
    ),
    (
        MAPPING,
        mapping({"body": {"kind": ["order"]}}, {"body": {"kind": ["return"]}}),
        mapping(),
        ["MEDIUM unknown effect: more events or messages pass: it has no filter any more"],
    ),
    (
        MAPPING,
        mapping(),
        mapping({"body": {"kind": ["order"]}}),
        [r'MEDIUM downtime: fewer events or messages pass: "{\"body\": {\"kind\": [\"order\"]}}"'],
    ),
    (
        BUCKET,
        bucket("s3:ObjectCreated:*"),
        bucket("s3:ObjectCreated:*", prefix=""),
        [
            "MEDIUM downtime: events of its objects no longer reach f (s3:ObjectCreated:* in original/*)",
            "MEDIUM unknown effect: events of its objects reach f (s3:ObjectCreated:*)",
        ],
    ),
    (
        BUCKET,
        bucket(eventbridge=True),
        bucket(),
        ["MEDIUM downtime: events of its objects no longer reach EventBridge"],
    ),
]


@pytest.mark.parametrize(("kind", "before", "after", "expected"), CASES)
def test_what_a_filter_lets_pass_is_told(kind: str, before: Any, after: Any, expected: list[str]) -> None:
    assert told(kind, "update", before, after) == expected


@pytest.mark.parametrize(("kind", "before", "after", "expected"), CASES)
def test_what_stays_is_of_no_risk(kind: str, before: Any, after: Any, expected: list[str]) -> None:
    assert told(kind, "update", after, after | {"tags": {"a": "b"}}) == ["LOW harmless: nothing will be lost"]


def test_the_same_pattern_in_another_form_is_of_no_risk() -> None:
    old = pattern(state=["FAILED"], bucket={"name": ["x"]})
    new = {"event_pattern": json.dumps(json.loads(old["event_pattern"]), indent=1)}
    assert told(RULE, "update", old, new) == ["LOW harmless: nothing will be lost"]


def test_a_pattern_that_only_apply_knows_may_let_others_pass() -> None:
    (said, *_) = told(RULE, "update", pattern(state=["FAILED"]), {}, after_unknown={"event_pattern": True})
    assert said == "MEDIUM unknown effect: other events or messages pass: event_pattern changes"
