"""Aurora clusters for tests, as small as the API lets them be."""

from __future__ import annotations

from typing import Any

AURORA = {"Engine": "aurora-mysql", "EngineVersion": "8.0.mysql_aurora.3.08.0"}


def make_cluster(rds: Any, name: str = "planning", **settings: Any) -> dict[str, Any]:
    """Create an Aurora cluster and return its first answer."""
    made = rds.create_db_cluster(
        DBClusterIdentifier=name, MasterUsername="admin", MasterUserPassword="sandbox-only", **AURORA, **settings
    )
    cluster: dict[str, Any] = made["DBCluster"]
    return cluster


def make_instance(rds: Any, name: str, cluster: str = "planning", **settings: Any) -> dict[str, Any]:
    """Create an instance in a cluster and describe it."""
    rds.create_db_instance(
        DBInstanceIdentifier=name, DBClusterIdentifier=cluster, DBInstanceClass="db.serverless", **AURORA, **settings
    )
    instance: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return instance


def describe_cluster(rds: Any, name: str = "planning") -> dict[str, Any]:
    """Describe a cluster."""
    cluster: dict[str, Any] = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return cluster
