"""A subnet group goes after the databases in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_subnet_group_with_a_cluster_stays_until_that_is_gone(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    rds = aws("rds")
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    rds.create_db_subnet_group(DBSubnetGroupName="shop", DBSubnetGroupDescription="shop", SubnetIds=subnets)
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}
    rds.create_db_cluster(DBClusterIdentifier="orders", Engine="aurora-postgresql", DBSubnetGroupName="shop", **owner)

    code, message = refused(rds.delete_db_subnet_group, DBSubnetGroupName="shop")

    assert code == "InvalidDBSubnetGroupStateFault"
    assert "Cannot delete the subnet group 'shop'" in message
    assert "orders" in message
    rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)
    code, _ = refused(rds.delete_db_subnet_group, DBSubnetGroupName="shop")
    assert code == "InvalidDBSubnetGroupStateFault"
    until(lambda: not rds.describe_db_clusters()["DBClusters"])
    rds.delete_db_subnet_group(DBSubnetGroupName="shop")


def test_an_instance_holds_its_own_subnet_group_and_no_other(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    rds = aws("rds")
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    for name in ("of-one", "of-none"):
        rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=subnets)
    own = {"Engine": "postgres", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}
    rds.create_db_instance(DBInstanceIdentifier="one", DBSubnetGroupName="of-one", **own, **owner)
    rds.create_db_instance(DBInstanceIdentifier="other", **own, **owner)

    rds.delete_db_subnet_group(DBSubnetGroupName="of-none")
    code, message = refused(rds.delete_db_subnet_group, DBSubnetGroupName="of-one")

    assert (code, "one" in message) == ("InvalidDBSubnetGroupStateFault", True)
