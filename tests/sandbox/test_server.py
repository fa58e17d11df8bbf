"""The server itself: what it answers besides AWS, and how it refuses."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox


def test_an_action_that_is_missing_is_refused_at_once_and_named(server: Sandbox, account: str) -> None:
    """SDKs repeat a 500 for more than 90 seconds, and a 501 never."""
    scope = f"AWS4-HMAC-SHA256 Credential={account}/20200101/{REGION}/kms/aws4_request"
    headers = {"Authorization": scope, "X-Amz-Target": "TrentService.NoSuchAction"}
    request = urllib.request.Request(server.url, b"{}", headers, method="POST")

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)

    assert refused.value.code == 501
    assert "NoSuchAction" in json.loads(refused.value.read())["message"]


def test_a_path_that_nobody_serves_is_a_gap_and_no_missing_object(server: Sandbox, account: str) -> None:
    """AWS speaks no HTML: an SDK would only say that it cannot read the answer."""
    scope = f"AWS4-HMAC-SHA256 Credential={account}/20200101/{REGION}/synthetics/aws4_request"
    request = urllib.request.Request(f"{server.url}/group/x", None, {"Authorization": scope})

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)

    assert refused.value.code == 501
    assert json.loads(refused.value.read())["message"] == (
        "GET /group/x: NotImplementedError: the emulator has no such operation"
    )


def test_a_hundred_writers_and_readers_do_not_disturb_each_other(aws: Callable[[str], Any]) -> None:
    ec2 = aws("ec2")

    def work(number: int) -> None:
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Number", "Value": str(number)}])
        ec2.describe_vpcs(Filters=[{"Name": "tag:Number", "Values": [str(number)]}])
        ec2.describe_tags()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(work, range(100)))

    assert len(ec2.describe_vpcs()["Vpcs"]) == 101  # and the default one


def test_policies_that_aws_manages_exist(aws: Callable[[str], Any]) -> None:
    iam = aws("iam")
    arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PolicyName"] == "AmazonECSTaskExecutionRolePolicy"
