"""Databases whose creation Ctrl-C interrupts are completed in place: no second copy of the data, no P008."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from tests.waiting import PATIENCE, until

from .lives import Life, stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

SITE: Final = Path(__file__).parent / "standby_site"
TOKYO, OSAKA = "ap-northeast-1", "ap-northeast-3"
AURORA: Final = """name: orders
title: Orders
engine: aurora-mysql
version: "8.0"
release: 8.0.mysql_aurora.3.10.6
capacity: {min: 8 ACU, max: 16 ACU}
master_password: write-only
"""
KEPT: Final = "exists, and only the wait for it was interrupted: it is kept, not replaced"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Life]:
    """A system with a standby, and an Aurora cluster beside the database that the standby has a replica of."""
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "infragen.toml").write_text("", encoding="utf-8")
    (tmp_path / "catalog/site/databases/orders.yaml").write_text(AURORA, encoding="utf-8")
    with stopped_afterwards(tmp_path) as life:
        use = "uses:\n  databases/orders: {prefix: ORDERS, why: orders}\n"
        life.edit("catalog/site/services/web.yaml", "uses:\n", use)
        life.run("render", "site")
        yield life


def usable(life: Life, region: str) -> dict[str, str]:
    """Return the databases that AWS has made, by name, with the ids that no other ever has."""
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    rds: Any = Aws(sandbox.environment("111122223333", region)).client("rds", region)
    instances = [
        (one["DBInstanceIdentifier"], one["DbiResourceId"], one["DBInstanceStatus"])
        for one in rds.describe_db_instances()["DBInstances"]
    ]
    clusters = [
        (one["DBClusterIdentifier"], one["DbClusterResourceId"], one["Status"])
        for one in rds.describe_db_clusters()["DBClusters"]
    ]
    return {name: known for name, known, status in (*instances, *clusters) if status == "available"}


def interrupted(life: Life, region: str, addresses: dict[str, str], *command: str) -> dict[str, str]:
    """Press Ctrl-C when AWS has made some databases, by their names: the provider first looks after 30 seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "infragen", *command, "-C", str(life.project)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    until(lambda: process.poll() is not None or addresses.keys() <= usable(life, region).keys(), step=0.2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, error
    for address in addresses.values():
        assert f"data: failed: {address}\n" in error, error
    return usable(life, region)


def resumed(life: Life, *addresses: str) -> None:
    done = life.run("resume", "--yes")
    for address in addresses:
        assert f"data: {address} {KEPT}\n" in done.err
    assert " 0 destroyed" in done.err


def test_databases_whose_creation_was_interrupted_are_completed(site: Life) -> None:
    """An instance and a cluster, then the cluster's instance while that is resumed, then a replica in a standby."""
    for stack in ("prod/network", "prod/bucket-replicas-ap-northeast-3", "dr/network"):
        site.run("apply", f"site/{stack}", "--sandbox", "--yes")
    apply = "apply", "site/{}/data", "--sandbox", "--yes"
    both = {
        "site-{}-database-main": "module.database_main.aws_db_instance.this",
        "site-{}-database-orders": "module.database_orders.aws_rds_cluster.this",
    }

    def of(name: str) -> tuple[dict[str, str], tuple[str, ...]]:
        return {one.format(name): address for one, address in both.items()}, tuple(one.format(name) for one in apply)

    addresses, command = of("prod")
    half = interrupted(site, TOKYO, addresses, *command)
    writer = "module.database_orders.aws_rds_cluster_instance.writer"
    half |= interrupted(site, TOKYO, {"site-prod-database-orders-writer": writer}, "resume", "--yes")
    resumed(site, writer)
    assert usable(site, TOKYO).items() >= half.items()
    site.run("plan", "site/prod/data", "--sandbox", "--detailed-exitcode")

    addresses, command = of("dr")
    half = interrupted(site, OSAKA, addresses, *command)
    resumed(site, *both.values())
    assert usable(site, OSAKA).items() >= half.items()
    site.run("plan", "site/dr/data", "--sandbox", "--detailed-exitcode")
