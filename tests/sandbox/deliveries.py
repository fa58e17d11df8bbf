"""A service that CodeDeploy delivers, behind a load balancer with two target groups, for tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

ROLE = "arn:aws:iam::123456789012:role/deliver"
NAMES = {"applicationName": "web", "deploymentGroupName": "web"}


def make_delivered_service(aws: Callable[[str], Any], vpc: dict[str, str]) -> dict[str, str]:
    """Create the service `web` of the cluster `c`, and return the ARNs of its target groups, listener and rule."""
    ecs, elb = aws("ecs"), aws("elbv2")
    ecs.create_cluster(clusterName="c")
    for _ in range(2):
        register(ecs)
    found = {
        colour: elb.create_target_group(
            Name=colour, Protocol="HTTP", Port=80, VpcId=vpc["id"], TargetType="ip", IpAddressType="ipv4"
        )["TargetGroups"][0]["TargetGroupArn"]
        for colour in ("blue", "green")
    }
    balancer = elb.create_load_balancer(Name="web", Subnets=[vpc["subnet"], vpc["other_subnet"]])["LoadBalancers"][0]
    nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    found["listener"] = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[nothing]
    )["Listeners"][0]["ListenerArn"]
    found["rule"] = elb.create_rule(
        ListenerArn=found["listener"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": found["blue"]}],
    )["Rules"][0]["RuleArn"]
    ecs.create_service(
        cluster="c",
        serviceName="web",
        taskDefinition="web:1",
        desiredCount=2,
        launchType="FARGATE",
        deploymentController={"type": "CODE_DEPLOY"},
        loadBalancers=[{"targetGroupArn": found["blue"], "containerName": "app", "containerPort": 80}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": [vpc["subnet"]], "securityGroups": [vpc["group"]]}},
    )
    return found


def register(ecs: Any) -> None:
    """Register a revision of the task definition `web`."""
    container = {"name": "app", "image": "public.ecr.aws/nginx/nginx:1", "memory": 128}
    ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=[container])


def make_group(codedeploy: Any, listener: str, minutes: int = 60) -> None:
    """Create an application and a deployment group for it."""
    codedeploy.create_application(applicationName="web", computePlatform="ECS")
    codedeploy.create_deployment_group(
        **NAMES,
        serviceRoleArn=ROLE,
        deploymentConfigName="CodeDeployDefault.ECSAllAtOnce",
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        alarmConfiguration={"enabled": True, "alarms": [{"name": "errors"}]},
        blueGreenDeploymentConfiguration={
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE", "terminationWaitTimeInMinutes": minutes,
            },
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        },
        loadBalancerInfo={
            "targetGroupPairInfoList": [
                {
                    "targetGroups": [{"name": "blue"}, {"name": "green"}],
                    "prodTrafficRoute": {"listenerArns": [listener]},
                }
            ]
        },
        ecsServices=[{"clusterName": "c", "serviceName": "web"}],
    )  # fmt: skip


def deliver(codedeploy: Any, revision: str, alarms: dict[str, Any] | None = None) -> str:
    """Deliver a revision, with alarms of its own if there are some, and return the delivery's id."""
    balancer = {"ContainerName": "app", "ContainerPort": 80}
    properties = {"TaskDefinition": revision, "LoadBalancerInfo": balancer}
    resources = [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}]
    content = json.dumps({"version": 0.0, "Resources": resources})
    made = codedeploy.create_deployment(
        **NAMES,
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
        **({} if alarms is None else {"overrideAlarmConfiguration": alarms}),
    )
    return str(made["deploymentId"])


def refused(call: Callable[..., object], *arguments: Any, **named: Any) -> tuple[str, str]:
    """Return the code and the message with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
