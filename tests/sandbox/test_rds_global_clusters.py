from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def made(aws: Callable[..., Any]) -> tuple[Any, Any, str, str]:
    """Make a global cluster of Tokyo and Osaka, each with an instance: the clients and the ARNs."""
    tokyo, osaka = aws("rds"), aws("rds", "ap-northeast-3")
    source = tokyo.create_db_cluster(
        DBClusterIdentifier="tokyo", Engine="aurora-mysql", MasterUsername="admin", MasterUserPassword="x" * 12,
        DatabaseName="orders",
    )["DBCluster"]["DBClusterArn"]  # fmt: skip
    tokyo.create_global_cluster(
        GlobalClusterIdentifier="orders", SourceDBClusterIdentifier=source, DeletionProtection=True,
        Tags=[{"Key": "System", "Value": "shop"}],
    )  # fmt: skip
    copy = osaka.create_db_cluster(
        DBClusterIdentifier="osaka", Engine="aurora-mysql", GlobalClusterIdentifier="orders"
    )["DBCluster"]["DBClusterArn"]
    for client, cluster in ((tokyo, "tokyo"), (osaka, "osaka")):
        client.create_db_instance(
            DBInstanceIdentifier=f"{cluster}-1", DBClusterIdentifier=cluster, Engine="aurora-mysql",
            DBInstanceClass="db.r7g.large",
        )  # fmt: skip
    return tokyo, osaka, source, copy


def writers(client: Any) -> list[str]:
    [found] = client.describe_global_clusters(GlobalClusterIdentifier="orders")["GlobalClusters"]
    return [one["DBClusterArn"] for one in found["GlobalClusterMembers"] if one["IsWriter"]]


def test_a_global_cluster_is_found_and_tagged_from_every_region(aws: Callable[..., Any]) -> None:
    tokyo, osaka, source, copy = made(aws)
    tokyo.create_global_cluster(GlobalClusterIdentifier="others", Engine="aurora-mysql")
    assert writers(tokyo) == writers(osaka) == [source]
    [found] = osaka.describe_global_clusters(Filters=[{"Name": "db-cluster-id", "Values": [copy]}])["GlobalClusters"]
    tags = tokyo.list_tags_for_resource(ResourceName=found["GlobalClusterArn"])["TagList"]
    assert tags == [{"Key": "System", "Value": "shop"}]
    with pytest.raises(ClientError, match="GlobalClusterNotFoundFault"):
        tokyo.describe_global_clusters(GlobalClusterIdentifier="nobodys")
    [copied] = osaka.describe_db_clusters(DBClusterIdentifier="osaka")["DBClusters"]
    assert (copied["MasterUsername"], copied["DatabaseName"]) == ("admin", "orders")


def test_a_failover_makes_the_copy_the_writer_and_keeps_a_snapshot_of_what_is_lost(aws: Callable[..., Any]) -> None:
    tokyo, osaka, source, copy = made(aws)
    over = {"GlobalClusterIdentifier": "orders", "TargetDbClusterIdentifier": copy}
    answer = osaka.failover_global_cluster(**over, AllowDataLoss=True)["GlobalCluster"]
    assert answer["FailoverState"]["Status"] == "pending"
    assert writers(osaka) == [copy]
    names = [
        one["DBClusterSnapshotIdentifier"]
        for one in tokyo.describe_db_cluster_snapshots(DBClusterIdentifier="tokyo")["DBClusterSnapshots"]
    ]
    assert [name for name in names if name.startswith("rds:unplanned-global-failover-tokyo-")]

    osaka.switchover_global_cluster(GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=source)
    assert writers(tokyo) == [source]
    with pytest.raises(ClientError, match="cannot become the primary"):
        tokyo.switchover_global_cluster(GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=source)


def test_a_cluster_goes_from_it_first_and_it_goes_unprotected(aws: Callable[..., Any]) -> None:
    tokyo, osaka, source, copy = made(aws)
    osaka.delete_db_instance(DBInstanceIdentifier="osaka-1")
    with pytest.raises(ClientError, match="part of a global cluster"):
        osaka.delete_db_cluster(DBClusterIdentifier="osaka", SkipFinalSnapshot=True)
    for arn in (copy, source):
        tokyo.remove_from_global_cluster(GlobalClusterIdentifier="orders", DbClusterIdentifier=arn)
    osaka.delete_db_cluster(DBClusterIdentifier="osaka", SkipFinalSnapshot=True)
    with pytest.raises(ClientError, match="protected"):
        tokyo.delete_global_cluster(GlobalClusterIdentifier="orders")
    tokyo.modify_global_cluster(GlobalClusterIdentifier="orders", DeletionProtection=False)
    tokyo.delete_global_cluster(GlobalClusterIdentifier="orders")
    assert tokyo.describe_global_clusters()["GlobalClusters"] == []
