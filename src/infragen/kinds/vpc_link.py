"""The VPC link: how API gateways come into the VPC, and the role that lets them write logs."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, Environment, Module, ResourceView, of, part_of
from infragen.core.kind import Capability, Cost, always, quota_of
from infragen.core.part import LIMITS, Group, Reason, Relation, pattern
from infragen.kinds import load_balancer, network

NAME: Final = "gateway-link"


def link(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("edge", "gateway_link")


def _group(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("security", "security_group", "gateway_link")


class LinkView(ResourceView):
    """The network load balancer behind the link, and the account's logging role."""

    vpc = of(network.vpc)
    subnets = of(network.task_subnets)
    group = of(_group)
    balancer = of(load_balancer.balancer)
    name = pattern("{own.prefix}-gateways", LIMITS["load_balancer"])
    target_group_name = pattern("{own.name}", LIMITS["target_group"])
    logging_role_name = pattern("{own.prefix}-api-gateway-logging", LIMITS["role"])
    port = load_balancer.GATEWAYS_PORT


def _reasons(environment: Environment) -> Iterator[Reason]:
    for owner, entry in environment.every():
        if entry.KIND == "gateways":
            yield Reason(owner, ("name",), "leads into the VPC")


def _relations(ctx: BuildContext) -> Iterator[Relation]:
    asked, why = min(_reasons(ctx.environment)), "API gateways reach the load balancer through their VPC link"
    yield Relation(NAME, load_balancer.NAME, load_balancer.GATEWAYS_PORT, why, asked.owner, asked.path)


CAPABILITY: Final = Capability(
    name=NAME,
    title="VPC link of API gateways",
    monthly_costs=always(
        Cost("the network load balancer of the gateways", "network-load-balancer", 1, serves=True),
        Cost("what the gateways' load balancer carries", "network-load-balancer-capacity", usage="processed"),
    ),
    reasons=_reasons,
    regional_singleton="the account settings of API Gateway",
    requires=("load-balancer",),
    parts=part_of("edge", "kinds/vpc_link/main.tf", LinkView),
    security_groups=lambda ctx: (
        Group(NAME, NAME, ctx.names.plain(NAME), "VPC link of the API gateways", _group(ctx), NAME, is_shared=True),
    ),
    connections=_relations,
    quotas=(quota_of("network-load-balancers"), quota_of("vpc-links")),
)
