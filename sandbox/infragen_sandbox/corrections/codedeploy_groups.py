"""Applications and deployment groups are changed and deleted, deployment configurations are made and deleted.

AWS: UpdateApplication, DeleteApplication, UpdateDeploymentGroup, DeleteDeploymentGroup, CreateDeploymentConfig,
GetDeploymentConfig, DeleteDeploymentConfig; an application takes its deployment groups along, a configuration that a
group has is in use, and a group answers with its alarms (CodeDeploy API Reference). moto has none of these operations.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.codedeploy import responses
from moto.codedeploy.exceptions import ApplicationAlreadyExistsException, CodeDeployException
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_GROUP: Final = {
    "deploymentConfigName": "deployment_config_name",
    "serviceRoleArn": "service_role_arn",
    "triggerConfigurations": "trigger_configurations",
    "alarmConfiguration": "alarm_configuration",
    "autoRollbackConfiguration": "auto_rollback_configuration",
    "deploymentStyle": "deployment_style",
    "blueGreenDeploymentConfiguration": "blue_green_deployment_configuration",
    "loadBalancerInfo": "load_balancer_info",
    "ecsServices": "ecs_services",
}


def configs(backend: Any) -> dict[str, dict[str, Any]]:
    """Return the deployment configurations of an account in a region that are its own, by name."""
    found: dict[str, dict[str, Any]] = vars(backend).setdefault("infragen_configs", {})
    return found


def _refused(code: str, message: str) -> CodeDeployException:
    return CodeDeployException(code, message)


def _update_application(response: Any) -> EmptyResult:
    backend, name = response.codedeploy_backend, parameter(response, "applicationName")
    new = parameter(response, "newApplicationName") or name
    application = backend.get_application(name)
    if new != name:
        if new in backend.applications:
            raise ApplicationAlreadyExistsException(f"The application {new} already exists.")
        application.application_name = new
        backend.applications[new] = backend.applications.pop(name)
        backend.deployment_groups[new] = backend.deployment_groups.pop(name, {})
    return EmptyResult()


def _delete_application(response: Any) -> EmptyResult:
    backend, name = response.codedeploy_backend, parameter(response, "applicationName")
    backend.applications.pop(name, None)
    backend.deployment_groups.pop(name, None)
    return EmptyResult()


def _update_group(response: Any) -> ActionResult:
    backend, application = response.codedeploy_backend, parameter(response, "applicationName")
    name = parameter(response, "currentDeploymentGroupName")
    group = backend.get_deployment_group(application, name)
    for key, attribute in _GROUP.items():
        if (given := parameter(response, key)) is not None:
            setattr(group, attribute, given)
    new = parameter(response, "newDeploymentGroupName") or name
    group.deployment_group_name = new
    backend.deployment_groups[application][new] = backend.deployment_groups[application].pop(name)
    return ActionResult({"hooksNotCleanedUp": []})


def _delete_group(response: Any) -> ActionResult:
    backend, application = response.codedeploy_backend, parameter(response, "applicationName")
    backend.deployment_groups.get(application, {}).pop(parameter(response, "deploymentGroupName"), None)
    return ActionResult({"hooksNotCleanedUp": []})


def _create_config(response: Any) -> ActionResult:
    backend, name = response.codedeploy_backend, parameter(response, "deploymentConfigName")
    if name in configs(backend):
        message = f"The deployment configuration {name} already exists."
        raise _refused("DeploymentConfigAlreadyExistsException", message)
    made = {
        "deploymentConfigId": str(uuid.uuid4()),
        "deploymentConfigName": name,
        "computePlatform": parameter(response, "computePlatform") or "Server",
        "createTime": utcnow(),
    }
    for key in ("minimumHealthyHosts", "trafficRoutingConfig", "zonalConfig"):
        if (given := parameter(response, key)) is not None:
            made[key] = given
    configs(backend)[name] = made
    return ActionResult({"deploymentConfigId": made["deploymentConfigId"]})


def _get_config(response: Any) -> ActionResult:
    name = parameter(response, "deploymentConfigName")
    found = configs(response.codedeploy_backend).get(name)
    if found is None:
        message = f"No Deployment Configuration found for name: {name}"
        raise _refused("DeploymentConfigDoesNotExistException", message)
    return ActionResult({"deploymentConfigInfo": found})


def _delete_config(response: Any) -> EmptyResult:
    backend, name = response.codedeploy_backend, parameter(response, "deploymentConfigName")
    groups = (group for some in backend.deployment_groups.values() for group in some.values())
    if any(group.deployment_config_name == name for group in groups):
        raise _refused("DeploymentConfigInUseException", f"The deployment configuration {name} is in use.")
    configs(backend).pop(name, None)
    return EmptyResult()


def _with_alarms(original: Callable[[Any], dict[str, Any]], group: Any) -> dict[str, Any]:
    return {**original(group), "alarmConfiguration": group.alarm_configuration or {}}


def apply() -> None:
    """Install the correction."""
    around(responses, "_deployment_group_info", _with_alarms)
    for name, function in (
        ("update_application", _update_application),
        ("delete_application", _delete_application),
        ("update_deployment_group", _update_group),
        ("delete_deployment_group", _delete_group),
        ("create_deployment_config", _create_config),
        ("get_deployment_config", _get_config),
        ("delete_deployment_config", _delete_config),
    ):
        add(CodeDeployResponse, name, function)
