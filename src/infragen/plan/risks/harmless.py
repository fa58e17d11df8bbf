"""Harmless: what to say of a change in which no one sees a risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.judges import aws

if TYPE_CHECKING:
    from collections.abc import Mapping

# Types whose absence no one who uses the system notices: they watch, count, tag or compute.
LEAVES_NO_GAP = frozenset(
    {
        *aws(
            "acm_certificate_validation athena_named_query autoscaling_group_tag budgets_budget ce_anomaly_monitor",
            "ce_anomaly_subscription ce_cost_allocation_tag",
            "cloudwatch_composite_alarm cloudwatch_contributor_insight_rule cloudwatch_dashboard",
            "cloudwatch_log_anomaly_detector cloudwatch_log_metric_filter cloudwatch_metric_alarm",
            "cloudwatch_query_definition db_event_subscription dynamodb_contributor_insights dynamodb_tag ec2_tag",
            "ecr_lifecycle_policy ecs_tag internetmonitor_monitor resourcegroups_group rum_app_monitor",
            "s3_bucket_analytics_configuration s3_bucket_inventory s3_bucket_metric synthetics_canary transfer_tag",
            "xray_group xray_sampling_rule",
        ),
        "archive_file",
        "azurerm_application_insights",
        "azurerm_monitor_metric_alert",
        "google_logging_metric",
        "google_monitoring_alert_policy",
        "google_monitoring_dashboard",
        "local_file",
        "null_resource",
        "random_id",
        "random_integer",
        "random_pet",
        "random_shuffle",
        "random_string",
        "random_uuid",
        "terraform_data",
        "time_offset",
        "time_rotating",
        "time_sleep",
        "time_static",
    }
)


def of_action(action: Action) -> tuple[Risk, ...]:
    """Return what an action alone brings with it."""
    return _RISKS.get(action, _NOTHING_LOST)


def _one(level: Level, kind: RiskKind, reason: str) -> tuple[Risk, ...]:
    return (Risk(level, kind, reason),)


_NOTHING_LOST = _one(Level.LOW, RiskKind.HARMLESS, "nothing will be lost")
_LEFT_BEHIND = _one(Level.MEDIUM, RiskKind.COST, "it stays as it is, and terraform forgets it")
_RISKS: Mapping[Action, tuple[Risk, ...]] = {
    Action.CREATE: _one(Level.LOW, RiskKind.HARMLESS, "only additions"),
    Action.READ: _one(Level.NONE, RiskKind.HARMLESS, "only reads"),
    Action.NO_OP: _one(Level.NONE, RiskKind.HARMLESS, "nothing changes"),
    Action.FORGET: _LEFT_BEHIND,
    Action.REPLACE_FORGET: _LEFT_BEHIND,
    Action.IMPORT: _one(Level.LOW, RiskKind.HARMLESS, "only the state changes"),
    Action.MOVE: _one(Level.LOW, RiskKind.HARMLESS, "only the state changes"),
}
