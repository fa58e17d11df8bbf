from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.deliveries import deliver, make_delivered_service, make_group, refused

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def arns(aws: Callable[[str], Any], vpc: dict[str, str]) -> dict[str, str]:
    found = make_delivered_service(aws, vpc)
    make_group(aws("codedeploy"), found["listener"])
    return found


def service(aws: Callable[[str], Any]) -> dict[str, Any]:
    [found] = aws("ecs").describe_services(cluster="c", services=["web"])["services"]
    return dict(found)


def led_to(aws: Callable[[str], Any], rule: str) -> str:
    [found] = aws("elbv2").describe_rules(RuleArns=[rule])["Rules"]
    [action] = found["Actions"]
    return str(action["TargetGroupArn"])


def test_requests_move_to_new_tasks_and_the_old_ones_stay_for_a_while(
    aws: Callable[[str], Any], arns: dict[str, str]
) -> None:
    made = deliver(aws("codedeploy"), "web:2")

    info = aws("codedeploy").get_deployment(deploymentId=made)["deploymentInfo"]
    assert (info["status"], info["instanceTerminationWaitTimeStarted"]) == ("InProgress", True)
    assert led_to(aws, arns["rule"]) == arns["green"]
    found = service(aws)
    assert found["taskDefinition"].endswith("web:2")
    states = {one["taskDefinition"].rpartition("/")[2]: one["status"] for one in found["taskSets"]}
    assert states == {"web:1": "ACTIVE", "web:2": "PRIMARY"}


def test_one_delivery_at_a_time_until_the_old_tasks_go(aws: Callable[[str], Any], arns: dict[str, str]) -> None:
    first = deliver(aws("codedeploy"), "web:2")
    code, message = refused(deliver, aws("codedeploy"), "web:1")
    assert (code, first in message) == ("DeploymentLimitExceededException", True)

    aws("codedeploy").continue_deployment(deploymentId=first, deploymentWaitType="TERMINATION_WAIT")

    assert aws("codedeploy").get_deployment(deploymentId=first)["deploymentInfo"]["status"] == "Succeeded"
    assert len(service(aws)["taskSets"]) == 1
    deliver(aws("codedeploy"), "web:1")
    assert led_to(aws, arns["rule"]) == arns["blue"], "the requests go to and fro between the two groups"


def test_a_delivery_that_is_stopped_brings_the_requests_back(aws: Callable[[str], Any], arns: dict[str, str]) -> None:
    made = deliver(aws("codedeploy"), "web:2")

    aws("codedeploy").stop_deployment(deploymentId=made, autoRollbackEnabled=True)

    assert aws("codedeploy").get_deployment(deploymentId=made)["deploymentInfo"]["status"] == "Stopped"
    assert led_to(aws, arns["rule"]) == arns["blue"]
    assert [one["status"] for one in service(aws)["taskSets"]] == ["PRIMARY"]
    assert service(aws)["taskDefinition"].endswith("web:1")
    assert refused(aws("codedeploy").stop_deployment, deploymentId=made)[0] == "DeploymentAlreadyCompletedException"


def test_a_revision_that_is_not_there_fails_and_moves_nothing(aws: Callable[[str], Any], arns: dict[str, str]) -> None:
    made = deliver(aws("codedeploy"), "web:7")

    info = aws("codedeploy").get_deployment(deploymentId=made)["deploymentInfo"]
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "ECS_UPDATE_ERROR")
    assert led_to(aws, arns["rule"]) == arns["blue"]


def alarm(aws: Callable[[str], Any], name: str, state: str) -> None:
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    aws("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")


def test_a_delivery_stops_before_anything_moves_while_an_alarm_of_its_group_is_on(
    aws: Callable[[str], Any], arns: dict[str, str]
) -> None:
    alarm(aws, "errors", "ALARM")
    made = deliver(aws("codedeploy"), "web:2")

    info = aws("codedeploy").get_deployment(deploymentId=made)["deploymentInfo"]
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert led_to(aws, arns["rule"]) == arns["blue"]


def test_alarms_of_a_delivery_take_the_place_of_its_group_s(aws: Callable[[str], Any], arns: dict[str, str]) -> None:
    alarm(aws, "errors", "ALARM")
    alarm(aws, "slow", "OK")

    made = deliver(aws("codedeploy"), "web:2", alarms={"enabled": True, "alarms": [{"name": "slow"}]})

    assert aws("codedeploy").get_deployment(deploymentId=made)["deploymentInfo"]["status"] == "InProgress"
    assert led_to(aws, arns["rule"]) == arns["green"]


def test_what_is_over_is_neither_ended_nor_brought_back(aws: Callable[[str], Any], arns: dict[str, str]) -> None:
    made = deliver(aws("codedeploy"), "web:2")
    end = {"deploymentId": made, "deploymentWaitType": "TERMINATION_WAIT"}
    aws("codedeploy").continue_deployment(**end)

    assert refused(aws("codedeploy").continue_deployment, **end)[0] == "DeploymentAlreadyCompletedException"
    assert led_to(aws, arns["rule"]) == arns["green"]
