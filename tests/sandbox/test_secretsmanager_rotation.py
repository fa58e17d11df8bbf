"""Secrets that a function rotates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = {"AutomaticallyAfterDays": 30}


def function(aws: Callable[[str], Any], bucket: str) -> str:
    """Make a function with code in a bucket of its own, and return its ARN."""
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    role = aws("iam").create_role(RoleName="rotate", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    aws("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    aws("s3").put_object(Bucket=bucket, Key="code.zip", Body=b"")
    code = {"S3Bucket": bucket, "S3Key": "code.zip"}
    made = aws("lambda").create_function(
        FunctionName="rotate", Role=role, Code=code, Runtime="python3.13", Handler="app.handler"
    )
    return str(made["FunctionArn"])


def test_a_secret_is_rotated_by_a_function_whose_code_runs_later(aws: Callable[[str], Any]) -> None:
    secrets = aws("secretsmanager")
    arn = secrets.create_secret(Name="session", SecretString="first")["ARN"]
    rotator = function(aws, "code-of-one")
    secrets.rotate_secret(SecretId=arn, RotationLambdaARN=rotator, RotationRules=RULES, RotateImmediately=False)
    found = secrets.describe_secret(SecretId=arn)
    assert (found["RotationEnabled"], found["RotationLambdaARN"], found["RotationRules"]) == (True, rotator, RULES)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "first"


def test_one_without_a_value_may_be_given_a_function_and_none_may_be_given_what_is_not_there(
    aws: Callable[[str], Any],
) -> None:
    secrets = aws("secretsmanager")
    arn = secrets.create_secret(Name="session")["ARN"]
    rotator = function(aws, "code-of-another")
    secrets.rotate_secret(SecretId=arn, RotationLambdaARN=rotator, RotationRules=RULES)
    assert secrets.describe_secret(SecretId=arn)["RotationEnabled"] is True
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        secrets.rotate_secret(SecretId=arn, RotationLambdaARN=f"{rotator}-too", RotationRules=RULES)
