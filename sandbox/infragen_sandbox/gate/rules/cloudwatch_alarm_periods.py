"""How long and how often an alarm looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


_HIGH_RESOLUTION = (10, 20, 30)
_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
"""Seconds."""


def _check(call: Call) -> Refused | None:
    period, periods = call.parameters.get("Period"), call.parameters.get("EvaluationPeriods", 1)
    if call.parameters.get("DatapointsToAlarm", 1) > periods:
        text = "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
        return Refused("ValidationError", text)
    if period is not None and period % 60 and period not in _HIGH_RESOLUTION:
        return Refused("ValidationError", f"Period must be 10, 20, 30 or a multiple of 60: {period}")
    longest = _DAY if period is not None and period < _HOUR else _WEEK
    if period is not None and period * periods > longest:
        text = f"An alarm with a period of {period} looks at {longest} seconds at most (EvaluationPeriods * Period)"
        return Refused("ValidationError", text)
    return None


RULE = Rule(
    "An alarm's period is 10, 20, 30 or a multiple of 60 seconds; all its periods together are a day or a week at most",
    "Amazon CloudWatch API Reference: PutMetricAlarm, Period, DatapointsToAlarm, EvaluationPeriods",
    "cloudwatch",
    ("PutMetricAlarm",),
    _check,
)
