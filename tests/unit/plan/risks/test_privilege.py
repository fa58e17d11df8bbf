"""Rights that a change adds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import RiskKind, parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> str:
    return policy({"Effect": "Allow", "Action": action, "Resource": resource, **more})


def trust(principal: Any, **more: Any) -> dict[str, str]:
    return {
        "assume_role_policy": policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more})
    }


OWN = {"arn": "arn:aws:iam::111111111111:role/a"}
GRANTED = 'MEDIUM privilege: the role "{}" is granted{}: what it allows is not in this plan'
CASES: list[tuple[str, Any, Any, str]] = [
    (
        "aws_scheduler_schedule",
        None,
        {"target": [{"arn": "arn:aws:scheduler:::aws-sdk:iam:attachUserPolicy"}]},
        "HIGH privilege: it calls iam:attachUserPolicy by the clock",
    ),
    (
        "aws_sfn_state_machine",
        None,
        {"definition": '{"Resource": "arn:aws:states:::aws-sdk:iam:attachRolePolicy"}'},
        "HIGH privilege: it calls iam:attachRolePolicy when it runs",
    ),
    (
        "aws_cloudwatch_event_target",
        {"arn": "arn:aws:sqs:x:1:q"},
        {"arn": "arn:aws:ssm:ap-northeast-1::document/AWS-RunShellScript"},
        "HIGH privilege: it runs AWS-RunShellScript on machines for each event",
    ),
    (
        "aws_iam_role_policy",
        None,
        {"policy": allow("iam:PutRolePolicy", "arn:aws:iam::1:role/*")},
        "MEDIUM privilege: iam:PutRolePolicy on arn:aws:iam::1:role/*: it may gain the permissions of others",
    ),
    (
        "aws_iam_role_policy",
        None,
        {"policy": allow("secretsmanager:Get*", "arn:aws:secretsmanager:::*")},
        "HIGH privilege: secretsmanager:Get* on arn:aws:secretsmanager:::*: it may read every secret of the account",
    ),
    (
        "aws_iam_role_policy_attachment",
        None,
        {"policy_arn": "arn:aws:iam::aws:policy/SecretsManagerReadWrite"},
        "MEDIUM privilege: what SecretsManagerReadWrite allows is not in this plan",
    ),
    ("aws_iam_policy", None, {"policy": allow("*")}, "HIGH privilege: *:* on *: full access"),
    ("aws_iam_policy", None, {"policy": allow("*", ["arn:*", "arn:aws:*"])}, "HIGH privilege: *:* on *: full access"),
    ("aws_iam_policy", None, {"policy": allow("s3:**")}, "MEDIUM privilege: s3:** on *: everything in s3"),
    ("aws_iam_policy", None, {"policy": allow("kms:?*")}, "MEDIUM privilege: kms:?* on *: everything in kms"),
    (
        "aws_iam_policy",
        None,
        {"policy": allow("IAM:**")},
        "HIGH privilege: IAM:** on *: it may grant itself any permission",
    ),
    ("aws_iam_policy", None, {"policy": allow("?*")}, "HIGH privilege: *:* on *: full access"),
    (
        "aws_iam_role_policy",
        None,
        {"policy": allow(["s3:Get*", "iam:*"])},
        "HIGH privilege: iam:* on *: it may grant itself any permission",
    ),
    ("aws_iam_user_policy", None, {"policy": allow("s3:*")}, "MEDIUM privilege: s3:* on *: everything in s3"),
    (
        "aws_iam_role_policy",
        {"policy": allow("s3:GetObject")},
        {"policy": allow(["s3:GetObject", "iam:PassRole"])},
        "MEDIUM privilege: iam:PassRole on *: it may gain the permissions of others",
    ),
    (
        "aws_iam_policy",
        None,
        {"policy": allow("iam:Put*")},
        "MEDIUM privilege: iam:Put* on *: it may gain the permissions of others",
    ),
    (
        "aws_iam_policy",
        None,
        {"policy": policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})},
        "MEDIUM privilege: everything except iam:* on *",
    ),
    ("aws_iam_role", None, {"inline_policy": [{"policy": allow("*")}]}, "HIGH privilege: *:* on *: full access"),
    (
        "aws_iam_role_policy_attachment",
        None,
        {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        "HIGH privilege: full access (AdministratorAccess)",
    ),
    (
        "aws_iam_policy_attachment",
        {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess", "users": ["ann"]},
        {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess", "users": ["ann", "bob"]},
        "HIGH privilege: full access (AdministratorAccess) is given to bob",
    ),
    (
        "aws_iam_policy_attachment",
        {"policy_arn": "arn:aws:iam::111122223333:policy/own", "roles": ["a"]},
        {"policy_arn": "arn:aws:iam::111122223333:policy/own", "roles": ["a", "b"]},
        "MEDIUM privilege: what own allows is given to b",
    ),
    (
        "aws_iam_user_policy_attachments_exclusive",
        {"policy_arns": []},
        {"policy_arns": ["arn:aws:iam::111122223333:policy/own"]},
        "MEDIUM privilege: what own allows is not in this plan",
    ),
    (
        "aws_iam_role",
        {"managed_policy_arns": []},
        {"managed_policy_arns": ["arn:aws:iam::aws:policy/PowerUserAccess"]},
        "MEDIUM privilege: everything except IAM (PowerUserAccess)",
    ),
    ("aws_iam_role", None, trust("*"), "HIGH privilege: anyone may assume the role (Principal *)"),
    (
        "aws_iam_role",
        OWN | trust({"AWS": "arn:aws:iam::111111111111:root"}),
        OWN | trust({"AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]}),
        "MEDIUM privilege: account 222222222222 may assume the role",
    ),
    (
        "aws_iam_role",
        None,
        trust({"Federated": "arn:aws:iam::1:oidc-provider/x"}),
        "MEDIUM privilege: everyone in a federation may assume the role: its trust policy has no condition",
    ),
    (
        "aws_iam_role",
        None,
        trust({"Federated": "arn:aws:iam::1:oidc-provider/x"}, Condition={"StringLike": {"x:sub": "*", "x:aud": "a"}}),
        "MEDIUM privilege: everyone in a federation may assume the role: its condition asks for no more than aud",
    ),
    (
        "aws_iam_role",
        {"permissions_boundary": "arn:aws:iam::1:policy/b"},
        {"permissions_boundary": None},
        "MEDIUM privilege: its permissions boundary is removed",
    ),
    (
        "aws_iam_role",
        {"permissions_boundary": "arn:aws:iam::1:policy/b"},
        {"permissions_boundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
        'MEDIUM privilege: it may do more: its permissions boundary is no longer "arn:aws:iam::1:policy/b"',
    ),
    (
        "aws_kms_key",
        None,
        {"policy": allow("kms:*", Principal="*")},
        "HIGH privilege: anyone may use the key (Principal *)",
    ),
    ("google_project_iam_member", None, {"role": "roles/owner"}, 'HIGH privilege: the role "roles/owner" is granted'),
    (
        "google_project_iam_member",
        None,
        {"role": "roles/iam.serviceAccountTokenCreator", "member": "serviceAccount:a"},
        GRANTED.format("roles/iam.serviceAccountTokenCreator", " to serviceAccount:a"),
    ),
    (
        "google_project_iam_binding",
        {"role": "roles/secretmanager.admin", "members": ["serviceAccount:a"]},
        {"role": "roles/secretmanager.admin", "members": ["serviceAccount:a", "user:b"]},
        GRANTED.format("roles/secretmanager.admin", " to user:b"),
    ),
    (
        "google_bigquery_dataset_iam_member",
        None,
        {"role": "roles/bigquery.dataViewer", "member": "user:b"},
        GRANTED.format("roles/bigquery.dataViewer", " to user:b"),
    ),
    (
        "azurerm_role_assignment",
        None,
        {"role_definition_name": "Key Vault Administrator"},
        GRANTED.format("Key Vault Administrator", ""),
    ),
]


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("google_project_iam_member", {"role": "roles/aiplatform.user", "member": "serviceAccount:a"}),
        ("google_bigquery_dataset_iam_member", {"role": "roles/bigquery.dataViewer", "member": "principalSet://a"}),
        ("azurerm_role_assignment", {"role_definition_name": "Storage Blob Data Reader"}),
    ],
)
def test_a_role_that_reads_or_does_one_thing_is_only_an_addition(kind: str, after: Any) -> None:
    assert told(kind, "create", None, after) == ["LOW harmless: only additions"]


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), CASES)
def test_a_right_that_is_added_is_told(resource_type: str, before: Any, after: Any, expected: str) -> None:
    assert expected in told(resource_type, "update" if before is not None else "create", before, after)


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), CASES)
def test_a_right_that_was_there_is_not_told_again(resource_type: str, before: Any, after: Any, expected: str) -> None:
    assert not [
        reason for reason in told(resource_type, "update", after, after | {"tags": {}}) if "privilege" in reason
    ]


QUIET: list[tuple[str, Any, Any]] = [
    ("aws_iam_policy", None, {"policy": allow("s3:GetObject")}),
    ("aws_iam_policy", None, {"policy": allow(["iam:Get*", "iam:List*", "ec2:Describe*"])}),
    ("aws_iam_policy", None, {"policy": allow("s3:*", "arn:aws:s3:::one/*")}),
    ("aws_iam_policy", {"policy": allow("*")}, {"policy": allow("s3:*")}),
    ("aws_iam_policy", None, {"policy": "not a policy"}),
    ("aws_iam_policy", None, {"policy": allow("iam:PassRole", "arn:aws:iam::111122223333:role/shop-*")}),
    ("aws_iam_role_policy_attachment", None, {"policy_arn": "arn:aws:iam::aws:policy/service-role/AWSConfigRole"}),
    ("aws_iam_policy", None, {"policy": "[" * 100_000}),
    ("aws_iam_role", None, trust({"Service": "ecs-tasks.amazonaws.com"})),
    ("aws_kms_key", None, {"policy": allow("kms:*", Principal={"AWS": "arn:aws:iam::1:root"})}),
    (
        "aws_iam_role",
        None,
        trust(
            {"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},
            Condition={
                "StringEquals": {
                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                    "token.actions.githubusercontent.com:sub": "repo:acme/shop:environment:dev",
                }
            },
        ),
    ),
]


@pytest.mark.parametrize(("resource_type", "before", "after"), QUIET)
def test_what_gives_nobody_too_much_is_no_privilege(resource_type: str, before: Any, after: Any) -> None:
    risks = told(resource_type, "update" if before else "create", before, after)
    assert not [reason for reason in risks if "privilege" in reason]


READS = allow("s3:GetObject", "arn:aws:s3:::a/*")
WIDER: list[tuple[Any, Any, list[str]]] = [
    (None, READS, ["s3:GetObject on arn:aws:s3:::a/*"]),
    (READS, allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::a/*"), ["s3:PutObject on arn:aws:s3:::a/*"]),
    (READS, allow("s3:GetObject", ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]), ["s3:GetObject on arn:aws:s3:::b/*"]),
    (allow("s3:Get*", "arn:aws:s3:::*"), READS, []),
    (READS, allow("s3:GetObject", "arn:aws:s3:::a/*", Condition={"Bool": {"aws:SecureTransport": "true"}}), []),
    (
        allow("s3:GetObject", "arn:aws:s3:::a/*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
        READS,
        ["s3:GetObject on arn:aws:s3:::a/*"],
    ),
    (
        READS,
        allow(["sqs:A", "sqs:B", "sqs:C", "sqs:D"], "arn:aws:sqs:::q"),
        ["sqs:A, sqs:B, sqs:C and 1 more on arn:aws:sqs:::q"],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), WIDER)
def test_what_a_policy_of_a_role_allows_beyond_what_it_did_is_told(
    before: str | None, after: str, expected: list[str]
) -> None:
    sides = [{"role": "app", "policy": policy} if policy else None for policy in (before, after)]
    found = told("aws_iam_role_policy", "update" if before else "create", *sides)
    assert [one for one in found if "privilege" in one] == [
        f"MEDIUM privilege: it may do more: {one}" for one in expected
    ]


def test_what_a_policy_of_a_role_will_allow_may_not_be_known_yet() -> None:
    found = told("aws_iam_role_policy", "create", None, {"role": "app"}, after_unknown={"policy": True})
    assert found == ["MEDIUM unknown effect: what it allows is known only after apply"]
    found = told("aws_iam_role_policy", "create", None, {}, after_unknown={"policy": True, "role": True})
    assert found == ["MEDIUM unknown effect: what it allows is known only after apply"]


def test_what_a_new_role_may_do_is_no_more_than_before() -> None:
    references = {"expressions": {"role": {"references": ["aws_iam_role.r.name", "aws_iam_role.r"]}}}
    configuration = {"root_module": {"resources": [{"address": "aws_iam_role_policy.a", **references}]}}
    item = resource("aws_iam_role_policy.a", ["create"], None, {"role": "app", "policy": READS})
    for actions, count in ((["create"], 0), (["no-op"], 1)):
        role = resource("aws_iam_role.r", actions, None if count == 0 else {}, {"name": "app"})
        changes = parse_plan(plan(item, role, configuration=configuration)).changes
        (risks,) = [change.risks for change in changes if change.address == "aws_iam_role_policy.a"]
        assert len([risk for risk in risks if risk.kind is RiskKind.PRIVILEGE]) == count


def test_what_a_policy_no_longer_denies_is_a_right() -> None:
    read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
    denied = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
    old, new = {"policy": policy(read, denied), "role": "api"}, {"policy": policy(read), "role": "api"}
    expected = ["MEDIUM privilege: no longer denied: s3:DeleteObject on *"]
    for name in ("aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_kms_key"):
        assert [one for one in told(name, "update", old, new) if "denied" in one] == expected
    assert not [one for one in told("aws_iam_role_policy", "update", new, old) if "privilege" in one]


@pytest.mark.parametrize(
    ("action", "resource_", "condition", "high"),
    [
        ("secretsmanager:GetSecretValue", "*", None, True),
        ("secretsmanager:Get*", "*", None, True),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:1:secret:shop-*", None, False),
        ("secretsmanager:GetSecretValue", "*", {"StringEquals": {"aws:ResourceTag/team": "shop"}}, False),
        ("secretsmanager:ListSecrets", "*", None, False),
    ],
)
def test_every_secret_of_the_account_is_more_than_one(
    action: str, resource_: str, condition: object, high: bool
) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource_}
    if condition:
        statement |= {"Condition": condition}
    before = json.dumps({"Statement": []})
    after = json.dumps({"Statement": [statement]})
    said = told("aws_iam_role_policy", "update", {"role": "r", "policy": before}, {"role": "r", "policy": after})
    assert (f"HIGH privilege: {action} on *: it may read every secret of the account" in said) is high


TRUSTED = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:role/own"}}
KEY_USER = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}


@pytest.mark.parametrize(
    ("principal", "who"),
    [
        ({"AWS": "arn:aws:iam::111122223333:user/other"}, "arn:aws:iam::111122223333:user/other"),
        ({"Service": "lambda.amazonaws.com"}, "lambda.amazonaws.com"),
    ],
)
def test_who_is_added_to_those_that_a_policy_names_is_told(principal: dict[str, str], who: str) -> None:
    arn = "arn:aws:iam::111122223333:role/admin"
    both = [TRUSTED], [TRUSTED, {**TRUSTED, "Principal": principal}]
    old, new = ({"assume_role_policy": policy(*each), "arn": arn} for each in both)
    assert f"MEDIUM privilege: {who} may assume the role as well" in told("aws_iam_role", "update", old, new)
    own = {**KEY_USER, "Principal": TRUSTED["Principal"]}
    old, new = ({"policy": policy(*each)} for each in ([own], [own, {**KEY_USER, "Principal": principal}]))
    assert told("aws_kms_key", "update", old, new) == [f"MEDIUM privilege: {who} may do more: kms:Decrypt on *"]


def test_what_a_policy_within_a_role_allows_more_is_told() -> None:
    def role(*resources: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [*resources]}
        return {"inline_policy": [{"name": "a", "policy": policy(statement)}]}

    found = told("aws_iam_role", "update", role("arn:aws:s3:::a/*"), role("arn:aws:s3:::a/*", "arn:aws:s3:::b/*"))
    assert found == ["MEDIUM privilege: it may do more: s3:GetObject on arn:aws:s3:::b/*"]
