"""How long and how often an alarm looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"Period": 90}, "Period must be 10, 20, 30 or a multiple of 60: 90"),
        ({"Period": 3_540, "EvaluationPeriods": 25}, "a period of 3540 looks at 86400 seconds at most"),
        ({"Period": 86_400, "EvaluationPeriods": 8}, "a period of 86400 looks at 604800 seconds at most"),
        ({"DatapointsToAlarm": 4}, "DatapointsToAlarm must be less than or equal to EvaluationPeriods"),
    ],
)
def test_what_no_alarm_can_do_is_refused(aws: Callable[[str], Any], wrong: dict[str, int], text: str) -> None:
    alarm = {
        "AlarmName": "errors", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Statistic": "Average",
        "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 3, "Threshold": 80.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip
    alarms = aws("cloudwatch")

    code, message = refused(alarms.put_metric_alarm, **{**alarm, **wrong})

    assert code == "ValidationError"
    assert text in message
    alarms.put_metric_alarm(**alarm)
    assert alarms.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["Period"] == 60
