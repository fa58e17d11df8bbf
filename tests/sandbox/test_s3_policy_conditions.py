from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def _deny(bucket: str, condition: dict[str, Any], principal: Any = "*") -> str:
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    statement = {"Effect": "Deny", "Principal": principal, "Action": "s3:*", "Resource": resources}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]})


def test_a_statement_against_plain_http_locks_nobody_out(aws: Callable[[str], Any], bucket: str) -> None:
    s3 = aws("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=_deny(bucket, {"Bool": {"aws:SecureTransport": "false"}}))

    s3.put_object(Bucket=bucket, Key="state", Body=b"1")
    assert s3.get_object(Bucket=bucket, Key="state")["Body"].read() == b"1"


def test_a_statement_against_old_tls_locks_nobody_out(aws: Callable[[str], Any], bucket: str) -> None:
    s3 = aws("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=_deny(bucket, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}))

    s3.put_object(Bucket=bucket, Key="state", Body=b"1")


def test_a_condition_that_holds_still_denies(aws: Callable[[str], Any], bucket: str) -> None:
    s3 = aws("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=_deny(bucket, {"Bool": {"aws:SecureTransport": "true"}}))

    with pytest.raises(s3.exceptions.ClientError, match=r"Denied|Forbidden"):
        s3.put_object(Bucket=bucket, Key="state", Body=b"1")


def test_the_policy_is_returned_as_written(aws: Callable[[str], Any], bucket: str) -> None:
    s3 = aws("s3")
    policy = _deny(bucket, {"Bool": {"aws:SecureTransport": "false"}})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    s3.put_object(Bucket=bucket, Key="state", Body=b"1")

    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(policy)
