"""What AWS calls the status of an object that it takes minutes to make, or that holds data.

Sources: the API references of the operations; RDS User Guide "Viewing DB instance status", Aurora User Guide "Viewing
DB cluster status", ElastiCache API Reference "ReplicationGroup", Elastic Load Balancing API Reference
"LoadBalancerState", Redshift Management Guide "Cluster status", DynamoDB API Reference "TableDescription".
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from infragen.aws.session import Aws, answering


class _Question(Struct, frozen=True):
    """The operation of a service, what takes the name (a list, where it is called in the plural), and where it says.

    Without a `path`, what there is is usable. `name` is the attribute that has the name.
    """

    service: str
    operation: str
    argument: str
    path: str = ""
    name: str = "id"


_INSTANCE: Final = "describe_db_instances DBInstanceIdentifier DBInstances.0.DBInstanceStatus identifier"
_CLUSTER: Final = "describe_db_clusters DBClusterIdentifier DBClusters.0.Status"
_QUESTIONS: Final = {
    f"aws_{kind}": _Question(*words.split())
    for kind, words in {
        "db_instance": f"rds {_INSTANCE}",
        "docdb_cluster": f"docdb {_CLUSTER}",
        "docdb_cluster_instance": f"docdb {_INSTANCE}",
        "dynamodb_table": "dynamodb describe_table TableName Table.TableStatus",
        "elasticache_cluster": "elasticache describe_cache_clusters CacheClusterId CacheClusters.0.CacheClusterStatus",
        "elasticache_replication_group": "elasticache describe_replication_groups ReplicationGroupId"
        " ReplicationGroups.0.Status",
        "instance": "ec2 describe_instances InstanceIds Reservations.0.Instances.0.State.Name",
        "lb": "elbv2 describe_load_balancers LoadBalancerArns LoadBalancers.0.State.Code",
        "memorydb_cluster": "memorydb describe_clusters ClusterName Clusters.0.Status",
        "neptune_cluster": f"neptune {_CLUSTER}",
        "neptune_cluster_instance": f"neptune {_INSTANCE}",
        "opensearch_domain": "opensearch describe_domain DomainName DomainStatus.DomainProcessingStatus domain_name",
        "rds_cluster": f"rds {_CLUSTER}",
        "rds_cluster_instance": f"rds {_INSTANCE}",
        "rds_global_cluster": "rds describe_global_clusters GlobalClusterIdentifier GlobalClusters.0.Status",
        "redshift_cluster": "redshift describe_clusters ClusterIdentifier Clusters.0.ClusterStatus",
        "s3_bucket": "s3 head_bucket Bucket",
    }.items()
}
ASKED: Final = frozenset(_QUESTIONS)
"""The types whose status can be asked."""

_LEAVING: Final = frozenset({"deleting", "shutting-down", "stopping", "terminating"})


def named(kind: str, attributes: Mapping[str, Any]) -> str | None:
    found = attributes.get(_QUESTIONS[kind].name)
    return found if isinstance(found, str) and found else None


def status(aws: Aws, kind: str, name: str, region: str) -> str:
    """Return it in lower case; empty if there is no such object; InfragenError J008 when AWS gives no answer."""
    asked = _QUESTIONS[kind]
    with answering("J008", f"AWS does not say whether {name} is usable: ", what="a status"):
        value = [name] if asked.argument.endswith("s") else name
        found = answer(aws.client(asked.service, region), asked.operation, **{asked.argument: value})
        said: Any = found if asked.path else "available"
        for step in asked.path.split(".") if found and asked.path else ():
            said = said[int(step) if step.isdigit() else step]
        return str(said.lower()) if found else ""


def is_usable(status: str) -> bool:
    return status in {"active", "active_impaired", "available", "running", "storage-optimization"}


def is_under_way(status: str) -> bool:
    """Whether AWS is at work on what has this status, and will leave it usable: creating, backing-up, modifying."""
    return re.search(r"ing\b", status) is not None and not is_usable(status) and status not in _LEAVING


def answer(client: Any, operation: str, **asked: object) -> Mapping[str, Any]:
    from botocore.exceptions import ClientError

    try:
        found: Mapping[str, Any] = getattr(client, operation)(**asked)
    except ClientError as error:
        code = error.response["Error"]["Code"].removesuffix("Fault")
        if not code.endswith(("404", "NotFound", "NotFoundException", "NoSuchBucket")):
            raise
        return {}
    return found
