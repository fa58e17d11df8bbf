"""A scaling policy is put on a target that was registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    space, resource = call.parameters["ServiceNamespace"], call.parameters["ResourceId"]
    dimension = call.parameters["ScalableDimension"]
    registered = emulated(call, "application-autoscaling").targets.get(dimension, {})
    if resource in registered:
        return None
    what = f"service namespace: {space}, resource ID: {resource}, scalable dimension: {dimension}"
    return Refused("ObjectNotFoundException", f"No scalable target registered for {what}")


RULE = Rule(
    "A scaling policy or scheduled action needs a registered scalable target",
    "Application Auto Scaling API Reference: PutScalingPolicy, PutScheduledAction, Errors (ObjectNotFoundException)",
    "application-autoscaling",
    ("PutScalingPolicy", "PutScheduledAction"),
    _check,
)
