"""Copies of an instance on RDS, which AWS upgrades before it: it refuses to upgrade the instance while one is behind.

Sources: RDS User Guide "Upgrades of the RDS for PostgreSQL DB engine" ("If your database has read replicas, you must
first upgrade all of the read replicas", of minor versions; to another major version AWS takes those of its region
along) and "Upgrades of the RDS for MySQL DB engine"; terraform-provider-aws, issues 22107 and 24887, for what
ModifyDBInstance answers else: DBUpgradeDependencyFailure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.aws.session import answering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.aws.session import Aws


def copies_behind(aws: Aws, identifier: str, region: str, version: str) -> tuple[str, ...]:
    """Return which copies of an instance have a version older than one, each with that: `main-reader-1 (16.9)`.

    InfragenError P008 when AWS does not say.
    """
    found = []
    with answering("P008", f"AWS does not say which copies {identifier} has: ", what="an instance"):
        for copy in _instance(aws, identifier, region).get("ReadReplicaDBInstanceIdentifiers", ()):
            place = copy.split(":")[3] if copy.startswith("arn:") else region  # an ARN in another region
            name, where = copy.rpartition(":")[2], f" in {place}" if place != region else ""
            has = _instance(aws, name, place)["EngineVersion"]
            if _numbers(has) < _numbers(version):
                found.append(f"{name}{where} ({has})")
    return tuple(found)


def _instance(aws: Aws, identifier: str, region: str) -> Mapping[str, Any]:
    answer = aws.client("rds", region).describe_db_instances(DBInstanceIdentifier=identifier)
    found: Mapping[str, Any] = answer["DBInstances"][0]
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
