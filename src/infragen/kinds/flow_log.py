"""The flow log: a record of all connections in the VPC."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import Environment, ResourceView, of, part_of
from infragen.core.kind import Capability, Cost, always
from infragen.core.part import ENVIRONMENT, LIMITS, Reason, pattern
from infragen.kinds import keys

NAME: Final = "flow-log"


class FlowLogView(ResourceView):
    """The log, its group and the role that writes it."""

    name = pattern("{own.prefix}")
    log_group_name = of(lambda ctx: ctx.names.path("vpc-flow-log"))
    retention = of(lambda ctx: ctx.settings.network.flow_log_retention or ctx.settings.log_retention)
    role_name = pattern("{own.prefix}-vpc-flow-log", LIMITS["role"])

    key_alias = keys.alias
    keys = keys.own("flow-log", "flow log of the VPC", keys.for_logs)


def _reasons(environment: Environment) -> Iterator[Reason]:
    network = environment.settings.network
    if network.flow_log_retention is not None:
        yield Reason(ENVIRONMENT, ("network", "flow_log_retention"), "a record of all connections")
    elif environment.settings.production and network.flow_log_why is None:
        yield Reason(ENVIRONMENT, ("production",), "a record of all connections in production")


CAPABILITY: Final = Capability(
    name=NAME,
    title="VPC flow log",
    monthly_costs=always(Cost("the flow log", "logs", usage="logged")),
    reasons=_reasons,
    requires=("network",),
    parts=part_of("network", "kinds/flow_log/main.tf", FlowLogView),
)
