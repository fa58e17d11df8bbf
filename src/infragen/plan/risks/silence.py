"""Lost monitoring: alarms that are removed, muted or weakened, and deliveries without a dead-letter target."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.downtime import changed_value, no_gap
from infragen.plan.risks.judged import said
from infragen.plan.risks.lookups import block, blocks, numbers, shown, sides, switched_off, texts, word
from infragen.plan.risks.types import aws, joined, of_updates, table
from infragen.plan.view import Index, View
from infragen.redaction.values import Number, Redacted, Value, holds_unknown
from infragen.text import first_of

_graded = RiskKind.DOWNTIME.risk
_down = partial(_graded, Level.MEDIUM)
_WAYS = {"pagerduty": "PagerDuty", "slack": "Slack"}
_UNSEEN = "what it watches may fail unnoticed"
_LEVELS = ("critical", "high", "medium", "low")
"""The levels of alarms, by which infragen names their topics, from the gravest on."""
_COMPARED = {
    "GreaterThanOrEqualToThreshold": ">=",
    "GreaterThanThreshold": ">",
    "LessThanOrEqualToThreshold": "<=",
    "LessThanThreshold": "<",
}
_BANDS = {
    "GreaterThanUpperThreshold": frozenset({"above"}),
    "LessThanLowerOrGreaterThanUpperThreshold": frozenset({"above", "below"}),
    "LessThanLowerThreshold": frozenset({"below"}),
}
"""Where what is measured is beyond the band of what is usual, by the operator (PutMetricAlarm, `ThresholdMetricId`)."""
_WIDTH = re.compile(r"(?<=ANOMALY_DETECTION_BAND\()\s*(\w+)\s*(?:,\s*([0-9]+(?:\.[0-9]+)?)\s*)?(?=\))")
_USUAL_WIDTH = 2.0
"""Standard deviations of a band that says none (CloudWatch User Guide "Using metric math", ANOMALY_DETECTION_BAND)."""


def _deliveries(view: View) -> Iterator[Risk]:
    """DELIVERIES is a map by topic: its `level`, the secret of each way to people (module `alerts_function`)."""
    before, after = (_ways(side) for side in sides(view, "environment"))
    if before is None or after is None:
        return
    for topic, ways in sorted(before.items()):
        left = {*after.get(topic, {})} - {"level"}
        if gone := sorted({*ways} - left - {"level"}):
            names = " and ".join(_WAYS.get(name, name) for name in gone)
            more = "" if left else ", with nothing in their place"
            level = word(ways.get("level")) or topic
            yield _down(f"{level} alarms no longer reach {names}{more}: {_UNSEEN}")


def _ways(environment: Value) -> dict[str, Mapping[str, Value]] | None:
    variables = block(block(environment).get("variables"))
    value = variables.get("DELIVERIES")
    documents = open_documents(value, value) if isinstance(value, str | Redacted) else None
    if documents is None or not isinstance(documents.before, dict):
        return None
    return {topic: ways for topic, ways in documents.before.items() if isinstance(ways, dict)}


def _alarm_gone(view: View) -> Iterator[Risk]:
    told = view.before("actions_enabled") is not False and view.before("alarm_actions")
    if view.action is Action.DELETE and told and not no_gap(view):
        yield _down(f"{_UNSEEN}: the alarm is deleted")


def _alarm_silent(view: View) -> Iterator[Risk]:
    """Source: CloudWatch API Reference "PutMetricAlarm"."""
    if switched_off(view, "actions_enabled"):
        yield _down(f"{_UNSEEN}: actions_enabled becomes false")
    after = view.after("alarm_actions")
    former, later = texts(view.before("alarm_actions")), texts(after)
    gone, new = sorted({*former} - {*later}), sorted({*later} - {*former})
    if not gone or holds_unknown(after):
        return
    if not new:
        words = "fewer are notified" if later else "no one is notified"
        yield _down(f"{_UNSEEN}: {words}, alarm_actions loses {shown(gone[0])}")
        return
    moved = f"alarm_actions {_topic(gone[0])} -> {_topic(new[0])}"
    before_ways, after_ways = _reached(view, former), _reached(view, later)
    if before_ways is None or after_ways is None:
        was, becomes = (min(map(_level, topics)) for topics in (former, later))
        unsaid = "this plan does not say whom that reaches"
        if becomes < was < len(_LEVELS):
            yield _graded(Level.LOW, f"it is of a higher level then, {unsaid}: {moved}")
        else:
            lower = "it is of a lower level then, " if was < becomes < len(_LEVELS) else "it tells another topic, "
            yield _down(f"{lower}{unsaid}: {moved}")
    elif lost := sorted(before_ways - after_ways):
        yield _down(f"it no longer reaches {first_of(lost, 3)}: {moved}")
    else:
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"it reaches as many as before: {moved}")


def _level(topic: str) -> int:
    name = topic.rpartition("-")[2].rpartition(":")[2]
    return _LEVELS.index(name) if name in _LEVELS else len(_LEVELS)


def _topic(arn: str) -> str:
    return arn.rpartition(":")[2]


def _reached(view: View, topics: Iterable[str]) -> set[str] | None:
    found: set[str] = set()
    for topic in topics:
        its = view.matching(_SUBSCRIPTIONS, topic)
        if not its:
            return None
        found.update(way for one in its for way in _way(view, topic, one.after("endpoint")))
    return found


def _way(view: View, topic: str, endpoint: Value) -> list[str]:
    is_function = isinstance(endpoint, str) and ":function:" in endpoint
    for ways in view.matching(_FUNCTIONS, endpoint) if is_function else ():
        if topic in ways:
            return [_WAYS.get(name, name) for name in ways[topic] if name != "level"]
    return [_topic(endpoint) if isinstance(endpoint, str) else literal(endpoint)]


_FUNCTIONS = Index(frozenset(aws("lambda_function")), ("arn",), lambda one: _ways(one.after("environment")) or {})
_SUBSCRIPTIONS = Index(frozenset(aws("sns_topic_subscription")), ("topic_arn",))


def _alarm_weaker(view: View) -> Iterator[Risk]:
    """Source: CloudWatch API Reference "PutMetricAlarm"."""
    yield from _alarm_condition(view)
    for name in ("evaluation_periods", "datapoints_to_alarm", "period"):
        change = numbers(view, name)
        if change and change[1] > change[0]:
            yield _graded(Level.LOW, f"the alarm goes off later: {name} {change[0]:g} -> {change[1]:g}")


def _condition(operator: str, threshold: Value) -> str:
    if operator in _BANDS:
        return f"{' or '.join(sorted(_BANDS[operator]))} what is usual"
    return f"{_COMPARED.get(operator, operator)} {literal(threshold)}"


def _alarm_condition(view: View) -> Iterator[Risk]:
    operators = [word(side("comparison_operator")) or "?" for side in (view.before, view.after)]
    thresholds = [side("threshold") for side in (view.before, view.after)]
    if operators[0] == operators[1] and thresholds[0] == thresholds[1]:
        return
    old, new = (_COMPARED.get(operator, "") for operator in operators)
    limits = [float(one.text) for one in thresholds if isinstance(one, Number)]
    pairs = zip(operators, thresholds, strict=True)
    shown = " -> ".join(_condition(*pair) for pair in pairs)
    if any(":scalingPolicy:" in one for one in texts(view.after("alarm_actions"))):
        yield _down(f"tasks or instances come and go at another figure: {shown}")
    elif all(one in _BANDS for one in operators):
        if lost := sorted(_BANDS[operators[0]] - _BANDS[operators[1]]):
            yield _down(f"{_UNSEEN}: it no longer goes off {lost[0]} what is usual")
    elif not old or not new or len(limits) < len(thresholds):
        yield _down(f"not judged whether {_UNSEEN}: its condition changes, {shown}")
    elif old[0] != new[0]:
        yield _down(f"{_UNSEEN}: it goes off on the other side, {shown}")
    else:
        before, after = limits if old[0] == ">" else (-limit for limit in limits)
        if (after, new in "<>") > (before, old in "<>"):
            said = shown if old != new else f"{limits[0]:g} -> {limits[1]:g}"
            yield _down(f"{_UNSEEN} longer: threshold {said}")


def _another_query(view: View) -> Iterator[Risk]:
    before, after = (_queries(side) for side in sides(view, "metric_query"))
    if before[0] != after[0] or not before[1] or not after[1]:
        yield from changed_value(view, "metric_query", "it watches something else")
    elif after[1] > before[1]:
        yield _down(f"{_UNSEEN} longer: its band is {before[1]:g} -> {after[1]:g} standard deviations wide")


def _queries(side: Value) -> tuple[list[str], float | None]:
    bare, width = [], None
    for query in blocks(side):
        text = query.get("expression")
        if isinstance(text, str) and (found := _WIDTH.search(text)):
            width = float(found[2] or _USUAL_WIDTH)
            text = _WIDTH.sub(r"\1", text)
        bare.append(repr(said({**query, "expression": text})))
    return sorted(bare), width


JUDGES = joined(
    of_updates(
        (_deliveries, "lambda_function"),
        (_alarm_silent, "cloudwatch_composite_alarm cloudwatch_metric_alarm"),
        (_alarm_weaker, "cloudwatch_metric_alarm"),
    ),
    table(
        (_another_query, "cloudwatch_metric_alarm"),
        (_alarm_gone, "cloudwatch_composite_alarm cloudwatch_metric_alarm"),
    ),
)
