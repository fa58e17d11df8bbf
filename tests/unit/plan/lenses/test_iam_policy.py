from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.plan.lenses.saying import changes, policy, said

READ = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*"], "Resource": "arn:aws:s3:::a"}
WRITE = {"Sid": "Write", "Effect": "Allow", "Action": "s3:Put*", "Resource": "arn:aws:s3:::a"}


def told(before: Any, after: Any) -> list[tuple[str, str | None, str | None]]:
    return said("aws_iam_policy", {"policy": before}, {"policy": after})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"Action": ["s3:Get*", "s3:List*"]}, ("actions", None, "s3:List*")),
        ({}, {"Resource": "*"}, ("resources", "arn:aws:s3:::a", "*")),
        ({}, {"Effect": "Deny"}, ("effect", "Allow", "Deny")),
        ({}, {"Principal": {"AWS": "*"}}, ("principals", None, "AWS *")),
        ({"Principal": {"AWS": ["1", "2"]}}, {"Principal": {"AWS": "2"}}, ("principals", 'AWS 1', None)),
        ({}, {"Condition": {"Bool": {"aws:x": "true"}}}, ("if Bool aws:x", None, "true")),
        ({}, {"Odd": [1, {"a": 2}]}, ('"Odd"', None, "[1, {a = 2}]")),
    ],
)  # fmt: skip
def test_a_statement_that_changes_is_told_element_by_element(
    before: Any, after: Any, expected: tuple[str, ...]
) -> None:
    part, *sides = expected
    assert told(policy(WRITE, {**READ, **before}), policy({**READ, **after}, WRITE)) == [
        (f"policy Read: {part}", *sides)
    ]


def test_what_is_allowed_but_for_some_is_told_as_that() -> None:
    other = {"Sid": "All", "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "NotResource": "x", "NotPrincipal": "*"}
    assert told(policy(READ), policy(READ, other)) == [
        ("policy All", None, "Deny all but iam:*, sts:* on all but x to all but *")
    ]


def test_a_condition_reads_as_one() -> None:
    keys = {"StringLike": {"aws:a": ["x*", "y"]}, "Bool": {"aws:b": False}}
    assert told(policy(), policy({**READ, "Condition": keys})) == [
        ("policy Read", None, "Allow s3:Get* on arn:aws:s3:::a if Bool aws:b false and StringLike aws:a x* or y")
    ]


def test_a_policy_that_is_only_written_in_another_way_has_no_statement_that_changes() -> None:
    (change,) = changes(
        "aws_iam_policy",
        {"policy": policy(READ, WRITE)},
        {"policy": policy({**WRITE, "Action": ["s3:Put*"]}, {**READ, "Action": "s3:Get*"})},
    )
    assert change.note
    assert change.path == "policy"


def test_statements_without_a_name_are_paired_by_what_they_share() -> None:
    unnamed = [{key: value for key, value in one.items() if key != "Sid"} for one in (READ, WRITE)]
    changed = [{**unnamed[1], "Resource": "*"}, {**unnamed[0], "Action": ["s3:Get*", "s3:List*"]}]
    assert told(policy(*unnamed), policy(*changed)) == [
        ("policy statement 1 (Allow s3:Put*): resources", "arn:aws:s3:::a", "*"),
        ("policy statement 2 (Allow on a): actions", None, "s3:List*"),
    ]


def test_a_version_is_told_when_it_changes_and_noted_when_the_policy_comes() -> None:
    assert ("policy Version", "2012-10-17", "2008-10-17") in told(policy(READ), policy(READ, Version="2008-10-17"))
    (change,) = changes("aws_iam_policy", None, {"policy": policy(READ)})
    assert change.note == "Version 2012-10-17"


def test_the_inline_policies_of_a_role_are_told_by_name() -> None:
    before = {"inline_policy": [{"name": "a b", "policy": policy(READ)}, {"name": "c", "policy": policy(WRITE)}]}
    after = {"inline_policy": [{"name": "a b", "policy": policy({**READ, "Effect": "Deny"})}]}
    assert said("aws_iam_role", before, after) == [
        ('inline_policy "a b" Read: effect', "Allow", "Deny"),
        ("inline_policy c Write", "Allow s3:Put* on arn:aws:s3:::a", None),
    ]


@pytest.mark.parametrize(
    "document", ["{", "[]", '{"Statement": [1]}', '"x"', 7, True, {"Statement": []}, [policy(READ)]]
)
def test_what_is_no_policy_is_told_as_it_is(document: Any) -> None:
    assert told(policy(READ), document)
    assert told(document, policy(READ))


def test_a_policy_that_is_not_known_yet_says_so() -> None:
    (change,) = changes("aws_iam_policy", {"policy": policy(READ)}, {}, after_unknown={"policy": True})
    assert (change.after, change.unknown) == ("(known after apply)", True)


def test_a_secret_inside_a_policy_stays_one_and_the_rest_is_told() -> None:
    marks = {"before_sensitive": {}, "after_sensitive": {"token": True}}
    before = {"policy": policy(READ), "token": "x"}
    after = {"policy": policy({**READ, "Resource": "hush-hush-hush"}), "token": "hush-hush-hush"}
    found = {change.path: change for change in changes("aws_iam_policy", before, after, **marks)}
    assert found["policy Read: resources"].sensitive
    assert found["policy Read: resources"].after == "(sensitive)"
    assert "hush" not in json.dumps(str(found))


def test_a_policy_of_ten_thousand_statements_is_no_trouble() -> None:
    many = [{"Effect": "Allow", "Action": f"a:{n}", "Resource": "*"} for n in range(10_000)]
    moved = [{**one, "Resource": "x"} if n % 2 else one for n, one in enumerate(reversed(many))]
    assert len(told(policy(*many), policy(*moved))) == 5_000
