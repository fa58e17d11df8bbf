"""What a task on Fargate fetches before its containers run, it fetches as its execution role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _wants(container: Any) -> str | None:
    """Say in AWS's words what of a container needs the role."""
    image = container.get("image", "")
    log = container.get("logConfiguration", {})
    if ".dkr.ecr." in image:
        return "ECR images"
    if log.get("logDriver") == "awslogs":
        return "log driver awslogs"
    if container.get("secrets") or log.get("secretOptions"):
        return "secrets"
    return None


def _check(call: Call) -> Refused | None:
    if "FARGATE" not in call.parameters.get("requiresCompatibilities", ()) or call.parameters.get("executionRoleArn"):
        return None
    wants = next(filter(None, map(_wants, call.parameters["containerDefinitions"])), None)
    if wants is None:
        return None
    text = f"Fargate requires task definition to have execution role ARN to support {wants}."
    return Refused("ClientException", text)


RULE = Rule(
    "A Fargate task with an ECR image, the log driver awslogs or secrets needs an execution role",
    "Amazon ECS Developer Guide: Amazon ECS task execution IAM role",
    "ecs",
    ("RegisterTaskDefinition",),
    _check,
)
