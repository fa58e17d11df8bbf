"""Documented rules of AWS that no model of its API has: one file each, with its source and its test.

To add one: a file `<service>_<what>.py` with a `RULE`, its name in `RULES`, `tests/sandbox/gate/test_<name>.py`, and
its line in docs/sandbox-proofs.md, which a test compares with this table.
"""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen_sandbox.gate.rule import Rule

__all__ = ["RULES", "rule", "rules_by_operation"]

RULES: Final = (
    "autoscaling_policy_targets",
    "cloudwatch_alarm_periods",
    "cloudwatch_metric_math",
    "ec2_security_group_text",
    "ecs_clusters_in_use",
    "ecs_delivered_services",
    "ecs_execution_role",
    "ecs_fargate_sizes",
    "ecs_target_groups",
    "elbv2_certificates_issued",
    "elbv2_listener_certificates",
    "elbv2_load_balancer_names",
    "iam_trust_principals",
    "kms_policy_principals",
    "rds_data_api",
    "rds_identifiers",
    "rds_proxies_available",
    "rds_proxy_targets",
    "rds_replicas_first",
    "rds_reserved_names",
    "rds_subnet_groups_in_use",
    "s3_policy_principals",
    "secretsmanager_deleted_names",
    "secretsmanager_names",
    "servicediscovery_namespaces_in_use",
    "wafv2_log_names",
)


def rule(name: str) -> Rule:
    """Return a rule by its file's name."""
    found: Rule = import_module(f"{__name__}.{name}").RULE
    return found


def rules_by_operation() -> Mapping[tuple[str, str], list[Rule]]:
    """Return the rules that look at an operation of a service."""
    found = defaultdict(list)
    for one in map(rule, RULES):
        for operation in one.operations:
            found[one.service, operation].append(one)
    return dict(found)
