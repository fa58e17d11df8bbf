"""A proxy that is being created takes no endpoints yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused_once
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_proxy_that_is_being_created_takes_no_endpoint(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    rds = aws("rds")
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    auth = [{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AAAAAA"}]
    role = "arn:aws:iam::123456789012:role/proxy"

    def order(number: int) -> None:
        name = f"orders-{number}"
        rds.create_db_proxy(DBProxyName=name, EngineFamily="POSTGRESQL", VpcSubnetIds=subnets, Auth=auth, RoleArn=role)
        rds.create_db_proxy_endpoint(DBProxyName=name, DBProxyEndpointName=f"reader-{number}", VpcSubnetIds=subnets)

    code, message = refused_once(order)

    assert code == "InvalidDBProxyStateFault"
    assert re.search(r"DB proxy orders-\d is in an unsupported state - creating", message)
    name = rds.describe_db_proxies()["DBProxies"][-1]["DBProxyName"]
    until(lambda: rds.describe_db_proxies(DBProxyName=name)["DBProxies"][0]["Status"] == "available")
    made = rds.create_db_proxy_endpoint(DBProxyName=name, DBProxyEndpointName="late", VpcSubnetIds=subnets)
    assert made["DBProxyEndpoint"]["DBProxyName"] == name
