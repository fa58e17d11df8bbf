"""ECS services for tests."""

from __future__ import annotations

from typing import Any


def make_service(ecs: Any, vpc: dict[str, str], **settings: Any) -> dict[str, Any]:
    """Create a Fargate service `planning` in the cluster `manufacturing` and describe it."""
    ecs.create_cluster(clusterName="manufacturing")
    ecs.register_task_definition(
        family="planning", containerDefinitions=[{"name": "planning", "image": "planning:1", "memory": 512}]
    )
    network = {"awsvpcConfiguration": {"subnets": [vpc["subnet"]], "securityGroups": [vpc["group"]]}}
    ecs.create_service(
        cluster="manufacturing",
        serviceName="planning",
        taskDefinition="planning:1",
        desiredCount=2,
        networkConfiguration=network,
        **settings,
    )
    return describe_service(ecs)


def describe_service(ecs: Any) -> dict[str, Any]:
    """Describe that service."""
    service: dict[str, Any] = ecs.describe_services(cluster="manufacturing", services=["planning"])["services"][0]
    return service
