"""What types are imported by."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from infragen.core.kind import Operations
from infragen.kinds import kinds
from infragen.plan_contract.ownership import has_chosen_name
from infragen.terraform import import_ids
from infragen.terraform.import_ids import import_id, is_composed

TEMPLATES = Path(__file__).parents[3] / "templates"
RESOURCE = re.compile(r'^\s*resource "(aws_\w+)"', re.MULTILINE)

CHECKED = frozenset({"aws_db_proxy_endpoint", "aws_db_proxy_target", "aws_timestreamwrite_table"})
"""Imported by `id`, which is composed itself: so says the page of the provider's documentation."""

UNCHECKED = frozenset(
    {
        "aws_acm_certificate",
        "aws_ssm_association",
        "aws_acm_certificate_validation",
        "aws_acmpca_certificate",
        "aws_acmpca_certificate_authority",
        "aws_acmpca_certificate_authority_certificate",
        "aws_acmpca_permission",
        "aws_amplify_app",
        "aws_amplify_branch",
        "aws_api_gateway_account",
        "aws_api_gateway_api_key",
        "aws_api_gateway_base_path_mapping",
        "aws_api_gateway_rest_api",
        "aws_api_gateway_rest_api_policy",
        "aws_api_gateway_usage_plan",
        "aws_api_gateway_vpc_link",
        "aws_appautoscaling_scheduled_action",
        "aws_db_proxy_default_target_group",
        "aws_default_security_group",
        "aws_ecr_lifecycle_policy",
        "aws_ecs_cluster_capacity_providers",
        "aws_eip",
        "aws_instance",
        "aws_flow_log",
        "aws_grafana_workspace",
        "aws_iam_openid_connect_provider",
        "aws_iam_policy",
        "aws_iam_role_policy",
        "aws_internet_gateway",
        "aws_kms_key",
        "aws_lambda_event_source_mapping",
        "aws_lb",
        "aws_lb_listener",
        "aws_lb_listener_rule",
        "aws_lb_target_group",
        "aws_lb_trust_store",
        "aws_nat_gateway",
        "aws_prometheus_workspace",
        "aws_sfn_state_machine",
        "aws_route53_record",
        "aws_route53_health_check",
        "aws_route53_zone",
        "aws_route_table",
        "aws_s3_bucket_cors_configuration",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_notification",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
        "aws_scheduler_schedule",
        "aws_secretsmanager_secret",
        "aws_secretsmanager_secret_rotation",
        "aws_security_group",
        "aws_service_discovery_service",
        "aws_sns_topic",
        "aws_sns_topic_policy",
        "aws_sns_topic_subscription",
        "aws_sesv2_email_identity_mail_from_attributes",
        "aws_sqs_queue",
        "aws_sqs_queue_policy",
        "aws_sqs_queue_redrive_allow_policy",
        "aws_subnet",
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_wafv2_web_acl_logging_configuration",
        "aws_athena_named_query",
        "aws_backup_plan",
        "aws_budgets_budget",
        "aws_cloudfront_distribution",
        "aws_cloudfront_cache_policy",
        "aws_cloudfront_key_group",
        "aws_cloudfront_origin_access_control",
        "aws_cloudfront_public_key",
        "aws_cloudfront_response_headers_policy",
        "aws_cloudtrail",
        "aws_cloudwatch_log_metric_filter",
        "aws_cloudwatch_log_resource_policy",  # by its name
        "aws_cloudwatch_log_stream",
        "aws_cloudwatch_log_subscription_filter",
        "aws_config_config_rule",
        "aws_config_configuration_recorder",
        "aws_config_configuration_recorder_status",
        "aws_config_delivery_channel",
        "aws_config_retention_configuration",
        "aws_ebs_default_kms_key",
        "aws_ebs_encryption_by_default",
        # by its name
        "aws_ecr_replication_configuration",  # by the account
        "aws_iam_service_linked_role",  # by its ARN
        "aws_glue_catalog_database",
        "aws_glue_catalog_table",
        "aws_guardduty_detector",
        "aws_guardduty_detector_feature",
        "aws_kinesis_firehose_delivery_stream",
        "aws_lambda_function_event_invoke_config",
        "aws_s3_bucket_replication_configuration",
    }
)
"""Imported by `id` as well, as those of most types are; a wrong one is told as one that cannot be taken in."""


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("aws_sns_topic", {"id": "arn:aws:sns:x"}, "arn:aws:sns:x"),
        (
            "aws_ecs_service",
            {"id": "arn", "cluster": "arn:aws:ecs:r:1:cluster/sales", "name": "order"},
            "sales/order",
        ),
        ("aws_codedeploy_app", {"id": "5c3f:web", "name": "web"}, "web"),
        ("aws_codedeploy_deployment_group", {"id": "7a", "app_name": "web", "deployment_group_name": "all"}, "web:all"),
        ("aws_iam_role_policy_attachment", {"id": "r-2", "role": "r", "policy_arn": "arn:p"}, "r/arn:p"),
        (
            "aws_appautoscaling_target",
            {
                "service_namespace": "ecs",
                "resource_id": "service/a/b",
                "scalable_dimension": "ecs:service:DesiredCount",
            },
            "ecs/service/a/b/ecs:service:DesiredCount",
        ),
        (
            "aws_route",
            {"id": "r-rtb-1080289494", "route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"},
            "rtb-1_0.0.0.0/0",
        ),
        (
            "aws_route_table_association",
            {"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"},
            "subnet-1/rtb-1",
        ),
        ("aws_service_discovery_private_dns_namespace", {"id": "ns-1", "vpc": "vpc-1"}, "ns-1:vpc-1"),
        ("aws_wafv2_web_acl", {"id": "a1", "name": "edge", "scope": "REGIONAL"}, "a1/edge/REGIONAL"),
        (
            "aws_wafv2_regex_pattern_set",
            {"id": "a2", "name": "edge-header", "scope": "REGIONAL"},
            "a2/edge-header/REGIONAL",
        ),
        ("aws_opensearch_domain_saml_options", {"id": "logs", "domain_name": "logs"}, "logs"),
        ("aws_api_gateway_deployment", {"id": "d1", "rest_api_id": "api"}, "api/d1"),
        ("aws_lb_target_group_attachment", {"id": "x"}, None),
        ("aws_sns_topic", {"id": None}, None),
        ("aws_sns_topic", {}, None),
    ],
)
def test_each_type_by_what_the_provider_takes(kind: str, attributes: dict[str, Any], expected: str | None) -> None:
    assert import_id(kind, attributes) == expected


def test_of_every_type_in_the_templates_it_is_said_what_it_is_imported_by() -> None:
    types = {kind for file in TEMPLATES.rglob("*.tf*") for kind in RESOURCE.findall(file.read_text(encoding="utf-8"))}
    by_id = {kind for kind in types if not has_chosen_name(kind) and not is_composed(kind)}
    assert by_id == CHECKED | UNCHECKED, "a new type: look at the section Import of its page"


def test_a_kind_says_what_its_own_types_are_imported_by(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = replace(kinds()["services"], operations=Operations(import_ids={"aws_thing": "{cluster}/{name}"}))
    monkeypatch.setattr(import_ids, "kinds", lambda: {"things": queue})
    for one in (import_ids._composed, import_ids.fields):
        one.cache_clear()
    try:
        assert import_id("aws_thing", {"id": "t-1", "cluster": "c", "name": "n"}) == "c/n"
        assert is_composed("aws_thing")
        assert {"cluster", "name"} <= import_ids.fields()
        assert import_id("aws_s3_object", {"bucket": "b", "key": "k"}) == "b/k"
    finally:
        for one in (import_ids._composed, import_ids.fields):
            one.cache_clear()
