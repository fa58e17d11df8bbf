"""What Terraform's resources need of AWS' permissions: the services, and which of their actions only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Access", "access_of", "manage_actions", "passed_to", "read_actions"]

_SERVICES: Final = (
    ("aws_acmpca_", "acm-pca"),
    ("aws_acm_", "acm"),
    ("aws_api_gateway_", "apigateway"),
    ("aws_apigatewayv2_", "apigateway"),
    ("aws_appautoscaling_", "application-autoscaling"),
    ("aws_appconfig_", "appconfig"),
    ("aws_athena_", "athena"),
    ("aws_autoscaling_", "autoscaling"),
    ("aws_backup_", "backup"),
    ("aws_budgets_", "budgets"),
    ("aws_cloudfront_", "cloudfront"),
    ("aws_cloudtrail", "cloudtrail"),
    ("aws_cloudwatch_event_", "events"),
    ("aws_cloudwatch_log_", "logs"),
    ("aws_cloudwatch_query_definition", "logs"),
    ("aws_cloudwatch_", "cloudwatch"),
    ("aws_codebuild_", "codebuild"),
    ("aws_codedeploy_", "codedeploy"),
    ("aws_cognito_identity_", "cognito-identity"),
    ("aws_cognito_", "cognito-idp"),
    ("aws_config_", "config"),
    ("aws_db_", "rds"),
    ("aws_default_", "ec2"),
    ("aws_docdb_", "rds"),
    ("aws_dynamodb_", "dynamodb"),
    ("aws_ebs_", "ec2"),
    ("aws_ec2_", "ec2"),
    ("aws_ecr_", "ecr"),
    ("aws_ecs_", "ecs"),
    ("aws_efs_", "elasticfilesystem"),
    ("aws_egress_only_internet_gateway", "ec2"),
    ("aws_eip", "ec2"),
    ("aws_elasticache_", "elasticache"),
    ("aws_flow_log", "ec2"),
    ("aws_glue_", "glue"),
    ("aws_guardduty_", "guardduty"),
    ("aws_iam_", "iam"),
    ("aws_instance", "ec2"),
    ("aws_internet_gateway", "ec2"),
    ("aws_key_pair", "ec2"),
    ("aws_kinesis_firehose_", "firehose"),
    ("aws_kinesis_", "kinesis"),
    ("aws_kms_", "kms"),
    ("aws_lambda_", "lambda"),
    ("aws_launch_template", "ec2"),
    ("aws_lb", "elasticloadbalancing"),
    ("aws_msk_", "kafka"),
    ("aws_nat_gateway", "ec2"),
    ("aws_network_", "ec2"),
    ("aws_opensearch_", "es"),
    ("aws_prefix_list", "ec2"),
    ("aws_ram_", "ram"),
    ("aws_rds_", "rds"),
    ("aws_route53_", "route53"),
    ("aws_route", "ec2"),
    ("aws_s3", "s3"),
    ("aws_scheduler_", "scheduler"),
    ("aws_secretsmanager_", "secretsmanager"),
    ("aws_security_group", "ec2"),
    ("aws_service_discovery_", "servicediscovery"),
    ("aws_sfn_", "states"),
    ("aws_sns_", "sns"),
    ("aws_sqs_", "sqs"),
    ("aws_ssm_", "ssm"),
    ("aws_subnet", "ec2"),
    ("aws_vpc", "ec2"),
    ("aws_wafv2_", "wafv2"),
    ("aws_xray_", "xray"),
)
"""How a type begins, and the prefix of its actions in IAM policies (Service Authorization Reference). The first that
fits; a longer beginning stands before a shorter one."""

_IN_TURN: Final = {
    "apigateway": ("ec2", "elasticloadbalancing", "iam", "logs"),
    "ecs": ("ec2", "elasticloadbalancing", "iam", "logs", "servicediscovery"),
    "elasticloadbalancing": ("ec2", "s3"),
    "rds": ("ec2", "iam", "kms", "logs", "secretsmanager"),
    "servicediscovery": ("ec2", "route53"),
    "wafv2": ("elasticloadbalancing", "apigateway", "logs"),
}
"""Services that AWS asks for on the caller's behalf: a private namespace makes a hosted zone for a VPC, a managed
password is a secret, a service starts in subnets (the "Dependent actions" of the Service Authorization Reference)."""

_READS: Final = {
    "apigateway": ("apigateway:GET",),
    "athena": ("athena:Get*Catalog", "athena:GetWorkGroup", "athena:GetNamedQuery", "athena:List*"),
    "dynamodb": ("dynamodb:Describe*", "dynamodb:GetResourcePolicy", "dynamodb:List*"),
    "ecr": ("ecr:Describe*", "ecr:Get*Policy", "ecr:List*"),
    "firehose": ("firehose:Describe*", "firehose:List*"),
    "iam": ("iam:Get*", "iam:List*"),
    "kinesis": ("kinesis:Describe*", "kinesis:List*"),
    "kms": ("kms:Describe*", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:List*"),
    "logs": ("logs:Describe*", "logs:Get*Policy", "logs:GetLogDelivery", "logs:List*"),
    "s3": (
        "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListAllMyBuckets", "s3:ListBucket",
    ),
    "secretsmanager": (
        "secretsmanager:DescribeSecret", "secretsmanager:GetRandomPassword", "secretsmanager:GetResourcePolicy",
        "secretsmanager:List*",
    ),
    "sqs": ("sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:List*"),
    "ssm": ("ssm:Describe*", "ssm:List*"),
}  # fmt: skip
"""Reading actions of services whose `Get` would also read what is stored in them, or that have other words for it."""

_RUNS_AS: Final = {
    "apigateway": ("apigateway.amazonaws.com",),
    "application-autoscaling": ("application-autoscaling.amazonaws.com",),
    "backup": ("backup.amazonaws.com",),
    "codebuild": ("codebuild.amazonaws.com",),
    "codedeploy": ("codedeploy.amazonaws.com",),
    "ec2": ("ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"),
    "ecs": ("ecs-tasks.amazonaws.com", "ecs.amazonaws.com"),
    "events": ("events.amazonaws.com",),
    "firehose": ("firehose.amazonaws.com",),
    "glue": ("glue.amazonaws.com",),
    "lambda": ("lambda.amazonaws.com",),
    "logs": ("logs.amazonaws.com",),
    "rds": ("rds.amazonaws.com", "monitoring.rds.amazonaws.com"),
    "s3": ("s3.amazonaws.com",),
    "scheduler": ("scheduler.amazonaws.com",),
    "sns": ("sns.amazonaws.com",),
    "states": ("states.amazonaws.com",),
}
"""Principals that a service takes a handed-over role as."""

_READS_SECRETS: Final = ("aws_secretsmanager_secret_version",)
"""Types whose value Terraform reads while it plans."""


@dataclass(frozen=True, slots=True)
class Access:
    """The services that some stacks use, and what in them Terraform reads besides configuration.

    `object_buckets` are those that Terraform puts objects into, none when that is not known. `unknown` are types whose
    service is not in the table. `regions` are those of the stacks.
    """

    services: tuple[str, ...]
    reads_secrets: bool
    reads_objects: bool
    reads_parameters: bool
    unknown: tuple[str, ...]
    object_buckets: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()


def access_of(types: Iterable[str], more: Iterable[str] = (), object_buckets: Iterable[str] = ()) -> Access:
    """Return what `types` of AWS' resources need; `more` are services that somebody named besides."""
    known = {kind: _service(kind) for kind in types if kind.startswith("aws_")}
    direct = {service for service in known.values() if service} | set(more)
    services = direct.union(*(_IN_TURN.get(service, ()) for service in direct))
    return Access(
        services=tuple(sorted(services)),
        reads_secrets=any(kind in known for kind in _READS_SECRETS),
        reads_objects="aws_s3_object" in known,
        reads_parameters="aws_ssm_parameter" in known,
        unknown=tuple(sorted(kind for kind, service in known.items() if service is None)),
        object_buckets=tuple(sorted(object_buckets)),
    )


def read_actions(services: Iterable[str]) -> tuple[str, ...]:
    """Return the actions that read how things of these services are configured."""
    usual = ("Describe*", "Get*", "List*")
    return tuple(action for name in services for action in _READS.get(name, tuple(f"{name}:{verb}" for verb in usual)))


def manage_actions(services: Iterable[str]) -> tuple[str, ...]:
    """Return all actions of these services; those on roles and buckets are narrower and said elsewhere."""
    return tuple(f"{name}:*" for name in services if name not in ("iam", "s3"))


def passed_to(services: Iterable[str]) -> tuple[str, ...]:
    """Return the principals that roles may be handed to."""
    return tuple(sorted({principal for name in services for principal in _RUNS_AS.get(name, ())}))


def _service(kind: str) -> str | None:
    return next((service for beginning, service in _SERVICES if kind.startswith(beginning)), None)
