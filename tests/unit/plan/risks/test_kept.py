"""What AWS keeps of an object that is destroyed: names that stay taken, and what is only deleted empty."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import Kept, parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import ACTIONS

REGION = "ap-northeast-1"
ARN = f"arn:aws:x:{REGION}:111122223333:one/a"
FINAL = {
    "arn": ARN,
    "identifier": "a",
    "cluster_identifier": "a",
    "final_snapshot_identifier": "a-final",
    "skip_final_snapshot": False,
}
SKIPPED = {**FINAL, "skip_final_snapshot": True}


def kept(kind: str, before: dict[str, Any], action: str = "delete") -> Kept | None:
    after = None if action == "delete" else before
    return parse_plan(plan(resource(f"{kind}.a", ACTIONS[action], before, after))).changes[0].kept


@pytest.mark.parametrize(
    ("kind", "before", "name"),
    [
        ("aws_db_instance", FINAL, "a-final"),
        ("aws_rds_cluster", FINAL, "a-final"),
        ("aws_docdb_cluster", FINAL, "a-final"),
        ("aws_neptune_cluster", FINAL, "a-final"),
        ("aws_redshift_cluster", FINAL, "a-final"),
        (
            "aws_elasticache_replication_group",
            {"arn": ARN, "replication_group_id": "a", "final_snapshot_identifier": "a-final"},
            "a-final",
        ),
        ("aws_memorydb_cluster", {"arn": ARN, "name": "a", "final_snapshot_name": "a-final"}, "a-final"),
        ("aws_ecr_repository", {"arn": ARN, "name": "web", "force_delete": False}, "web"),
        ("aws_backup_vault", {"arn": ARN, "name": "vault", "force_destroy": None}, "vault"),
        ("aws_athena_workgroup", {"arn": ARN, "name": "logs", "force_destroy": False}, "logs"),
        ("aws_s3_bucket", {"arn": "arn:aws:s3:::b", "region": REGION, "bucket": "b", "force_destroy": False}, "b"),
        ("aws_secretsmanager_secret", {"arn": ARN, "name": "key", "recovery_window_in_days": None}, "key"),
    ],
)
def test_a_destroyed_object_leaves_its_name(kind: str, before: dict[str, Any], name: str) -> None:
    expected = Kept(kind, name, name.removesuffix("-final"), REGION, 30)
    assert kept(kind, before) == expected
    assert kept(kind, before, "replace") == expected
    assert kept(kind, before, "update") is None
    assert kept(kind, before, "forget and create") is None


def test_a_secret_is_kept_for_its_own_window() -> None:
    found = kept("aws_secretsmanager_secret", {"arn": ARN, "name": "key", "recovery_window_in_days": 7})
    assert found == Kept("aws_secretsmanager_secret", "key", "key", REGION, 7)


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        ("aws_db_instance", SKIPPED),
        ("aws_rds_cluster", {**FINAL, "replication_source_identifier": "arn:aws:rds:other"}),
        ("aws_docdb_cluster", SKIPPED),
        ("aws_elasticache_replication_group", {"arn": ARN, "final_snapshot_identifier": None}),
        ("aws_ecr_repository", {"arn": ARN, "name": "web", "force_delete": True}),
        ("aws_s3_bucket", {"bucket": "b", "force_destroy": True}),
        ("aws_secretsmanager_secret", {"arn": ARN, "name": "key", "recovery_window_in_days": 0}),
        ("aws_sqs_queue", {"arn": ARN, "name": "queue"}),
    ],
)
def test_what_leaves_nothing_is_not_said_to(kind: str, before: dict[str, Any]) -> None:
    assert kept(kind, before) is None
