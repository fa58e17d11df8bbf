"""The actions of IAM that a call of an API asks for.

Mostly an action is called like the operation. Where it is not, the table says so, from the pages "Actions, resources,
and condition keys" of the Service Authorization Reference; all of them are held against AWS's list of actions.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files as files_of
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES: Final[Mapping[str, str]] = {
    "ACM": "acm", "ACM PCA": "acm-pca", "API Gateway": "apigateway", "Athena": "athena", "Backup": "backup",
    "Application Auto Scaling": "application-autoscaling", "Budgets": "budgets", "CloudFront": "cloudfront",
    "CloudTrail": "cloudtrail", "CloudWatch": "cloudwatch", "CloudWatch Logs": "logs", "CodeDeploy": "codedeploy",
    "Config Service": "config",
    "DocDB": "rds", "EC2": "ec2", "ECR": "ecr", "ECS": "ecs", "ElastiCache": "elasticache",
    "Elastic Load Balancing v2": "elasticloadbalancing", "EventBridge": "events", "Firehose": "firehose",
    "Glue": "glue",
    "GuardDuty": "guardduty", "IAM": "iam", "KMS": "kms", "Lambda": "lambda", "OpenSearch": "es", "RDS": "rds",
    "RDS Data": "rds-data",
    "Route 53": "route53",
    "S3": "s3", "S3 Control": "s3", "SFN": "states", "SNS": "sns", "SQS": "sqs", "SSM": "ssm", "STS": "sts",
    "Scheduler": "scheduler",
    "Secrets Manager": "secretsmanager", "ServiceDiscovery": "servicediscovery", "Timestream Write": "timestream",
    "WAFV2": "wafv2",
}  # fmt: skip
"""The prefix of a service's actions, by the service's id in AWS's SDKs."""

_S3: Final[Mapping[str, str]] = {
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjectsV2": "ListBucket",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "budgets:CreateBudget": ("budgets:ModifyBudget",),
    "budgets:CreateNotification": ("budgets:ModifyBudget",),
    "budgets:DeleteBudget": ("budgets:ModifyBudget",),
    "budgets:DescribeBudget": ("budgets:ViewBudget",),
    "budgets:DescribeNotificationsForBudget": ("budgets:ViewBudget",),
    "budgets:DescribeSubscribersForNotification": ("budgets:ViewBudget",),
    "budgets:UpdateBudget": ("budgets:ModifyBudget",),
    "cloudfront:CreateDistributionWithTags": ("cloudfront:CreateDistribution", "cloudfront:TagResource"),
    "sts:GetCallerIdentity": (),
}


def actions_of(prefix: str, operation: str, method: str) -> tuple[str, ...]:
    """Return the actions that an operation of a service asks for; `method` is HTTP's."""
    if prefix == "apigateway":
        return (f"apigateway:{method}",)
    if prefix == "s3":
        return (f"s3:{_S3.get(operation, operation)}",)
    action = f"{prefix}:{operation}"
    return _OTHERS.get(action, (action,))


@cache
def _listed() -> Any:
    """Return the Service Authorization Reference, by cfn-lint."""
    return json.loads((files_of("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json").read_text("utf-8"))


@cache
def known_actions() -> Mapping[str, tuple[str, ...]]:
    """Return the actions that AWS has, in lower case, with the types of resources that each is authorised on."""
    return {
        f"{prefix}:{name}": tuple(action.get("Resources", ()))
        for prefix, one in _listed().items()
        for name, action in one["Actions"].items()
    }


def tagged_types(action: str) -> Mapping[str, bool]:
    """Return the types of resources that an action is authorised on, and whether `aws:ResourceTag` is known of each."""
    prefix, types = action.partition(":")[0], known_actions()[action.lower()]
    keys = {one: _listed()[prefix]["Resources"].get(one, {}).get("ConditionKeys", ()) for one in types}
    return {one: "aws:ResourceTag/${TagKey}" in some for one, some in keys.items()}
