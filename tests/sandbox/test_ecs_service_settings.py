from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.ecs_services import describe_service, make_service

if TYPE_CHECKING:
    from collections.abc import Callable

SPOT = [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 3}]


def test_a_service_keeps_its_capacity_providers(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    service = make_service(aws("ecs"), vpc, capacityProviderStrategy=SPOT)

    assert [one["capacityProvider"] for one in service["capacityProviderStrategy"]] == ["FARGATE", "FARGATE_SPOT"]
    assert "launchType" not in service


def test_a_service_keeps_how_it_is_deployed(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    wanted = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}, "minimumHealthyPercent": 50}
    service = make_service(
        aws("ecs"),
        vpc,
        launchType="FARGATE",
        availabilityZoneRebalancing="DISABLED",
        deploymentConfiguration=wanted,
        enableExecuteCommand=True,
        enableECSManagedTags=True,
        healthCheckGracePeriodSeconds=60,
    )

    assert service["availabilityZoneRebalancing"] == "DISABLED"
    assert service["deploymentConfiguration"] == wanted
    assert service["enableExecuteCommand"] is True
    assert service["enableECSManagedTags"] is True
    assert service["healthCheckGracePeriodSeconds"] == 60


def test_settings_can_be_changed(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ecs = aws("ecs")
    assert make_service(ecs, vpc, launchType="FARGATE")["enableExecuteCommand"] is False

    ecs.update_service(cluster="manufacturing", service="planning", enableExecuteCommand=True)

    assert describe_service(ecs)["enableExecuteCommand"] is True


def test_a_deployment_shows_its_service_connect_configuration(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    mesh = {"enabled": True, "namespace": "mesh", "services": [{"portName": "https", "discoveryName": "planning"}]}
    service = make_service(aws("ecs"), vpc, launchType="FARGATE", serviceConnectConfiguration=mesh)

    assert service["deployments"][0]["serviceConnectConfiguration"]["namespace"] == "mesh"
