"""Autoscaling: a range as `at least 2, at most 10`, a policy as `cpu at 70%, out after 60 s`, steps by their bounds.

Arguments as in the AWS provider's `aws_appautoscaling_*` and `aws_autoscaling_*`; metric types as in
PredefinedMetricSpecification of the Application Auto Scaling and EC2 Auto Scaling API references; adjustment types as
in StepScalingPolicyConfiguration there.
"""

from collections.abc import Iterator, Mapping

from infragen.plan.lenses.phrases import is_empty
from infragen.plan.lenses.table import Unreadable, block, known_only, lenses, listed, phrased, switch, word
from infragen.redaction.values import Number, Value

METRICS = {
    "ASGAverageCPUUtilization": ("cpu", "%"),
    "ASGAverageNetworkIn": ("network in", ""),
    "ASGAverageNetworkOut": ("network out", ""),
    "ALBRequestCountPerTarget": ("requests per target", ""),
    "ECSServiceAverageCPUUtilization": ("cpu", "%"),
    "ECSServiceAverageMemoryUtilization": ("memory", "%"),
    "RDSReaderAverageCPUUtilization": ("readers' cpu", "%"),
    "RDSReaderAverageDatabaseConnections": ("readers' connections", ""),
    "DynamoDBReadCapacityUtilization": ("read capacity", "%"),
    "DynamoDBWriteCapacityUtilization": ("write capacity", "%"),
}
"""What a predefined metric is called, and its unit; others go by their own name."""
_UNITS = {"unit": "in {}", "period": "every {} s"}
_QUERY = ("id", "expression", "label", "return_data", "metric_stat")
_CUSTOM = ("metric_name", "namespace", "statistic", "unit", "period", "dimensions", "metric_dimension", "metrics")


def _tracking(value: Value) -> Iterator[str]:
    policy = block(
        value, "target_value", "scale_out_cooldown", "scale_in_cooldown", "disable_scale_in",
        "predefined_metric_specification", "customized_metric_specification",
    )  # fmt: skip
    if not policy:
        return
    predefined = block(policy.get("predefined_metric_specification"), "predefined_metric_type", "resource_label")
    custom = block(policy.get("customized_metric_specification"), *_CUSTOM)
    metric, unit = "metric", ""
    if predefined:
        kind = word(predefined.get("predefined_metric_type"))
        metric, unit = METRICS.get(kind, (kind, ""))
    yield f"{metric} at {word(policy.get('target_value'))}{unit}"
    yield from phrased(predefined, {"resource_label": "of {}"})
    places = [word(custom[key]) for key in ("statistic", "namespace", "metric_name") if not is_empty(custom.get(key))]
    if places:
        yield " ".join(places)
    yield from phrased(custom, _UNITS)
    for key in ("dimensions", "metric_dimension"):
        yield from _dimensions(custom.get(key))
    for query in listed(custom.get("metrics")):
        yield from _query(known_only(query, *_QUERY))
    yield from phrased(policy, {"scale_out_cooldown": "out after {} s", "scale_in_cooldown": "in after {} s"})
    yield from switch("never scales in", "scales out and in", policy.get("disable_scale_in"))


def _dimensions(value: Value, prefix: str = "") -> Iterator[str]:
    for dimension in listed(value):
        pair = known_only(dimension, "name", "value")
        yield f"{prefix}{word(pair.get('name'))} = {word(pair.get('value'))}"


def _query(query: Mapping[str, Value]) -> Iterator[str]:
    """Say one query, each phrase with the query's id, since phrases of others may be equal."""
    name = word(query.get("id"))
    yield from (f"{name} {said}" for said in phrased(query, {"expression": "is {}", "label": "is called {}"}))
    yield from switch(f"{name} counts", f"{name} is a step", query.get("return_data"))
    stat = block(query.get("metric_stat"), "stat", "unit", "period", "metric")
    if stat:
        metric = block(stat.get("metric"), "metric_name", "namespace", "dimensions")
        yield f"{name} is {word(stat.get('stat'))} {word(metric.get('namespace'))} {word(metric.get('metric_name'))}"
        yield from (f"{name} {said}" for said in phrased(stat, _UNITS))
        yield from _dimensions(metric.get("dimensions"), f"{name} ")


def _step_policy(value: Value) -> Iterator[str]:
    policy = block(
        value, "adjustment_type", "cooldown", "metric_aggregation_type", "min_adjustment_magnitude", "step_adjustment"
    )
    yield from _steps(policy.get("step_adjustment"), policy.get("adjustment_type"))
    templates = {
        "adjustment_type": "{}",
        "cooldown": "again after {} s",
        "metric_aggregation_type": "by {}",
        "min_adjustment_magnitude": "by {} or more",
    }
    yield from phrased(policy, templates)


def _steps(value: Value, adjustment: Value) -> Iterator[str]:
    """Say each step with its bounds, which are distances from the alarm's threshold; from the lowest."""
    steps = [
        known_only(step, "scaling_adjustment", "metric_interval_lower_bound", "metric_interval_upper_bound")
        for step in listed(value)
    ]
    for step in sorted(steps, key=_lowest):
        bounds = (step.get("metric_interval_lower_bound"), step.get("metric_interval_upper_bound"))
        low, high = ("" if is_empty(bound) else word(bound) for bound in bounds)
        where = f"{low} to {high}" if low and high else f"from {low}" if low else f"below {high}" if high else "always"
        yield f"{where}: {_adjusted(step.get('scaling_adjustment'), adjustment)}"


def _group_steps(value: Value, adjustment: Value) -> Iterator[str]:
    yield from _steps(value, adjustment)
    if not is_empty(adjustment):
        yield word(adjustment)


def _lowest(step: Mapping[str, Value]) -> tuple[float, str]:
    bound = step.get("metric_interval_lower_bound")
    text = bound if isinstance(bound, str) else bound.text if isinstance(bound, Number) else ""
    try:
        return float(text), text
    except ValueError:
        return float("-inf"), text


def _adjusted(amount: Value, adjustment: Value) -> str:
    if not isinstance(amount, Number):
        return word(amount)
    if adjustment == "ExactCapacity":
        return f"= {amount.text}"
    sign = "" if amount.text.startswith("-") else "+"
    return f"{sign}{amount.text}{'%' if adjustment == 'PercentChangeInCapacity' else ''}"


def _tags(value: Value) -> Iterator[str]:
    for item in listed(value):
        tag = known_only(item, "key", "value", "propagate_at_launch")
        propagates = tag.get("propagate_at_launch")
        if not isinstance(propagates, bool):
            raise Unreadable
        yield f"{word(tag.get('key'))} = {word(tag.get('value'))}{' on instances' if propagates else ''}"


LENSES = lenses(__file__, group_steps=_group_steps, step_policy=_step_policy, tags=_tags, tracking=_tracking)
