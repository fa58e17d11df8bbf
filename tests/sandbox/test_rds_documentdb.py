from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def make(documents: Any, name: str = "tracking", **settings: Any) -> dict[str, Any]:
    made = documents.create_db_cluster(DBClusterIdentifier=name, Engine="docdb", MasterUsername="admins", **settings)
    cluster: dict[str, Any] = made["DBCluster"]
    return cluster


def test_a_cluster_listens_where_mongodb_does_and_has_no_storage_type(aws: Callable[[str], Any]) -> None:
    cluster = make(aws("docdb"), MasterUserPassword="sandbox-only")
    assert (cluster["Engine"], cluster["EngineVersion"], cluster["Port"]) == ("docdb", "5.0.0", 27017)
    assert cluster.get("StorageType") is None


def test_its_instances_are_of_the_same_engine(aws: Callable[[str], Any]) -> None:
    documents = aws("docdb")
    make(documents, MasterUserPassword="sandbox-only")
    documents.create_db_instance(
        DBInstanceIdentifier="writer", DBClusterIdentifier="tracking", DBInstanceClass="db.r6g.large", Engine="docdb"
    )
    [instance] = documents.describe_db_instances(DBInstanceIdentifier="writer")["DBInstances"]
    assert (instance["Engine"], instance["Endpoint"]["Port"]) == ("docdb", 27017)


def test_other_storage_is_told(aws: Callable[[str], Any]) -> None:
    assert make(aws("docdb"), MasterUserPassword="sandbox-only", StorageType="iopt1")["StorageType"] == "iopt1"
