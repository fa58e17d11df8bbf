"""A key's policy names only who exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import json


def test_a_role_that_nobody_made_is_refused(aws: Callable[[str], Any], account: str) -> None:
    kms, iam = aws("kms"), aws("iam")
    role = f"arn:aws:iam::{account}:role/teams/reader"
    everyone = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    reader = {"Effect": "Allow", "Principal": {"AWS": [role]}, "Action": "kms:Decrypt", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everyone, reader]})

    code, message = refused(kms.create_key, Policy=policy)

    assert code == "MalformedPolicyDocumentException"
    assert f"one or more invalid principals: {role}" in message
    iam.create_role(RoleName="reader", Path="/teams/", AssumeRolePolicyDocument='{"Statement": []}')
    assert kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
