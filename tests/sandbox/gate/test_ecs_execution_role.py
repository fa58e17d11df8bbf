"""What a task on Fargate fetches, it fetches as its execution role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import pytest


def _definition(container: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "containerDefinitions": [{"name": "web", "image": "public.ecr.aws/nginx/nginx:1", **container}], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("container", "wants"),
    [
        ({"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1"}, "ECR images"),
        ({"logConfiguration": {"logDriver": "awslogs", "options": {}}}, "log driver awslogs"),
        ({"secrets": [{"name": "KEY", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/key"}]}, "secrets"),
    ],
)
def test_a_task_that_needs_the_role_has_one(aws: Callable[[str], Any], container: dict[str, Any], wants: str) -> None:
    ecs = aws("ecs")

    code, message = refused(ecs.register_task_definition, **_definition(container))

    assert code == "ClientException"
    assert f"execution role ARN to support {wants}" in message
    role = "arn:aws:iam::123456789012:role/execution"
    assert ecs.register_task_definition(**_definition(container, executionRoleArn=role))


def test_a_task_that_fetches_nothing_needs_none(aws: Callable[[str], Any]) -> None:
    assert aws("ecs").register_task_definition(**_definition({}))
