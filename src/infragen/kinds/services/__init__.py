"""Services: containers on ECS Fargate."""

from typing import Final

from msgspec.structs import replace

from infragen.core.kind import Kind, Network, Scaffold
from infragen.core.rule import rules_of
from infragen.kinds import reads
from infragen.kinds.services import blue_green_rules, build, facets, reference_rules, rules, scaling_rules, task_rules
from infragen.kinds.workloads.model import EXAMPLE, Service

KIND: Final = Kind(
    model=Service,
    title="service",
    parts=build.parts,
    required_capabilities=build.required_capabilities,
    network=Network(security_groups=build.groups, connections=build.relations, ingress_ports=build.ingress_ports),
    permissions=replace(
        facets.PERMISSIONS, bindings=build.bindings, uses_hint="calls: {{{name}: {{access: api, why: it asks}}}}"
    ),
    delivery=facets.DELIVERY,
    cost=facets.COST,
    operations=facets.OPERATIONS,
    failover=facets.FAILOVER,
    scaffold=Scaffold(example=EXAMPLE),
    rules=rules_of(rules, blue_green_rules, reference_rules, scaling_rules, task_rules, reads),
)
