"""The network: a VPC with subnets of up to three tiers, and where tasks stand in it."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Capability, free_of_charge
from infragen.core.operations import Quota, one
from infragen.core.rule import rules_of
from infragen.kinds.network import build, rules
from infragen.kinds.network.build import (
    NAME,
    data_subnets,
    in_public,
    subnet_group,
    subnet_group_name,
    subnets,
    task_subnet_names,
    task_subnets,
    vpc,
    zones,
)

__all__ = [
    "CAPABILITIES", "data_subnets", "in_public", "subnet_group", "subnet_group_name", "subnets", "task_subnet_names",
    "task_subnets", "vpc", "zones",
]  # fmt: skip

_QUOTAS: Final = "Amazon VPC User Guide: Amazon VPC quotas"

CAPABILITIES: Final = (
    Capability(
        name=NAME,
        title="VPC",
        monthly_costs=free_of_charge,
        reasons=build.reasons,
        parts=build.parts,
        rules=rules_of(rules),
        quotas=(
            Quota("vpc", "L-F678F1CE", "VPCs per Region", 5, _QUOTAS, one),
            Quota("vpc", "L-407747CB", "Subnets per VPC", 200, _QUOTAS, build.subnet_count, "environment"),
            Quota("rds", "L-48C6BF61", "DB subnet groups", 50, "Amazon Aurora User Guide: Quotas and constraints", one),
        ),
    ),
    Capability(
        name="public-tasks",
        title="public addresses of tasks",
        reasons=build.public_reasons,
        requires=(NAME,),
        monthly_costs=build.public_costs,
    ),
)
