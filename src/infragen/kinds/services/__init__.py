"""Services: containers on ECS Fargate."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Billing, Delivery, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.rule import rules_of
from infragen.kinds.services import (
    blue_green_rules,
    build,
    compose_service,
    costs,
    failover,
    outputs,
    permission_rules,
    quotas,
    reference_rules,
    registry,
    rollouts,
    rules,
    scaling_rules,
    task,
    task_rules,
)
from infragen.kinds.services.model import EXAMPLE, NO_TASKS, Container, Server, Service, Task, Workload

__all__ = ["KIND", "Container", "Server", "Service", "Task", "Workload"]

KIND: Final = Kind(
    model=Service,
    title="service",
    parts=build.parts,
    required_capabilities=build.required_capabilities,
    network=Network(security_groups=build.groups, connections=build.relations, ingress_ports=build.ingress_ports),
    permissions=Permissions(
        bindings=build.bindings,
        uses_hint="calls: {{{name}: {{access: api, why: it asks}}}}",
        resource_arns=build.resource_arns,
        roles=task.roles,
    ),
    delivery=Delivery(
        images=registry.images,
        rollouts=rollouts.rollouts,
        releases=rollouts.releases,
        compose_service=compose_service.compose_service,
    ),
    cost=Billing(monthly=costs.costs),
    operations=Operations(metrics=build.metrics, outputs=outputs.outputs, quotas=quotas.QUOTAS),
    failover=Failover(standby_overrides=NO_TASKS, steps=failover.failover_steps),
    scaffold=Scaffold(example=EXAMPLE),
    rules=rules_of(rules, blue_green_rules, reference_rules, scaling_rules, task_rules, permission_rules),
)
