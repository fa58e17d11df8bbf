"""What a release asks of CodeDeploy, asked of the emulated one: alarms, the end of the old tasks, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from infragen.core.delivery import Release, Shift, TaskRun
from infragen.diagnostics import InfragenError
from infragen.workflow.release.deliveries import Deliveries
from tests.sandbox.deliveries import NAMES, make_delivered_service, make_group
from tests.sandbox.test_codedeploy_deployments import alarm, led_to, service

if TYPE_CHECKING:
    from collections.abc import Callable

    Clients = Callable[[str], Any]


class Emulated:
    """The emulated AWS, as infragen asks it."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def client(self, name: str, _region: str) -> Any:
        return self._clients(name)


@pytest.fixture
def arns(aws: Clients, vpc: dict[str, str]) -> dict[str, str]:
    found = make_delivered_service(aws, vpc)
    make_group(aws("codedeploy"), found["listener"])
    aws("ec2").create_tags(Resources=[vpc["subnet"]], Tags=[{"Key": "Name", "Value": "web"}])
    return found


@pytest.fixture
def web(aws: Clients, monkeypatch: pytest.MonkeyPatch) -> Deliveries:
    monkeypatch.setattr("infragen.workflow.release.deliveries._LOOK_SECONDS", 0)
    start = TaskRun("c", ("web",), ("app",), has_public_address=False, capacity_provider="FARGATE")
    shift = Shift("web", "app", 80, start, seconds=60, keep_minutes=60, alarms=("errors", "slow"))
    environment = Mock(target="demo/dev", at=lambda *_: None)
    release = Release("ap-northeast-1", "web", "web", shift=shift)
    return Deliveries.of(Emulated(aws), environment, {"services/web": release}, sandbox=True)  # type: ignore[arg-type]


def begin(web: Deliveries, revision: str, *, despite_alarms: bool = False) -> str:
    begun, refused = web.begin({"services/web": revision}, "v2", despite_alarms=despite_alarms)
    assert refused == {}
    return begun["services/web"]


def test_one_that_mends_what_an_alarm_tells_of_is_delivered(
    aws: Clients, arns: dict[str, str], web: Deliveries
) -> None:
    alarm(aws, "errors", "ALARM")
    alarm(aws, "slow", "OK")
    with pytest.raises(InfragenError, match="CodeDeploy does not deploy services/web while its alarms are on: errors"):
        web.refuse(despite_alarms=False, end_last=False)
    web.refuse(despite_alarms=True, end_last=False)

    made = begin(web, "web:2", despite_alarms=True)

    assert led_to(aws, arns["rule"]) == arns["green"]
    info = aws("codedeploy").get_deployment(deploymentId=made)["deploymentInfo"]
    assert info["overrideAlarmConfiguration"] == {"enabled": True, "alarms": [{"name": "slow"}]}
    group = aws("codedeploy").get_deployment_group(**NAMES)["deploymentGroupInfo"]
    assert group["alarmConfiguration"]["alarms"] == [{"name": "errors"}], "the next delivery has the group's again"


def test_the_next_one_begins_once_the_old_tasks_are_told_to_go(
    aws: Clients, arns: dict[str, str], web: Deliveries
) -> None:
    begin(web, "web:2")
    with pytest.raises(InfragenError, match="is still in progress: nothing was released"):
        web.refuse(despite_alarms=False, end_last=False)

    web.end_last(patience=60)

    assert len(service(aws)["taskSets"]) == 1
    web.refuse(despite_alarms=False, end_last=False)
    begin(web, "web:1")
    assert led_to(aws, arns["rule"]) == arns["blue"]


def test_requests_go_back_to_the_tasks_that_stay(
    aws: Clients, arns: dict[str, str], web: Deliveries, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(web, "web:2")

    assert web.go_back(patience=60) == []

    assert led_to(aws, arns["rule"]) == arns["blue"]
    assert service(aws)["taskDefinition"].endswith("web:1")
    assert web.go_back(patience=60) == []
    assert "requests are already on the old tasks" in capsys.readouterr().err


def test_one_that_began_already_is_not_begun_once_more(aws: Clients, arns: dict[str, str], web: Deliveries) -> None:
    assert begin(web, "web:2") == begin(web, "web:2")
