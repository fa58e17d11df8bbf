"""What ECS uses roles for: to start tasks and to run them; and CodeDeploy, to deliver a service of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infragen.hcl.later import Known, marked
from infragen.permissions.model import Parts, Used
from infragen.permissions.objects import BUCKET, KEY, LOGS, ROLE, SECRET, TASKS, Object, Objects

_SERVICE: Final = "aws_ecs_service"
_TARGETS: Final = "aws_lb_target_group"
_ROLES: Final = ("task_role_arn", "execution_role_arn")
_IMAGE: Final = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)")


def uses_of_tasks(objects: Objects) -> Iterator[Used]:
    yield from _of_tasks(objects)
    yield from _of_services(objects)
    for role, target, source in objects.scheduled():
        for tasks in target.get("ecs_parameters") or ():
            parts = task_parts(objects, tasks.get("task_definition_arn"), target.get("arn"))
            if not parts:
                continue
            yield Used("schedule-task", role, {**parts, **source})
            if tasks.get("propagate_tags") or tasks.get("enable_ecs_managed_tags"):
                yield Used("schedule-task-tags", role, source)
    yield from _of_deliveries(objects)


def unread_tasks(objects: Objects) -> Iterator[str]:
    for one in objects.of_type(TASKS):
        if one.containers() is None:
            yield one.address


def _of_tasks(objects: Objects) -> Iterator[Used]:
    for tasks in objects.of_type(TASKS):
        task, start = objects.role_of(tasks, "task_role_arn"), objects.role_of(tasks, "execution_role_arn")
        if task:
            yield Used("task", task, {})
            for container in tasks.containers() or ():
                yield from _of_router(objects, container, task)
            for _, value in tasks.environment():
                if found := objects.arns_of(value, "aws_acm_certificate"):
                    yield Used("certificate", task, {"certificate": found})
        if start:
            for container in tasks.containers() or ():
                yield from _of_container(objects, container, start)


def _of_router(objects: Objects, container: Mapping[str, Any], role: str) -> Iterator[Used]:
    if not container.get("firelensConfiguration"):
        return
    for one in container.get("environment") or ():
        found = _OUTPUT.findall(str(one.get("value")))
        said = {name: dict(_SETTING.findall(_TRAILING.sub("", part))) for name, part in found}
        sent, logged = said.get("s3", {}), said.get("cloudwatch_logs", {})
        bucket = objects.meant(sent.get("bucket"), BUCKET)
        if bucket is not None:
            prefix = sent.get("s3_key_format", "/").lstrip("/").partition("%")[0].rpartition("/")[0]
            keys = [key.arn for key in objects.bucket_keys_of(bucket)]
            parts = {"bucket": [bucket.arn], "prefix": [f"{prefix}/" if prefix else ""], "key": keys}
            yield Used("log-router", role, parts)
        if group := logged.get("log_group_name"):
            yield Used("log-router-group", role, {"group": [log_group(objects, group, role)]})


_OUTPUT: Final = re.compile(r"\[OUTPUT\]\s+Name\s+(\S+)\n((?:[ \t]+\S.*\n?)*)")
_SETTING: Final = re.compile(r"^[ \t]+(\S+)[ \t]+(\S.*)$", re.MULTILINE)
"""Of a configuration of Fluent Bit's: an output with its settings (Fluent Bit: Official Manual, Configuration File)."""
_TRAILING: Final = re.compile(r"(?<![ \t])[ \t]+$", re.MULTILINE)


def _of_container(objects: Objects, container: Mapping[str, Any], role: str) -> Iterator[Used]:
    repository = _repository(objects, container.get("image") or "")
    if repository:
        yield Used("image", role, {"repository": [repository]})
    yield from _log(objects, container.get("logConfiguration"), role)
    secrets = [one.get("valueFrom") for one in container.get("secrets") or ()]
    secrets.append((container.get("repositoryCredentials") or {}).get("credentialsParameter"))
    secrets += [one.get("valueFrom") for one in (container.get("logConfiguration") or {}).get("secretOptions") or ()]
    for value in secrets:
        if value:
            found = _first_in(objects, objects.canonical(value), SECRET)
            if found is not None:
                for secret in objects.secrets_in_turn(found):
                    yield Used("start-secret", role, objects.secret_parts(secret))
            elif spelled := Objects.spelled_secret(value):
                yield Used("start-secret", role, spelled)
            else:
                yield Used("start-parameter", role, {"parameter": [objects.canonical(value)], "key": []})


def _repository(objects: Objects, image: str) -> str:
    found = _first_in(objects, image, "aws_ecr_repository")
    if found is not None:
        return found.arn
    spelled = _IMAGE.match(image)
    return objects.canonical(f"arn:aws:ecr:{spelled[2]}:{spelled[1]}:repository/{spelled[3]}") if spelled else ""


def _first_in(objects: Objects, text: str, kind: str) -> Object | None:
    known = next((one for one in marked(text) if isinstance(one, Known)), None)
    found = objects.at(known.address) if known else None
    return found if found is not None and found.type == kind else None


def _log(objects: Objects, configuration: Mapping[str, Any] | None, role: str) -> Iterator[Used]:
    one = configuration or {}
    options = one.get("options") or {}
    if (one.get("logDriver") or one.get("log_driver")) == "awslogs" and options.get("awslogs-group"):
        group = log_group(objects, options["awslogs-group"], role)
        yield Used("awslogs", role, {"group": [group]})
        if str(options.get("awslogs-create-group")).lower() == "true":
            yield Used("awslogs-create-group", role, {"group": [group]})


def log_group(objects: Objects, name: str, role: str) -> str:
    found = objects.meant(name, LOGS)
    region, account = objects.region_of(role), objects.setting.account
    return found.arn if found else objects.canonical(f"arn:aws:logs:{region}:{account}:log-group:{name}")


def _of_services(objects: Objects) -> Iterator[Used]:
    for service in objects.of_type(_SERVICE):
        tasks = objects.meant_by(service, "task_definition", TASKS)
        role, start = objects.role_of(tasks, "task_role_arn"), objects.role_of(tasks, "execution_role_arn")
        if role and service.value("enable_execute_command") is True:
            yield from _of_shell(objects, service, role)
        for block in service.blocks("service_connect_configuration"):
            for log in block.get("log_configuration") or () if start else ():
                yield from _log(objects, log, start)
        for tls in service.blocks("service_connect_configuration", "service", "tls"):
            issuer = objects.meant(tls.get("role_arn"), ROLE)
            if issuer is not None:
                yield Used("mesh-tls", issuer.address, {"key": objects.arns_of(tls.get("kms_key"), KEY)})


def _of_shell(objects: Objects, service: Object, role: str) -> Iterator[Used]:
    cluster = objects.meant_by(service, "cluster", "aws_ecs_cluster")
    found = cluster.blocks("configuration", "execute_command_configuration") if cluster else []
    yield Used("exec", role, {"key": objects.arns_of([one.get("kms_key_id") for one in found], KEY)})
    for one in found:
        for log in one.get("log_configuration") or ():
            if log.get("cloud_watch_log_group_name"):
                yield Used("exec-log", role, {"group": [log_group(objects, log["cloud_watch_log_group_name"], role)]})
            if bucket := objects.arns_of(log.get("s3_bucket_name"), BUCKET):
                yield Used("exec-bucket", role, {"bucket": bucket})


def task_parts(objects: Objects, named: object, cluster: object) -> Parts:
    definition = objects.meant(named, TASKS)
    if definition is None:
        return {}
    return {
        "family": [definition.arn],
        "cluster": [objects.canonical(str(cluster))],
        "role": objects.arns_of([definition.value(name) for name in _ROLES], ROLE),
    }


def _of_deliveries(objects: Objects) -> Iterator[Used]:
    for group in objects.of_type("aws_codedeploy_deployment_group"):
        role = objects.role_of(group, "service_role_arn")
        for named in group.blocks("ecs_service") if role else ():
            service = next(
                (one for one in objects.of_type(_SERVICE) if one.text("name") == named["service_name"]), None
            )
            tasks = objects.meant_by(service, "task_definition", TASKS) if service is not None else None
            roles = [tasks.value(name) for name in reversed(_ROLES)] if tasks is not None else []
            listeners = [arn for one in _pairs(group, "prod_traffic_route") for arn in one.get("listener_arns") or ()]
            where = f"{named['cluster_name']}/{named['service_name']}"
            arn = f"arn:aws:ecs:{group.region}:{objects.setting.account}"
            names = {one.get("name") for one in _pairs(group, "target_group")}
            targets = {one.address for one in objects.of_type(_TARGETS) if one.text("name") in names}
            parts = {
                "service": [objects.canonical(f"{arn}:service/{where}")],
                "task_sets": [objects.canonical(f"{arn}:task-set/{where}")],
                "role": objects.arns_of(roles, ROLE),
                "listener": objects.arns_of(listeners, "aws_lb_listener"),
                "rule": [
                    rule.arn
                    for rule in objects.of_type("aws_lb_listener_rule")
                    for action in rule.blocks("action")
                    if (led := objects.meant(action.get("target_group_arn"), _TARGETS)) is not None
                    and led.address in targets
                ],
            }
            yield Used("delivery", role, parts)


def _pairs(group: Object, name: str) -> list[Mapping[str, Any]]:
    return group.blocks("load_balancer_info", "target_group_pair_info", name)
