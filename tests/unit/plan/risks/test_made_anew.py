"""Without a state a plan does not say what is replaced: the provider's own facts do."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from infragen.plan.risks.types import MADE_ANEW, considered
from tests.unit.plan.plans import plan, resource


def told(kind: str, before: Any, after: Any, *, without_state: bool = True, **more: Any) -> str:
    """Return the first risk of an object that differs between two plans from nothing."""
    mark = {"planned_without_state": {"files": {}}} if without_state else {}
    risk = parse_plan(plan(resource(f"{kind}.a", ["update"], before, after, **more), **mark)).changes[0].risks[0]
    return f"{risk.level.name} {risk.kind}: {risk.reason}"


_STORES: list[tuple[str, str, Any, Any]] = [
    ("aws_db_instance", "db_name", "delivery_db", "delivery"),
    ("aws_db_instance", "storage_encrypted", True, None),
    ("aws_rds_cluster", "master_username", "root", "admin"),
    ("aws_ecr_repository", "encryption_configuration", [{"encryption_type": "AES256"}], [{"encryption_type": "KMS"}]),
    ("aws_dynamodb_table", "hash_key", "id", "order"),
    ("aws_efs_file_system", "encrypted", False, True),
    ("aws_sqs_queue", "fifo_queue", False, True),
    ("aws_cognito_user_pool", "username_attributes", ["email"], ["phone_number"]),
    ("aws_s3_bucket", "bucket", "files", "documents"),
]


@pytest.mark.parametrize(("kind", "name", "before", "after"), _STORES)
def test_an_argument_that_makes_a_store_anew_is_a_loss(kind: str, name: str, before: Any, after: Any) -> None:
    found = told(kind, {name: before}, {name: after})
    assert found.startswith(f"HIGH data loss: it is made anew by {name}: ")
    assert "made anew" not in told(kind, {name: before}, {name: after}, without_state=False)
    assert "made anew" not in told(kind, {name: after}, {name: after})


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("aws_db_instance", "kms_key_id"),
        ("aws_rds_cluster", "kms_key_id"),
        ("aws_elasticache_replication_group", "kms_key_id"),
        ("aws_neptune_cluster", "kms_key_arn"),
    ],
)
def test_a_key_in_the_place_of_that_of_aws_makes_a_store_anew(kind: str, name: str) -> None:
    words = f"HIGH data loss: it is made anew by {name}, unless AWS chose the same before: "
    assert told(kind, {}, {name: "${aws_kms_key.this.arn}"}).startswith(words)
    assert "made anew" not in told(kind, {name: "arn"}, {})
    assert "made anew" not in told(kind, {name: "arn"}, {}, after_unknown={name: True})


def test_what_holds_nothing_is_gone_for_a_while() -> None:
    gap = "MEDIUM downtime: it is made anew by port: its targets get no requests until the new one is created"
    assert told("aws_lb_target_group", {"port": 80}, {"port": 8080}) == gap


def test_the_table_is_of_the_providers_types() -> None:
    assert {*MADE_ANEW} <= considered()
