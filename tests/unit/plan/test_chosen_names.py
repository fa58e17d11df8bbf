"""After a kill, every type that infragen makes is found by its name, or there is a reason why it is not looked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from infragen.plan.chosen_names import IMPORTED_BY, IMPORTED_BY_PARTS, LOOKED_UP_BY, NAMED_BY, ONE_OF_A_NAME

TEMPLATES = Path(__file__).parents[3] / "templates"
RESOURCE = re.compile(r'^\s*resource "(\w+)"', re.MULTILINE)

NOT_LOOKED_FOR: Final = {
    "AWS chooses its id, and allows several of one name, or gives it none": """
        acm_certificate acmpca_certificate_authority amplify_app api_gateway_api_key api_gateway_authorizer
        api_gateway_deployment api_gateway_request_validator api_gateway_rest_api api_gateway_usage_plan
        api_gateway_vpc_link athena_named_query grafana_workspace prometheus_workspace ssm_association
        backup_plan backup_selection cloudfront_distribution
        cloudfront_public_key cloudfront_key_group cloudfront_origin_access_control eip flow_log instance
        internet_gateway kms_key lambda_event_source_mapping lb_listener lb_listener_rule nat_gateway
        route53_health_check route53_zone route_table secretsmanager_secret_version service_discovery_service
        service_discovery_private_dns_namespace subnet vpc vpc_endpoint vpc_security_group_egress_rule
        vpc_security_group_ingress_rule wafv2_ip_set wafv2_regex_pattern_set wafv2_web_acl acmpca_certificate""",
    "a second is the first: AWS puts it again under the same name": """
        appautoscaling_policy appautoscaling_scheduled_action appautoscaling_target cloudwatch_event_target
        cloudwatch_log_metric_filter cloudwatch_log_resource_policy cloudwatch_log_subscription_filter
        config_config_rule config_configuration_recorder config_delivery_channel iam_role_policy
        s3_object sns_topic sns_topic_subscription sqs_queue ecs_task_definition iam_role_policy_attachment""",
    "a part or a setting of another object": """
        acm_certificate_validation acmpca_certificate_authority_certificate acmpca_permission amplify_branch
        api_gateway_base_path_mapping api_gateway_gateway_response api_gateway_integration api_gateway_method
        api_gateway_method_settings api_gateway_model api_gateway_resource api_gateway_rest_api_policy
        api_gateway_stage api_gateway_usage_plan_key config_configuration_recorder_status
        db_proxy_default_target_group db_proxy_target ecr_lifecycle_policy ecs_cluster_capacity_providers
        guardduty_detector_feature lambda_function_event_invoke_config lambda_permission lb_target_group_attachment
        opensearch_domain_saml_options route route_table_association s3_bucket_cors_configuration
        s3_bucket_lifecycle_configuration s3_bucket_notification s3_bucket_ownership_controls s3_bucket_policy
        s3_bucket_public_access_block s3_bucket_replication_configuration
        s3_bucket_server_side_encryption_configuration s3_bucket_versioning secretsmanager_secret_rotation
        service_discovery_instance sesv2_email_identity_mail_from_attributes sns_topic_policy sqs_queue_policy
        sqs_queue_redrive_allow_policy wafv2_web_acl_association wafv2_web_acl_logging_configuration""",
    "an account has it once, in a region or at all": """
        api_gateway_account config_retention_configuration default_security_group ebs_default_kms_key
        ebs_encryption_by_default ecr_replication_configuration guardduty_detector iam_service_linked_role""",
    "its import takes an ARN or the account, and no data source finds it by name": """
        cloudtrail glue_catalog_database glue_catalog_table""",
    "nothing proves whose a record is": "route53_record",
}


def made() -> set[str]:
    files = (file.read_text(encoding="utf-8") for file in TEMPLATES.rglob("*.tf*"))
    return {kind for text in files for kind in RESOURCE.findall(text) if kind.startswith("aws_")}


def test_every_type_is_found_by_its_name_or_has_a_reason() -> None:
    reasons = [f"aws_{kind}" for kinds in NOT_LOOKED_FOR.values() for kind in kinds.split()]
    found = IMPORTED_BY.keys() | LOOKED_UP_BY.keys() | IMPORTED_BY_PARTS
    assert len(reasons) == len(set(reasons))
    assert not found & set(reasons)
    assert made() - found - set(reasons) == set(), "a new type: is it found by a name that its configuration chose?"
    assert set(reasons) <= made(), "no template makes these any more"


def test_what_is_found_by_a_name_is_one_of_it() -> None:
    assert NAMED_BY.keys() | LOOKED_UP_BY.keys() <= ONE_OF_A_NAME.keys()
