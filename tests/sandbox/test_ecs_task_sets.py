from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.deliveries import make_delivered_service

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_service_that_codedeploy_delivers_has_its_tasks_in_a_task_set(
    aws: Callable[[str], Any], vpc: dict[str, str]
) -> None:
    groups = make_delivered_service(aws, vpc)

    [service] = aws("ecs").describe_services(cluster="c", services=["web"])["services"]

    assert service["deployments"] == []
    [tasks] = service["taskSets"]
    assert (tasks["status"], tasks["runningCount"], tasks["computedDesiredCount"]) == ("PRIMARY", 2, 2)
    assert tasks["taskDefinition"] == service["taskDefinition"]
    assert [one["targetGroupArn"] for one in tasks["loadBalancers"]] == [groups["blue"]]
    assert service["createdAt"]


def test_its_tasks_follow_its_number(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    make_delivered_service(aws, vpc)

    aws("ecs").update_service(cluster="c", service="web", desiredCount=5)

    [service] = aws("ecs").describe_services(cluster="c", services=["web"])["services"]
    assert [one["runningCount"] for one in service["taskSets"]] == [5]
