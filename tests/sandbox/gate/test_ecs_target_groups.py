"""A service comes after the listener that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_target_group_without_a_listener_is_refused(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    balancers, ecs = aws("elbv2"), aws("ecs")
    group = balancers.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc["id"], TargetType="ip", IpAddressType="ipv4"
    )["TargetGroups"][0]["TargetGroupArn"]
    ecs.create_cluster(clusterName="c")
    container = {"name": "web", "image": "public.ecr.aws/nginx/nginx:1", "memory": 128}
    ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=[container])
    service = {
        "cluster": "c", "serviceName": "web", "taskDefinition": "web", "desiredCount": 0,
        "loadBalancers": [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [vpc["subnet"]], "securityGroups": [vpc["group"]]}},
    }  # fmt: skip

    code, message = refused(ecs.create_service, **service)

    assert code == "InvalidParameterException"
    assert f"The target group with targetGroupArn {group} does not have an associated load balancer" in message
    balancer = balancers.create_load_balancer(Name="web", Subnets=[vpc["subnet"], vpc["other_subnet"]])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    balancers.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    assert ecs.create_service(**service)["service"]["serviceName"] == "web"
