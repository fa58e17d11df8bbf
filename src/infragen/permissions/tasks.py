"""What tasks of ECS use their two roles for: to be started, and to run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from infragen.hcl.later import Known, marked
from infragen.permissions.subjects import KEY, ROLE
from infragen.permissions.used import (
    SCHEDULES,
    TASKS,
    Used,
    containers_of,
    environment_of,
    key_of,
    role_of,
    scheduled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.permissions.objects import Object, Objects

_SERVICE: Final = "aws_ecs_service"
_ROLES: Final = ("task_role_arn", "execution_role_arn")
_CLUSTER: Final = "aws_ecs_cluster"
_GROUP: Final = "aws_cloudwatch_log_group"
_SECRET: Final = "aws_secretsmanager_secret"  # noqa: S105 - a type
_REPOSITORY: Final = "aws_ecr_repository"
_CERTIFICATE: Final = "aws_acm_certificate"
_BUCKET: Final = "aws_s3_bucket"
TYPES: Final = (TASKS, *SCHEDULES, _SERVICE, _CLUSTER, _GROUP, _SECRET, _REPOSITORY, _CERTIFICATE, _BUCKET)

_IMAGE: Final = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)")
_SECRET_ARN: Final = re.compile(r"arn:aws[\w-]*:secretsmanager:[^:]+:\d+:secret:[^:]+")


def uses_of_tasks(objects: Objects) -> Iterator[Used]:
    """Yield what starting and running tasks needs of their roles."""
    yield from _of_tasks(objects)
    yield from _of_services(objects)
    yield from _of_schedules(objects)


def unread_tasks(objects: Objects) -> Iterator[str]:
    """Yield the task definitions whose containers could not be read."""
    for one in objects.of_type(TASKS):
        if containers_of(one) is None:
            yield one.address


def _of_tasks(objects: Objects) -> Iterator[Used]:
    for tasks in objects.of_type(TASKS):
        task, start = role_of(objects, tasks, "task_role_arn"), role_of(objects, tasks, "execution_role_arn")
        containers = containers_of(tasks) or ()
        if task is not None:
            yield Used("task", task, {})
            for _, value in environment_of(tasks):
                found = objects.meant(value, _CERTIFICATE)
                if found is not None:
                    yield Used("certificate", task, {"certificate": [found.arn]})
        if start is not None:
            for container in containers:
                yield from _of_container(objects, container, start)


def _of_container(objects: Objects, container: Mapping[str, Any], role: str) -> Iterator[Used]:
    """Yield what starting a container needs: its image, its log, the secrets in its environment."""
    repository = _repository(objects, container.get("image") or "")
    if repository:
        yield Used("image", role, {"repository": [repository]})
    yield from _log(objects, container.get("logConfiguration"), role)
    secrets = [one.get("valueFrom") for one in container.get("secrets") or ()]
    secrets.append((container.get("repositoryCredentials") or {}).get("credentialsParameter"))
    secrets += [one.get("valueFrom") for one in (container.get("logConfiguration") or {}).get("secretOptions") or ()]
    for value in secrets:
        if value:
            yield _start_value(objects, value, role)


def _start_value(objects: Objects, value: str, role: str) -> Used:
    known = next((one for one in marked(objects.canonical(value)) if isinstance(one, Known)), None)
    found = objects.at(known.address) if known else None
    if found is not None and found.type == _SECRET:
        return Used("start-secret", role, {"secret": [found.arn], "key": key_of(objects, found, "kms_key_id")})
    spelled = _SECRET_ARN.match(value)
    if spelled:
        return Used("start-secret", role, {"secret": [spelled[0]], "key": []})
    return Used("start-parameter", role, {"parameter": [objects.canonical(value)], "key": []})


def _repository(objects: Objects, image: str) -> str:
    known = next((one for one in marked(image) if isinstance(one, Known)), None)
    found = objects.at(known.address) if known else None
    if found is not None and found.type == _REPOSITORY:
        return found.arn
    spelled = _IMAGE.match(image)
    return objects.canonical(f"arn:aws:ecr:{spelled[2]}:{spelled[1]}:repository/{spelled[3]}") if spelled else ""


def _log(objects: Objects, configuration: Mapping[str, Any] | None, role: str) -> Iterator[Used]:
    one = configuration or {}
    options = one.get("options") or {}
    if (one.get("logDriver") or one.get("log_driver")) == "awslogs" and options.get("awslogs-group"):
        group = _group(objects, options["awslogs-group"], role)
        yield Used("awslogs", role, {"group": [group]})
        if str(options.get("awslogs-create-group")).lower() == "true":
            yield Used("awslogs-create-group", role, {"group": [group]})


def _group(objects: Objects, name: str, role: str) -> str:
    """Return the ARN of a log group that is called by its name, in the region of who writes to it."""
    found = objects.meant(name, _GROUP)
    region, account = objects.region_of(role), objects.setting.account
    return found.arn if found else objects.canonical(f"arn:aws:logs:{region}:{account}:log-group:{name}")


def _of_services(objects: Objects) -> Iterator[Used]:
    for service in objects.of_type(_SERVICE):
        tasks = objects.meant_by(service, "task_definition", TASKS)
        if tasks is not None and service.value("enable_execute_command") is True:
            role = role_of(objects, tasks, "task_role_arn")
            if role is not None:
                yield from _of_shell(objects, service, role)
        for block in service.blocks("service_connect_configuration"):
            start = role_of(objects, tasks, "execution_role_arn") if tasks else None
            for log in block.get("log_configuration") or ():
                if start is not None:
                    yield from _log(objects, log, start)
        for tls in service.blocks("service_connect_configuration", "service", "tls"):
            issuer = objects.meant(tls.get("role_arn"), ROLE)
            if issuer is not None:
                key = objects.meant(tls.get("kms_key"), KEY)
                yield Used("mesh-tls", issuer.address, {"key": [key.arn] if key else []})


def _of_shell(objects: Objects, service: Object, role: str) -> Iterator[Used]:
    cluster = objects.meant_by(service, "cluster", _CLUSTER)
    found = cluster.blocks("configuration", "execute_command_configuration") if cluster else []
    keys = [key.arn for one in found if (key := objects.meant(one.get("kms_key_id"), KEY))]
    yield Used("exec", role, {"key": keys})
    for one in found:
        for log in one.get("log_configuration") or ():
            if log.get("cloud_watch_log_group_name"):
                yield Used("exec-log", role, {"group": [_group(objects, log["cloud_watch_log_group_name"], role)]})
            bucket = objects.meant(log.get("s3_bucket_name"), _BUCKET)
            if bucket is not None:
                yield Used("exec-bucket", role, {"bucket": [bucket.arn]})


def _of_schedules(objects: Objects) -> Iterator[Used]:
    """Yield what starting tasks by the clock needs of the schedule's role."""
    for role, target, source in scheduled(objects):
        for tasks in target.get("ecs_parameters") or ():
            definition = objects.meant(tasks.get("task_definition_arn"), TASKS)
            if definition is None:
                continue
            passed = (objects.meant(definition.value(name), ROLE) for name in _ROLES)
            parts = {
                "family": [definition.arn],
                "cluster": [objects.canonical(str(target.get("arn")))],
                "role": [one.arn for one in passed if one is not None],
                **source,
            }
            yield Used("schedule-task", role, parts)
            if tasks.get("propagate_tags") or tasks.get("enable_ecs_managed_tags"):
                yield Used("schedule-task-tags", role, source)
