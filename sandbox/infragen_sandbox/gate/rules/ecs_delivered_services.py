"""ECS takes new revisions, networks and target groups of a service that CodeDeploy delivers from CodeDeploy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_OF_CODEDEPLOY: Final = {
    "networkConfiguration": "Unable to update network parameters",
    "platformVersion": "Unable to update network parameters",
    "taskDefinition": "Unable to update task definition",
    "loadBalancers": "Unable to update load balancers",
    "forceNewDeployment": "Cannot force a new deployment",
}


def _check(call: Call) -> Refused | None:
    cluster = call.parameters.get("cluster", "default").rpartition("/")[2]
    name = call.parameters["service"].rpartition("/")[2]
    service = emulated(call, "ecs").services.get(f"{cluster}:{name}")
    if service is None or service.deployment_controller["type"] != "CODE_DEPLOY":
        return None
    for parameter, said in _OF_CODEDEPLOY.items():
        if call.parameters.get(parameter):
            use = "Use AWS CodeDeploy to trigger a new deployment."
            message = f"{said} on services with a CODE_DEPLOY deployment controller. {use}"
            return Refused("InvalidParameterException", message)
    return None


RULE = Rule(
    "UpdateService cannot change the revision, network or target group of a service that CodeDeploy deploys",
    "Amazon ECS API Reference: UpdateService, CODE_DEPLOY; the message: hashicorp/terraform-provider-aws issue 8005",
    "ecs",
    ("UpdateService",),
    _check,
)
