"""A cluster goes after its services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_cluster_with_a_service_stays(aws: Callable[[str], Any]) -> None:
    ecs = aws("ecs")
    arn = ecs.create_cluster(clusterName="shop")["cluster"]["clusterArn"]
    container = {"name": "web", "image": "public.ecr.aws/nginx/nginx:1", "memory": 128}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web", desiredCount=0)

    for name in ("shop", arn):
        code, message = refused(ecs.delete_cluster, cluster=name)
        assert code == "ClusterContainsServicesException"
        assert "while Services are active" in message
    ecs.delete_service(cluster="shop", service="web")
    until(lambda: ecs.describe_services(cluster="shop", services=["web"])["services"][0]["status"] == "INACTIVE")
    assert ecs.delete_cluster(cluster=arn)["cluster"]["status"] == "INACTIVE"
