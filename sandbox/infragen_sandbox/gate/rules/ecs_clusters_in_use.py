"""A cluster goes after its services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    name = call.parameters["cluster"].rpartition("/")[2]
    services = emulated(call, "ecs").services.values()
    if not any(one.cluster_name == name and one.status != "INACTIVE" for one in services):
        return None
    return Refused("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")


RULE = Rule(
    "A cluster can be deleted only after its services",
    "Amazon ECS API Reference: DeleteCluster, Errors (ClusterContainsServicesException)",
    "ecs",
    ("DeleteCluster",),
    _check,
)
