"""What an object that a plan creates will be called by AWS, where the configuration chooses that name.

For the one question after a crash: was it made? Only names leave this module; nothing of them is secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import DecodeError, ValidationError, json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["names_to_import"]

_NAMED_BY: Final[Mapping[str, str]] = {
    "aws_athena_workgroup": "name",
    "aws_cloudwatch_dashboard": "dashboard_name",
    "aws_cloudwatch_event_rule": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_db_instance": "identifier",
    "aws_db_parameter_group": "name",
    "aws_db_proxy": "name",
    "aws_db_subnet_group": "name",
    "aws_dynamodb_table": "name",
    "aws_ecr_repository": "name",
    "aws_ecs_cluster": "name",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_iam_instance_profile": "name",
    "aws_iam_role": "name",
    "aws_iam_user": "name",
    "aws_kms_alias": "name",
    "aws_lambda_function": "function_name",
    "aws_rds_cluster": "cluster_identifier",
    "aws_rds_cluster_instance": "identifier",
    "aws_rds_cluster_parameter_group": "name",
    "aws_rds_global_cluster": "global_cluster_identifier",
    "aws_s3_bucket": "bucket",
    "aws_ssm_parameter": "name",
}
"""Types whose `terraform import` takes the value of one argument (the provider's documentation, 5.100).

AWS refuses to make a second one of such a name. What is not here has an id of AWS's choice (a VPC), or is made again
under the same id (a topic): the first nobody can find by its address, the second needs no finding.
"""


def names_to_import(plan: Path, addresses: Collection[str]) -> dict[str, str]:
    """Return what to import each of some addresses by, where a plan (`show -json`) has them and they have a name."""
    try:
        changes: list[dict[str, Any]] = json.decode(plan.read_bytes()).get("resource_changes", [])
    except (DecodeError, ValidationError, AttributeError, UnicodeDecodeError):
        return {}
    found = {}
    for change in changes:
        argument = _NAMED_BY.get(change.get("type", ""))
        after = (change.get("change") or {}).get("after") or {}
        if argument and change.get("address") in addresses and isinstance(after.get(argument), str):
            found[str(change["address"])] = str(after[argument])
    return found
