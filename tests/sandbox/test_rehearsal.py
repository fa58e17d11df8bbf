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

from tests.terraform.test_runbook import ACCOUNT, SITE, TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable

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
def made(aws: Callable[..., Any], vpc: dict[str, str]) -> dict[str, Any]:
    """The originals, as their names in AWS have them, and AWS's clients."""
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
    return {"rds": rds, "docdb": docdb, "group": vpc["group"]}


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
            answer = typed(server, one["command"])
            if one["shows"] == "True":
                assert answer == "True"
            if one["command"].startswith("echo"):
                assert re.fullmatch(r"\d+ min", answer)
                assert present(made)[f"{name}-restore"] == made["group"]
        assert set(present(made)) == set(OWN.values())

    name = f"{OWN['databases/orders']}-restore"  # one of the catalogue that is called so, and has no tag
    made["rds"].create_db_cluster(DBClusterIdentifier=name, Engine="aurora-mysql",
        MasterUsername="administrator", MasterUserPassword="password")  # fmt: skip
    commands = [one["command"] for step in book["steps"] for one in step["commands"]]
    [removal] = [one for one in commands if re.search(rf"delete-db-cluster .* {name} ", one)]
    assert typed(server, removal, code=1) == ""
    assert name in present(made)


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
