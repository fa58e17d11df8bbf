"""A running sandbox and clients of it; every test works in an account of its own and sees nobody else's things."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("moto", reason="the emulated AWS is not installed: make install")

from infragen.terraform.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "ap-northeast-1"
LEAVE_OUT = "INFRAGEN_TEST_WITHOUT_CORRECTIONS"
"""Set by the test that shows that every correction is needed."""

_accounts = itertools.count(100000000001)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One emulated AWS for all tests of this process, lenient: what it takes, it takes at once."""
    without = tuple(os.environ.get(LEAVE_OUT, "").split())
    sandbox = Sandbox.start(tmp_path_factory.mktemp("project"), without=without, strict=False)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def account() -> str:
    """A 12-digit account that nobody has used yet."""
    return str(next(_accounts))


@pytest.fixture
def aws(server: Sandbox, account: str) -> Callable[..., Any]:
    """Make a client of a service, in Tokyo or another region; nothing is tried twice: a refusal is seen at once."""
    import boto3
    from botocore.config import Config

    session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="sandbox", region_name=REGION)

    def client(service: str, region: str = REGION) -> Any:
        settings = Config(retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"})
        return session.client(service, region, endpoint_url=server.url, config=settings, use_ssl=False)

    return client


@pytest.fixture
def vpc(aws: Callable[[str], Any]) -> dict[str, str]:
    """A VPC with two subnets and a security group: what most services want to stand in."""
    ec2 = aws("ec2")
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = ((f"{REGION}a", "10.0.0.0/20"), (f"{REGION}c", "10.0.16.0/20"))
    subnets = [
        ec2.create_subnet(VpcId=made, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for zone, cidr in zones
    ]
    group = ec2.create_security_group(VpcId=made, GroupName="app", Description="app")["GroupId"]
    return {"id": made, "subnet": subnets[0], "other_subnet": subnets[1], "group": group}


@pytest.fixture
def bucket(aws: Callable[[str], Any], account: str) -> str:
    """A bucket under a name that no other test uses."""
    name = f"bucket-{account}"
    aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name
