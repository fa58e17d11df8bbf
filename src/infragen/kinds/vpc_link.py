"""The VPC link: how API gateways come into the VPC, and the role that lets them write logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.billing import Cost
from infragen.core.kind import Capability, always
from infragen.core.names import LIMITS
from infragen.core.operations import Quota, one
from infragen.core.part import Group, Reason, Relation, named
from infragen.core.place import View, of, part_of
from infragen.kinds import load_balancer, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Module
    from infragen.core.landscape import Environment
    from infragen.core.place import Place

NAME: Final = "gateway-link"


def link(place: Place) -> Module:
    """Return the module of the link."""
    return place.of(NAME).module("edge", "gateway_link")


def _group(place: Place) -> Module:
    return place.of(NAME).module("security", "security_group", "gateway_link")


class LinkView(View):
    """The network load balancer behind the link, and the account's logging role."""

    vpc = of(network.vpc)
    subnets = of(network.task_subnets)
    group = of(_group)
    balancer = of(load_balancer.balancer)

    @named(LIMITS["load_balancer"])
    def name(self) -> str:
        """The network load balancer, its target group, and the link."""
        return self._place.names.plain("gateways")

    target_group_name = named(LIMITS["target_group"])(lambda view: view.name)

    @named(LIMITS["role"])
    def logging_role_name(self) -> str:
        """The role with which API Gateway writes logs."""
        return self._place.names.plain("api-gateway-logging")

    port = load_balancer.GATEWAYS_PORT


def _reasons(environment: Environment) -> Iterator[Reason]:
    for owner, entry in environment.every():
        if entry.KIND == "gateways":
            yield Reason(owner, ("name",), "leads into the VPC")


_parts = part_of("edge", "kinds/vpc_link/main.tf", LinkView)


def _groups(place: Place) -> Iterator[Group]:
    name = place.names.plain(NAME)
    yield Group(NAME, NAME, name, "VPC link of the API gateways", _group(place), NAME, is_shared=True)


def _relations(place: Place) -> Iterator[Relation]:
    asked = min(_reasons(place.environment))
    why = "API gateways reach the load balancer through their VPC link"
    yield Relation(NAME, load_balancer.NAME, load_balancer.GATEWAYS_PORT, why, asked.owner, asked.path)


_costs = always(
    Cost("the network load balancer of the gateways", "network-load-balancer", 1),
    Cost("what the gateways' load balancer carries", "network-load-balancer-capacity"),
)


_BALANCERS: Final = "Application Load Balancers guide: Quotas"
_REST: Final = "Amazon API Gateway Developer Guide: REST API quotas"

CAPABILITY: Final = Capability(
    name=NAME,
    title="VPC link of API gateways",
    monthly_costs=_costs,
    reasons=_reasons,
    regional_singleton="the account settings of API Gateway",
    requires=("load-balancer",),
    parts=_parts,
    security_groups=_groups,
    connections=_relations,
    quotas=(
        Quota("elasticloadbalancing", "L-69A177A2", "Network Load Balancers per Region", 50, _BALANCERS, one),
        Quota("apigateway", "L-A4C7274F", "VPC links per account per Region", 20, _REST, one),
    ),
)
