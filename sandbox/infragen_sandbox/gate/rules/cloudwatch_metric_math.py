"""What an alarm works out of several metrics."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infragen_sandbox.gate.calls import Call

_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORD = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z_][A-Za-z0-9_]*")
_MOST_METRICS = 10
_BAND = "ANOMALY_DETECTION_BAND"
_SHORT = (10, 20, 30)


def problems(queries: Sequence[Mapping[str, Any]], threshold_id: str | None = None) -> Iterator[str]:
    """Yield why CloudWatch would refuse the `Metrics` of an alarm, as its API names what is in them."""
    ids = Counter(one["Id"] for one in queries)
    yield from (f"The id {name} is used {count} times" for name, count in ids.items() if count > 1)
    yield from (f"{name} is no id: a lower-case letter first" for name in ids if not _ID.fullmatch(name))
    if sum("MetricStat" in one for one in queries) > _MOST_METRICS:
        yield f"An alarm is worked out of {_MOST_METRICS} metrics at most"
    returned = [one["Id"] for one in queries if one.get("ReturnData", True) and one["Id"] != threshold_id]
    if len(returned) != 1:
        yield f"Exactly one element of the metrics list should return data, and {returned or 'none'} would"
    for one in queries:
        yield from _wrong(one, {*ids})
    if threshold_id is not None:
        band = next((one.get("Expression", "") for one in queries if one["Id"] == threshold_id), "")
        if not band.startswith(_BAND):
            yield f"ThresholdMetricId {threshold_id} is no expression with {_BAND}"


def _wrong(query: Mapping[str, Any], ids: set[str]) -> Iterator[str]:
    expression, name = query.get("Expression"), query["Id"]
    if (expression is None) == ("MetricStat" not in query):
        yield f"{name} has to be either an expression or a metric"
        return
    period = query.get("Period") if expression is not None else query["MetricStat"]["Period"]
    if period is not None and period % 60 and period not in _SHORT:
        yield f"The period of {name} must be 10, 20, 30 or a multiple of 60: {period}"
    if expression is None:
        return
    if expression.startswith("SELECT "):
        if period is None:
            yield f"{name} is a query, and has no period"
        return
    words = {word for word in _WORD.findall(_QUOTED.sub("", expression)) if not word.isupper()}
    if unknown := sorted(word for word in words if word not in ids):
        yield f"The expression of {name} names {', '.join(unknown)}, which no element of the metrics list is"
    if name in words:
        yield f"The expression of {name} is worked out of itself"
    if "SEARCH(" in expression:
        yield f"{name} searches: an alarm knows no SEARCH"


def _check(call: Call) -> Refused | None:
    queries = call.parameters.get("Metrics")
    found = next(problems(queries, call.parameters.get("ThresholdMetricId")), None) if queries else None
    return Refused("ValidationError", found) if found else None


RULE = Rule(
    "An alarm that is worked out returns one result, of metrics that are listed: ten at most, and no search",
    "Amazon CloudWatch API Reference: PutMetricAlarm, Metrics; MetricDataQuery; Amazon CloudWatch User Guide: Using "
    "math expressions with CloudWatch metrics, Create a CloudWatch alarm based on a metric math expression",
    "cloudwatch",
    ("PutMetricAlarm",),
    _check,
)
