"""Whom a role trusts exists before the role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import json


def test_a_trusted_role_that_nobody_made_is_refused(aws: Callable[[str], Any], account: str) -> None:
    iam = aws("iam")
    trusted = f"arn:aws:iam::{account}:role/pipeline"
    statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})

    code, message = refused(iam.create_role, RoleName="deploy", AssumeRolePolicyDocument=policy)

    assert code == "MalformedPolicyDocument"
    assert f'Invalid principal in policy: "AWS":"{trusted}"' in message
    iam.create_role(RoleName="pipeline", AssumeRolePolicyDocument='{"Statement": []}')
    assert iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=policy)
    iam.delete_role(RoleName="pipeline")
    code, _ = refused(iam.update_assume_role_policy, RoleName="deploy", PolicyDocument=policy)
    assert code == "MalformedPolicyDocument"


def test_roles_of_other_accounts_and_of_services_may_exist(aws: Callable[[str], Any], account: str) -> None:
    theirs = ["arn:aws:iam::999988887777:role/x", f"arn:aws:iam::{account}:role/aws-service-role/a/AWSServiceRoleForA"]
    statement = {"Effect": "Allow", "Principal": {"AWS": theirs}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    assert aws("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=policy)
