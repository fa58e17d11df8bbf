"""A service's target groups already belong to a load balancer, by a listener or one of its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    groups = emulated(call, "elbv2").target_groups
    for balancer in call.parameters.get("loadBalancers", ()):
        arn = balancer.get("targetGroupArn")
        if arn is None:
            continue
        if arn not in groups:
            return Refused("InvalidParameterException", f"The target group {arn} does not exist.")
        if not groups[arn].load_balancer_arns:
            text = f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            return Refused("InvalidParameterException", text)
    return None


RULE = Rule(
    "A listener or a listener rule must use a service's target groups before the service is created",
    "Amazon ECS API Reference: CreateService, loadBalancers; the message: hashicorp/terraform issue 32908",
    "ecs",
    ("CreateService", "UpdateService"),
    _check,
)
