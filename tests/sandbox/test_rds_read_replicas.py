from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def make_instance(rds: Any, **settings: Any) -> dict[str, Any]:
    made = rds.create_db_instance(
        DBInstanceIdentifier="main", DBInstanceClass="db.t4g.micro", Engine="postgres", EngineVersion="17",
        AllocatedStorage=20, MasterUsername="administrator", MasterUserPassword="sandbox-only", **settings,
    )  # fmt: skip
    instance: dict[str, Any] = made["DBInstance"]
    return instance


def test_a_replica_shares_nothing_with_its_source_that_may_change(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    source = make_instance(
        rds, DeletionProtection=True, BackupRetentionPeriod=7, Tags=[{"Key": "of", "Value": "the source"}]
    )

    rds.create_db_instance_read_replica(
        DBInstanceIdentifier="main-reader-1", SourceDBInstanceIdentifier="main", DBInstanceClass="db.t4g.micro",
        EnableCloudwatchLogsExports=["postgresql"], EnablePerformanceInsights=True,
    )  # fmt: skip
    rds.add_tags_to_resource(
        ResourceName=f"{source['DBInstanceArn']}-reader-1", Tags=[{"Key": "of", "Value": "the reader"}]
    )

    [source] = rds.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"]
    [reader] = rds.describe_db_instances(DBInstanceIdentifier="main-reader-1")["DBInstances"]
    [found] = rds.describe_db_instances(Filters=[{"Name": "dbi-resource-id", "Values": [reader["DbiResourceId"]]}])[
        "DBInstances"
    ]
    assert found["DBInstanceIdentifier"] == "main-reader-1"
    assert (source["TagList"][0]["Value"], reader["TagList"][0]["Value"]) == ("the source", "the reader")
    assert (source["EnabledCloudwatchLogsExports"], reader["EnabledCloudwatchLogsExports"]) == ([], ["postgresql"])
    assert (source["DeletionProtection"], reader["DeletionProtection"]) == (True, False)
    assert (source["BackupRetentionPeriod"], reader["BackupRetentionPeriod"]) == (7, 0)
    assert (source["PerformanceInsightsEnabled"], reader["PerformanceInsightsEnabled"]) == (False, True)
    assert reader["ReadReplicaSourceDBInstanceIdentifier"] == "main"
