"""What is watched, started or run on becomes another, and what grew by itself no longer does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plan.risks.judging import told

_ALARM, _FILTER = "aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter"


def _scaled(schedule: str, least: int = 3) -> dict[str, Any]:
    return {"schedule": schedule, "scalable_target_action": [{"min_capacity": least, "max_capacity": 30}]}


def _strategy(*names: str) -> dict[str, Any]:
    return {"capacity_provider_strategy": [{"capacity_provider": name, "weight": 1} for name in names]}


def _mixed(**distribution: int) -> dict[str, Any]:
    return {"mixed_instances_policy": [{"instances_distribution": [distribution]}]}


_CASES: list[tuple[str, Any, Any, str]] = [
    (_FILTER, {"pattern": "ERROR"}, {"pattern": "EROR"}, "an alarm may stay silent"),
    (_ALARM, {"metric_name": "a"}, {"metric_name": "b"}, "it watches something else: metric_name"),
    (_ALARM, {"dimensions": {"a": "1"}}, {"dimensions": {"a": "2"}}, "it watches something else: dimensions changes"),
    (_ALARM, {"treat_missing_data": "breaching"}, {"treat_missing_data": "notBreaching"}, "it stays silent"),
    ("aws_dynamodb_table", {"billing_mode": "PAY_PER_REQUEST"}, {"billing_mode": "PROVISIONED"}, "requests beyond"),
    ("aws_efs_file_system", {"throughput_mode": "elastic"}, {"throughput_mode": "bursting"}, "its throughput"),
    ("aws_eks_node_group", {"capacity_type": "ON_DEMAND"}, {"capacity_type": "SPOT"}, "runs on Spot"),
    ("aws_ecs_service", _strategy("FARGATE"), _strategy("FARGATE_SPOT"), "its tasks run on Spot"),
    (
        "aws_db_instance",
        {"max_allocated_storage": 1000, "allocated_storage": 500},
        {"max_allocated_storage": 0, "allocated_storage": 600},
        "its disk no longer grows by itself, and at 600 GiB the database stops",
    ),
    ("aws_db_instance", {"max_allocated_storage": 1000}, {"max_allocated_storage": 700}, "its disk grows by itself to"),
    ("aws_autoscaling_schedule", {"recurrence": "0 1 * * *"}, {"recurrence": "0 9 * * *"}, "it is scaled at other"),
    ("aws_scheduler_schedule", {"schedule_expression": "rate(1 day)"}, {"schedule_expression": "x"}, "it starts at"),
    ("aws_appautoscaling_scheduled_action", _scaled("x", 9), _scaled("x", 3), "there is less to serve with"),
    (
        "aws_autoscaling_group",
        _mixed(on_demand_base_capacity=3),
        _mixed(on_demand_base_capacity=0),
        "more of it runs on Spot",
    ),
    (
        "aws_autoscaling_group",
        _mixed(on_demand_percentage_above_base_capacity=100),
        _mixed(on_demand_percentage_above_base_capacity=20),
        "more of it runs on Spot",
    ),
    (
        "aws_spot_fleet_request",
        {"on_demand_target_capacity": 2},
        {"on_demand_target_capacity": 1},
        "more of it runs on Spot",
    ),
    (
        "aws_ecs_service",
        {"health_check_grace_period_seconds": 90},
        {"health_check_grace_period_seconds": 5},
        "a task that takes longer to start is stopped: health_check_grace_period_seconds 90 -> 5",
    ),
    (
        "aws_lb_target_group",
        {"deregistration_delay": "300"},
        {"deregistration_delay": "5"},
        "requests that take longer are cut off when a target goes: deregistration_delay 300 -> 5",
    ),
    ("aws_lambda_function", {"timeout": 60}, {"timeout": 3}, "what takes longer fails: timeout 60 -> 3"),
]


@pytest.mark.parametrize(("kind", "before", "after", "words"), _CASES)
def test_what_becomes_another_is_told(kind: str, before: Any, after: Any, words: str) -> None:
    found = told(kind, "update", before, after)
    assert found[0].startswith(f"MEDIUM downtime: {words}")
    assert "downtime" not in str(told(kind, "update", after, after))


def _lock(**retention: Any) -> dict[str, Any]:
    return {"rule": [{"default_retention": [retention]}]}


_LOCK, _OBJECTS = "aws_backup_vault_lock_configuration", "aws_s3_bucket_object_lock_configuration"


@pytest.mark.parametrize(
    ("kind", "action", "before", "after", "words"),
    [
        (_LOCK, "replace", {"min_retention_days": 30}, {"min_retention_days": 7}, "its backups may be deleted sooner"),
        (_LOCK, "replace", {"max_retention_days": 30}, {"max_retention_days": 7}, "backups that are to be kept longer"),
        (_OBJECTS, "update", _lock(years=1), _lock(days=30), "new objects are locked for 30 days instead of 365"),
        (_OBJECTS, "update", _lock(days=30), {"rule": []}, "new objects are locked for 0 days instead of 30"),
        (_OBJECTS, "update", _lock(mode="COMPLIANCE"), _lock(mode="GOVERNANCE"), "new objects may be deleted by who"),
    ],
)
def test_a_lock_that_holds_less_is_told(kind: str, action: str, before: Any, after: Any, words: str) -> None:
    assert told(kind, action, before, after)[0].startswith(f"MEDIUM data loss: {words}")
    assert words not in str(told(kind, action, after, before))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("aws_cloudtrail", "enable_logging"),
        ("aws_cloudtrail", "is_multi_region_trail"),
        ("aws_cloudtrail", "enable_log_file_validation"),
        ("aws_config_configuration_recorder_status", "is_enabled"),
    ],
)
def test_what_records_and_is_switched_off_is_told(kind: str, name: str) -> None:
    (found,) = told(kind, "update", {name: True}, {name: False})
    assert found.startswith("MEDIUM exposure: ")
    assert "exposure" not in str(told(kind, "update", {name: False}, {name: True}))


def test_a_scheduled_action_says_what_it_sets() -> None:
    found = told("aws_appautoscaling_scheduled_action", "update", _scaled("cron(30 23)"), _scaled("cron(30 18)"))
    words = 'it is scaled at other times: schedule "cron(30 23)" -> "cron(30 18)" (it sets min 3, max 30)'
    assert found == [f"MEDIUM downtime: {words}"]


def test_what_a_replacement_moves_to_spot_is_told() -> None:
    assert "its tasks run on Spot" in str(
        told("aws_ecs_service", "replace", _strategy("FARGATE"), _strategy("FARGATE_SPOT"))
    )


def test_what_is_empty_either_way_is_no_other_metric() -> None:
    before, after = ({"metric_transformation": [{"name": "m", "dimensions": one}]} for one in (None, {}))
    assert told("aws_cloudwatch_log_metric_filter", "update", before, after) == ["LOW harmless: nothing will be lost"]


def test_terms_of_which_one_was_enough_and_all_are_needed_are_told() -> None:
    before, after = ({"pattern": one} for one in ("?ERROR ?FATAL", "ERROR FATAL"))
    [said] = told("aws_cloudwatch_log_metric_filter", "update", before, after)
    assert said.startswith("MEDIUM downtime: only lines with all of its terms count: an alarm may stay silent")
    [said] = told("aws_cloudwatch_log_metric_filter", "update", after, before)
    assert said.startswith("MEDIUM downtime: an alarm may stay silent")
