from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.ecs_services import describe_service, make_service

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_service_reaches_its_desired_count(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ecs = aws("ecs")
    service = make_service(ecs, vpc, launchType="FARGATE")

    assert (service["runningCount"], service["pendingCount"]) == (2, 0)
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"

    ecs.update_service(cluster="manufacturing", service="planning", desiredCount=5)
    assert describe_service(ecs)["runningCount"] == 5
    assert describe_service(ecs)["deployments"][0]["runningCount"] == 5


def test_a_service_says_when_it_was_created_whatever_is_deployed_later(
    aws: Callable[[str], Any], vpc: dict[str, str]
) -> None:
    ecs = aws("ecs")
    made = make_service(ecs, vpc, launchType="FARGATE")["createdAt"]

    ecs.update_service(cluster="manufacturing", service="planning", forceNewDeployment=True)
    service = describe_service(ecs)
    assert service["createdAt"] == made < service["deployments"][0]["createdAt"]
