"""The network: a VPC with subnets of up to three tiers, and where tasks stand in it."""

from typing import Final

from infragen.core.kind import Capability, free_of_charge, quota_of
from infragen.core.rule import rules_of
from infragen.kinds.network import build, rules
from infragen.kinds.network.build import (
    NAME,
    data_subnets,
    data_tier,
    in_public,
    own_group,
    standing_subnets,
    subnet_group,
    subnet_group_name,
    subnets,
    task_subnet_names,
    task_subnets,
    vpc,
    zones,
)

__all__ = [
    "CAPABILITIES", "NAME", "data_subnets", "data_tier", "in_public", "own_group", "standing_subnets", "subnet_group",
    "subnet_group_name", "subnets", "task_subnet_names", "task_subnets", "vpc", "zones",
]  # fmt: skip

CAPABILITIES: Final = (
    Capability(
        name=NAME,
        title="VPC",
        monthly_costs=free_of_charge,
        reasons=build.reasons,
        parts=build.parts,
        rules=rules_of(rules),
        quotas=(quota_of("vpcs"), quota_of("subnets", build.subnet_count), quota_of("database-subnet-groups")),
    ),
    Capability(
        name="public-tasks",
        title="public addresses of tasks",
        reasons=build.public_reasons,
        requires=(NAME,),
        monthly_costs=build.public_costs,
    ),
)
