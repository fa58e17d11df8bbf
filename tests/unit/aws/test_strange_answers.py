"""What a release reads of AWS has another shape than AWS gives it: that is told, and is no crash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from infragen.aws import deployments, releases, shifts
from infragen.core.delivery import Backup, EcsService, Image, Release, Shift, TaskRun
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = TaskRun("demo", ("a",), ("b",), has_public_address=False, capacity_provider="FARGATE")
SHIFT = Shift("web", "app", 80, RUN, seconds=60, keep_minutes=60, alarms=("errors",))
SERVICE = EcsService("ap-northeast-1", "demo", "web")
WEB = Release("ap-northeast-1", "web", "web", SERVICE, RUN, SHIFT)
SAVED = Backup("ap-northeast-1", "vault", "db", "role", 30)
IMAGE = Image("ap-northeast-1", "web", "v1", "")
CALLS: dict[str, Callable[[Any], Any]] = {
    "GetDeployment": lambda aws: shifts.standing(aws, WEB, "d-1"),
    "ListDeployments": lambda aws: shifts.unfinished(aws, WEB, SHIFT),
    "ListDeployments, all": lambda aws: shifts.stopped_last(aws, WEB, SHIFT),
    "DescribeAlarms": lambda aws: shifts.alarms(aws, WEB, SHIFT),
    "DescribeBackupJob": lambda aws: releases.finished(aws, SAVED, "job-1"),
    "StartBackupJob": lambda aws: releases.start_backup(aws, SAVED),
    "DescribeServices": lambda aws: deployments.deployments(aws, [SERVICE]),
    "DescribeTaskDefinition": lambda aws: releases.revision_with(aws, "111122223333", WEB, "v2"),
    "DescribeTasks": lambda aws: releases.ended(aws, WEB, RUN, "arn:task", "app"),
    "ListTasks": lambda aws: releases.still_running(aws, WEB, RUN),
    "BatchGetImage": lambda aws: deployments.missing_images(aws, "111122223333", [IMAGE]),
    "DescribeSubnets": lambda aws: releases.network_of(aws, "ap-northeast-1", RUN),
}


class Strange:
    """An AWS that answers everything with the same."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def client(self, _name: str, _region: str) -> Any:
        return self

    def __getattr__(self, _operation: str) -> Any:
        return Mock(return_value=self.answer)


@pytest.mark.parametrize("answer", [{}, []], ids=["nothing", "a list"])
@pytest.mark.parametrize("name", CALLS)
def test_an_answer_of_another_shape_is_an_error_that_is_told(name: str, answer: Any) -> None:
    with pytest.raises(InfragenError, match="AWS returned something other than ") as caught:
        CALLS[name](Strange(answer))
    assert caught.value.diagnostics[0].code in {"T053", "T055", "T057"}


def test_a_service_in_which_no_deployment_is_in_force_is_such_an_answer() -> None:
    service = {"serviceName": "web", "status": "ACTIVE", "deployments": []}
    with pytest.raises(InfragenError, match="AWS returned something other than services"):
        deployments.deployments(Strange({"services": [service]}), [SERVICE])  # type: ignore[arg-type]


def test_an_account_that_aws_does_not_say_is_none() -> None:
    assert releases.account_of_credentials(Strange({}), "ap-northeast-1") is None  # type: ignore[arg-type]
