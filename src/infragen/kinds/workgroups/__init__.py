"""Workgroups: Amazon Athena, which people ask logs in buckets with SQL."""

from typing import Final

from infragen.core.kind import Billing, Kind, Network, Operations, Scaffold
from infragen.core.operations import quota_of
from infragen.core.rule import rules_of
from infragen.kinds.workgroups import build, rules
from infragen.kinds.workgroups.model import Workgroup

KIND: Final = Kind(
    model=Workgroup,
    title="workgroup",
    parts=build.parts,
    required_capabilities=build.required_capabilities,
    network=Network(links=build.links),
    cost=Billing(monthly=build.costs),
    operations=Operations(outputs=build.outputs, quotas=(quota_of("workgroups"),)),
    scaffold=Scaffold(
        example={"tables": {"requests": {"of": "balancers/{balancer}"}}},
        other_examples=(
            {"tables": {"lines": {"of": "buckets/{bucket}", "columns": {"timestamp": "string", "message": "string"}}}},
        ),
    ),
    rules=rules_of(rules),
)
