"""What an alarm works out of several metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def metric(name: str, period: int = 60, **more: Any) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": name}, "Period": period, "Stat": "Sum"}
    return {"Id": name, "MetricStat": stat, "ReturnData": False, **more}


def result(expression: str, **more: Any) -> dict[str, Any]:
    return {"Id": "result", "Expression": expression, **more}


@pytest.mark.parametrize(
    ("metrics", "text"),
    [
        ([metric("asked"), result("100 * failed / asked")], "names failed, which no element"),
        ([metric("asked"), result("result + asked")], "result is worked out of itself"),
        ([metric("asked", ReturnData=True), result("asked * 2")], "Exactly one element of the metrics list"),
        ([metric("asked"), result("asked * 2", ReturnData=False)], "and none would"),
        ([metric("asked"), metric("asked"), result("asked * 2")], "The id asked is used 2 times"),
        ([metric("Asked"), result("1")], "Asked is no id"),
        ([metric("asked", 90), result("asked * 2")], "The period of asked must be 10, 20, 30 or a multiple of 60: 90"),
        ([result("SELECT SUM(Orders) FROM Shop")], "result is a query, and has no period"),
        ([result("SUM(SEARCH('{Shop} Orders', 'Sum', 60))")], "an alarm knows no SEARCH"),
        ([*(metric(f"m{number}") for number in range(11)), result("m1 + m2")], "10 metrics at most"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(
    aws: Callable[[str], Any], metrics: list[dict[str, Any]], text: str
) -> None:
    alarm = {
        "AlarmName": "errors", "EvaluationPeriods": 3, "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip
    alarms = aws("cloudwatch")

    code, message = refused(alarms.put_metric_alarm, **alarm, Metrics=metrics)

    assert code == "ValidationError"
    assert text in message
    failed = "IF(FILL(asked, 0) > 0, 100 * FILL(asked, 0) / asked, 0)"
    alarms.put_metric_alarm(**alarm, Metrics=[metric("asked"), result(failed)])


def test_a_band_is_a_second_result(aws: Callable[[str], Any]) -> None:
    alarm = {
        "AlarmName": "unusual", "EvaluationPeriods": 3, "ComparisonOperator": "GreaterThanUpperThreshold",
        "Metrics": [metric("asked", ReturnData=True), {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(asked, 2)"}],
    }  # fmt: skip
    alarms = aws("cloudwatch")

    _, message = refused(alarms.put_metric_alarm, **alarm, ThresholdMetricId="asked")

    assert "ThresholdMetricId asked is no expression with ANOMALY_DETECTION_BAND" in message
    alarms.put_metric_alarm(**alarm, ThresholdMetricId="band")
