"""What CodeDeploy delivers changes by CodeDeploy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.deliveries import make_delivered_service
from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("change", [{"taskDefinition": "web:2"}, {"forceNewDeployment": True}])
def test_a_new_revision_is_refused(change: dict[str, Any], aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    make_delivered_service(aws, vpc)

    code, message = refused(aws("ecs").update_service, cluster="c", service="web", **change)

    assert code == "InvalidParameterException"
    assert "Use AWS CodeDeploy to trigger a new deployment" in message


def test_its_number_of_tasks_is_not(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    make_delivered_service(aws, vpc)

    changed = aws("ecs").update_service(cluster="c", service="web", desiredCount=3, forceNewDeployment=False)

    assert changed["service"]["desiredCount"] == 3
