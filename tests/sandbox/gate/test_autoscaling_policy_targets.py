"""A scaling policy is put on a target that was registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_policy_before_its_target_is_refused(aws: Callable[[str], Any]) -> None:
    ecs, scaling = aws("ecs"), aws("application-autoscaling")
    ecs.create_cluster(clusterName="c")
    container = {"name": "web", "image": "public.ecr.aws/nginx/nginx:1", "memory": 128}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    ecs.create_service(cluster="c", serviceName="web", taskDefinition="web", desiredCount=0)
    target = {
        "ServiceNamespace": "ecs", "ResourceId": "service/c/web", "ScalableDimension": "ecs:service:DesiredCount",
    }  # fmt: skip
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    policy = {
        **target, "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 60.0, "PredefinedMetricSpecification": metric},
    }  # fmt: skip

    code, message = refused(scaling.put_scaling_policy, **policy)

    assert code == "ObjectNotFoundException"
    assert "No scalable target registered for service namespace: ecs, resource ID: service/c/web" in message
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    assert scaling.put_scaling_policy(**policy)["PolicyARN"]
