"""A proxy that is being created takes no endpoints yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_proxy_that_is_being_created_takes_no_endpoint(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    rds = aws("rds")
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    auth = [{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AAAAAA"}]
    role = "arn:aws:iam::123456789012:role/proxy"
    endpoint = {"DBProxyName": "orders", "DBProxyEndpointName": "reader", "VpcSubnetIds": subnets}
    rds.describe_db_proxies()  # the model is read by now, which takes longer than a proxy
    rds.create_db_proxy(DBProxyName="orders", EngineFamily="POSTGRESQL", VpcSubnetIds=subnets, Auth=auth, RoleArn=role)

    code, message = refused(rds.create_db_proxy_endpoint, **endpoint)

    assert code == "InvalidDBProxyStateFault"
    assert "DB proxy orders is in an unsupported state - creating" in message
    until(lambda: rds.describe_db_proxies(DBProxyName="orders")["DBProxies"][0]["Status"] == "available")
    assert rds.create_db_proxy_endpoint(**endpoint)["DBProxyEndpoint"]
