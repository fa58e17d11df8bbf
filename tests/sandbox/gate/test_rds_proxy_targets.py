"""A proxy takes a cluster once one of its instances is available, and none that is still being made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.conftest import REGION
from tests.sandbox.gate.refusals import refused
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox


STATUS = "DBInstanceStatus"


def test_a_cluster_without_an_instance_is_no_target_yet(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    rds = aws("rds")
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}
    rds.create_db_cluster(DBClusterIdentifier="orders", Engine="aurora-postgresql", **owner)
    auth = [{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AAAAAA"}]
    rds.create_db_proxy(
        DBProxyName="orders", EngineFamily="POSTGRESQL", VpcSubnetIds=subnets, Auth=auth,
        RoleArn="arn:aws:iam::123456789012:role/proxy",
    )  # fmt: skip
    until(lambda: rds.describe_db_proxies(DBProxyName="orders")["DBProxies"][0]["Status"] == "available")

    code, message = refused(rds.register_db_proxy_targets, DBProxyName="orders", DBClusterIdentifiers=["orders"])

    assert code == "InvalidDBClusterStateFault"
    assert "DB cluster orders has no DB instance" in message
    rds.create_db_instance(
        DBInstanceIdentifier="orders-1", DBClusterIdentifier="orders", Engine="aurora-postgresql",
        DBInstanceClass="db.r6g.large",
    )  # fmt: skip

    code, message = refused(rds.register_db_proxy_targets, DBProxyName="orders", DBClusterIdentifiers=["orders"])

    assert code == "InvalidDBInstanceState"
    assert "DB Instance orders-1 is in an unsupported state - creating, needs to be in [AVAILABLE" in message
    assert "CREATING" not in message  # for which Terraform would ask again for five minutes
    until(lambda: rds.describe_db_instances(DBInstanceIdentifier="orders-1")["DBInstances"][0][STATUS] == "available")
    assert rds.register_db_proxy_targets(DBProxyName="orders", DBClusterIdentifiers=["orders"])["DBProxyTargets"]


def test_an_instance_that_is_not_available_is_named_with_its_state(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="lone", Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
        MasterUsername="owner", MasterUserPassword="long-enough",
    )  # fmt: skip
    until(lambda: rds.describe_db_instances(DBInstanceIdentifier="lone")["DBInstances"][0][STATUS] == "available")
    rds.stop_db_instance(DBInstanceIdentifier="lone")

    code, message = refused(rds.register_db_proxy_targets, DBProxyName="any", DBInstanceIdentifiers=["lone"])

    assert code == "InvalidDBInstanceState"
    assert "DB Instance lone is in an unsupported state - stopped, needs to be in [AVAILABLE" in message


def test_an_instance_of_its_own_is_a_proxy_s_target(
    server: Sandbox, aws: Callable[[str], Any], account: str, vpc: dict[str, str]
) -> None:
    rds = aws("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="own", Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
        MasterUsername="owner", MasterUserPassword="long-enough",
    )  # fmt: skip
    auth = [{"AuthScheme": "SECRETS", "SecretArn": f"arn:aws:secretsmanager:eu-west-1:{account}:secret:a-AAAAAA"}]
    rds.create_db_proxy(
        DBProxyName="own", EngineFamily="POSTGRESQL", VpcSubnetIds=[vpc["subnet"], vpc["other_subnet"]], Auth=auth,
        RoleArn=f"arn:aws:iam::{account}:role/proxy",
    )  # fmt: skip
    until(lambda: rds.describe_db_instances(DBInstanceIdentifier="own")["DBInstances"][0][STATUS] == "available")
    until(lambda: rds.describe_db_proxies(DBProxyName="own")["DBProxies"][0]["Status"] == "available")
    rds.register_db_proxy_targets(DBProxyName="own", DBInstanceIdentifiers=["own"])

    found = [one.identifier for one in server.inventory(account, REGION) if one.type == "aws_db_proxy_target"]
    assert found == ["own/default/RDS_INSTANCE/own"]
