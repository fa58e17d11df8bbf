"""A strict sandbox, and clients that send what they are told: AWS's SDK for Python would refuse some of it itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.sandbox import SERVED_BY_MINISTACK
from tests.sandbox.conftest import LENIENT, REGION, shared_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.terraform.sandbox import Sandbox


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One strict sandbox for all tests of the gate."""
    with shared_sandbox(tmp_path_factory, "strict", strict=LENIENT not in os.environ) as sandbox:
        yield sandbox


@pytest.fixture
def aws(server: Sandbox, account: str) -> Callable[[str], Any]:
    """Make a client of a service that checks nothing itself."""
    import boto3
    from botocore.config import Config

    session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="sandbox", region_name=REGION)
    settings = Config(
        retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"}, parameter_validation=False
    )

    def client(service: str) -> Any:
        second = server.ministack is not None and service in SERVED_BY_MINISTACK
        url = server.ministack.url if second and server.ministack else server.url
        return session.client(service, endpoint_url=url, config=settings, use_ssl=False)

    return client
