"""A CDKTF program of so many services, 10 resources each, in a stack a domain; run by the Python that has CDKTF."""

from __future__ import annotations

import json
import sys

from cdktf import App, TerraformStack, Token
from cdktf_cdktf_provider_aws.appautoscaling_policy import AppautoscalingPolicy
from cdktf_cdktf_provider_aws.appautoscaling_target import AppautoscalingTarget
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecr_repository import EcrRepository
from cdktf_cdktf_provider_aws.ecs_cluster import EcsCluster
from cdktf_cdktf_provider_aws.ecs_service import EcsService, EcsServiceLoadBalancer, EcsServiceNetworkConfiguration
from cdktf_cdktf_provider_aws.ecs_task_definition import EcsTaskDefinition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from cdktf_cdktf_provider_aws.provider import AwsProvider

DOMAINS = ("manufacturing", "sales", "service", "iot", "common")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
        ],
    }
)
LISTENER = "arn:aws:elasticloadbalancing:ap-northeast-1:444455556666:listener/app/services/0123456789abcdef/0123"


def service(stack: TerraformStack, cluster: EcsCluster, number: int) -> None:
    name = f"technova-prod-s{number:05d}"
    repository = EcrRepository(stack, f"{name}-repository", name=name, image_tag_mutability="IMMUTABLE")
    log = CloudwatchLogGroup(stack, f"{name}-log", name=f"/technova/prod/s{number:05d}", retention_in_days=30)
    execution = IamRole(stack, f"{name}-execution", name=f"{name}-execution", assume_role_policy=TRUST)
    task_role = IamRole(stack, f"{name}-task", name=f"{name}-task", assume_role_policy=TRUST)
    container = {
        "name": "app",
        "image": f"{repository.repository_url}:v1.0.0",
        "portMappings": [{"containerPort": 8080}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": log.name}},
    }
    task = EcsTaskDefinition(
        stack, f"{name}-definition", family=name, cpu="512", memory="1024", network_mode="awsvpc",
        requires_compatibilities=["FARGATE"], execution_role_arn=execution.arn, task_role_arn=task_role.arn,
        container_definitions=json.dumps([container]),
    )  # fmt: skip
    target = LbTargetGroup(
        stack, f"{name}-target", name=name, port=8080, protocol="HTTP", target_type="ip", vpc_id="vpc-01234567",
        health_check=LbTargetGroupHealthCheck(path="/health"),
    )  # fmt: skip
    LbListenerRule(
        stack, f"{name}-rule", listener_arn=LISTENER, priority=number + 1,
        action=[LbListenerRuleAction(type="forward", target_group_arn=target.arn)],
        condition=[
            LbListenerRuleCondition(path_pattern=LbListenerRuleConditionPathPattern(values=[f"/s{number:05d}/*"]))
        ],
    )  # fmt: skip
    running = EcsService(
        stack, f"{name}-service", name=name, cluster=cluster.arn, task_definition=task.arn, desired_count=1,
        network_configuration=EcsServiceNetworkConfiguration(subnets=["subnet-01234567"]),
        load_balancer=[EcsServiceLoadBalancer(container_name="app", container_port=8080, target_group_arn=target.arn)],
    )  # fmt: skip
    scaling = AppautoscalingTarget(
        stack, f"{name}-scaling", service_namespace="ecs", scalable_dimension="ecs:service:DesiredCount",
        resource_id=f"service/{cluster.name}/{running.name}", min_capacity=1, max_capacity=4,
    )  # fmt: skip
    AppautoscalingPolicy(
        stack, f"{name}-tracking", name="cpu", policy_type="TargetTrackingScaling", resource_id=scaling.resource_id,
        service_namespace="ecs", scalable_dimension="ecs:service:DesiredCount",
        target_tracking_scaling_policy_configuration={
            "target_value": 70,
            "predefined_metric_specification": {"predefined_metric_type": "ECSServiceAverageCPUUtilization"},
        },
    )  # fmt: skip
    assert Token.is_unresolved(repository.repository_url)


def main(services: int, folder: str) -> None:
    app = App(outdir=folder)
    for index, domain in enumerate(DOMAINS):
        stack = TerraformStack(app, f"services-{domain}")
        AwsProvider(stack, "aws", region="ap-northeast-1")
        cluster = EcsCluster(stack, "cluster", name=f"technova-prod-{domain}")
        for number in range(index, services, len(DOMAINS)):
            service(stack, cluster, number)
    app.synth()


main(int(sys.argv[1]), sys.argv[2])
