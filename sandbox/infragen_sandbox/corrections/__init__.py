"""What moto 5.2.5 gets wrong for the real AWS provider, one file each; this table is the order they are applied in.

To add one: a file `<service>_<what>.py` whose docstring says which AWS behaviour it restores and where AWS documents
it, with an `apply()`; its name in `CORRECTIONS`; and `tests/sandbox/test_<service>_<what>.py`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["CORRECTIONS", "apply_all"]

CORRECTIONS = (
    "core_account_from_key",
    "acm_key_algorithm",
    "acmpca_permissions",
    "acmpca_usage_mode",
    "apigateway_domain_names",
    "apigateway_integrations",
    "apigateway_models",
    "apigateway_policy_text",
    "apigateway_rest_api_settings",
    "apigateway_usage_plan_updates",
    "autoscaling_tags",
    "cloudtrail_deletion",
    "codedeploy_groups",
    "codedeploy_deployments",
    "ec2_ebs_default_key",
    "ec2_endpoint_addresses",
    "ec2_host_interfaces",
    "ec2_images",
    "ec2_nat_interfaces",
    "ec2_rule_description",
    "ec2_termination_protection",
    "ec2_vpc_deletion",
    "ecr_image_scanning",
    "ecr_pushed_images",
    "ecs_service_runs",
    "ecs_service_settings",
    "ecs_task_sets",
    "ecs_tasks",
    "elbv2_deletion_protection",
    "elbv2_listener_ports",
    "elbv2_mutual_authentication",
    "elbv2_named_certificates",
    "elbv2_network_names",
    "elbv2_private_link_rules",
    "elbv2_trust_stores",
    "guardduty_features",
    "kms_rotation_period",
    "lambda_dead_letters",
    "lambda_image_config",
    "opensearch_saml_options",
    "rds_adjacent_windows",
    "rds_aurora_storage",
    "rds_certificate_authority",
    "rds_data_api",
    "rds_documentdb",
    "rds_global_clusters",
    "rds_instance_identity",
    "rds_lifecycle_support",
    "rds_parameter_source",
    "rds_performance_insights",
    "rds_proxy_endpoints",
    "rds_replicas_of_other_regions",
    "rds_read_replicas",
    "rds_restored_protection",
    "rds_scaling_configuration",
    "route53_alarm_health_checks",
    "route53_private_zone",
    "route53_zone_ids",
    "s3_event_bridge",
    "s3_policy_conditions",
    "s3_replication",
    "secretsmanager_labels",
    "secretsmanager_replica_policies",
    "secretsmanager_rotation",
    "servicediscovery_zone",
    "sesv2_identities",
    "sqs_partial_updates",
    "sqs_redrive_policies",
    "ssm_associations",
    "stepfunctions_definitions",
    "timestream_endpoints",
    "wafv2_lock_tokens",
)


def apply_all(without: Collection[str] = ()) -> None:
    """Correct the moto of this process; AttributeError if it is not the moto that the corrections were written for.

    `without` leaves some out, to show that they are needed.
    """
    for name in CORRECTIONS:
        if name not in without:
            import_module(f"{__name__}.{name}").apply()
