from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .test_rds_read_replicas import make_instance

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_replica_of_another_region_stands_in_its_own_until_it_is_promoted(aws: Callable[..., Any]) -> None:
    tokyo, osaka = aws("rds"), aws("rds", "ap-northeast-3")
    ec2 = aws("ec2", "ap-northeast-3")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"ap-northeast-3{zone}")
        for index, zone in enumerate("ac")
    ]
    ids = [one["Subnet"]["SubnetId"] for one in subnets]
    osaka.create_db_subnet_group(DBSubnetGroupName="there", DBSubnetGroupDescription="there", SubnetIds=ids)
    source = make_instance(tokyo)

    osaka.create_db_instance_read_replica(
        DBInstanceIdentifier="copy", SourceDBInstanceIdentifier=source["DBInstanceArn"], DBSubnetGroupName="there",
        DBInstanceClass="db.t4g.micro", SourceRegion="ap-northeast-1",
    )  # fmt: skip

    def described(client: Any, name: str) -> dict[str, Any]:
        found: dict[str, Any] = client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        return found

    copied = described(osaka, "copy")
    assert copied["DBInstanceArn"].split(":")[3] == "ap-northeast-3"
    assert copied["AvailabilityZone"] == "ap-northeast-3a"
    assert copied["DBSubnetGroup"]["DBSubnetGroupName"] == "there"
    assert copied["ReadReplicaSourceDBInstanceIdentifier"] == source["DBInstanceArn"]
    assert described(tokyo, "main")["ReadReplicaDBInstanceIdentifiers"] == [copied["DBInstanceArn"]]

    osaka.promote_read_replica(DBInstanceIdentifier="copy")
    assert "ReadReplicaSourceDBInstanceIdentifier" not in described(osaka, "copy")
    assert described(tokyo, "main")["ReadReplicaDBInstanceIdentifiers"] == []


def test_a_replica_of_another_region_goes_from_the_list_of_its_source(aws: Callable[..., Any]) -> None:
    tokyo, osaka = aws("rds"), aws("rds", "ap-northeast-3")
    source = make_instance(tokyo)
    osaka.create_db_instance_read_replica(
        DBInstanceIdentifier="copy", SourceDBInstanceIdentifier=source["DBInstanceArn"], SourceRegion="ap-northeast-1"
    )
    osaka.delete_db_instance(DBInstanceIdentifier="copy", SkipFinalSnapshot=True)
    [found] = tokyo.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"]
    assert found["ReadReplicaDBInstanceIdentifiers"] == []
