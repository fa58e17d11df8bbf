"""What deletes by age, what is kept as a backup, and how often what failed is tried again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.plan.risks.judging import told


def _lifecycle(filter_: Any, days: int = 7, **more: Any) -> dict[str, Any]:
    rule = {"id": "drafts", "status": "Enabled", "expiration": [{"days": days}], "filter": filter_, **more}
    return {"bucket": "b", "rule": [rule]}


_DRAFTS = [{"prefix": "drafts/"}]
_WIDER: list[tuple[Any, Any, str]] = [
    (
        _DRAFTS,
        [],
        'HIGH data loss: all objects are deleted after 7 days by the rule "drafts", not only those with drafts/',
    ),
    (_DRAFTS, [{"prefix": "d"}], 'MEDIUM data loss: objects are deleted after 7 days by the rule "drafts", not only'),
    ([{"tag": [{"key": "temporary", "value": "yes"}]}], [], "HIGH data loss: all objects are deleted after 7 days"),
    ([{"object_size_greater_than": 1000}], [], "HIGH data loss: all objects are deleted after 7 days"),
    ([{"and": [{"prefix": "a/", "tags": {"x": "1"}}]}], [{"prefix": "a/"}], "MEDIUM data loss: objects are deleted"),
]


@pytest.mark.parametrize(("before", "after", "words"), _WIDER)
def test_a_rule_that_chooses_more_deletes_more(before: Any, after: Any, words: str) -> None:
    kind = "aws_s3_bucket_lifecycle_configuration"
    assert told(kind, "update", _lifecycle(before), _lifecycle(after))[0].startswith(words)
    assert told(kind, "update", _lifecycle(after), _lifecycle(before)) == ["LOW harmless: nothing will be lost"]


def test_a_rule_by_another_name_is_no_news_and_one_that_waits_longer_loses_nothing() -> None:
    kind = "aws_s3_bucket_lifecycle_configuration"
    for after in (_lifecycle(_DRAFTS, id="other"), _lifecycle(_DRAFTS, 100)):
        assert told(kind, "update", _lifecycle(_DRAFTS), after) == ["LOW harmless: nothing will be lost"]


def test_a_day_on_which_objects_go_and_fewer_former_versions_are_told() -> None:
    """S3 User Guide, "Lifecycle configuration elements"."""
    kind, dated = "aws_s3_bucket_lifecycle_configuration", [{"date": "2026-12-01T00:00:00Z"}]
    said = 'HIGH data loss: all objects are deleted on 2026-12-01, whatever their age, by the rule "drafts"'
    assert told(kind, "update", _lifecycle([], 3650), _lifecycle([], expiration=dated)) == [said]
    assert told(kind, "create", None, _lifecycle([], expiration=dated))[0] == said

    def versions(newest: int) -> dict[str, Any]:
        return _lifecycle([], noncurrent_version_expiration=[{"newer_noncurrent_versions": newest}])

    said = (
        "MEDIUM data loss: of what is overwritten or deleted, 1 version can be recovered instead of 10, "
        'by the rule "drafts"'
    )
    assert told(kind, "update", versions(10), versions(1)) == [said]
    assert told(kind, "update", versions(1), versions(10)) == ["LOW harmless: nothing will be lost"]


def test_what_moves_to_another_storage_is_not_judged() -> None:
    moved = _lifecycle(_DRAFTS, transition=[{"days": 1, "storage_class": "DEEP_ARCHIVE"}])
    found = told("aws_s3_bucket_lifecycle_configuration", "update", _lifecycle(_DRAFTS), moved)
    assert found == ["LOW unknown effect: not judged: rule"]


def _images(*selections: dict[str, Any]) -> dict[str, Any]:
    rules = [
        {"rulePriority": number, "selection": one, "action": {"type": "expire"}}
        for number, one in enumerate(selections, 1)
    ]
    return {"repository": "app", "policy": json.dumps({"rules": rules})}


_ANY = {"tagStatus": "any", "countType": "imageCountMoreThan"}
_OLD = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}


@pytest.mark.parametrize("action", ["update", "replace"])
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (_ANY | {"countNumber": 30}, _ANY | {"countNumber": 3}, "all images but the newest 3 are deleted"),
        (_OLD | {"countNumber": 14}, _OLD | {"countNumber": 1}, "untagged images older than 1 day are deleted"),
        (
            _ANY | {"countNumber": 9, "tagStatus": "tagged", "tagPrefixList": ["dev"]},
            _ANY | {"countNumber": 9, "tagStatus": "tagged", "tagPrefixList": ["v"]},
            "images tagged v but the newest 9 are deleted",
        ),
    ],
)
def test_a_repository_that_keeps_fewer_images_says_so(before: Any, after: Any, words: str, action: str) -> None:
    kind = "aws_ecr_lifecycle_policy"
    assert f"MEDIUM data loss: {words}" in str(told(kind, action, _images(before), _images(after)))
    assert "data loss" not in str(told(kind, action, _images(after), _images(after)))


def _plan(**more: Any) -> dict[str, Any]:
    rule = {
        "rule_name": "yearly", "schedule": "cron(0 5 1 1 ? *)", "target_vault_name": "main",
        "lifecycle": [{"delete_after": 400}], "copy_action": [{"destination_vault_arn": "far"}],
        "enable_continuous_backup": True,
    }  # fmt: skip
    return {"rule": [rule | more]}


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (_plan(lifecycle=[{"delete_after": 40}]), 'the rule "yearly" keeps its backups 40 days instead of 400'),
        (
            _plan(copy_action=[{"destination_vault_arn": "far", "lifecycle": [{"delete_after": 1}]}]),
            'the rule "yearly" keeps its copies 1 day instead of forever',
        ),
        (_plan(copy_action=[{"destination_vault_arn": "near"}]), 'the rule "yearly" no longer copies its backups'),
        (_plan(copy_action=[]), 'the rule "yearly" no longer copies its backups'),
        (_plan(schedule="cron(0 5 1 1 ? 2030)"), 'the rule "yearly" makes its backups at other times: schedule'),
        (_plan(enable_continuous_backup=False), 'the rule "yearly" makes no more backups to restore a moment from'),
        ({"rule": []}, 'the rule "yearly" makes no more backups'),
    ],
)
def test_a_backup_plan_says_what_it_keeps_less(after: Any, words: str) -> None:
    assert told("aws_backup_plan", "update", _plan(), after)[0].startswith(f"MEDIUM data loss: {words}")


def test_a_backup_that_was_kept_forever_is_not_any_more_and_a_longer_time_loses_nothing() -> None:
    forever, year = _plan(lifecycle=[]), _plan()
    assert "400 days instead of forever" in told("aws_backup_plan", "update", forever, year)[0]
    assert told("aws_backup_plan", "update", year, _plan(lifecycle=[{"delete_after": 500}])) == [
        "LOW harmless: nothing will be lost"
    ]


def test_snapshots_of_volumes_are_backups_as_well() -> None:
    def snapshots(count: int) -> dict[str, Any]:
        return {"policy_details": [{"schedule": [{"name": "daily", "retain_rule": [{"count": count}]}]}]}

    found = told("aws_dlm_lifecycle_policy", "update", snapshots(14), snapshots(3))
    assert found == ['MEDIUM data loss: the rule "daily" keeps its backups 3 instead of 14']
    chosen = [{"resources": [f"arn:{name}" for name in names]} for names in ("ab", "a")]
    assert "MEDIUM data loss: no longer backed up: arn:b" in told("aws_backup_selection", "replace", *chosen)


def _retries(count: int) -> dict[str, Any]:
    return {"retry_policy": [{"maximum_retry_attempts": count}]}


_GIVEN_UP: list[tuple[str, Any, Any, str]] = [
    ("aws_lambda_event_source_mapping", {"maximum_retry_attempts": -1}, {"maximum_retry_attempts": 2}, "-1 -> 2"),
    ("aws_lambda_function_event_invoke_config", {"maximum_retry_attempts": 2}, {"maximum_retry_attempts": 0}, "2 -> 0"),
    ("aws_cloudwatch_event_target", _retries(185), _retries(1), "185 -> 1"),
    ("aws_cloudwatch_event_target", {"retry_policy": []}, _retries(1), "unset -> 1"),
    ("aws_scheduler_schedule", {"target": [_retries(10)]}, {"target": [_retries(1)]}, "10 -> 1"),
]


@pytest.mark.parametrize(("kind", "before", "after", "words"), _GIVEN_UP)
def test_what_is_tried_less_often_is_lost_sooner(kind: str, before: Any, after: Any, words: str) -> None:
    found = told(kind, "update", before, after)
    assert found[0].startswith("MEDIUM data loss: ")
    assert found[0].endswith(f"given up sooner when it fails, and is lost: maximum_retry_attempts {words}")
    assert "lost: " not in str(told(kind, "update", after, before))


def test_a_batch_whose_failures_are_no_longer_reported_is_deleted() -> None:
    kind, name = "aws_lambda_event_source_mapping", "function_response_types"
    found = told(kind, "update", {name: ["ReportBatchItemFailures"]}, {name: []})
    assert found[0].startswith(
        "MEDIUM data loss: messages that its code reports as failed are deleted with their batch"
    )
    assert told(kind, "update", {name: []}, {name: ["ReportBatchItemFailures"]}) == [
        "LOW harmless: nothing will be lost"
    ]
    split = "bisect_batch_on_function_error"
    assert "given up as a whole" in told(kind, "update", {split: True}, {split: False})[0]


@pytest.mark.parametrize("kind", ["aws_sqs_queue", "aws_sqs_queue_redrive_policy"])
def test_a_message_that_is_set_aside_sooner_is_told(kind: str) -> None:
    before, after = (
        {"redrive_policy": json.dumps({"deadLetterTargetArn": "a", "maxReceiveCount": count})} for count in (5, 1)
    )
    words = "MEDIUM downtime: a message is set aside after 1 failure, not after 5: maxReceiveCount 5 -> 1"
    assert told(kind, "update", before, after) == [words]
    moved = {"redrive_policy": json.dumps({"deadLetterTargetArn": "b", "maxReceiveCount": 5})}
    assert told(kind, "update", before, moved) == ["LOW downtime: messages are set aside in b, and no longer in a"]


@pytest.mark.parametrize(
    ("kind", "name", "what"),
    [
        ("aws_cloudwatch_log_group", "retention_in_days", "log events"),
        ("aws_cloudwatch_event_archive", "retention_days", "events"),
        ("aws_customerprofiles_domain", "default_expiration_days", "profiles"),
    ],
)
def test_what_was_kept_forever_is_deleted(kind: str, name: str, what: str) -> None:
    expected = f"MEDIUM data loss: {what} older than 30 days are deleted (they were kept forever)"
    assert told(kind, "update", {name: 0}, {name: 30}) == [expected]
    assert "data loss" not in str(told(kind, "update", {name: 30}, {name: 0}))


def test_the_time_of_items_in_another_attribute_deletes_those_that_are_old() -> None:
    before, after = ({"ttl": [{"enabled": True, "attribute_name": name}]} for name in ("purgeAt", "createdAt"))
    words = 'HIGH data loss: items whose time has passed are deleted: TTL on "createdAt", not on "purgeAt"'
    assert told("aws_dynamodb_table", "update", before, after) == [words]
    off = {"ttl": [{"enabled": False, "attribute_name": "purgeAt"}]}
    assert told("aws_dynamodb_table", "update", before, off) == ["LOW harmless: nothing will be lost"]


@pytest.mark.parametrize(
    ("kind", "name", "before", "after"),
    [
        ("aws_dynamodb_table", "point_in_time_recovery", {"enabled": True}, {"recovery_period_in_days": 1}),
        ("aws_s3_bucket_versioning", "versioning_configuration", {"mfa_delete": "Enabled"}, {"mfa_delete": "Disabled"}),
        (
            "aws_rds_cluster",
            "serverlessv2_scaling_configuration",
            {"seconds_until_auto_pause": 9000},
            {"seconds_until_auto_pause": 300},
        ),
    ],
)
def test_of_a_block_that_a_judge_read_in_part_the_rest_is_not_judged(
    kind: str, name: str, before: Any, after: Any
) -> None:
    sides = ({name: [{"enabled": True, "max_capacity": 1} | one]} for one in (before, after))
    assert told(kind, "update", *sides) == [f"LOW unknown effect: not judged: {name}"]


def test_what_is_empty_on_both_sides_or_formatted_differently_is_judged() -> None:
    nothing = ["LOW harmless: nothing will be lost"]
    assert told("acme_thing", "update", {"x": [{"a": None}]}, {"x": [{"a": ""}]}) == nothing
    assert told("acme_thing", "update", {"x": '{"a":1}'}, {"x": '{"a": 1}'}) == nothing
    assert (
        told("aws_cloudwatch_metric_alarm", "update", {"alarm_description": "a"}, {"alarm_description": "b"}) == nothing
    )


def test_a_new_rule_for_all_objects_that_deletes_sooner_is_a_loss_for_good() -> None:
    def rules(*named: tuple[str, int]) -> dict[str, Any]:
        return {"rule": [{"id": name, "status": "Enabled", "expiration": [{"days": days}]} for name, days in named]}

    kind = "aws_s3_bucket_lifecycle_configuration"
    [said, *_] = told(kind, "update", rules(("keep", 2555)), rules(("keep", 2555), ("resized", 30)))
    words = 'all objects are deleted after 30 days by the rule "resized", not after 2555, older ones at once'
    assert said == f"HIGH data loss: {words}"
    [said, *_] = told(kind, "update", rules(("keep", 90)), rules(("keep", 60)))
    assert said == 'MEDIUM data loss: objects are deleted after 60 days by the rule "keep", not after 90'
