"""Cost: more is paid from now on. Words without prices, since prices depend on regions and contracts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import numbers, shown, switched_on, word
from infragen.plan.risks.types import table, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.risks.types import Judge
    from infragen.plan.view import View

_NOTABLY = 2
"""How many times as much a figure must become to be shown."""

# EC2 User Guide "Amazon EC2 instance type naming conventions": each size has twice the capacity of the one before.
_SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")
_CLASS = re.compile(r"(?:db\.|cache\.|kafka\.|mq\.|ml\.)?[a-z0-9-]+\.(\d{0,3})(nano|micro|small|medium|large|xlarge)")


def _paid(reason: str) -> Risk:
    return Risk(Level.LOW, RiskKind.COST, reason)


def _more(name: str, unit: str = "", inside: str | None = None) -> Judge:
    """Return the judge of a figure that is raised notably; `inside` is the nested block that it stands in."""

    def judge(view: View) -> Iterator[Risk]:
        change = None if view.is_whole else numbers(view, name, inside)
        if change and change[1] > change[0] and change[1] >= change[0] * _NOTABLY:
            yield _paid(f"{name} {change[0]:g} -> {change[1]:g}{unit}")

    return judge


def _grown(view: View) -> Iterator[Risk]:
    """Judge storage that grows a little: it cannot be made smaller again.

    Source: RDS User Guide "Increasing DB instance storage capacity".
    """
    change = numbers(view, "allocated_storage")
    if change and change[0] < change[1] and not view.is_whole:
        before, after = change
        yield _paid(f"storage cannot be made smaller again: allocated_storage {before:g} -> {after:g} GiB")


def _larger(name: str) -> Judge:
    """Return the judge of an instance class or type that becomes larger."""

    def judge(view: View) -> Iterator[Risk]:
        before, after = view.before(name), view.after(name)
        old, new = _capacity(word(before)), _capacity(word(after))
        if old and new and new > old:
            yield _paid(f"{name} {shown(before)} -> {shown(after)}: {new / old:g} times the size")

    return judge


def _capacity(name: str | None) -> float | None:
    match = _CLASS.fullmatch(name or "")
    if not match:
        return None
    times = int(match[1] or 1) if match[2] == "xlarge" else 1
    return float(2 ** _SIZES.index(match[2]) * times)


def _created(words: str) -> Judge:
    """Return the judge of types that cost as long as they exist, used or not."""
    return when(lambda view: view.action is Action.CREATE, _paid(words))


def _endpoint(view: View) -> Iterator[Risk]:
    """Judge an endpoint; source: AWS PrivateLink Guide "Gateway endpoints", which cost nothing."""
    if view.after("vpc_endpoint_type") not in (None, "Gateway"):
        yield from _created(_HOURLY)(view)


def _doubled(name: str, words: str) -> Judge:
    """Return the judge of a switch that adds a second of what is there."""
    return when(lambda view: not view.is_whole and switched_on(view, name), _paid(words))


_HOURLY = "it is billed by the hour, used or not"

# Sources: the pricing pages of the services, for what is paid by time and not by use.
JUDGES = table(
    (
        _created(_HOURLY),
        "acmpca_certificate_authority alb cloudhsm_v2_hsm dax_cluster db_instance directory_service_directory",
        "dms_replication_instance docdb_cluster_instance dx_connection ec2_client_vpn_network_association",
        "ec2_transit_gateway_vpc_attachment eks_cluster elasticache_cluster elasticache_replication_group",
        "elasticsearch_domain elb fsx_ontap_file_system fsx_windows_file_system globalaccelerator_accelerator",
        "instance kendra_index lb memorydb_cluster mq_broker msk_cluster msk_serverless_cluster",
        "mwaa_environment nat_gateway neptune_cluster_instance networkfirewall_firewall opensearch_domain",
        "opensearchserverless_collection rds_cluster_instance redshift_cluster route53_resolver_endpoint",
        "sagemaker_endpoint shield_subscription vpn_connection",
    ),
    (_endpoint, "vpc_endpoint"),
    (
        _created(_HOURLY),
        "google_container_cluster google_compute_instance google_compute_router_nat google_redis_instance",
        "google_sql_database_instance",
    ),
    (
        _created(_HOURLY),
        "azurerm_application_gateway azurerm_firewall azurerm_kubernetes_cluster azurerm_linux_virtual_machine",
        "azurerm_nat_gateway azurerm_redis_cache",
    ),
    (_larger("instance_class"), "db_instance docdb_cluster_instance neptune_cluster_instance rds_cluster_instance"),
    (_larger("instance_type"), "instance launch_template"),
    (_larger("node_type"), "elasticache_cluster elasticache_replication_group memorydb_cluster redshift_cluster"),
    (_larger("host_instance_type"), "mq_broker"),
    (_more("desired_count", " tasks"), "ecs_service"),
    (_more("min_capacity"), "appautoscaling_target"),
    (_more("max_capacity"), "appautoscaling_target"),
    (_more("min_size", " instances"), "autoscaling_group"),
    (_more("desired_capacity", " instances"), "autoscaling_group"),
    (_more("max_size", " instances"), "autoscaling_group"),
    (_more("desired_size", " nodes", inside="scaling_config"), "eks_node_group"),
    (_more("memory_size", " MB"), "lambda_function"),
    (_more("provisioned_concurrent_executions"), "lambda_provisioned_concurrency_config"),
    (_grown, "db_instance"),
    (_more("allocated_storage", " GiB"), "rds_cluster"),
    (_more("size", " GiB"), "ebs_volume"),
    (_more("max_capacity", " ACU", inside="serverlessv2_scaling_configuration"), "rds_cluster"),
    (_more("min_capacity", " ACU", inside="serverlessv2_scaling_configuration"), "rds_cluster"),
    (_more("read_capacity", " units"), "dynamodb_table"),
    (_more("write_capacity", " units"), "dynamodb_table"),
    (_more("shard_count", " shards"), "kinesis_stream"),
    (_more("num_cache_nodes", " nodes"), "elasticache_cluster"),
    (_more("num_cache_clusters", " nodes"), "elasticache_replication_group"),
    (_more("replicas_per_node_group", " replicas per shard"), "elasticache_replication_group"),
    (_more("num_node_groups", " shards"), "elasticache_replication_group"),
    (_more("number_of_nodes", " nodes"), "redshift_cluster"),
    (_more("number_of_broker_nodes", " brokers"), "msk_cluster"),
    (_more("instance_count", " instances", inside="cluster_config"), "opensearch_domain elasticsearch_domain"),
    (_doubled("multi_az", "a standby in another zone is billed as well"), "db_instance"),
)
