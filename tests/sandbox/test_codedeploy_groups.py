from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.deliveries import NAMES, make_delivered_service, make_group, refused

if TYPE_CHECKING:
    from collections.abc import Callable

LINEAR = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 10, "linearInterval": 1}}


def test_a_group_is_changed_and_knows_its_alarms(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    codedeploy = aws("codedeploy")
    make_group(codedeploy, make_delivered_service(aws, vpc)["listener"])
    alarms = codedeploy.get_deployment_group(**NAMES)["deploymentGroupInfo"]["alarmConfiguration"]
    assert alarms == {"enabled": True, "alarms": [{"name": "errors"}]}

    codedeploy.update_deployment_group(
        applicationName="web", currentDeploymentGroupName="web", alarmConfiguration={"enabled": False, "alarms": []}
    )

    found = codedeploy.get_deployment_group(**NAMES)["deploymentGroupInfo"]
    assert found["alarmConfiguration"] == {"enabled": False, "alarms": []}
    assert found["ecsServices"] == [{"clusterName": "c", "serviceName": "web"}]


def test_a_configuration_is_there_until_it_is_deleted_and_not_while_a_group_has_it(aws: Callable[[str], Any]) -> None:
    codedeploy = aws("codedeploy")
    config = {"deploymentConfigName": "steps"}
    codedeploy.create_deployment_config(**config, computePlatform="ECS", trafficRoutingConfig=LINEAR)
    found = codedeploy.get_deployment_config(**config)["deploymentConfigInfo"]
    assert (found["computePlatform"], found["trafficRoutingConfig"]) == ("ECS", LINEAR)
    assert refused(codedeploy.create_deployment_config, **config)[0] == "DeploymentConfigAlreadyExistsException"

    codedeploy.create_application(applicationName="web", computePlatform="ECS")
    role = "arn:aws:iam::123456789012:role/deliver"
    codedeploy.create_deployment_group(**NAMES, serviceRoleArn=role, **config)
    assert refused(codedeploy.delete_deployment_config, **config)[0] == "DeploymentConfigInUseException"

    codedeploy.delete_deployment_group(**NAMES)
    codedeploy.delete_deployment_config(**config)
    assert refused(codedeploy.get_deployment_config, **config)[0] == "DeploymentConfigDoesNotExistException"


def test_an_application_goes_with_its_groups(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    codedeploy = aws("codedeploy")
    make_group(codedeploy, make_delivered_service(aws, vpc)["listener"])

    codedeploy.delete_application(applicationName="web")

    assert codedeploy.list_applications()["applications"] == []
    assert refused(codedeploy.get_deployment_group, **NAMES)[0] == "ApplicationDoesNotExistException"
