"""The rehearsal of restores, walked command by command: copies come and go, and the originals stay."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.terraform.test_runbook import ACCOUNT, OSAKA, SITE, TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.terraform.sandbox import Sandbox
    from tests.conftest import Outcome

pytestmark = pytest.mark.sandbox

ORDERS: Final = """name: orders
title: Orders
engine: aurora-mysql
version: "8.0"
release: 8.0.mysql_aurora.3.10.6
capacity: {min: 0.5 ACU, max: 4 ACU}
master_password: write-only
"""
HISTORY: Final = "name: history\ntitle: History\nversion: '5.0'\nsize: db.t4g.medium\nreaders: 1\n"
OWN: Final = {
    "databases/main": "site-prod-database-main",
    "databases/orders": "site-prod-database-orders",
    "document-databases/history": "site-prod-docdb-history",
}
UNPROVED: Final = ("PGHOSTADDR=", "infragen outputs", "mongosh ")
"""What needs a network path."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A system with an instance on RDS, a serverless cluster of Aurora and one of DocumentDB."""
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "infragen.toml").touch()
    (tmp_path / "catalog/site/databases/orders.yaml").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "catalog/site/document-databases").mkdir()
    (tmp_path / "catalog/site/document-databases/history.yaml").write_text(HISTORY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def account() -> str:
    """The account of that system."""
    return ACCOUNT


@pytest.fixture
def made(aws: Callable[..., Any], vpc: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The originals, as their names in AWS have them, and AWS's clients; the instance is gone afterwards."""
    rds, docdb = aws("rds"), aws("docdb")
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    rds.create_db_subnet_group(DBSubnetGroupName="site-prod-data", DBSubnetGroupDescription="data", SubnetIds=subnets)
    usual = {"MasterUsername": "administrator", "DBSubnetGroupName": "site-prod-data", "DeletionProtection": True,
             "VpcSecurityGroupIds": [vpc["group"]]}  # fmt: skip
    rds.create_db_instance(DBInstanceIdentifier=OWN["databases/main"], Engine="postgres", DBName="main",
        AllocatedStorage=20, DBInstanceClass="db.t4g.micro", MasterUserPassword="password", **usual)  # fmt: skip
    rds.create_db_cluster(DBClusterIdentifier=OWN["databases/orders"], Engine="aurora-mysql", DatabaseName="orders",
        MasterUserPassword="password", ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4},
        **usual)  # fmt: skip
    docdb.create_db_cluster(DBClusterIdentifier=OWN["document-databases/history"], Engine="docdb",
        ManageMasterUserPassword=True, **usual)  # fmt: skip
    secrets = aws("secretsmanager")
    for name in (OWN["databases/main"], OWN["databases/orders"]):
        secrets.create_secret(Name=f"{name}-master-password", SecretString="{}")
    yield {"rds": rds, "docdb": docdb, "group": vpc["group"]}
    one = {"DBInstanceIdentifier": OWN["databases/main"]}
    rds.modify_db_instance(**one, DeletionProtection=False, ApplyImmediately=True)
    rds.delete_db_instance(**one, SkipFinalSnapshot=True)


def test_copies_are_made_looked_at_and_removed_and_nothing_else_is(
    site: Path, server: Sandbox, made: dict[str, Any], infragen: Callable[..., Outcome]
) -> None:
    book = json.loads(infragen("runbook", "site/prod", "restore", "--format", "json", "-C", site).out)
    assert [(step["phase"], step["what"].split()[1]) for step in book["steps"]] == [("rehearse", one) for one in OWN]
    waited: set[str] = set()
    for step, name in zip(book["steps"], OWN.values(), strict=True):
        for one in step["commands"]:
            if one["command"].startswith(UNPROVED) or (asked := one["command"].split(" --")[0]) in waited:
                continue
            waited |= {asked} if asked.startswith("aws rds wait") else set()
            if " delete-db-cluster " in one["command"] and step is book["steps"][1]:
                refused_without_tag(server, made, one["command"])
            answer = typed(server, one["command"])
            if one["shows"] == "True":
                assert answer == "True"
            if one["command"].startswith("echo"):
                assert re.fullmatch(r"\d+ min", answer)
                assert present(made)[f"{name}-restore"] == made["group"]
        assert set(present(made)) == set(OWN.values())


REPLICA: Final = "site-dr-database-main"


@pytest.fixture
def replica(aws: Callable[..., Any]) -> Any:
    """A replica of the instance in the other region, and AWS's client there."""
    ec2, rds = aws("ec2", OSAKA), aws("rds", OSAKA)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{number}.0/24", AvailabilityZone=f"{OSAKA}{zone}")
        for number, zone in enumerate("ac")
    ]
    group = ec2.create_security_group(VpcId=vpc, GroupName="data", Description="data")["GroupId"]
    rds.create_db_subnet_group(DBSubnetGroupName="site-dr-data", DBSubnetGroupDescription="data",
        SubnetIds=[one["Subnet"]["SubnetId"] for one in subnets])  # fmt: skip
    key = aws("kms", OSAKA).create_key()["KeyMetadata"]["Arn"]
    source = aws("rds").create_db_instance(DBInstanceIdentifier=OWN["databases/main"], Engine="postgres", DBName="main",
        AllocatedStorage=20, DBInstanceClass="db.t4g.micro", MasterUserPassword="password",
        MasterUsername="administrator", BackupRetentionPeriod=7)["DBInstance"]  # fmt: skip
    rds.create_db_instance_read_replica(DBInstanceIdentifier=REPLICA, KmsKeyId=key, DBInstanceClass="db.t4g.micro",
        SourceDBInstanceIdentifier=source["DBInstanceArn"], DBSubnetGroupName="site-dr-data",
        VpcSecurityGroupIds=[group])  # fmt: skip
    return rds


def test_a_takeover_is_rehearsed_on_one_more_replica_and_the_real_one_goes_on_following(
    site: Path, server: Sandbox, replica: Any, infragen: Callable[..., Outcome]
) -> None:
    book = json.loads(infragen("runbook", "site/prod", "rehearsal", "--format", "json", "-C", site).out)
    [step] = [one for one in book["steps"] if one["phase"] == "drill"]
    for one in step["commands"]:
        if one["command"].startswith(UNPROVED):
            continue
        answer = typed(server, one["command"])
        found = {one["DBInstanceIdentifier"]: one for one in replica.describe_db_instances()["DBInstances"]}
        assert found[REPLICA].get("ReadReplicaSourceDBInstanceIdentifier"), "it goes on following"
        if "promoted" in one["shows"]:
            assert answer == "promoted"
            assert not found[f"{REPLICA}-drill"].get("ReadReplicaSourceDBInstanceIdentifier")
        if one["command"].startswith("echo"):
            assert re.fullmatch(r"\d+ min", answer)
    assert set(found) == {REPLICA}


def refused_without_tag(server: Sandbox, made: dict[str, Any], command: str) -> None:
    """See that a cluster of the catalogue stays that is called like a copy: it has no tag that says so."""
    arn = re.findall(r"arn:\S+", command)[0]
    tags = made["rds"].list_tags_for_resource(ResourceName=arn)["TagList"]
    made["rds"].remove_tags_from_resource(ResourceName=arn, TagKeys=[tag["Key"] for tag in tags])
    assert typed(server, command, code=1) == ""
    assert arn.rpartition(":")[2] in present(made)
    made["rds"].add_tags_to_resource(ResourceName=arn, Tags=tags)


def present(made: dict[str, Any]) -> dict[str, str]:
    """Return the security group of each cluster, and of each instance that is in none, by name."""
    clusters = [one for api in ("rds", "docdb") for one in made[api].describe_db_clusters()["DBClusters"]]
    found = {one["DBClusterIdentifier"]: one for one in clusters}
    for one in made["rds"].describe_db_instances()["DBInstances"]:
        if not one.get("DBClusterIdentifier"):
            found[one["DBInstanceIdentifier"]] = one
    return {
        name: "".join(group["VpcSecurityGroupId"] for group in one["VpcSecurityGroups"]) for name, one in found.items()
    }


def typed(server: Sandbox, command: str, code: int = 0) -> str:
    """Type a command, and return what it printed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    variables = {**os.environ, **server.environment(ACCOUNT, TOKYO), "PATH": path}
    finished = subprocess.run(["bash", "-c", command], env=variables, capture_output=True, text=True, check=False)
    assert finished.returncode == code, f"{command}\n{finished.stdout[-2000:]}\n{finished.stderr[-3000:]}"
    return finished.stdout.strip()
