"""What AWS keeps of an object that is destroyed: a name that is taken when it comes back, or contents in the way.

Sources: the provider's schema, version 5.100, and its documentation of these arguments; RDS User Guide "Deleting a DB
instance", AWS Secrets Manager User Guide "Delete an AWS Secrets Manager secret".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.plan.model import Kept
from infragen.plan.risks.lookups import number, source_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.plan.view import View

_FINAL: Final = "final_snapshot_identifier"
_SKIP: Final = "skip_final_snapshot"
_KEPT: Final[Mapping[str, tuple[str, str]]] = {
    **{f"aws_{one}": (_FINAL, _SKIP) for one in ("db_instance", "docdb_cluster", "neptune_cluster", "rds_cluster")},
    "aws_redshift_cluster": (_FINAL, _SKIP),
    "aws_elasticache_cluster": (_FINAL, ""),
    "aws_elasticache_replication_group": (_FINAL, ""),
    "aws_memorydb_cluster": ("final_snapshot_name", ""),
    "aws_secretsmanager_secret": ("name", "recovery_window_in_days"),
    "aws_s3_bucket": ("bucket", "force_destroy"),
    "aws_ecr_repository": ("name", "force_delete"),
    "aws_backup_vault": ("name", "force_destroy"),
}
"""The attribute with the name, and the one that is true, or no days, where nothing is kept."""
_USUAL_DAYS: Final = 30


def kept(view: View) -> Kept | None:
    """Return what stays of an object that is destroyed; None where nothing is known to."""
    if not view.action.destroys or view.type not in _KEPT or source_before(view):
        return None
    named, switch = _KEPT[view.type]
    name, off, arn = view.before(named), view.before(switch) if switch else None, view.before("arn")
    days = number(off)
    if off is True or days == 0 or not isinstance(name, str) or not name:
        return None
    region = arn.split(":")[3] if isinstance(arn, str) and arn.count(":") > 4 else ""
    return Kept(view.type, name, region or str(view.before("region") or ""), days or _USUAL_DAYS)
