"""The second emulator is as strict as the first: it asks the same gate, and gets what the gate lets pass whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from tests.sandbox.conftest import REGION
from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox


@pytest.fixture(scope="module")
def second(both: Sandbox) -> Callable[[str], Any]:
    """Make clients of the second emulator."""
    assert both.ministack is not None
    assert both.ministack.strict
    url = both.ministack.url
    session = boto3.Session(aws_access_key_id="123456789012", aws_secret_access_key="sandbox", region_name=REGION)
    settings = Config(retries={"total_max_attempts": 1}, proxies={}, parameter_validation=False)
    return lambda service: session.client(service, endpoint_url=url, config=settings)


def test_a_query_is_refused(second: Callable[[str], Any]) -> None:
    code, message = refused(second("elasticache").create_cache_parameter_group, CacheParameterGroupName="sessions")

    assert code == "MissingParameter"
    assert "'CacheParameterGroupFamily'" in message
    assert "'Description'" in message


def test_json_and_xml_are_refused(second: Callable[[str], Any]) -> None:
    code, message = refused(second("glue").create_database, DatabaseInput={"Name": ""})
    assert code == "InvalidInputException"
    assert "'DatabaseInput.Name'" in message

    code, message = refused(second("cloudfront").create_origin_access_control, OriginAccessControlConfig={"Name": "a"})
    assert code == "InvalidArgument"
    assert "'OriginAccessControlConfig.SigningProtocol'" in message


def test_what_is_right_arrives_whole(second: Callable[[str], Any]) -> None:
    caches = second("elasticache")
    caches.create_cache_parameter_group(
        CacheParameterGroupName="sessions", CacheParameterGroupFamily="valkey8", Description="of sessions"
    )

    found = caches.describe_cache_parameter_groups(CacheParameterGroupName="sessions")["CacheParameterGroups"]
    assert [one["Description"] for one in found] == ["of sessions"]
