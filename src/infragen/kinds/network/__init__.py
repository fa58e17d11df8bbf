"""The network: a VPC with subnets of up to three tiers, and where tasks stand in it."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Capability
from infragen.core.rule import rules_of
from infragen.kinds.network import build, rules
from infragen.kinds.network.build import (
    NAME,
    data_subnets,
    in_public,
    subnet_group,
    subnets,
    task_subnets,
    vpc,
    zones,
)

__all__ = ["CAPABILITIES", "data_subnets", "in_public", "subnet_group", "subnets", "task_subnets", "vpc", "zones"]

CAPABILITIES: Final = (
    Capability(name=NAME, title="VPC", reasons=build.reasons, parts=build.parts, rules=rules_of(rules)),
    Capability(
        name="public-tasks",
        title="public addresses of tasks",
        reasons=build.public_reasons,
        needs=(NAME,),
        price="3.65 USD for each task",
    ),
)
