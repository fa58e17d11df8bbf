"""What AWS keeps of an object that is destroyed: a name that is taken when it comes back, or contents in the way.

Sources: the provider's schema, version 5.100, and its documentation of these arguments; RDS User Guide "Deleting a DB
instance", AWS Secrets Manager User Guide "Delete an AWS Secrets Manager secret".
"""

from collections.abc import Mapping
from typing import Final

from infragen.plan.change_parts import Kept
from infragen.plan.risks.lookups import number, region_in, source_before
from infragen.plan.view import View

_FINAL: Final = "final_snapshot_identifier"
_SKIP: Final = "skip_final_snapshot"
CONTENTS: Final = frozenset({"aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy"})
"""Types of what lies in a bucket, with all its versions: a plan may destroy it before the bucket itself."""
KEPT: Final[Mapping[str, tuple[str, str, str]]] = {
    "aws_db_instance": (_FINAL, _SKIP, "identifier"),
    **{f"aws_{one}_cluster": (_FINAL, _SKIP, "cluster_identifier") for one in ("docdb", "neptune", "rds", "redshift")},
    "aws_elasticache_cluster": (_FINAL, "", "cluster_id"),
    "aws_elasticache_replication_group": (_FINAL, "", "replication_group_id"),
    "aws_memorydb_cluster": ("final_snapshot_name", "", "name"),
    "aws_secretsmanager_secret": ("name", "recovery_window_in_days", "name"),
    "aws_s3_bucket": ("bucket", "force_destroy", "bucket"),
    "aws_ecr_repository": ("name", "force_delete", "name"),
    "aws_backup_vault": ("name", "force_destroy", "name"),
    "aws_athena_workgroup": ("name", "force_destroy", "name"),
    **dict.fromkeys(CONTENTS, ("bucket", "", "key")),
}
"""The attribute with the name that is kept, the one that is true, or no days, where nothing is, and its own name's."""
_USUAL_DAYS: Final = 30
_SNAPSHOTS: Final[Mapping[str, str]] = {
    "aws_db_instance": "instance",
    **{f"aws_{one}_cluster": "cluster" for one in ("docdb", "neptune", "rds")},
    "aws_redshift_cluster": "redshift",
    "aws_elasticache_cluster": "cache",
    "aws_elasticache_replication_group": "cache",
    "aws_memorydb_cluster": "memorydb",
}
"""Types that leave a final snapshot, by those whose snapshots share their names in an account and a region."""


def ask_for_one_snapshot(one: Kept, other: Kept) -> bool:
    """Whether two objects would leave a final snapshot of one name: AWS refuses to delete the second."""
    family = _SNAPSHOTS.get(one.type)
    may_be_near = "" in (one.region, other.region) or one.region == other.region
    return family is not None and (family, one.name) == (_SNAPSHOTS.get(other.type), other.name) and may_be_near


def rivals(view: View) -> list[View]:
    own = kept(view) if view.type in _SNAPSHOTS else None
    others = ((one, kept(one)) for one in (view.others(_SNAPSHOTS) if own else ()))
    return [one for one, its in others if own and its and ask_for_one_snapshot(own, its)]


def kept(view: View) -> Kept | None:
    if not view.action.destroys or source_before(view):
        return None
    named, switch, own = KEPT[view.type]
    name, off, arn = view.before(named), view.before(switch) if switch else None, view.before("arn")
    days = number(off)
    if off is True or days == 0 or not isinstance(name, str) or not name:
        return None
    of, place = (str(view.before(one) or "") for one in (own, "region"))
    return Kept(view.type, name, of, region_in(arn) or place, days or _USUAL_DAYS)
