"""How dangerous a change is, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from infragen.plan import Action

if TYPE_CHECKING:
    from infragen.plan import Change, ChangeSet

__all__ = ["Danger", "Risk", "danger_of", "risk_of"]

# Types whose destruction takes data with it that no apply brings back.
_HOLDS_DATA = frozenset(
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
# Types that are never changed, only followed by a new one: replacing them is their way to be updated.
_REVISIONS = frozenset(
    {
        "aws_api_gateway_deployment",
        "aws_ecs_task_definition",
        "aws_lambda_layer_version",
    }
)


class Danger(IntEnum):
    """What a change can cost; the smallest number is the worst."""

    DATA_LOSS = 0
    DOWNTIME = 1
    FORGET = 2
    CHANGE = 3
    CREATE = 4
    BOOKKEEPING = 5
    READ = 6


@dataclass(frozen=True, slots=True)
class Risk:
    """The grade of a whole change set: `HIGH`, `MEDIUM`, `LOW` or `NONE`, and why."""

    grade: str
    reason: str

    def __str__(self) -> str:
        return f"{self.grade} ({self.reason})"


_RISKS = {
    Danger.DATA_LOSS: Risk("HIGH", "data loss"),
    Danger.DOWNTIME: Risk("MEDIUM", "something is destroyed"),
    Danger.FORGET: Risk("MEDIUM", "something is left behind unmanaged"),
    Danger.CHANGE: Risk("LOW", "nothing is lost"),
    Danger.CREATE: Risk("LOW", "only additions"),
    Danger.BOOKKEEPING: Risk("LOW", "only the state changes"),
    Danger.READ: Risk("NONE", "only reads"),
}


def danger_of(change: Change) -> Danger:
    """Return what one change can cost, judged by its action and resource type."""
    if change.action.destroys and change.type in _HOLDS_DATA:
        return Danger.DATA_LOSS
    if change.action.is_replace and change.type in _REVISIONS:
        return Danger.CHANGE
    if change.action.destroys:
        return Danger.DOWNTIME
    return {
        Action.FORGET: Danger.FORGET,
        Action.REPLACE_FORGET: Danger.FORGET,
        Action.UPDATE: Danger.CHANGE,
        Action.CREATE: Danger.CREATE,
        Action.READ: Danger.READ,
    }.get(change.action, Danger.BOOKKEEPING)


def risk_of(change_set: ChangeSet) -> Risk:
    """Return the grade of the worst change."""
    if not change_set.changes:
        return Risk("NONE", "only outputs" if change_set.outputs else "no changes")
    return _RISKS[min(map(danger_of, change_set.changes))]
