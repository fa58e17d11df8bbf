"""A deployment of an ECS service starts new tasks, moves the requests to them, and can be stopped and brought back.

AWS: a blue/green deployment of ECS makes a task set of the AppSpec's task definition in the target group that has no
requests, then the listener's rules lead there; `instanceTerminationWaitTimeStarted` is true from then on, and the
deployment ends when the old tasks go. A group takes one deployment at a time. One stops before anything moves while an
alarm of its group is on, or of its own where it has some (CodeDeploy API Reference, CreateDeployment, GetDeployment,
StopDeployment, ContinueDeployment, ErrorInformation; CodeDeploy User Guide, Deployments on an Amazon ECS compute
platform). In moto a deployment stays Created for ever. Here all requests move at once, and an AppSpec is JSON.
"""

from __future__ import annotations

import json
import secrets
import string
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy import responses
from moto.codedeploy.exceptions import CodeDeployException
from moto.codedeploy.models import CodeDeployBackend
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import ecs_backends
from moto.elbv2.models import FakeAction, elbv2_backends

from infragen_sandbox.corrections.ecs_task_sets import count, new_task_set
from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_OPEN: Final = ("Created", "Queued", "InProgress", "Ready")
_CHARACTERS: Final = string.ascii_uppercase + string.digits
_ALARM_ACTIVE: Final = {
    "code": "ALARM_ACTIVE",
    "message": "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and"
    " the affected deployments have been stopped.",
}


class _Move:
    """The service of a deployment, its tasks before and after, and the rules that lead to them."""

    def __init__(self, backend: Any, group: Any) -> None:
        [named] = group.ecs_services
        [pair] = group.load_balancer_info["targetGroupPairInfoList"]
        ecs: Any = ecs_backends[backend.account_id][backend.region_name]
        elb: Any = elbv2_backends[backend.account_id][backend.region_name]
        self.tasks: Any = ecs.describe_task_definition
        self.service: Any = ecs._get_service(named["clusterName"], named["serviceName"])  # noqa: SLF001
        self.old: Any = next(one for one in self.service.task_sets if one.status == "PRIMARY")
        self.new: Any = None
        names = [one["name"] for one in pair["targetGroups"]]
        self._groups = [one for one in elb.target_groups.values() if one.name in names]
        heard = pair["prodTrafficRoute"]["listenerArns"]
        every = [one for balancer in elb.load_balancers.values() for one in balancer.listeners.values()]
        self._listeners = [one for one in every if one.arn in heard]

    def begin(self, wanted: dict[str, Any], deployment_id: str) -> None:
        """Start the new tasks, and send the requests to them."""
        first = self.old.load_balancers[0]
        other = next(one.arn for one in self._groups if one.arn != first["targetGroupArn"])
        task = self.tasks(wanted["TaskDefinition"])
        self.new = new_task_set(self.service, task.arn, [{**first, "targetGroupArn": other}], "ACTIVE")
        self.new.external_id = deployment_id
        vpc = wanted.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
        if vpc:
            plain = {f"{name[0].lower()}{name[1:]}": value for name, value in vpc.items()}
            self.service.network_configuration = {"awsvpcConfiguration": plain}
        self.lead_to(self.new)

    def lead_to(self, chosen: Any) -> None:
        """Have the rules lead to the target group of a task set, which is the primary one from then on."""
        mine, arn = {one.arn for one in self._groups}, chosen.load_balancers[0]["targetGroupArn"]
        for listener in self._listeners:
            for rule in listener.rules.values():
                is_about_it = any(one.data.get("TargetGroupArn") in mine for one in rule.actions)
                if is_about_it:
                    rule.actions = [FakeAction({"Type": "forward", "TargetGroupArn": arn})]
            for group in self._groups:
                if listener.load_balancer_arn in group.load_balancer_arns:
                    group.load_balancer_arns.remove(listener.load_balancer_arn)
                if group.arn == arn:
                    group.load_balancer_arns.append(listener.load_balancer_arn)
        for one in self.service.task_sets:
            one.status = "PRIMARY" if one is chosen else "ACTIVE"
        self.service.task_definition, self.service.load_balancers = chosen.task_definition, chosen.load_balancers

    def drop(self, gone: Any) -> None:
        """Stop the tasks of a task set."""
        self.service.task_sets = [one for one in self.service.task_sets if one is not gone]
        count(self.service)


def _create(original: Callable[..., str], backend: Any, *args: Any, **kwargs: Any) -> str:
    group = backend.get_deployment_group(kwargs["application_name"], kwargs["deployment_group_name"])
    for one in backend.deployments.values():
        if one.deployment_group is group and _by_now(one).status in _OPEN:
            name = group.deployment_group_name
            message = f"The Deployment Group '{name}' already has an active Deployment '{one.deployment_id}'"
            raise CodeDeployException("DeploymentLimitExceededException", message)
    if group.application.compute_platform != "ECS":
        return original(backend, *args, **kwargs)
    wanted = _properties(kwargs["revision"])
    deployment = backend.deployments.pop(original(backend, *args, **kwargs))
    deployment.deployment_id = "d-" + "".join(secrets.choice(_CHARACTERS) for _ in range(9))
    deployment.start_time = utcnow()
    backend.deployments[deployment.deployment_id] = deployment
    move = _Move(backend, group)
    if _has_alarm(backend, kwargs.get("override_alarm_configuration") or group.alarm_configuration or {}):
        deployment.infragen_error = _ALARM_ACTIVE
        deployment.status, deployment.complete_time = "Stopped", utcnow()
    elif _is_there(move, wanted):
        move.begin(wanted, deployment.deployment_id)
        deployment.infragen_move = move
        deployment.status, deployment.instance_termination_wait_time_started = "InProgress", True
    else:
        why = "the task definition, or a container of it, is not there"
        message = f"The ECS service cannot be updated due to an unexpected error: {why}."
        deployment.infragen_error = {"code": "ECS_UPDATE_ERROR", "message": message}
        deployment.status, deployment.complete_time = "Failed", utcnow()
    return str(deployment.deployment_id)


def _properties(revision: dict[str, Any]) -> dict[str, Any]:
    content = (revision.get("appSpecContent") or revision.get("string") or {}).get("content") or "{}"
    try:
        found: dict[str, Any] = json.loads(content)["Resources"][0]["TargetService"]["Properties"]
        _ = found["TaskDefinition"], found["LoadBalancerInfo"]["ContainerName"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise CodeDeployException("InvalidRevisionException", "The AppSpec content is not valid.") from None
    return found


def _has_alarm(backend: Any, configuration: dict[str, Any]) -> bool:
    known: Any = cloudwatch_backends[backend.account_id][backend.region_name].alarms
    named = [one["name"] for one in configuration.get("alarms") or ()]
    return bool(configuration.get("enabled")) and any(
        known[name].state_value == "ALARM" for name in named if name in known
    )


def _is_there(move: _Move, wanted: dict[str, Any]) -> bool:
    try:
        containers = move.tasks(wanted["TaskDefinition"]).container_definitions
    except Exception:  # noqa: BLE001  whatever moto raises for what is not there
        return False
    return wanted["LoadBalancerInfo"]["ContainerName"] in [one["name"] for one in containers]


def _by_now(deployment: Any) -> Any:
    """Return a deployment as it is by now: the old tasks go when their time is over."""
    move: _Move | None = getattr(deployment, "infragen_move", None)
    if move is not None and deployment.status == "InProgress":
        options = deployment.deployment_group.blue_green_deployment_configuration
        option = options.get("terminateBlueInstancesOnDeploymentSuccess", {})
        end = deployment.start_time + timedelta(minutes=option.get("terminationWaitTimeInMinutes") or 0)
        if utcnow() >= end or getattr(deployment, "infragen_is_continued", False):
            deployment.status, deployment.complete_time = "Succeeded", utcnow()
            move.drop(move.old)
    return deployment


def _get(original: Callable[..., Any], backend: Any, deployment_id: str) -> Any:
    return _by_now(original(backend, deployment_id))


def _list(original: Callable[..., list[str]], backend: Any, *args: Any, **kwargs: Any) -> list[str]:
    for one in backend.deployments.values():
        _by_now(one)
    return original(backend, *args, **kwargs)


def _open(response: Any) -> Any:
    deployment = response.codedeploy_backend.get_deployment(parameter(response, "deploymentId"))
    if deployment.status not in _OPEN:
        message = f"The deployment {deployment.deployment_id} is already complete."
        raise CodeDeployException("DeploymentAlreadyCompletedException", message)
    return deployment


def _stop(response: Any) -> ActionResult:
    deployment = _open(response)
    if parameter(response, "autoRollbackEnabled"):
        move: _Move = deployment.infragen_move
        move.lead_to(move.old)
        move.drop(move.new)
    deployment.status, deployment.complete_time = "Stopped", utcnow()
    return ActionResult({"status": "Succeeded", "statusMessage": ""})


def _continue(response: Any) -> ActionResult:
    deployment = _open(response)
    deployment.infragen_is_continued = parameter(response, "deploymentWaitType") == "TERMINATION_WAIT"
    return ActionResult({})


def _with_error(original: Callable[[Any], dict[str, Any]], deployment: Any) -> dict[str, Any]:
    error = getattr(deployment, "infragen_error", None)
    return {**original(deployment), **({"errorInformation": error} if error else {})}


def apply() -> None:
    """Install the correction."""
    around(CodeDeployBackend, "create_deployment", _create)
    around(CodeDeployBackend, "get_deployment", _get)
    around(CodeDeployBackend, "list_deployments", _list)
    around(responses, "_deployment_info", _with_error)
    add(CodeDeployResponse, "stop_deployment", _stop)
    add(CodeDeployResponse, "continue_deployment", _continue)
