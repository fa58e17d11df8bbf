"""What AWS calls by the tag `Name` alone has that tag in every module; the tags that all have are the provider's own.

A type that no table names is new here: read on AWS's page whether its console shows a name, and whether it takes tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.packaged import installed
from tests.unit.stacks.promises import blocks, every_module, shipped_and_brought

if TYPE_CHECKING:
    from infragen.hcl.index import Block

NAMED_BY_TAG = {
    "aws_default_security_group",
    "aws_eip",
    "aws_flow_log",
    "aws_instance",
    "aws_internet_gateway",
    "aws_kms_key",
    "aws_nat_gateway",
    "aws_prometheus_workspace",
    "aws_route53_health_check",
    "aws_route_table",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
}
NAMELESS = {
    "aws_acm_certificate_validation",
    "aws_acmpca_certificate",
    "aws_acmpca_certificate_authority",
    "aws_acmpca_certificate_authority_certificate",
    "aws_acmpca_permission",
    "aws_api_gateway_account",
    "aws_api_gateway_deployment",
    "aws_api_gateway_gateway_response",
    "aws_api_gateway_integration",
    "aws_api_gateway_method",
    "aws_api_gateway_resource",
    "aws_api_gateway_rest_api_policy",
    "aws_api_gateway_usage_plan_key",
    "aws_appautoscaling_target",
    "aws_config_retention_configuration",
    "aws_ebs_default_kms_key",
    "aws_ebs_encryption_by_default",
    "aws_ecr_replication_configuration",
    "aws_guardduty_detector",
    "aws_iam_openid_connect_provider",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_route",
    "aws_route_table_association",
    "aws_secretsmanager_secret_rotation",
    "aws_secretsmanager_secret_version",
    "aws_sesv2_email_identity_mail_from_attributes",
    "aws_sns_topic_policy",
    "aws_sns_topic_subscription",
    "aws_sqs_queue_policy",
    "aws_sqs_queue_redrive_allow_policy",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
    "terraform_data",
}
"""What has no name of its own in AWS, and is found by what it belongs to."""
NAME = re.compile(
    r"(?:.+_)?(?:name|identifier|bucket|family|comment)|user_group_id|instance_id|target_id|repository|role"
)
"""Arguments that say what a resource is called, or which one of that name it belongs to."""


@pytest.fixture(scope="module")
def resources() -> list[tuple[str, Block]]:
    """Every resource of every module, with the module's name."""
    with installed():
        templates = shipped_and_brought()
        return [
            (module, block)
            for module in every_module(templates)
            for block in blocks(templates, module)
            if block.kind == "resource"
        ]


def test_what_is_named_by_a_tag_has_it(resources: list[tuple[str, Block]]) -> None:
    missing = [
        f"{module}: {block.address}"
        for module, block in resources
        if block.labels[0] in NAMED_BY_TAG
        if not has_name_tag(block)
    ]
    assert missing == []
    assert {block.labels[0] for _, block in resources if has_name_tag(block)} == NAMED_BY_TAG


def has_name_tag(block: Block) -> bool:
    return "tags" in block.arguments and "Name" in (block.arguments["tags"].items or {})


def test_every_other_type_has_a_name_or_is_known_to_have_none(resources: list[tuple[str, Block]]) -> None:
    named = {block.labels[0] for _, block in resources if any(NAME.fullmatch(one) for one in block.arguments)}
    every = {block.labels[0] for _, block in resources if not block.labels[0].startswith("google_")}
    assert every - named - NAMED_BY_TAG == NAMELESS
