"""A running sandbox and clients of it; every test works in an account of its own and sees nobody else's things."""

from __future__ import annotations

import fcntl
import itertools
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("moto", reason="the emulated AWS is not installed: make install")

from infragen.terraform.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "ap-northeast-1"
LEAVE_OUT = "INFRAGEN_TEST_WITHOUT_CORRECTIONS"
"""Set by the test that shows that every correction is needed."""

LENIENT = "INFRAGEN_TEST_LENIENT"
"""Set by the tests that show that moto itself has none of the rules, and that no time passes in it."""

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_accounts = itertools.count(100000000001 + 1000000 * int(_WORKER.removeprefix("gw") or 0))


@contextmanager
def shared_sandbox(factory: pytest.TempPathFactory, name: str, **options: Any) -> Iterator[Sandbox]:
    """Give the sandbox of a name, which all workers of a run share: the first one starts it, the last one stops it."""
    base = factory.getbasetemp()
    folder = (base.parent if _WORKER else base) / name
    folder.mkdir(exist_ok=True)

    def counted(step: int) -> int:
        (folder / "users").touch()
        users = int((folder / "users").read_text("utf-8") or 0) + step
        (folder / "users").write_text(str(users), "utf-8")
        return users

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        counted(1)
        sandbox = Sandbox.start(folder, **options)
        fcntl.flock(lock, fcntl.LOCK_UN)
        try:
            yield sandbox
        finally:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not counted(-1):
                sandbox.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One emulated AWS for all tests here, lenient: what it takes, it takes at once."""
    without = tuple(os.environ.get(LEAVE_OUT, "").split())
    with shared_sandbox(tmp_path_factory, "lenient", without=without, strict=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Both emulators, strict, for all tests that need the second one."""
    strict = LENIENT not in os.environ
    with shared_sandbox(tmp_path_factory, "both", services=("elasticache",), strict=strict) as sandbox:
        yield sandbox


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
