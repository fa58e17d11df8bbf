"""Bastions: hosts through which people reach databases and caches in a VPC."""

from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.kind import Billing, Kind, Network, Operations, Scaffold, quota_of
from infragen.core.rule import rules_of
from infragen.kinds.bastions import build, rules
from infragen.kinds.bastions.model import EXAMPLE_IMAGES, NEWEST, Bastion
from infragen.prices import vcpus


def _vcpus(bastion: Bastion, _ctx: BuildContext) -> int:
    """Count its vCPUs: 2 up to `large`, which is what types of the T families have from `nano` on."""
    return (vcpus(bastion.size) or 2) if bastion.size[0] in "acdhimrtz" else 0


KIND: Final = Kind(
    model=Bastion,
    title="bastion",
    parts=build.parts,
    network=Network(security_groups=build.groups, connections=build.relations, links=build.links),
    cost=Billing(monthly=build.costs, stop_actions=build.stop_actions),
    operations=Operations(
        outputs=build.outputs,
        quotas=(
            quota_of("elastic-ips", lambda bastion, ctx: int(build.is_public(bastion, ctx))),
            quota_of("instance-vcpus", _vcpus),
        ),
    ),
    scaffold=Scaffold(
        example={
            "ami": EXAMPLE_IMAGES[0],
            "allow": [],
            "uses": {"databases/{database}": {"why": "people look at its tables"}},
            "assumptions": {"ami": f"an example; `{NEWEST}` prints the newest"},
        }
    ),
    rules=rules_of(rules),
)
