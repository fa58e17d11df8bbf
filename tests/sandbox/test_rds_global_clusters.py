from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


def made(aws: Callable[..., Any]) -> tuple[Any, Any, str, str]:
    """Make a global cluster of Tokyo and Osaka, each with an instance: the clients and the ARNs."""
    tokyo, osaka = aws("rds"), aws("rds", "ap-northeast-3")
    source = tokyo.create_db_cluster(
        DBClusterIdentifier="tokyo", Engine="aurora-mysql", MasterUsername="admin", MasterUserPassword="x" * 12,
        DatabaseName="orders",
    )["DBCluster"]["DBClusterArn"]  # fmt: skip
    tokyo.create_global_cluster(
        GlobalClusterIdentifier="orders", SourceDBClusterIdentifier=source, DeletionProtection=True,
        Tags=[{"Key": "System", "Value": "shop"}],
    )  # fmt: skip
    copy = osaka.create_db_cluster(
        DBClusterIdentifier="osaka", Engine="aurora-mysql", GlobalClusterIdentifier="orders"
    )["DBCluster"]["DBClusterArn"]
    for client, cluster in ((tokyo, "tokyo"), (osaka, "osaka")):
        client.create_db_instance(
            DBInstanceIdentifier=f"{cluster}-1", DBClusterIdentifier=cluster, Engine="aurora-mysql",
            DBInstanceClass="db.r7g.large",
        )  # fmt: skip
    return tokyo, osaka, source, copy


def writers(client: Any) -> list[str]:
    [found] = client.describe_global_clusters(GlobalClusterIdentifier="orders")["GlobalClusters"]
    return [one["DBClusterArn"] for one in found["GlobalClusterMembers"] if one["IsWriter"]]


def test_a_global_cluster_is_found_and_tagged_from_every_region(aws: Callable[..., Any]) -> None:
    tokyo, osaka, source, copy = made(aws)
    tokyo.create_global_cluster(GlobalClusterIdentifier="others", Engine="aurora-mysql")
    assert writers(tokyo) == writers(osaka) == [source]
    [found] = osaka.describe_global_clusters(Filters=[{"Name": "db-cluster-id", "Values": [copy]}])["GlobalClusters"]
    tags = tokyo.list_tags_for_resource(ResourceName=found["GlobalClusterArn"])["TagList"]
    assert tags == [{"Key": "System", "Value": "shop"}]
    with pytest.raises(ClientError, match="GlobalClusterNotFoundFault"):
        tokyo.describe_global_clusters(GlobalClusterIdentifier="nobodys")
    [copied] = osaka.describe_db_clusters(DBClusterIdentifier="osaka")["DBClusters"]
    assert (copied["MasterUsername"], copied["DatabaseName"]) == ("admin", "orders")


def test_a_failover_makes_the_copy_the_writer_and_keeps_a_snapshot_of_what_is_lost(aws: Callable[..., Any]) -> None:
    tokyo, osaka, source, copy = made(aws)
    over = {"GlobalClusterIdentifier": "orders", "TargetDbClusterIdentifier": copy}
    answer = osaka.failover_global_cluster(**over, AllowDataLoss=True)["GlobalCluster"]
    assert answer["FailoverState"]["Status"] == "pending"
    assert writers(osaka) == [copy]
    names = [
        one["DBClusterSnapshotIdentifier"]
        for one in tokyo.describe_db_cluster_snapshots(DBClusterIdentifier="tokyo")["DBClusterSnapshots"]
    ]
    assert [name for name in names if name.startswith("rds:unplanned-global-failover-tokyo-")]

    osaka.switchover_global_cluster(GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=source)
    assert writers(tokyo) == [source]
    with pytest.raises(ClientError, match="cannot become the primary"):
        tokyo.switchover_global_cluster(GlobalClusterIdentifier="orders", TargetDbClusterIdentifier=source)


def test_a_cluster_goes_from_it_first_and_it_goes_unprotected(aws: Callable[..., Any]) -> None:
    tokyo, osaka, source, copy = made(aws)
    osaka.delete_db_instance(DBInstanceIdentifier="osaka-1")
    with pytest.raises(ClientError, match="part of a global cluster"):
        osaka.delete_db_cluster(DBClusterIdentifier="osaka", SkipFinalSnapshot=True)
    for arn in (copy, source):
        tokyo.remove_from_global_cluster(GlobalClusterIdentifier="orders", DbClusterIdentifier=arn)
    osaka.delete_db_cluster(DBClusterIdentifier="osaka", SkipFinalSnapshot=True)
    with pytest.raises(ClientError, match="protected"):
        tokyo.delete_global_cluster(GlobalClusterIdentifier="orders")
    tokyo.modify_global_cluster(GlobalClusterIdentifier="orders", DeletionProtection=False)
    tokyo.delete_global_cluster(GlobalClusterIdentifier="orders")
    assert tokyo.describe_global_clusters()["GlobalClusters"] == []


def test_the_runbook_detaches_what_aws_refuses_and_failback_finds_it(
    aws: Callable[..., Any], server: Sandbox, account: str, vpc: dict[str, str]
) -> None:
    """The commands about all global databases at once, typed with one that has switched and one that has not."""
    tokyo, osaka = aws("rds"), aws("rds", "ap-northeast-3")
    for name, version in (("sales-order", "8.0.mysql_aurora.3.10.6"), ("iot-alert", "8.0.mysql_aurora.3.10.5")):
        source = tokyo.create_db_cluster(
            DBClusterIdentifier=f"aurora-prod-{name}", Engine="aurora-mysql", MasterUsername="admin",
            MasterUserPassword="x" * 12, EngineVersion=version,
        )["DBCluster"]["DBClusterArn"]  # fmt: skip
        tokyo.create_global_cluster(
            GlobalClusterIdentifier=f"aurora-prod-{name}-global", SourceDBClusterIdentifier=source
        )
        target = osaka.create_db_cluster(
            DBClusterIdentifier=f"aurora-osaka-{name}", Engine="aurora-mysql",
            GlobalClusterIdentifier=f"aurora-prod-{name}-global", EngineVersion="8.0.mysql_aurora.3.10.6",
        )["DBCluster"]["DBClusterArn"]  # fmt: skip
        for client, side in ((tokyo, "prod"), (osaka, "osaka")):
            client.create_db_instance(
                DBInstanceIdentifier=f"aurora-{side}-{name}-writer", DBClusterIdentifier=f"aurora-{side}-{name}",
                Engine="aurora-mysql", DBInstanceClass="db.r7g.large",
            )  # fmt: skip
        if name == "sales-order":
            over = {"GlobalClusterIdentifier": "aurora-prod-sales-order-global", "TargetDbClusterIdentifier": target}
            osaka.failover_global_cluster(**over, AllowDataLoss=True)

    variables = {**os.environ, **server.environment(account, "ap-northeast-3")}
    variables["PATH"] = f"{Path(sys.executable).parent}:{variables['PATH']}"

    def typed(action: str, what: str) -> list[str]:
        [step] = [one for one in books[action]["steps"] if one["what"] == what]
        return [
            subprocess.run(
                ["bash", "-c", one["command"]], env=variables, capture_output=True, text=True, check=False
            ).stdout.strip()
            for one in step["commands"]
        ]

    books = {}
    for action in ("failover", "failback"):
        asked = [sys.executable, "-m", "infragen", "runbook", "technova/prod", action, "--format", "json"]
        books[action] = json.loads(subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout)
    [versions, _] = [
        command for step in books["failover"]["steps"] for command in step["commands"]
        if step["what"] == "copies can take over: their versions"
    ]  # fmt: skip
    pairs = re.findall(r"\S+/\S+-(?:sales-order|iot-alert)\b", versions["command"])
    versions["command"] = re.sub(r"in \S+/.*?;", f"in {' '.join(pairs)};", versions["command"], count=1)
    [compared, missing] = typed("failover", "copies can take over: their versions")
    assert missing == ""
    assert "aurora-prod-iot-alert-global 8.0.mysql_aurora.3.10.5, its copy 8.0.mysql_aurora.3.10.6" in compared
    assert "sales-order" not in compared
    assert typed("failover", "detach what AWS refuses") == ["aurora-prod-iot-alert-global"]
    assert typed("failover", "detach what AWS refuses") == [""]
    assert typed("failover", "copies can take over: their versions")[1] == "aurora-prod-iot-alert-global"
    assert typed("failover", "wait until ap-northeast-3 writes") == [""]
    assert typed("failover", "detach what ap-northeast-3 does not write by then") == [""]
    assert typed("failover", "wait until the databases in ap-northeast-3 are available") == [""]
    assert typed("failover", "the databases are written to in ap-northeast-3") == ["1"]
    [found] = typed("failback", "global databases that were detached")
    assert found.split() == [
        "aurora-prod-iot-alert-global",
        f"arn:aws:rds:ap-northeast-1:{account}:cluster:aurora-prod-iot-alert",
    ]

    [rebuilt] = [
        one["why"] for one in books["failback"]["steps"] if one["what"] == "global databases that were detached"
    ]
    said = {
        "GLOBAL": "aurora-prod-iot-alert-global", "ARN_OF_OLD": found.split()[1], "OLD": "aurora-prod-iot-alert",
        "ARN_OF_NEW": f"arn:aws:rds:ap-northeast-3:{account}:cluster:aurora-osaka-iot-alert",
        "NEW": "aurora-osaka-iot-alert", "INSTANCE": "aurora-prod-iot-alert-writer", "ENGINE": "aurora-mysql",
        "VERSION": "8.0.mysql_aurora.3.10.6", "PORT": "3306", "SUBNETS": "data", "KEY": "alias/aws/rds",
        "PARAMETERS": "default.aurora-mysql8.0",
        "GROUP": vpc["group"],
    }  # fmt: skip
    tokyo.create_db_subnet_group(
        DBSubnetGroupName="data", DBSubnetGroupDescription="data", SubnetIds=[vpc["subnet"], vpc["other_subnet"]]
    )
    for command in re.findall("`(aws [^`]*)`", rebuilt):
        # Of two clusters of a name in one minute the first snapshots have one name here.
        new = command.replace("identifier OLD --engine", "identifier OLD-anew --engine")
        new = re.sub(r"(wait db-cluster-available .*)OLD", r"\1OLD-anew", new)
        text = re.sub(r"\b[A-Z_]{3,}\b", lambda name: said.get(name[0], name[0]), new)
        finished = subprocess.run(["bash", "-c", text], env=variables, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, f"{text}\n{finished.stderr}"
    assert typed("failback", "global databases that were detached") == [""]
    assert typed("failback", "copies can take over: they are there") == ["", ""]
    assert typed("failback", "wait until ap-northeast-1 writes")[1].split() == [
        "aurora-prod-sales-order-global", "aurora-prod-iot-alert-global"
    ]  # fmt: skip
