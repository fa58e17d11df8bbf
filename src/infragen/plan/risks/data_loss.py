"""Data loss: something that holds data goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Level, Risk, RiskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.view import View

__all__ = ["HOLDS_DATA", "judge"]

# Types whose destruction takes data with it that no apply brings back.
HOLDS_DATA = frozenset(
    f"aws_{name}"
    for names in (
        "backup_vault cognito_user_pool cloudwatch_log_group db_instance docdb_cluster dynamodb_table ebs_volume",
        "ecr_repository efs_file_system elasticache_cluster elasticache_replication_group fsx_lustre_file_system",
        "glacier_vault kinesis_stream kms_key kms_replica_key msk_cluster neptune_cluster opensearch_domain",
        "rds_cluster rds_global_cluster redshift_cluster route53_zone s3_bucket s3_object secretsmanager_secret",
        "sqs_queue ssm_parameter timestreamwrite_database timestreamwrite_table",
    )
    for name in names.split()
)


def judge(view: View) -> Iterator[Risk]:
    """Yield a risk when a real object that holds data is destroyed."""
    if view.action.destroys and view.type in HOLDS_DATA:
        yield Risk(Level.HIGH, RiskKind.DATA_LOSS, "what it holds is destroyed with it")
