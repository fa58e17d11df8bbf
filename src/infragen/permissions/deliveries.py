"""What CodeDeploy uses the role of a deployment group for: to deliver a service of ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infragen.permissions.subjects import ROLE
from infragen.permissions.used import TASKS, Used, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.permissions.objects import Object, Objects

_GROUP: Final = "aws_codedeploy_deployment_group"
_SERVICE: Final = "aws_ecs_service"
_LISTENER: Final = "aws_lb_listener"
_RULE: Final = "aws_lb_listener_rule"
_TARGETS: Final = "aws_lb_target_group"
TYPES: Final = (_GROUP, _SERVICE, _LISTENER, _RULE, _TARGETS, TASKS)


def uses_of_deliveries(objects: Objects) -> Iterator[Used]:
    """Yield what delivering services needs of the role that a deployment group names."""
    for group in objects.of_type(_GROUP):
        role = role_of(objects, group, "service_role_arn")
        for named in group.blocks("ecs_service") if role is not None else ():
            service = next(
                (one for one in objects.of_type(_SERVICE) if one.text("name") == named["service_name"]), None
            )
            where = f"{named['cluster_name']}/{named['service_name']}"
            arn = f"arn:aws:ecs:{group.region}:{objects.setting.account}"
            parts = {
                "service": [objects.canonical(f"{arn}:service/{where}")],
                "task_sets": [objects.canonical(f"{arn}:task-set/{where}")],
                "role": _roles(objects, service),
                "listener": _listeners(objects, group),
                "rule": _rules(objects, group),
            }
            yield Used("delivery", str(role), parts)


def _roles(objects: Objects, service: Object | None) -> list[str]:
    tasks = objects.meant_by(service, "task_definition", TASKS) if service is not None else None
    names = ("execution_role_arn", "task_role_arn") if tasks is not None else ()
    found = (objects.meant(tasks.value(name), ROLE) for name in names if tasks is not None)
    return [one.arn for one in found if one is not None]


def _listeners(objects: Objects, group: Object) -> list[str]:
    named = (arn for one in _pairs(group, "prod_traffic_route") for arn in one.get("listener_arns") or ())
    found = (objects.meant(arn, _LISTENER) for arn in named)
    return [one.arn for one in found if one is not None]


def _rules(objects: Objects, group: Object) -> list[str]:
    """Return the rules that lead to one of the group's target groups."""
    names = {one.get("name") for one in _pairs(group, "target_group")}
    targets = {one.address for one in objects.of_type(_TARGETS) if one.text("name") in names}
    return [
        rule.arn
        for rule in objects.of_type(_RULE)
        for action in rule.blocks("action")
        if (led := objects.meant(action.get("target_group_arn"), _TARGETS)) is not None and led.address in targets
    ]


def _pairs(group: Object, name: str) -> list[Mapping[str, Any]]:
    return group.blocks("load_balancer_info", "target_group_pair_info", name)
