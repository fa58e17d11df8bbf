"""Copies of a database, which AWS upgrades before it: it refuses to upgrade the database while one is behind.

Sources: RDS User Guide "Upgrades of the RDS for PostgreSQL DB engine" ("If your database has read replicas, you must
first upgrade all of the read replicas", of minor versions; to another major version AWS takes those of its region
along) and "Upgrades of the RDS for MySQL DB engine"; terraform-provider-aws, issues 22107 and 24887, for what
ModifyDBInstance answers else: DBUpgradeDependencyFailure. Of clusters: Aurora User Guide "Upgrading an Amazon
Aurora global database"; terraform-provider-aws, issues 29487 and 30358: InvalidParameterValue.
"""

import re
from collections.abc import Mapping
from typing import Any

from infragen.aws.session import Aws, answering


def copies_behind(aws: Aws, identifier: str, region: str, version: str) -> tuple[str, ...]:
    """Return an instance's copies that are older than a version: `main-reader-1 (16.9)`; InfragenError P008."""
    found = []
    with answering("P008", f"AWS does not say which copies {identifier} has: ", what="an instance"):
        for copy in _instance(aws, identifier, region).get("ReadReplicaDBInstanceIdentifiers", ()):
            place = copy.split(":")[3] if copy.startswith("arn:") else region  # an ARN in another region
            name, where = copy.rpartition(":")[2], f" in {place}" if place != region else ""
            has = _instance(aws, name, place)["EngineVersion"]
            if _numbers(has) < _numbers(version):
                found.append(f"{name}{where} ({has})")
    return tuple(found)


def clusters_behind(aws: Aws, identifier: str, region: str, version: str) -> tuple[str, ...]:
    """Do the same for the copies of a cluster that writes a global database; InfragenError P008."""
    found = []
    with answering("P008", f"AWS does not say which copies {identifier} has: ", what="a cluster"):
        for one in (
            aws.client("rds", region).get_paginator("describe_global_clusters").paginate().search("GlobalClusters")
        ):
            writers, copies = (
                [member["DBClusterArn"] for member in one["GlobalClusterMembers"] if member["IsWriter"] is writes]
                for writes in (True, False)
            )
            if not any(arn.split(":")[3:7:3] == [region, identifier] for arn in writers):
                continue
            for place, name in (arn.split(":")[3:7:3] for arn in copies):
                answer = aws.client("rds", place).describe_db_clusters(DBClusterIdentifier=name)
                has = answer["DBClusters"][0]["EngineVersion"]
                if _numbers(has) < _numbers(version):
                    found.append(f"{name} in {place} ({has})")
    return tuple(found)


def _instance(aws: Aws, identifier: str, region: str) -> Mapping[str, Any]:
    answer = aws.client("rds", region).describe_db_instances(DBInstanceIdentifier=identifier)
    found: Mapping[str, Any] = answer["DBInstances"][0]
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall("[0-9]+", version)))  # 8.0.mysql_aurora.3.10.6
