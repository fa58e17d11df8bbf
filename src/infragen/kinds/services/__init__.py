"""Services: containers on ECS Fargate."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.core.rule import rules_of
from infragen.kinds.services import (
    blue_green_rules,
    build,
    costs,
    permission_rules,
    quotas,
    reference_rules,
    registry,
    rollouts,
    rules,
    scaling_rules,
    stand_in,
    takeover,
    task,
    task_rules,
    tells,
)
from infragen.kinds.services.model import EXAMPLE, NO_TASKS, Container, Server, Service, Task, Workload

__all__ = ["KIND", "Container", "Server", "Service", "Task", "Workload"]

KIND: Final = Kind(
    model=Service,
    title="service",
    parts=build.parts,
    watches=build.watches,
    groups=build.groups,
    relations=build.relations,
    entrances=build.entrances,
    offer=build.offer,
    instead="calls: {{{name}: {{access: api, why: it asks}}}}",
    needs=build.needs,
    arns=build.arns,
    roles=task.roles,
    costs=costs.costs,
    tells=tells.tells,
    images=registry.images,
    rollouts=rollouts.rollouts,
    releases=rollouts.releases,
    rules=rules_of(rules, blue_green_rules, reference_rules, scaling_rules, task_rules, permission_rules),
    quotas=quotas.QUOTAS,
    example=EXAMPLE,
    stand_in=stand_in.stand_in,
    waiting=NO_TASKS,
    takes_over=takeover.takeover,
)
