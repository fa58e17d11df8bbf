"""Data sources of the AWS provider that call no one, so that they can be read with no account and no network."""

from typing import Final

COMPUTED_LOCALLY: Final = frozenset({
    "aws_arn", "aws_billing_service_account", "aws_cloudfront_log_delivery_canonical_user_id",
    "aws_cloudtrail_service_account", "aws_cloudwatch_log_data_protection_policy_document", "aws_default_tags",
    "aws_ecr_lifecycle_policy_document", "aws_elastic_beanstalk_hosted_zone", "aws_elb_hosted_zone_id",
    "aws_elb_service_account", "aws_iam_policy_document", "aws_lb_hosted_zone_id", "aws_partition",
    "aws_redshift_service_account", "aws_region", "aws_sagemaker_prebuilt_ecr_image", "aws_service",
    "aws_service_principal",
})  # fmt: skip
"""Each was planned with fake keys and no network (provider 5.100)."""
