"""Destruction of what holds data, and updates that keep less of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import Level, parse_plan
from infragen.plan.risks.types import PROTECTED_SERVICES, PROTECTIONS
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told

READER = "application-autoscaling-61aabbcc-4e2f-4c65-b620-ab7421abc123"
SNAPSHOT = {"skip_final_snapshot": False, "final_snapshot_identifier": "orders-final"}
_CANNOT_TELL = "HIGH data loss: it may hold data that is lost with it: no rule knows its type, cannot tell"
# Data stores of other providers, and of the AWS provider since version 6.
_UNKNOWN = (
    "acme_alert_database", "acme_orders_database", "acme_server", "aws_bedrockagentcore_memory",
    "aws_s3vectors_vector_bucket", "azurerm_subscription", "databricks_schema", "ec_deployment",
    "elasticstack_elasticsearch_index", "gitlab_project", "helm_release", "kubernetes_manifest",
    "mongodbatlas_cluster", "snowflake_table", "tfe_workspace", "vault_mount",
)  # fmt: skip
DESTROYED: list[tuple[str, dict[str, Any], str]] = [
    (
        "aws_rds_cluster",
        {"skip_final_snapshot": True},
        "HIGH data loss: its data is lost with it: skip_final_snapshot is true",
    ),
    ("aws_rds_cluster", {}, "HIGH data loss: its data is lost with it: no final snapshot is named"),
    ("aws_rds_cluster", SNAPSHOT, 'HIGH data loss: its data is left only in the final snapshot "orders-final"'),
    (
        "aws_db_instance",
        SNAPSHOT | {"deletion_protection": True},
        (
            'HIGH data loss: its data is left only in the final snapshot "orders-final" '
            "(AWS refuses it, the apply stops there: deletion_protection is on)"
        ),
    ),
    (
        "aws_rds_cluster",
        SNAPSHOT | {"cluster_members": ["orders-writer", READER]},
        (
            'HIGH data loss: its data is left only in the final snapshot "orders-final" '
            f"(AWS refuses it, the apply stops there: Auto Scaling has added {READER})"
        ),
    ),
    ("aws_elasticache_cluster", {}, "HIGH data loss: its data is lost with it: no final snapshot is named"),
    (
        "aws_s3_bucket",
        {"force_destroy": True},
        "HIGH data loss: all of its objects are lost with it: force_destroy is true",
    ),
    (
        "aws_s3_bucket",
        {"force_destroy": False},
        "MEDIUM data loss: AWS refuses it unless the bucket is empty: force_destroy is false",
    ),
    ("aws_s3_bucket", {}, "HIGH data loss: all of its objects are lost with it"),
    (
        "aws_ecr_repository",
        {"force_delete": True},
        "HIGH data loss: all of its images are lost with it: force_delete is true",
    ),
    (
        "aws_ebs_volume",
        {"final_snapshot": True},
        "HIGH data loss: its data is left only in a final snapshot: final_snapshot is true",
    ),
    ("aws_ebs_volume", {"final_snapshot": False}, "HIGH data loss: its data is lost with it: final_snapshot is false"),
    (
        "aws_secretsmanager_secret",
        {"recovery_window_in_days": 0},
        "HIGH data loss: the secret is deleted permanently at once",
    ),
    (
        "aws_secretsmanager_secret",
        {"recovery_window_in_days": 7},
        "MEDIUM data loss: the secret can be restored only for 7 days (recovery_window_in_days)",
    ),
    (
        "aws_secretsmanager_secret",
        {"recovery_window_in_days": 7, "replica": [{"region": "ap-northeast-3"}]},
        "HIGH data loss: its copy in ap-northeast-3 is deleted at once: what reads there, a standby too, finds nothing",
    ),
    (
        "aws_kms_key",
        {"deletion_window_in_days": 10},
        "HIGH data loss: data encrypted with it can no longer be read, immediately and permanently after 10 days",
    ),
    ("aws_dynamodb_table", {}, "HIGH data loss: its items are lost with it: there is no point-in-time recovery"),
    (
        "aws_dynamodb_table",
        {"point_in_time_recovery": [{"enabled": True}]},
        "HIGH data loss: its items are left only in a system backup, kept for 35 days",
    ),
    ("aws_cloudwatch_log_group", {}, "HIGH data loss: its log events are lost with it"),
    ("aws_efs_file_system", {}, "HIGH data loss: its contents are lost with it"),
    (
        "aws_cognito_user_pool",
        {"deletion_protection": "ACTIVE"},
        (
            "HIGH data loss: its contents are lost with it "
            "(AWS refuses it, the apply stops there: deletion_protection is on)"
        ),
    ),
    ("aws_db_snapshot", {}, "HIGH data loss: the backup itself is deleted"),
    (
        "aws_instance",
        {
            "root_block_device": [{"delete_on_termination": True}],
            "ebs_block_device": [{"delete_on_termination": False}],
        },
        "MEDIUM data loss: its volumes are deleted with it (1 with delete_on_termination)",
    ),
    (
        "aws_organizations_account",
        {"close_on_deletion": True},
        "HIGH data loss: the whole account is closed, and everything in it",
    ),
    ("google_sql_database_instance", {}, "HIGH data loss: its contents are lost with it"),
    ("azurerm_managed_disk", {}, "HIGH data loss: its contents are lost with it"),
    *((name, {}, _CANNOT_TELL) for name in _UNKNOWN),
]


@pytest.mark.parametrize("action", ["delete", "replace", "create first"])
@pytest.mark.parametrize(("resource_type", "before", "expected"), DESTROYED)
def test_a_destruction_says_what_becomes_of_the_data(
    resource_type: str, before: dict[str, Any], expected: str, action: str
) -> None:
    assert expected in told(resource_type, action, before, None if action == "delete" else {})


HOLD_NONE = [
    "aws_iam_role", "aws_db_subnet_group", "aws_ecs_cluster", "azurerm_subnet", "azurerm_public_ip", "datadog_monitor",
    "google_compute_firewall", "google_project_iam_member", "kubernetes_deployment", "kubernetes_role_binding_v1",
    "pagerduty_service", "random_password", "snowflake_network_policy", "tfe_team_policy",
]  # fmt: skip


@pytest.mark.parametrize("resource_type", HOLD_NONE)
def test_what_holds_no_data_loses_none(resource_type: str) -> None:
    assert not [reason for reason in told(resource_type, "delete", {}, None) if "data loss" in reason]


def test_an_aurora_instance_is_not_its_cluster_and_takes_no_data_with_it() -> None:
    assert not [reason for reason in told("aws_rds_cluster_instance", "delete", {}, None) if "data loss" in reason]


@pytest.mark.parametrize(
    ("resource_type", "name"),
    [("aws_db_instance", "replicate_source_db"), ("aws_rds_cluster", "replication_source_identifier")],
)
@pytest.mark.parametrize("more", [{"skip_final_snapshot": True}, SNAPSHOT, {}])
def test_a_copy_takes_no_data_with_it(resource_type: str, name: str, more: dict[str, Any]) -> None:
    copy = 'it is a copy of "orders", and holds no data of its own'
    assert told(resource_type, "delete", more | {name: "orders"}, None) == [
        f"MEDIUM downtime: connections to it break from then on; {copy}"
    ]
    assert told(resource_type, "replace", more | {name: "orders"}, {name: "orders"}) == [
        f"MEDIUM downtime: connections to it break until the new one is created; {copy}"
    ]
    assert "HIGH data loss" in told(resource_type, "delete", more | {name: ""}, None)[0]  # it was promoted


@pytest.mark.parametrize("kind", ["rds", "docdb", "neptune"])
def test_a_reader_of_a_cluster_is_judged_by_who_reads_from_it(kind: str) -> None:
    assert told(f"aws_{kind}_cluster_instance", "delete", {"promotion_tier": 1}, None) == [
        "MEDIUM downtime: connections to it break from then on"
    ]


PROTECTED = [
    ("aws_rds_cluster", "deletion_protection", True, "HIGH data loss"),
    ("aws_db_instance", "deletion_protection", True, "HIGH data loss"),
    ("aws_docdb_cluster", "deletion_protection", True, "HIGH data loss"),
    ("aws_neptune_cluster", "deletion_protection", True, "HIGH data loss"),
    ("aws_dynamodb_table", "deletion_protection_enabled", True, "HIGH data loss"),
    ("aws_cognito_user_pool", "deletion_protection", "ACTIVE", "HIGH data loss"),
    ("aws_lb", "enable_deletion_protection", True, "MEDIUM downtime: nothing answers at its name from then on"),
    ("aws_dsql_cluster", "deletion_protection_enabled", True, "HIGH data loss"),
    ("aws_networkfirewall_firewall", "delete_protection", True, "MEDIUM downtime: it is destroyed"),
    ("aws_emr_cluster", "termination_protection", True, "HIGH data loss"),
    ("aws_eks_cluster", "deletion_protection", True, "MEDIUM downtime: its control plane"),
    ("aws_verifiedpermissions_policy_store", "deletion_protection", "ENABLED", ""),
]


@pytest.mark.parametrize("action", ["delete", "replace", "create first"])
@pytest.mark.parametrize(("resource_type", "name", "value", "risk"), PROTECTED)
def test_what_aws_refuses_to_delete_is_told_with_its_worst_risk(
    resource_type: str, name: str, value: Any, risk: str, action: str
) -> None:
    after = None if action == "delete" else {}
    first, *others = told(resource_type, action, {name: value}, after)
    assert first.endswith(f" (AWS refuses it, the apply stops there: {name} is on)")
    assert not [reason for reason in others if "refuses it" in reason]
    assert action != "delete" or first.startswith(risk)
    off = {True: False, "ACTIVE": "INACTIVE", "ENABLED": "DISABLED"}[value]
    assert "refuses" not in str(told(resource_type, action, {name: off}, after))


@pytest.mark.parametrize(("resource_type", "name"), PROTECTIONS.items())
def test_every_protection_that_is_switched_off_is_told(resource_type: str, name: str) -> None:
    kind = "downtime" if resource_type in PROTECTED_SERVICES else "data loss"
    said = f"MEDIUM {kind}: {name} is switched off: nothing prevents it from being destroyed"
    assert told(resource_type, "update", {name: True}, {name: False})[0] == said


def test_where_the_provider_takes_the_protection_off_nothing_is_refused() -> None:
    protected = {"disable_api_termination": True}
    for forces, refused in ((None, False), (False, True), (True, False)):  # the provider's version 5 has none
        said = str(told("aws_instance", "delete", protected | {"force_destroy": forces}, None))
        assert ("AWS refuses it, the apply stops there: disable_api_termination is on" in said) is refused
    forced = {"deletion_protection_enabled": True, "force_destroy": True}
    assert "AWS refuses it" not in str(told("aws_dsql_cluster", "delete", forced, None))


@pytest.mark.parametrize("name", ["sql_database_instance", "redis_instance", "secret_manager_secret", "folder"])
def test_other_clouds_are_not_called_aws(name: str) -> None:
    first = told(f"google_{name}", "delete", {"deletion_protection": True}, None)[0]
    assert first.endswith("(it is refused, the apply stops there: deletion_protection is on)")
    said = str(told("google_filestore_instance", "delete", {"deletion_protection_enabled": True}, None))
    assert "it is refused" in said


def test_a_long_reason_does_not_push_the_refusal_out() -> None:
    before = {"deletion_protection": True, "replicate_source_db": "x" * 300}
    first = told("aws_db_instance", "delete", before, None)[0]
    assert first.endswith("(AWS refuses it, the apply stops there: deletion_protection is on)")


@pytest.mark.parametrize(
    ("resource_type", "name"),
    [("aws_db_instance", "replicate_source_db"), ("aws_rds_cluster", "replication_source_identifier")],
)
@pytest.mark.parametrize("after", [None, ""])
def test_a_promotion_cannot_be_taken_back(resource_type: str, name: str, after: str | None) -> None:
    assert told(resource_type, "update", {name: "orders"}, {name: after})[0] == (
        'HIGH data loss: it no longer follows "orders" and becomes writable, which cannot be undone: '
        f"what is written to one is then missing in the other ({name} is removed)"
    )
    for other in ({name: "orders"}, {name: "others"}):
        assert "taken back" not in str(told(resource_type, "update", {name: "orders"}, other))
    assert "taken back" not in str(told(resource_type, "update", {name: ""}, {name: after}))


def test_a_log_group_that_is_left_in_aws_is_no_loss() -> None:
    first = told("aws_cloudwatch_log_group", "delete", {"skip_destroy": True}, None)[0]
    assert first == "LOW data loss: its log events stay in AWS: skip_destroy is true"


UPDATED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "aws_db_instance",
        {"backup_retention_period": 7},
        {"backup_retention_period": 1},
        "MEDIUM data loss: automated backups are kept 1 day instead of 7",
    ),
    (
        "aws_db_instance",
        {"backup_retention_period": 7},
        {"backup_retention_period": 0},
        "HIGH data loss: automated backups are no longer kept: backup_retention_period 7 -> 0",
    ),
    (
        "aws_cloudwatch_log_group",
        {"retention_in_days": 0},
        {"retention_in_days": 30},
        "MEDIUM data loss: log events older than 30 days are deleted (they were kept forever)",
    ),
    (
        "aws_cloudwatch_log_group",
        {"retention_in_days": 90},
        {"retention_in_days": 1},
        "MEDIUM data loss: log events older than 1 day are deleted (they were kept 90 days)",
    ),
    (
        "aws_rds_cluster",
        {"deletion_protection": True},
        {"deletion_protection": False},
        "MEDIUM data loss: deletion_protection is switched off: nothing prevents it from being destroyed",
    ),
    (
        "aws_cognito_user_pool",
        {"deletion_protection": "ACTIVE"},
        {"deletion_protection": "INACTIVE"},
        "MEDIUM data loss: deletion_protection is switched off: nothing prevents it from being destroyed",
    ),
    (
        "aws_rds_cluster",
        {"skip_final_snapshot": False},
        {"skip_final_snapshot": True},
        "MEDIUM data loss: skip_final_snapshot becomes true: destroying it would leave no snapshot",
    ),
    (
        "aws_s3_bucket",
        {"force_destroy": False},
        {"force_destroy": True},
        "MEDIUM data loss: force_destroy becomes true: destroying it would delete its contents",
    ),
    (
        "aws_s3_bucket_versioning",
        {"versioning_configuration": [{"status": "Enabled"}]},
        {"versioning_configuration": [{"status": "Suspended"}]},
        "MEDIUM data loss: versioning stops: objects that are overwritten or deleted can no longer be recovered",
    ),
    (
        "aws_s3_bucket_lifecycle_configuration",
        {"rule": [{"id": "old", "status": "Enabled", "expiration": [{"days": 90}]}]},
        {"rule": [{"id": "old", "status": "Enabled", "expiration": [{"days": 30}]}]},
        'MEDIUM data loss: objects are deleted after 30 days by the rule "old", not after 90',
    ),
    (
        "aws_s3_bucket_lifecycle_configuration",
        {"rule": [{"id": "old", "status": "Disabled", "expiration": [{"days": 30}]}]},
        {"rule": [{"id": "old", "status": "Enabled", "expiration": [{"days": 30}], "filter": [{"prefix": ""}]}]},
        'HIGH data loss: all objects are deleted after 30 days by the rule "old", older ones at once',
    ),
    (
        "aws_s3_bucket_lifecycle_configuration",
        {"rule": []},
        {"rule": [{"id": "tmp", "status": "Enabled", "expiration": [{"days": 1}], "filter": [{"prefix": "tmp/"}]}]},
        'MEDIUM data loss: objects are deleted after 1 day by the rule "tmp", older ones at once',
    ),
    (
        "aws_s3_bucket_lifecycle_configuration",
        {"rule": [{"id": "r", "status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 30}]}]},
        {"rule": [{"id": "r", "status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 7}]}]},
        'MEDIUM data loss: what is overwritten or deleted can be recovered for 7 days instead of 30, by the rule "r"',
    ),
    (
        "aws_dynamodb_table",
        {"ttl": [{"enabled": False}]},
        {"ttl": [{"enabled": True, "attribute_name": "expires"}]},
        'HIGH data loss: items whose time has passed are deleted: TTL on "expires"',
    ),
    (
        "aws_dynamodb_table",
        {"point_in_time_recovery": [{"enabled": True}]},
        {"point_in_time_recovery": [{"enabled": False}]},
        "MEDIUM data loss: point-in-time recovery is switched off: its backups are deleted",
    ),
    (
        "aws_kinesis_stream",
        {"retention_period": 168},
        {"retention_period": 24},
        "MEDIUM data loss: records are kept 1 day instead of 7 days",
    ),
    (
        "aws_sqs_queue",
        {"message_retention_seconds": 345_600},
        {"message_retention_seconds": 3600},
        "MEDIUM data loss: messages are kept 1 h instead of 4 days",
    ),
    (
        "aws_secretsmanager_secret",
        {"recovery_window_in_days": 30},
        {"recovery_window_in_days": 0},
        "MEDIUM data loss: destroying it would delete it permanently at once: recovery_window_in_days 30 -> 0",
    ),
    (
        "aws_secretsmanager_secret",
        {"recovery_window_in_days": 30},
        {"recovery_window_in_days": 7},
        "MEDIUM data loss: destroying it would leave 7 days to restore it: recovery_window_in_days 30 -> 7",
    ),
    (
        "aws_secretsmanager_secret",
        {"replica": [{"region": "ap-northeast-3"}, {"region": "eu-west-1"}]},
        {"replica": [{"region": "eu-west-1"}]},
        "HIGH data loss: its copy in ap-northeast-3 is deleted at once: what reads there, a standby too, finds nothing",
    ),
    (
        "aws_dynamodb_table",
        {"replica": [{"region_name": "eu-south-1"}, {"region_name": "eu-west-1"}]},
        {"replica": []},
        (
            "HIGH data loss: its copy in eu-south-1 and eu-west-1 is deleted at once: "
            "what reads there, a standby too, finds nothing"
        ),
    ),
    (
        "aws_kms_key",
        {"is_enabled": True},
        {"is_enabled": False},
        "MEDIUM data loss: data encrypted with it cannot be read while the key is disabled",
    ),
]


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), UPDATED)
def test_an_update_says_what_it_takes_from_the_data(
    resource_type: str, before: dict[str, Any], after: dict[str, Any], expected: str
) -> None:
    assert expected in told(resource_type, "update", before, after)


@pytest.mark.parametrize(("resource_type", "before", "after", "expected"), UPDATED)
def test_the_way_back_is_no_loss(
    resource_type: str, before: dict[str, Any], after: dict[str, Any], expected: str
) -> None:
    back = told(resource_type, "update", after, before)
    if resource_type == "aws_cloudwatch_log_group" or "lifecycle" not in resource_type:
        assert not [reason for reason in back if "data loss" in reason]


def test_items_that_expire_already_are_no_news() -> None:
    before = {"ttl": [{"enabled": True, "attribute_name": "expires"}], "billing_mode": "PROVISIONED"}
    change = resource("aws_dynamodb_table.a", ["update"], before, {**before, "billing_mode": "PAY_PER_REQUEST"})
    assert not [one for one in reasons(plan(change), "aws_dynamodb_table.a") if "expire" in one]


def test_what_an_update_does_not_touch_is_not_told() -> None:
    assert told(
        "aws_db_instance", "update", {"backup_retention_period": 7, "tags": {}}, {"backup_retention_period": 7}
    ) == ["LOW harmless: nothing will be lost"]


def reasons(content: bytes, address: str) -> list[str]:
    (change,) = [one for one in parse_plan(content).changes if one.address == address]
    return [f"{risk.level.name} {risk.kind}: {risk.reason}" for risk in change.risks]


def test_a_deleted_key_names_what_goes_on_using_it() -> None:
    key = resource("aws_kms_key.a", ["delete"], {"arn": "arn:aws:kms:::key/1", "key_id": "1"}, None)
    held = {"kms_key_id": "arn:aws:kms:::key/1"}
    cluster = resource("aws_rds_cluster.b", ["no-op"], held, held)
    gone = resource("aws_rds_cluster.c", ["delete"], held, None)
    moved = resource("aws_rds_cluster.d", ["update"], held, {"kms_key_id": "arn:aws:kms:::key/2"})
    allowed = resource("aws_iam_policy.e", ["no-op"], {"policy": '["arn:aws:kms:::key/1"]'}, held)
    found = reasons(plan(key, cluster, gone, moved, allowed), "aws_kms_key.a")[0]
    assert found.startswith(
        "HIGH data loss: the data of aws_rds_cluster.b, which keeps using it, can no longer be read"
    )
    assert reasons(plan(key, gone, moved), "aws_kms_key.a")[0].startswith("HIGH data loss: data encrypted with it can")


def test_a_key_of_copies_that_go_with_it_is_no_loss_of_what_was_copied() -> None:
    arn = "arn:aws:kms:::key/1"
    key = resource("aws_kms_key.a", ["delete"], {"arn": arn, "key_id": "1"}, None)
    copied = {"bucket": "backups", "replication_configuration": [{"rules": [{"replica_kms_key_id": arn}]}]}
    origin = resource("aws_s3_bucket.b", ["no-op"], copied, copied)
    encrypted = {"server_side_encryption_configuration": [{"rule": [{"kms_master_key_id": arn}]}]}
    copy = resource("aws_s3_bucket.copy", ["delete"], encrypted, None)
    kept = resource("aws_s3_bucket.kept", ["no-op"], encrypted, encrypted)
    cluster = resource("aws_rds_cluster.c", ["delete"], {"kms_key_id": arn}, None)

    def loss(*others: dict[str, Any]) -> str:
        found = reasons(plan(key, origin, *others), "aws_kms_key.a")
        return next(reason for reason in found if "data loss" in reason)

    assert loss(copy) == "LOW data loss: everything known to be encrypted with it is destroyed as well"
    assert loss(copy, kept).startswith("HIGH data loss: the data of aws_s3_bucket.kept, which keeps using it")
    assert loss(copy, cluster).startswith("HIGH data loss: data encrypted with it can no longer be read")
    assert loss().startswith("HIGH data loss: data encrypted with it can no longer be read")


def test_what_makes_backups_says_so_when_it_goes() -> None:
    trusted = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}}]}
    role = {"assume_role_policy": json.dumps(trusted), "description": "Takes snapshots of main"}
    lost = 'MEDIUM data loss: AWS Backup makes no more backups with it ("Takes snapshots of main")'
    assert lost in told("aws_iam_role", "delete", role, None)
    assert lost not in told("aws_iam_role", "replace", role, role)
    assert "data loss" not in str(told("aws_iam_role", "delete", {"assume_role_policy": "{}"}, None))
    for name, words in (
        ("aws_backup_vault", "no more backups are put into it, by a plan or before a release"),
        ("aws_backup_plan", "it makes no more backups"),
        ("aws_s3_bucket_object_lock_configuration", "new objects are no longer locked by default"),
        ("aws_s3_bucket_replication_configuration", "objects are no longer copied to another bucket"),
    ):
        assert f"MEDIUM data loss: {words}" in told(name, "delete", {}, None)


def test_a_bucket_that_does_not_exist_yet_loses_nothing() -> None:
    rules = {"bucket": "logs", "rule": [{"id": "old", "status": "Enabled", "expiration": [{"days": 30}]}]}
    made = {"expressions": {"bucket": {"references": ["aws_s3_bucket.b.bucket", "aws_s3_bucket.b"]}}}
    configuration = {"root_module": {"resources": [{"address": "aws_s3_bucket_lifecycle_configuration.a", **made}]}}
    lifecycle = resource("aws_s3_bucket_lifecycle_configuration.a", ["create"], None, rules)
    for actions, expected in ((["create"], "LOW harmless: only additions"), (["no-op"], "HIGH data loss: all objects")):
        bucket = resource("aws_s3_bucket.b", actions, None if actions == ["create"] else {}, {"bucket": "logs"})
        content = plan(lifecycle, bucket, configuration=configuration)
        assert reasons(content, "aws_s3_bucket_lifecycle_configuration.a")[0].startswith(expected)


def test_a_number_that_no_one_can_count_is_none() -> None:
    huge = plan(resource("aws_sqs_queue.a", ["update"], {"message_retention_seconds": 60}, {"x": 1}))
    content = huge.replace(b'"message_retention_seconds": 60', b'"message_retention_seconds": 1e999').replace(
        b'"x": 1', b'"message_retention_seconds": 60'
    )
    assert reasons(content, "aws_sqs_queue.a") == ["LOW harmless: nothing will be lost"]


@pytest.mark.parametrize(("stored", "found"), [(True, False), (False, True)])
def test_what_is_deleted_is_judged_by_what_was_found_in_aws(stored: bool, found: bool) -> None:
    """Of what is deleted terraform shows what the state says, though it asked AWS."""
    sides = ({"deletion_protection": one, "skip_final_snapshot": True} for one in (stored, found))
    before, after = sides
    gone = resource("aws_db_instance.a", ["delete"], before, None)
    [change] = parse_plan(plan(gone, resource_drift=[resource("aws_db_instance.a", ["update"], before, after)])).changes
    assert bool(change.protection) is found
    assert ("AWS refuses it" in change.risks[0].reason) is found


def test_of_databases_with_one_name_for_their_final_snapshots_each_says_that_the_second_stays() -> None:
    """RDS API Reference, DeleteDBInstance: DBSnapshotAlreadyExists."""
    gone = [resource(f"aws_db_instance.{name}", ["delete"], SNAPSHOT) for name in ("a", "b")]
    cluster = resource("aws_rds_cluster.c", ["delete"], SNAPSHOT)
    stays = resource("aws_db_instance.d", ["update"], SNAPSHOT, {**SNAPSHOT, "multi_az": True})
    found = {one.address: one.risks[0].reason for one in parse_plan(plan(*gone, cluster, stays)).changes}
    left = 'its data is left only in the final snapshot "orders-final"'
    assert found["aws_rds_cluster.c"] == left
    for own, other in (("a", "b"), ("b", "a")):
        said = f"{left}, a name that aws_db_instance.{other} uses as well: AWS refuses to delete the second"
        assert found[f"aws_db_instance.{own}"] == said


@pytest.mark.parametrize("skipped", [True, False])
def test_what_somebody_deleted_outside_kept_what_they_chose(skipped: bool) -> None:
    """Terraform's own settings decide what it keeps, and not what somebody kept who deleted it by hand."""
    before = {**SNAPSHOT, "skip_final_snapshot": skipped, "deletion_protection": True}
    content = plan(resource_drift=[resource("aws_db_instance.a", ["delete"], before, None)])
    (change,) = parse_plan(content).drift
    assert change.risks[0].reason == "its data is left only in what its deletion kept: a snapshot, a time to restore it"
    assert change.risks[0].level is Level.HIGH


def test_another_database_in_the_place_of_one_is_told_in_drift() -> None:
    sides = ({"identifier": "a", "resource_id": one} for one in ("db-1", "db-2"))
    (change,) = parse_plan(plan(resource_drift=[resource("aws_db_instance.a", ["update"], *sides)])).drift
    assert change.risks[0].reason == 'it is another database now, restored or new: resource_id "db-1" -> "db-2"'
