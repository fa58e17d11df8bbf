"""Every type of the table takes its time in the emulated AWS: to be made, and to be deleted.

That none does without the table is seen in `make lives`: another moto or another row changes it, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen_sandbox.lifecycles import LIFECYCLES
from tests.sandbox.conftest import LENIENT, REGION
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "sandbox-proofs.md").read_text("utf-8")
OWNER = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}


@dataclass(frozen=True)
class Made:
    """Something that was ordered: how its state is seen, None once it is gone, and how it is deleted."""

    look: Callable[[], str | None]
    usable: str
    delete: Callable[[], object] = lambda: None
    gone: str | None = None


def _listed(describe: Callable[[], dict[str, Any]], things: str, state: str) -> Callable[[], str | None]:
    def look() -> str | None:
        from botocore.exceptions import ClientError

        try:
            found = describe()[things]
        except ClientError:
            return None
        return str(found[0][state]) if found else None

    return look


def _certificate(aws: Callable[[str], Any], _: dict[str, str], name: str) -> Made:
    acm = aws("acm")
    arn = acm.request_certificate(DomainName=f"{name}.example.com", ValidationMethod="DNS")["CertificateArn"]
    return Made(lambda: str(acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"]), "ISSUED")


def _vpc_link(aws: Callable[[str], Any], _: dict[str, str], name: str) -> Made:
    gateways = aws("apigateway")
    balancer = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/net/web/0123456789abcdef"
    made = gateways.create_vpc_link(name=name, targetArns=[balancer])["id"]
    links = _listed(lambda: {"links": [gateways.get_vpc_link(vpcLinkId=made)]}, "links", "status")
    return Made(links, "AVAILABLE", lambda: gateways.delete_vpc_link(vpcLinkId=made))


def _instance(aws: Callable[[str], Any], _: dict[str, str], name: str) -> Made:
    rds = aws("rds")
    rds.create_db_instance(
        DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20, **OWNER
    )
    look = _listed(lambda: rds.describe_db_instances(DBInstanceIdentifier=name), "DBInstances", "DBInstanceStatus")
    delete = lambda: rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)  # noqa: E731
    return Made(look, "available", delete)


def _documents(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> Made:
    return _cluster(aws, vpc, name, "docdb")


def _cluster(aws: Callable[[str], Any], _: dict[str, str], name: str, engine: str = "aurora-postgresql") -> Made:
    rds = aws("rds")
    rds.create_db_cluster(DBClusterIdentifier=name, Engine=engine, **OWNER)
    look = _listed(lambda: rds.describe_db_clusters(DBClusterIdentifier=name), "DBClusters", "Status")
    delete = lambda: rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)  # noqa: E731
    return Made(look, "available", delete)


def _proxy(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> Made:
    rds = aws("rds")
    secret = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a-AAAAAA"
    rds.create_db_proxy(
        DBProxyName=name, EngineFamily="POSTGRESQL", VpcSubnetIds=[vpc["subnet"], vpc["other_subnet"]],
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": secret}], RoleArn="arn:aws:iam::123456789012:role/proxy",
    )  # fmt: skip
    look = _listed(lambda: rds.describe_db_proxies(DBProxyName=name), "DBProxies", "Status")
    return Made(look, "available", lambda: rds.delete_db_proxy(DBProxyName=name))


def _proxy_endpoint(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> Made:
    rds = aws("rds")
    proxy = _proxy(aws, vpc, f"of-{name}")
    until(lambda: proxy.look() == proxy.usable)
    rds.create_db_proxy_endpoint(
        DBProxyName=f"of-{name}", DBProxyEndpointName=name, VpcSubnetIds=[vpc["subnet"], vpc["other_subnet"]]
    )
    found = _listed(lambda: rds.describe_db_proxy_endpoints(DBProxyEndpointName=name), "DBProxyEndpoints", "Status")
    return Made(found, "available")


def _service(aws: Callable[[str], Any], _: dict[str, str], name: str) -> Made:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "public.ecr.aws/nginx/nginx:1", "memory": 128}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    ecs.create_service(cluster="shop", serviceName=name, taskDefinition="web", desiredCount=2)

    def look() -> str:
        service = ecs.describe_services(cluster="shop", services=[name])["services"][0]
        deployment = service["deployments"][0]
        counts = (deployment["runningCount"], service["runningCount"], service["pendingCount"])
        if service["status"] == "ACTIVE":
            assert counts == ((2, 2, 0) if deployment["rolloutState"] == "COMPLETED" else (0, 0, 2))
        return str(deployment["rolloutState"] if service["status"] == "ACTIVE" else service["status"])

    delete = lambda: ecs.delete_service(cluster="shop", service=name, force=True)  # noqa: E731
    return Made(look, "COMPLETED", delete, "INACTIVE")


def _balancer(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> Made:
    balancers = aws("elbv2")
    balancers.create_load_balancer(Name=name, Subnets=[vpc["subnet"], vpc["other_subnet"]])
    return Made(
        lambda: str(balancers.describe_load_balancers(Names=[name])["LoadBalancers"][0]["State"]["Code"]), "active"
    )


def _nat_gateway(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> Made:
    ec2 = aws("ec2")
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "Name", "Value": name}]}]
    made = ec2.create_nat_gateway(SubnetId=vpc["subnet"], ConnectivityType="private", TagSpecifications=tags)
    only = [made["NatGateway"]["NatGatewayId"]]
    look = _listed(lambda: ec2.describe_nat_gateways(NatGatewayIds=only), "NatGateways", "State")
    return Made(look, "available", lambda: ec2.delete_nat_gateway(NatGatewayId=only[0]), "deleted")


def _namespace(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> Made:
    names = aws("servicediscovery")
    made = names.create_private_dns_namespace(Name=f"{name}.internal", Vpc=vpc["id"])["OperationId"]
    return Made(lambda: str(names.get_operation(OperationId=made)["Operation"]["Status"]), "SUCCESS")


def _endpoint(aws: Callable[[str], Any], vpc: dict[str, str], _: str) -> Made:
    ec2 = aws("ec2")
    made = ec2.create_vpc_endpoint(
        VpcId=vpc["id"], ServiceName=f"com.amazonaws.{REGION}.ecr.api", VpcEndpointType="Interface",
        SubnetIds=[vpc["subnet"]],
    )  # fmt: skip
    only = [made["VpcEndpoint"]["VpcEndpointId"]]
    look = _listed(lambda: ec2.describe_vpc_endpoints(VpcEndpointIds=only), "VpcEndpoints", "State")
    return Made(look, "available", lambda: ec2.delete_vpc_endpoints(VpcEndpointIds=only), "deleted")


def _replication_group(aws: Callable[[str], Any], _: dict[str, str], name: str) -> Made:
    caches = aws("elasticache")
    caches.create_replication_group(
        ReplicationGroupId=name, ReplicationGroupDescription="of sessions", Engine="valkey", NumCacheClusters=1,
        CacheNodeType="cache.t4g.micro",
    )  # fmt: skip
    look = _listed(lambda: caches.describe_replication_groups(ReplicationGroupId=name), "ReplicationGroups", "Status")
    return Made(look, "available", lambda: caches.delete_replication_group(ReplicationGroupId=name))


MAKERS = {
    "aws_acm_certificate": _certificate,
    "aws_api_gateway_vpc_link": _vpc_link,
    "aws_db_instance": _instance,
    "aws_db_proxy": _proxy,
    "aws_docdb_cluster": _documents,
    "aws_db_proxy_endpoint": _proxy_endpoint,
    "aws_ecs_service": _service,
    "aws_elasticache_replication_group": _replication_group,
    "aws_lb": _balancer,
    "aws_nat_gateway": _nat_gateway,
    "aws_service_discovery_private_dns_namespace": _namespace,
    "aws_vpc_endpoint": _endpoint,
}


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.resources[0])
def test_it_is_usable_after_a_while_and_gone_after_another(
    lifecycle: Any, aws: Callable[[str], Any], vpc: dict[str, str]
) -> None:
    make = MAKERS[lifecycle.resources[0]]
    aws("sts").get_caller_identity()
    made = _caught(lambda attempt: make(aws, vpc, f"thing-{attempt}"), lifecycle.creating.word)

    until(lambda: made.look() == made.usable, f"it is {made.look()}")
    if lifecycle.deleting is not None:

        def deleted(attempt: int) -> Made:
            thing = make(aws, vpc, f"other-{attempt}")
            until(lambda: thing.look() == thing.usable)
            thing.delete()
            return thing

        thing = _caught(deleted, lifecycle.deleting.word)
        until(lambda: thing.look() == thing.gone, f"it is {thing.look()}")


def _caught(order: Callable[[int], Made], state: str) -> Made:
    """Order things until one is seen in the state that it is in for a moment: this machine may have been busy."""
    seen = []
    for attempt in range(5):
        made = order(attempt)
        seen.append(made.look())
        if seen[-1] == state:
            return made
    pytest.fail(f"none was {state}: {seen}")


def test_the_table_is_on_the_page() -> None:
    rows = []
    for one in LIFECYCLES:
        names = ", ".join(f"`{name}`" for name in one.resources)
        stages = [
            f"`{stage.word}`, {stage.shortest} to {stage.longest}" if stage else "at once"
            for stage in (one.creating, one.deleting)
        ]
        rows.append(f"| {names} | {stages[0]} | {stages[1]} | {one.source} |")

    assert [row for row in rows if row not in PAGE.splitlines()] == []
    assert all(any(word in one.source for word in ("Reference", "Guide")) for one in LIFECYCLES)


@pytest.mark.long
def test_without_time_no_state_passes() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, str(HERE / "test_types.py"), "-k", "usable_after"],
        env={**os.environ, LENIENT: "1"}, cwd=HERE.parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip

    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == len(LIFECYCLES), run.stdout[-3000:]
