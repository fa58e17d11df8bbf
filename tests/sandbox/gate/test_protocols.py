"""A refusal arrives as AWS's own: in the service's protocol, under its code, and it says who refused and why."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.conftest import REGION
from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox

REFUSED = [
    ("ec2", "create_subnet", {"CidrBlock": "10.0.0.0/24"}, "MissingParameter", "'VpcId'"),
    ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "shared"}, "InvalidParameterValue", "[def"),
    ("rds", "create_db_subnet_group", {"DBSubnetGroupName": "a"}, "MissingParameter", "'DBSubnetGroupDescription'"),
    ("iam", "create_role", {"RoleName": "a b", "AssumeRolePolicyDocument": "{}"}, "ValidationError", "'a b'"),
    ("elbv2", "create_target_group", {"Name": "a", "Port": 70000}, "ValidationError", "less than or equal to 65535"),
    ("sns", "subscribe", {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:a"}, "InvalidParameter", "'Protocol'"),
    ("sqs", "create_queue", {}, "MissingParameter", "'QueueName'"),
    ("logs", "create_log_group", {"logGroupName": "a b"}, "InvalidParameterException", "regular expression"),
    ("secretsmanager", "delete_secret", {}, "InvalidParameterException", "'SecretId'"),
    ("kms", "create_alias", {"AliasName": "alias/a b", "TargetKeyId": "k"}, "ValidationException", "'alias/a b'"),
    ("dynamodb", "describe_table", {"TableName": ""}, "ValidationException", "greater than or equal to 1"),
    ("ecs", "create_cluster", {"settings": [{"name": "a", "value": "on"}]}, "InvalidParameterException", "[cont"),
    ("apigateway", "create_rest_api", {"description": "a"}, "BadRequestException", "'name'"),
    ("scheduler", "get_schedule", {"Name": "a b"}, "ValidationException", "'a b'"),
    ("route53", "create_hosted_zone", {"Name": "a.example"}, "InvalidInput", "'CallerReference'"),
    ("s3", "put_bucket_versioning", {"Bucket": "a-b", "VersioningConfiguration": {"Status": "1"}}, "MalformedXML", "1"),
    ("s3", "put_object", {"Bucket": "abc", "Key": "a", "StorageClass": "COLD"}, "InvalidArgument", "'COLD'"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]}-{case[1]}")
def test_what_the_model_does_not_allow_is_refused_as_aws_refuses_it(
    aws: Callable[[str], Any], case: tuple[str, str, dict[str, Any], str, str]
) -> None:
    service, operation, parameters, code, text = case
    found, message = refused(getattr(aws(service), operation), **parameters)

    assert found == code
    assert text in message
    assert "; source: botocore " in message


def test_all_that_is_wrong_is_told_at_once(aws: Callable[[str], Any]) -> None:
    _, message = refused(aws("logs").create_log_group, logGroupName="a b", logGroupClass="CHEAP", tags={"": "x"})

    assert message.startswith("4 validation errors detected: ")
    assert "'tags (key)'" in message


def test_what_the_model_marks_as_sensitive_is_not_repeated(aws: Callable[[str], Any]) -> None:
    _, message = refused(
        aws("cognito-idp").admin_set_user_password, UserPoolId="eu-west-1_a", Username="a", Password="p" * 300
    )

    assert "Value ***** at 'Password'" in message
    assert "ppp" not in message


UNKNOWN = [
    ("ecs", "x-amz-json-1.1", '{"clusterNam": "a"}', "clusterNam"),
    ("rds", "x-www-form-urlencoded", "Action=DescribeDBClusters&Version=2014-10-31&Cluster=a", "Cluster"),
]
"""A service, the type of a request's body, the body, and what of it the model does not have."""


@pytest.mark.parametrize("case", UNKNOWN, ids=lambda case: str(case[0]))
def test_what_the_model_does_not_have_is_refused(
    server: Sandbox, account: str, case: tuple[str, str, str, str]
) -> None:
    service, kind, body, named = case
    scope = f"AWS4-HMAC-SHA256 Credential={account}/20200101/{REGION}/{service}/aws4_request"
    headers = {"Authorization": scope, "Content-Type": f"application/{kind}"}
    if service == "ecs":
        headers["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.CreateCluster"
    request = urllib.request.Request(server.url, body.encode(), headers, method="POST")

    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)

    assert answer.value.code == 400
    assert f"Unknown parameter '{named}' in " in answer.value.read().decode().replace("&apos;", "'")


def test_the_log_of_the_server_tells_each_refusal(server: Sandbox, aws: Callable[[str], Any]) -> None:
    refused(aws("logs").create_log_group, logGroupName="what the log tells")

    lines = (server.folder / "server.log").read_text("utf-8").splitlines()
    assert any(line.startswith("the gate refused: InvalidParam") and "what the log tells" in line for line in lines)


def test_a_sandbox_that_runs_is_as_strict_as_it_was_started(server: Sandbox) -> None:
    from infragen.diagnostics import InfragenError
    from infragen.terraform.sandbox import Sandbox

    project = server.folder.parents[1]
    assert server.server.strict
    assert Sandbox.start(project) == server
    assert Sandbox.status(project).detail.endswith(", strict)")
    with pytest.raises(InfragenError, match="already running with seed 0"):
        Sandbox.start(project, seed=7)
    with pytest.raises(InfragenError, match="already running in strict mode"):
        Sandbox.start(project, strict=False)
    assert json.loads((server.folder / "state.json").read_text("utf-8"))["strict"] is True
