"""A bucket's policy names only who exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import json


def test_a_reader_that_nobody_made_is_refused(aws: Callable[[str], Any], account: str, bucket: str) -> None:
    user = f"arn:aws:iam::{account}:user/reader"
    what = {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": user}, **what}]}
    )

    code, message = refused(aws("s3").put_bucket_policy, Bucket=bucket, Policy=policy)

    assert code == "MalformedPolicy"
    assert f"Invalid principal in policy: {user}" in message
    aws("iam").create_user(UserName="reader")
    aws("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
