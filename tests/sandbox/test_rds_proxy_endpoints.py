from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

AUTH = [{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:a"}]


@pytest.fixture
def rds(aws: Callable[[str], Any], vpc: dict[str, str]) -> Any:
    client = aws("rds")
    client.create_db_proxy(
        DBProxyName="order",
        EngineFamily="MYSQL",
        Auth=AUTH,
        RoleArn="arn:aws:iam::111111111111:role/proxy",
        VpcSubnetIds=[vpc["subnet"]],
    )
    client.create_db_proxy_endpoint(
        DBProxyName="order",
        DBProxyEndpointName="order-read",
        TargetRole="READ_ONLY",
        VpcSubnetIds=[vpc["subnet"]],
        VpcSecurityGroupIds=[vpc["group"]],
        Tags=[{"Key": "Entry", "Value": "order"}],
    )
    return client


def test_an_endpoint_for_reading_is_described(rds: Any, vpc: dict[str, str]) -> None:
    found = rds.describe_db_proxy_endpoints(DBProxyName="order", DBProxyEndpointName="order-read")
    endpoint = found["DBProxyEndpoints"][0]

    assert (endpoint["TargetRole"], endpoint["Status"], endpoint["IsDefault"]) == ("READ_ONLY", "available", False)
    assert endpoint["VpcSubnetIds"] == [vpc["subnet"]]
    assert endpoint["VpcSecurityGroupIds"] == [vpc["group"]]
    assert endpoint["Endpoint"].startswith("order-read.endpoint.")
    tags = rds.list_tags_for_resource(ResourceName=endpoint["DBProxyEndpointArn"])["TagList"]
    assert tags == [{"Key": "Entry", "Value": "order"}]


def test_its_security_groups_can_be_changed(rds: Any) -> None:
    rds.modify_db_proxy_endpoint(DBProxyEndpointName="order-read", VpcSecurityGroupIds=["sg-1", "sg-2"])

    endpoint = rds.describe_db_proxy_endpoints(DBProxyEndpointName="order-read")["DBProxyEndpoints"][0]
    assert endpoint["VpcSecurityGroupIds"] == ["sg-1", "sg-2"]


def test_it_goes_alone_or_with_its_proxy(rds: Any, vpc: dict[str, str]) -> None:
    rds.delete_db_proxy_endpoint(DBProxyEndpointName="order-read")
    with pytest.raises(rds.exceptions.DBProxyEndpointNotFoundFault):
        rds.describe_db_proxy_endpoints(DBProxyEndpointName="order-read")

    rds.create_db_proxy_endpoint(DBProxyName="order", DBProxyEndpointName="again", VpcSubnetIds=[vpc["subnet"]])
    rds.delete_db_proxy(DBProxyName="order")
    assert rds.describe_db_proxy_endpoints()["DBProxyEndpoints"] == []
