"""Workflows: state machines of AWS Step Functions, which run jobs, functions and queues in an order."""

from collections.abc import Iterator
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext
from infragen.core.kind import Billing, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.rule import rules_of
from infragen.kinds.workflows import build, rules
from infragen.kinds.workflows.model import EXAMPLE, Workflow


def _costs(workflow: Workflow, _ctx: BuildContext) -> Iterator[Cost]:
    if workflow.type == "standard":
        yield Cost("steps", "workflow-steps")
    else:
        yield Cost("executions", "workflow-requests", usage="requests")
        yield Cost("time that they run", "workflow-time")


KIND: Final = Kind(
    model=Workflow,
    title="workflow",
    parts=build.parts,
    network=Network(links=build.links),
    permissions=Permissions(
        access=("start",), bindings=build.bindings, resource_arns=lambda _, ctx: (build.WorkflowView(ctx).arn,)
    ),
    cost=Billing(monthly=_costs),
    operations=Operations(metrics=build.metrics, outputs=build.outputs, failures=build.failures),
    failover=Failover(standby_overrides={"schedules": None}, holds=build.holds),
    scaffold=Scaffold(example={"definition": EXAMPLE}),
    rules=rules_of(rules),
)
