"""A condition that gets wider lets more in; one that gets narrower denies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan.risks.conditions import fits, narrower
from tests.unit.plan.risks.judging import told

GITHUB = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("operator", "few", "other", "many"),
    [
        ("StringLike", "repo:acme/payments:*", "StringLike", "repo:acme*"),
        ("StringEquals", "repo:acme/payments", "StringLike", "repo:acme/*"),
        ("StringEquals", "a", "StringEquals", ["a", "b"]),
        ("ArnLike", "arn:aws:iam::1:role/ci", "ArnEquals", "arn:aws:iam::1:role/*"),
        ("IpAddress", "10.1.0.0/16", "IpAddress", "10.0.0.0/8"),
        ("NumericLessThan", "300", "NumericLessThan", "3600"),
        ("DateLessThan", "2026-01-01T00:00:00Z", "DateLessThan", "2027-01-01T00:00:00Z"),
        ("NumericGreaterThanEquals", "30", "NumericGreaterThanEquals", "3"),
        ("StringNotLike", "repo:acme*", "StringNotLike", "repo:acme/x"),
        ("StringNotEquals", ["a", "b"], "StringNotEquals", "a"),
        ("Bool", "true", "BoolIfExists", "true"),
        ("ForAnyValue:StringEquals", "a", "ForAnyValue:StringLike", "a*"),
    ],
)
def test_of_two_conditions_one_is_met_by_fewer(operator: str, few: Any, other: str, many: Any) -> None:
    small, large = json.dumps({operator: {"k": few}}), json.dumps({other: {"k": many}})
    assert narrower(small, large)
    assert not narrower(large, small)
    assert not narrower(small, small)
    assert narrower(small, "{}")


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("repo:acme/x", "repo:acme*", True),
        ("repo:*", "repo:acme*", False),
        ("a*", "a?", False),
        ("ab", "a?", True),
        ("s3:get*", "s3:*", True),
        ("a[b]", "a[b]*", True),
    ],
)
def test_a_star_stands_for_anything(name: str, pattern: str, *, expected: bool) -> None:
    assert fits(name, pattern) is expected


def trust(condition: dict[str, Any], provider: str = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}") -> Any:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider},
        "Condition": condition,
    }
    return {"assume_role_policy": json.dumps({"Statement": [statement]})}


def of_github(sub: Any, **more: Any) -> Any:
    return trust({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}, "StringLike": {f"{GITHUB}:sub": sub}, **more})


ACME = of_github("repo:acme/payments:environment:production")


def test_an_owner_whose_name_a_star_ends_is_anyone() -> None:
    found = told("aws_iam_role", "update", ACME, of_github("repo:acme*:environment:production"))
    words = "anyone on GitHub who takes a name that fits may assume the role: sub repo:acme*:environment:production"
    assert found[0] == f"HIGH privilege: {words}"
    assert "MEDIUM privilege: more may assume the role: its condition is wider, " in str(found)
    assert "denied" not in str(found)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringNotEquals": {f"{GITHUB}:sub": "repo:acme/payments"}},
        {"Null": {f"{GITHUB}:sub": "false"}},
        {"StringEquals": {f"{GITHUB}:ref": "refs/heads/main"}},
        {"ForAllValues:StringEquals": {f"{GITHUB}:sub": "repo:acme/payments"}},
    ],
)
def test_a_condition_that_names_no_owner_lets_in_anyone(condition: dict[str, Any]) -> None:
    aud = {"StringLike": {f"{GITHUB}:aud": "sts.amazonaws.com"}}
    found = told("aws_iam_role", "create", None, trust(aud | condition))
    assert found[0].startswith("HIGH privilege: anyone on GitHub may assume the role: its condition asks for no sub")


@pytest.mark.parametrize("sub", ["*", "repo:*", "repo:*/payments:*", "repo:acme-?/x"])
def test_a_subject_of_any_owner_is_anyone(sub: str) -> None:
    assert told("aws_iam_role", "create", None, of_github(sub))[0].startswith("HIGH privilege: anyone on GitHub")


@pytest.mark.parametrize(
    ("host", "sub"),
    [
        ("gitlab.com", "project_path:acme*"),
        ("app.terraform.io", "organization:*:project:shop"),
        ("agent.buildkite.com", "organization:acme*"),
    ],
)
def test_other_services_for_everyone_are_told_as_well(host: str, sub: str) -> None:
    provider = f"arn:aws:iam::123456789012:oidc-provider/{host}"
    wide, own = (trust({"StringLike": {f"{host}:sub": one}}, provider) for one in (sub, "organization:acme:*"))
    without = trust({"StringEquals": {f"{host}:aud": "sts.amazonaws.com"}}, provider)
    assert told("aws_iam_role", "update", own, wide)[0].startswith("HIGH privilege: anyone on ")
    assert told("aws_iam_role", "update", own, without)[0].startswith("HIGH privilege: anyone on ")
    assert "anyone" not in str(told("aws_iam_role", "create", None, own))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (ACME, of_github("repo:acme/*"), f"its condition is wider, {GITHUB}:sub repo:acme/*"),
        (
            of_github("repo:acme/x", StringNotLike={f"{GITHUB}:ref": "refs/pull/*"}),
            of_github("repo:acme/x"),
            f"its condition no longer asks for {GITHUB}:ref",
        ),
        (
            of_github("repo:acme/x", IpAddress={"aws:SourceIp": "192.0.2.0/28"}),
            of_github("repo:acme/x", IpAddress={"aws:SourceIp": "192.0.2.0/24"}),
            "its condition is wider, aws:SourceIp 192.0.2.0/24",
        ),
    ],
)
def test_a_wider_condition_lets_more_assume_a_role_and_a_narrower_one_denies(
    before: Any, after: Any, words: str
) -> None:
    assert told("aws_iam_role", "update", before, after) == [f"MEDIUM privilege: more may assume the role: {words}"]
    back = told("aws_iam_role", "update", after, before)
    assert back[0].startswith("MEDIUM downtime: what was allowed is denied: ")
    assert "privilege" not in str(back)
