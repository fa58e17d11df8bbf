"""What runs containers in the emulated AWS: clusters, services, images, scaling and discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.codedeploy.models import codedeploy_backends
from moto.ecr.models import ecr_backends
from moto.ecs.models import ecs_backends
from moto.scheduler.models import scheduler_backends
from moto.servicediscovery.models import servicediscovery_backends
from moto.stepfunctions.models import stepfunctions_backends

from infragen_sandbox.corrections.codedeploy_groups import configs
from infragen_sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMESPACES = {
    "DNS_PRIVATE": "aws_service_discovery_private_dns_namespace",
    "DNS_PUBLIC": "aws_service_discovery_public_dns_namespace",
    "HTTP": "aws_service_discovery_http_namespace",
}


def services(account: str, region: str) -> Iterator[Found]:
    """Yield clusters, services and the revisions of task definitions that are active."""
    backend: Any = ecs_backends[account][region]
    for cluster in backend.clusters.values():
        if cluster.status != "ACTIVE":
            continue
        yield Found("ecs", "aws_ecs_cluster", cluster.arn, cluster.arn, tags_of(cluster.tags))
        if cluster.capacity_providers:
            yield Found("ecs", "aws_ecs_cluster_capacity_providers", cluster.name)
    for service in backend.services.values():
        if service.status == "ACTIVE":
            yield Found("ecs", "aws_ecs_service", service.arn, service.arn, tags_of(service.tags))
    for revisions in backend.task_definitions.values():
        for task in revisions.values():
            if task.status == "ACTIVE":
                yield Found("ecs", "aws_ecs_task_definition", task.family, task.arn, tags_of(task.tags))


def deliveries(account: str, region: str) -> Iterator[Found]:
    """Yield CodeDeploy's applications, deployment groups and own deployment configurations."""
    backend: Any = codedeploy_backends[account][region]
    for name in backend.applications:
        arn = backend._application_arn(name)  # noqa: SLF001
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(arn))
        yield Found("codedeploy", "aws_codedeploy_app", name, arn, tags)
        for group in backend.deployment_groups.get(name, {}):
            arn = backend._deployment_group_arn(name, group)  # noqa: SLF001
            tags = tags_of(backend.tagger.get_tag_dict_for_resource(arn))
            yield Found("codedeploy", "aws_codedeploy_deployment_group", f"{name}/{group}", arn, tags)
    for name in configs(backend):
        yield Found("codedeploy", "aws_codedeploy_deployment_config", name)


def images(account: str, region: str) -> Iterator[Found]:
    """Yield image repositories, their lifecycle policies, and what of all of them is copied to other regions."""
    backend: Any = ecr_backends[account][region]
    if backend.replication_config["rules"]:
        yield Found("ecr", "aws_ecr_replication_configuration", account)
    for repository in backend.repositories.values():
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(repository.arn))
        yield Found("ecr", "aws_ecr_repository", repository.name, repository.arn, tags)
        if repository.lifecycle_policy:
            # With the ARN of what it is of: a copy in another region has the same name.
            yield Found("ecr", "aws_ecr_lifecycle_policy", repository.name, repository.arn)


def scaling(account: str, region: str) -> Iterator[Found]:
    """Yield scalable targets, their policies and scheduled actions."""
    backend: Any = applicationautoscaling_backends[account][region]
    for targets in backend.targets.values():
        for target in targets.values():
            tags = tags_of(getattr(target, "infragen_tags", None))
            yield Found("autoscaling", "aws_appautoscaling_target", target.resource_id, target.arn, tags)
    for policy in backend.policies.values():
        yield Found("autoscaling", "aws_appautoscaling_policy", policy.policy_name, policy.policy_arn)
    for action in backend.scheduled_actions:
        name = f"{action.scheduled_action_name}-{action.service_namespace}-{action.resource_id}"
        yield Found("autoscaling", "aws_appautoscaling_scheduled_action", name, action.arn)


def schedules(account: str, region: str) -> Iterator[Found]:
    """Yield EventBridge Scheduler's groups, but for the one that each account has, and their schedules."""
    backend: Any = scheduler_backends[account][region]
    for group in backend.schedule_groups.values():
        if group.name != "default":
            tags = tags_of(backend.tagger.get_tag_dict_for_resource(group.arn))
            yield Found("scheduler", "aws_scheduler_schedule_group", group.name, group.arn, tags)
        for schedule in group.schedules.values():
            yield Found("scheduler", "aws_scheduler_schedule", f"{group.name}/{schedule.name}", schedule.arn)


def workflows(account: str, region: str) -> Iterator[Found]:
    """Yield state machines of Step Functions."""
    backend: Any = stepfunctions_backends[account][region]
    for machine in backend.state_machines:
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(machine.arn))
        yield Found("stepfunctions", "aws_sfn_state_machine", machine.arn, machine.arn, tags)


def discovery(account: str, region: str) -> Iterator[Found]:
    """Yield Cloud Map's namespaces and services."""
    backend: Any = servicediscovery_backends[account][region]
    for namespace in backend.namespaces.values():
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(namespace.arn))
        yield Found("servicediscovery", _NAMESPACES[namespace.type], namespace.id, namespace.arn, tags)
    for service in backend.services.values():
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(service.arn))
        yield Found("servicediscovery", "aws_service_discovery_service", service.id, service.arn, tags)
        for instance in service.instances:
            yield Found("servicediscovery", "aws_service_discovery_instance", f"{service.id}|{instance.instance_id}")
