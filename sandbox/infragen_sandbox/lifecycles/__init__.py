"""Time that passes: what AWS makes and deletes in minutes takes milliseconds here, and is not usable before.

To add a type: its row in `LIFECYCLES`, and its line in docs/sandbox-proofs.md, which a test compares with this table.
"Milliseconds" are chosen so that Terraform waits no longer for it: shorter than its provider's first look at the thing
where that comes late (30 s after a database was ordered), or else shorter than 0.2 s, after which it looks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infragen_sandbox.lifecycles.clock import Clock, Stage
from infragen_sandbox.lifecycles.lifecycle import InAttribute, Lifecycle, Lingering

if TYPE_CHECKING:
    from infragen_sandbox.lifecycles.lifecycle import Install

__all__ = ["LIFECYCLES", "Clock", "install"]

_BRIEF = (50, 150)
_MODERATE = (200, 600)
_LONG = (1000, 2000)
"""Longer than what Terraform may need, on a busy machine, to begin with all that waited for the same thing."""


def _rds(model: str, attribute: str, name: str, *drops: Install) -> tuple[Install, ...]:
    state = InAttribute(f"moto.rds.models:{model}", attribute, "available", lambda thing: str(getattr(thing, name)))
    return (state, *drops)


def _drops_rds(method: str, things: str) -> Lingering:
    return Lingering("moto.rds.models:RDSBackend", method, lambda backend: vars(backend)[things], "status")


def _gateway(gateway: Any) -> str:
    named = [tag["value"] for tag in gateway.get_tags() if tag["key"] == "Name"]
    return named[0] if named else str(gateway.ec2_backend.get_subnet(gateway.subnet_id).cidr_block)


def _deployments(clock: Clock, lifecycle: Lifecycle) -> None:
    from infragen_sandbox.lifecycles.ecs_services import deployments

    deployments(clock, lifecycle)


def _members(clock: Clock, lifecycle: Lifecycle) -> None:
    from infragen_sandbox.lifecycles.rds_members import members

    members(clock, lifecycle)


def _replication_groups(clock: Clock, lifecycle: Lifecycle) -> None:
    from infragen_sandbox.ministack import lingering_groups

    lingering_groups(clock, lifecycle)


LIFECYCLES: Final = (
    Lifecycle(
        ("aws_acm_certificate",),
        Stage("PENDING_VALIDATION", *_MODERATE),
        None,
        "AWS Certificate Manager API Reference: CertificateDetail, Status",
        (
            InAttribute(
                "moto.acm.models:CertBundle",
                "status",
                "ISSUED",
                lambda certificate: str(certificate.common_name),
                begins=("PENDING_VALIDATION",),
            ),
        ),
    ),
    Lifecycle(
        ("aws_api_gateway_vpc_link",),
        Stage("PENDING", *_BRIEF),
        Stage("DELETING", *_BRIEF),
        "Amazon API Gateway API Reference: VpcLink, status",
        (
            InAttribute("moto.apigateway.models:VpcLink", "status", "AVAILABLE", lambda link: str(link.name)),
            Lingering(
                "moto.apigateway.models:APIGatewayBackend",
                "delete_vpc_link",
                lambda backend: backend.vpc_links,
                "status",
            ),
        ),
    ),
    Lifecycle(
        ("aws_db_instance", "aws_docdb_cluster_instance", "aws_rds_cluster_instance"),
        Stage("creating", *_LONG),
        Stage("deleting", *_MODERATE),
        "Amazon RDS User Guide: Viewing Amazon RDS DB instance status",
        _rds("DBInstance", "status", "db_instance_identifier", _drops_rds("delete_db_instance", "databases"), _members),
    ),
    Lifecycle(
        ("aws_db_proxy",),
        Stage("creating", *_BRIEF),
        Stage("deleting", *_BRIEF),
        "Amazon RDS API Reference: DBProxy, Status",
        _rds("DBProxy", "status", "db_proxy_name", _drops_rds("delete_db_proxy", "db_proxies")),
    ),
    Lifecycle(
        ("aws_db_proxy_endpoint",),
        Stage("creating", *_BRIEF),
        None,
        "Amazon RDS API Reference: DBProxyEndpoint, Status",
        (
            InAttribute(
                "infragen_sandbox.corrections.rds_proxy_endpoints:ProxyEndpoint",
                "status",
                "available",
                lambda endpoint: str(endpoint.db_proxy_endpoint_name),
            ),
        ),
    ),
    Lifecycle(
        ("aws_ecs_service",),
        Stage("IN_PROGRESS", *_BRIEF),
        Stage("DRAINING", *_BRIEF),
        "Amazon ECS API Reference: Deployment, rolloutState; Service, status",
        (
            InAttribute(
                "moto.ecs.models:Service", "status", "ACTIVE", lambda one: str(one.name), "INACTIVE", begins=()
            ),
            _deployments,
        ),
    ),
    Lifecycle(
        ("aws_elasticache_replication_group",),
        Stage("creating", *_MODERATE),
        Stage("deleting", *_MODERATE),
        "Amazon ElastiCache API Reference: ReplicationGroup, Status",
        (_replication_groups,),
        "ministack",
    ),
    Lifecycle(
        ("aws_lb",),
        Stage("provisioning", *_MODERATE),
        None,
        "Elastic Load Balancing API Reference (2015-12-01): LoadBalancerState, Code",
        (InAttribute("moto.elbv2.models:FakeLoadBalancer", "state", "active", lambda balancer: str(balancer.name)),),
    ),
    Lifecycle(
        ("aws_nat_gateway",),
        Stage("pending", *_BRIEF),
        Stage("deleting", *_MODERATE),
        "Amazon EC2 API Reference: NatGateway, State",
        (InAttribute("moto.ec2.models.nat_gateways:NatGateway", "state", "available", _gateway, "deleted"),),
    ),
    Lifecycle(
        ("aws_docdb_cluster", "aws_rds_cluster"),
        Stage("creating", *_MODERATE),
        Stage("deleting", *_MODERATE),
        "Amazon Aurora User Guide: Viewing DB cluster status",
        _rds("DBCluster", "_status", "db_cluster_identifier", _drops_rds("delete_db_cluster", "clusters")),
    ),
    Lifecycle(
        ("aws_service_discovery_private_dns_namespace", "aws_service_discovery_instance"),
        Stage("PENDING", *_BRIEF),
        None,
        "AWS Cloud Map API Reference: Operation, Status",
        (
            InAttribute(
                "moto.servicediscovery.models:Operation",
                "status",
                "SUCCESS",
                lambda operation: str(operation.operation_type),
            ),
        ),
    ),
    Lifecycle(
        ("aws_vpc_endpoint",),
        Stage("pending", *_MODERATE),
        Stage("deleting", *_MODERATE),
        "Amazon EC2 API Reference: VpcEndpoint, State",
        (
            InAttribute(
                "moto.ec2.models.vpcs:VPCEndPoint",
                "state",
                "available",
                lambda endpoint: str(endpoint.service_name),
                "deleted",
            ),
        ),
    ),
)


def install(clock: Clock, emulator: str) -> None:
    """Let time pass in the emulator of this process; AttributeError if it changed."""
    for lifecycle in LIFECYCLES:
        if lifecycle.emulator == emulator:
            for one in lifecycle.install:
                one(clock, lifecycle)
