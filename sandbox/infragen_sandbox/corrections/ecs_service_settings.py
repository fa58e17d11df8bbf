"""A service keeps every setting it was created or updated with.

AWS: CreateService and UpdateService take, and Service returns, availabilityZoneRebalancing, capacityProviderStrategy,
deploymentConfiguration, enableECSManagedTags, enableExecuteCommand, healthCheckGracePeriodSeconds,
placementConstraints and placementStrategy; a deployment returns serviceConnectConfiguration (ECS API Reference,
CreateService, Service, Deployment). moto drops them; a lost capacity provider strategy is a replacement in every
plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ecs.responses import EC2ContainerServiceResponse

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

# Of the request and of the answer alike; the value is what AWS answers when the request does not say.
_SETTINGS: dict[str, tuple[str, Any]] = {
    "availabilityZoneRebalancing": ("availability_zone_rebalancing", "ENABLED"),
    "capacityProviderStrategy": ("capacity_provider_strategy", None),
    "deploymentConfiguration": ("deployment_configuration", {"maximumPercent": 200, "minimumHealthyPercent": 100}),
    "enableECSManagedTags": ("enable_ecs_managed_tags", False),
    "enableExecuteCommand": ("enable_execute_command", False),
    "healthCheckGracePeriodSeconds": ("health_check_grace_period_seconds", None),
    "placementConstraints": ("placement_constraints", None),
    "placementStrategy": ("placement_strategy", None),
}


def _in_deployments(service: Any, wanted: dict[str, Any]) -> None:
    shared = {key: wanted[key] for key in ("serviceConnectConfiguration", "volumeConfigurations") if wanted.get(key)}
    if service.capacity_provider_strategy:
        shared["capacityProviderStrategy"] = service.capacity_provider_strategy
        service.launch_type = None
    for deployment in service.deployments:
        deployment.update(shared)
        if service.capacity_provider_strategy:
            deployment.pop("launchType", None)


def _create(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    service = result.result["service"]
    for name, (attribute, default) in _SETTINGS.items():
        given = parameter(response, name)
        setattr(service, attribute, default if given is None else given)
    _in_deployments(service, response._get_params())  # noqa: SLF001
    return result


def _update(original: Callable[[Any], Any], response: Any) -> Any:
    wanted = response._get_params()  # noqa: SLF001
    result = original(response)
    service = result.result["service"]
    for name, (attribute, _) in _SETTINGS.items():
        if wanted.get(name) is not None:
            setattr(service, attribute, wanted[name])
    _in_deployments(service, wanted)
    return result


def apply() -> None:
    """Install the correction."""
    around(EC2ContainerServiceResponse, "create_service", _create)
    around(EC2ContainerServiceResponse, "update_service", _update)
