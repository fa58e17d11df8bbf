"""What an object that a plan creates will be called by AWS, where the configuration chooses that name.

For the one question after a crash: was it made? Only names leave this module; nothing of them is secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import DecodeError, Struct, ValidationError, json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

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
    "aws_docdb_cluster": "cluster_identifier",
    "aws_docdb_cluster_instance": "identifier",
    "aws_docdb_cluster_parameter_group": "name",
    "aws_dynamodb_table": "name",
    "aws_ecr_repository": "name",
    "aws_ecs_cluster": "name",
    "aws_elasticache_parameter_group": "name",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_elasticache_subnet_group": "name",
    "aws_elasticache_user": "user_id",
    "aws_elasticache_user_group": "user_group_id",
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
under the same id (a topic): the first no one can find by its address, the second needs no finding.
"""

_LOOKED_UP_BY: Final[Mapping[str, str]] = {"aws_lb": "name", "aws_lb_target_group": "name"}
"""Types of which AWS has one of a name, under an id of its own; the data source of a type finds it by that argument.

A balancer is made for minutes, in which whoever dies has not heard its id.
"""


def is_named_otherwise(kind: str, planned: Mapping[str, Any], real: Mapping[str, Any]) -> bool:
    """Whether what was read is called in another way than what was asked for: then nothing is there by that name.

    The provider asks for a DB instance that is not there once more, by an empty name, and takes the only one it finds.
    """
    argument = _NAMED_BY.get(kind)
    wanted, has = (side.get(argument) if argument is not None else None for side in (planned, real))
    return isinstance(wanted, str) and isinstance(has, str) and has != wanted


def has_chosen_name(kind: str) -> bool:
    """Whether objects of a type have a name for an id, which another one may have later."""
    return kind in _NAMED_BY


class Creation(Struct, frozen=True):
    """An object that a plan creates: its type, and those of its texts that were asked for and that the plan knows."""

    type: str
    texts: Mapping[str, str]


def creations(plan: Path, fields: Collection[str]) -> dict[str, Creation]:
    """Return what a plan (`show -json`) creates, by address, with the texts of some fields, such as ids consist of."""
    found = {}
    for address, kind, after in _created(plan):
        texts = {name: value for name in fields if isinstance(value := after.get(name), str) and value}
        found[address] = Creation(kind, texts)
    return found


def names_to_import(plan: Path, addresses: Collection[str] | None = None) -> dict[str, str]:
    """Return what to import objects by (all, or those of some addresses), where a plan (`show -json`) names them."""
    return {
        address: after[argument]
        for address, kind, after in _created(plan)
        if (addresses is None or address in addresses)
        and (argument := _NAMED_BY.get(kind)) is not None
        and isinstance(after.get(argument), str)
    }


class Lookup(Struct, frozen=True):
    """A data source, and what it finds an object by."""

    type: str
    arguments: Mapping[str, str]


def lookups(plan: Path, addresses: Collection[str]) -> dict[str, Lookup]:
    """Return how to find what a plan (`show -json`) creates at some addresses, where it is found by a name it has."""
    return {
        address: Lookup(kind, {argument: after[argument]})
        for address, kind, after in _created(plan)
        if address in addresses
        and (argument := _LOOKED_UP_BY.get(kind)) is not None
        and isinstance(after.get(argument), str)
    }


def id_read(plan: Path, address: str) -> str | None:
    """Return the id that a data source of a plan's root read, if it did."""
    known = json.decode(plan.read_bytes()).get("prior_state") or {}
    resources = known.get("values", {}).get("root_module", {}).get("resources", ())
    return next((str(one["values"]["id"]) for one in resources if one.get("address") == address), None)


def _created(plan: Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield address, type and known attributes of what a plan creates; nothing where it is no plan."""
    try:
        changes: list[dict[str, Any]] = json.decode(plan.read_bytes()).get("resource_changes", [])
    except (DecodeError, ValidationError, AttributeError, UnicodeDecodeError):
        return
    for change in changes:
        how = change.get("change") or {}
        if change.get("mode", "managed") == "managed" and "create" in how.get("actions", ("create",)):
            yield str(change.get("address")), str(change.get("type", "")), how.get("after") or {}
