"""Bastions: hosts through which people reach databases and caches in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.kind import Billing, Kind, Network, Operations, Scaffold
from infragen.core.operations import Quota
from infragen.core.rule import rules_of
from infragen.kinds.bastions import build, rules
from infragen.kinds.bastions.model import EXAMPLE_IMAGES, Bastion
from infragen.prices import vcpus

if TYPE_CHECKING:
    from infragen.core.build_context import BuildContext

__all__ = ["KIND", "Bastion"]


def _addresses(bastion: Bastion, ctx: BuildContext) -> int:
    return int(build.is_public(bastion, ctx))


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
            Quota(
                "ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5, "Amazon VPC User Guide: Amazon VPC quotas", _addresses
            ),
            Quota(
                "ec2",
                "L-1216C47A",
                "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
                5,
                "Amazon EC2 User Guide: Amazon EC2 service quotas",
                _vcpus,
            ),
        ),
    ),
    scaffold=Scaffold(
        example={
            "ami": EXAMPLE_IMAGES[0],
            "allow": [],
            "uses": {"databases/{database}": {"why": "people look at its tables"}},
        }
    ),
    rules=rules_of(rules),
)
