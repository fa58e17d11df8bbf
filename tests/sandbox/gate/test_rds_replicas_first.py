"""An instance is upgraded after what copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_instance_is_upgraded_after_its_replica(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    own = {"Engine": "postgres", "EngineVersion": "16.14", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}
    rds.create_db_instance(DBInstanceIdentifier="main", **own, **owner)
    rds.create_db_instance_read_replica(DBInstanceIdentifier="reader", SourceDBInstanceIdentifier="main")

    newer = {"EngineVersion": "16.15", "ApplyImmediately": True}
    code, message = refused(rds.modify_db_instance, DBInstanceIdentifier="main", **newer)
    assert code == "DBUpgradeDependencyFailure"
    assert "read replicas need to be upgraded: reader" in message
    rds.modify_db_instance(DBInstanceIdentifier="reader", **newer)
    rds.modify_db_instance(DBInstanceIdentifier="main", **newer)
    [found] = rds.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"]
    assert found["EngineVersion"] == "16.15"


def test_to_another_major_version_of_postgresql_replicas_go_with_it(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    own = {"Engine": "postgres", "EngineVersion": "16.14", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}
    rds.create_db_instance(DBInstanceIdentifier="main", **own, **owner)
    rds.create_db_instance_read_replica(DBInstanceIdentifier="reader", SourceDBInstanceIdentifier="main")

    rds.modify_db_instance(DBInstanceIdentifier="main", EngineVersion="17.9", AllowMajorVersionUpgrade=True)
