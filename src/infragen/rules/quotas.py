"""AWS' account quotas that an environment may outgrow: default, code, source, and how the need is counted.

A quota counts per account and region, so the needs of environments that share both add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Final

from infragen.kinds.bffs import Bff
from infragen.kinds.databases import Database
from infragen.kinds.endpoints import interface_endpoints
from infragen.kinds.gateways import Gateway
from infragen.kinds.gateways.rules import keys_of
from infragen.kinds.network import subnets, zones
from infragen.kinds.services import Container
from infragen.kinds.services.fargate import round_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.core.landscape import Environment

__all__ = ["QUOTAS", "Quota"]


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota: what it is called in Service Quotas, its default, and what an environment needs of it.

    `adds_up`: the needs of several environments in one account and region count together; otherwise each stands alone
    (a VPC's own subnets). `adjustable`: AWS raises it on request.
    """

    service: str
    """Service code of Service Quotas: `rds`."""
    code: str | None
    """Quota code, `L-7B6409FD`; None where Service Quotas does not list it."""
    name: str
    default: int
    need: Callable[[Environment], int]
    source: str
    adds_up: bool = True
    adjustable: bool = True

    def request(self, wanted: int, region: str) -> str:
        """Return the command that asks AWS for more."""
        return (
            f"aws service-quotas request-service-quota-increase --service-code {self.service}"
            f" --quota-code {self.code} --desired-value {wanted} --region {region}"
        )


def _clusters(environment: Environment) -> int:
    return len(environment.all(Database))


def _instances(environment: Environment) -> int:
    return sum(1 + database.readers for database in environment.all(Database).values())


def _nat_gateways(environment: Environment) -> int:
    network = environment.settings.network
    return {"per-zone": len(zones(environment)), "single": 1, "none": 0}[network.nat]


def _most_nat_gateways_in_a_zone(environment: Environment) -> int:
    return min(1, _nat_gateways(environment))


def _containers(environment: Environment) -> int:
    return sum(1 for _ in environment.each(Container))


def _security_groups(environment: Environment) -> int:
    shared = 3 if environment.all(Gateway) else 2  # load balancer, the VPC's default, the gateways' link
    endpoints = 1 if interface_endpoints(environment) else 0
    return _containers(environment) + 2 * _clusters(environment) + shared + endpoints


def _most_rules(environment: Environment) -> int:
    """Count the rules of the group with the most in one direction.

    The load balancer has one to each container and one from each caller; a service one from each caller and the load
    balancer; the endpoints one from each container.
    """
    callers: dict[str, int] = {}
    calling = 0
    for _, container in environment.each(Container):
        direct = [name for name, call in container.calls.items() if call.access != "event"]
        calling += bool(direct)
        for name in direct:
            callers[name] = callers.get(name, 0) + 1
    busiest = max(callers.values(), default=0) + 1
    return max(_containers(environment), calling + 1, busiest)


def _subnets(environment: Environment) -> int:
    return sum(len(subnets(environment, tier)) for tier in ("public", "app", "data"))


def _listener_rules(environment: Environment) -> int:
    """Count a rule for each container at both listeners, and the health check's; default rules do not count."""
    return 2 * _containers(environment) + 1


def _vcpu(environment: Environment) -> int:
    """Count the vCPU of all tasks at their maximum, in their active sizes; Spot has a quota of its own."""
    return _vcpu_of(environment, spot=False)


def _spot_vcpu(environment: Environment) -> int:
    return _vcpu_of(environment, spot=True)


def _vcpu_of(environment: Environment, *, spot: bool) -> int:
    units = 0
    for _, container in environment.each(Container):
        size = container.sizes.get(container.active_profile)
        if size is None or container.spot != spot:
            continue
        try:
            cpu, _ = round_up(size.cpu, size.memory)
        except ValueError:
            continue
        units += cpu * container.tasks.max
    return ceil(units / 1024)


def _tasks(environment: Environment) -> int:
    return sum(container.tasks.max for _, container in environment.each(Container))


def _one(_environment: Environment) -> int:
    return 1


def _gateways(environment: Environment) -> int:
    return len(environment.all(Gateway))


def _has_gateways(environment: Environment) -> int:
    return 1 if environment.all(Gateway) else 0


def _api_keys(environment: Environment) -> int:
    return sum(keys_of(environment, gateway) for gateway in environment.all(Gateway).values())


def _requests(environment: Environment) -> int:
    """Count what all keys together may ask in a second, or what the document states when that is more."""
    gateways = environment.all(Gateway).values()
    total = sum((gateway.limit.per_second * keys_of(environment, gateway) for gateway in gateways), Decimal(0))
    stated = environment.system.declared.throughput
    return ceil(max(total, stated.per_second if stated and gateways else Decimal(0)))


def _resources(environment: Environment) -> int:
    """Count the resources of the REST API with the most: a segment and its proxy a BFF or route, and the root."""
    behind = {name: len(gateway.routes) for name, gateway in environment.all(Gateway).items()}
    for bff in environment.all(Bff).values():
        if bff.gateway in behind:
            behind[bff.gateway] += 1
    return 1 + 2 * max(behind.values(), default=0)


_AURORA: Final = "Amazon Aurora User Guide: Quotas and constraints"
_VPC: Final = "Amazon VPC User Guide: Amazon VPC quotas"
_ELB: Final = "Application Load Balancers guide: Quotas"
_REST: Final = "Amazon API Gateway Developer Guide: REST API quotas"
_FARGATE: Final = "AWS General Reference: AWS Fargate service quotas"

QUOTAS: Final = (
    Quota("rds", "L-952B80B8", "DB clusters", 40, _clusters, _AURORA),
    Quota("rds", "L-7B6409FD", "DB instances", 40, _instances, _AURORA),
    Quota("rds", "L-D94C7EA3", "Proxies", 20, _clusters, _AURORA),
    Quota("rds", "L-E4C808A8", "DB cluster parameter groups", 50, _clusters, _AURORA),
    Quota("rds", "L-48C6BF61", "DB subnet groups", 50, _one, _AURORA),
    Quota("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6, _vcpu, _FARGATE),
    Quota("fargate", "L-36FBB829", "Fargate Spot vCPU resource count", 6, _spot_vcpu, _FARGATE),
    Quota("vpc", "L-F678F1CE", "VPCs per Region", 5, _one, _VPC),
    Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5, _nat_gateways, _VPC),
    Quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5, _most_nat_gateways_in_a_zone, _VPC),
    Quota("vpc", "L-407747CB", "Subnets per VPC", 200, _subnets, _VPC, adds_up=False),
    Quota("vpc", "L-E79EC296", "VPC security groups per Region", 2500, _security_groups, _VPC),
    Quota("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60, _most_rules, _VPC, adds_up=False),
    Quota(
        "vpc",
        "L-29B6F2EB",
        "Interface VPC endpoints per VPC",
        50,
        lambda environment: len(interface_endpoints(environment)),
        "AWS PrivateLink Guide: Quotas",
        adds_up=False,
    ),
    Quota("elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50, _one, _ELB),
    Quota("elasticloadbalancing", "L-69A177A2", "Network Load Balancers per Region", 50, _has_gateways, _ELB),
    Quota(
        "elasticloadbalancing",
        "L-7EED9B64",
        "Rules per Application Load Balancer",
        100,
        _listener_rules,
        _ELB,
        adds_up=False,
    ),
    Quota(
        "elasticloadbalancing",
        None,
        "Target Groups per Application Load Balancer",
        100,
        _containers,
        _ELB,
        adds_up=False,
        adjustable=False,
    ),
    Quota(
        "elasticloadbalancing",
        "L-7E6692B2",
        "Targets per Application Load Balancer",
        1000,
        _tasks,
        _ELB,
        adds_up=False,
    ),
    Quota(
        "apigateway",
        "L-8A5B8E43",
        "Throttle rate (requests per second)",
        10_000,
        _requests,
        "Amazon API Gateway Developer Guide: Account-level quotas",
    ),
    Quota("apigateway", None, "API keys per account per Region", 10_000, _api_keys, _REST, adjustable=False),
    Quota("apigateway", "L-E8693075", "Usage plans per account per Region", 300, _gateways, _REST),
    Quota("apigateway", "L-A4C7274F", "VPC links per account per Region", 20, _has_gateways, _REST),
    Quota("apigateway", "L-01C8A9E0", "Resources per API", 300, _resources, _REST, adds_up=False),
    Quota(
        "AWSCloudMap",
        None,
        "Instances per service",
        1000,
        lambda environment: max((container.tasks.max for _, container in environment.each(Container)), default=0),
        "AWS Cloud Map Developer Guide: Quotas",
        adds_up=False,
        adjustable=False,
    ),
)
"""The table to extend: one line a quota."""
