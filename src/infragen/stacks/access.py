"""What Terraform's resources need of AWS' permissions: the services, and which of their actions only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHERS: Final = {
    "acm-pca": "acmpca_",
    "apigateway": "api_gateway_ apigatewayv2_",
    "application-autoscaling": "appautoscaling_",
    "cloudtrail": "cloudtrail",
    "cognito-identity": "cognito_identity_",
    "cognito-idp": "cognito_",
    "ec2": "default_ ebs_ ec2_ egress_only_internet_gateway eip flow_log instance internet_gateway key_pair"
    " launch_template nat_gateway network_ prefix_list route security_group subnet vpc",
    "elasticfilesystem": "efs_",
    "elasticloadbalancing": "lb",
    "es": "opensearch_",
    "events": "cloudwatch_event_",
    "firehose": "kinesis_firehose_",
    "kafka": "msk_",
    "logs": "cloudwatch_log_ cloudwatch_query_definition",
    "rds": "db_ docdb_ rds_",
    "s3": "s3",
    "servicediscovery": "service_discovery_",
    "states": "sfn_",
}
_ALIKE: Final = (
    "acm appconfig athena autoscaling backup budgets cloudfront cloudwatch codebuild codedeploy config dynamodb ecr ecs"
    " elasticache glue guardduty iam kinesis kms lambda ram route53 scheduler secretsmanager sns sqs ssm wafv2 xray"
)
_BEGINNINGS: Final = {
    **{f"aws_{name}_": name for name in _ALIKE.split()},
    **{f"aws_{beginning}": name for name, some in _OTHERS.items() for beginning in some.split()},
}
"""How a type begins, and the prefix of its actions in IAM policies (Service Authorization Reference)."""

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

_BESIDE: Final = {"backup": ("backup-storage:MountCapsule",)}
"""Actions of another prefix that a service asks for (AWS Backup Developer Guide: Required permissions of a vault)."""

_READS: Final = {
    "apigateway": ("apigateway:GET",),
    "athena": ("athena:Get*Catalog", "athena:GetWorkGroup", "athena:GetNamedQuery", "athena:List*"),
    "budgets": ("budgets:ListTagsForResource", "budgets:ViewBudget"),
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

_AS_THEMSELVES: Final = (
    "apigateway application-autoscaling backup codebuild codedeploy events firehose glue lambda logs s3 scheduler sns"
    " states"
)
_RUNS_AS: Final = {
    **{name: (f"{name}.amazonaws.com",) for name in _AS_THEMSELVES.split()},
    "ec2": ("ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"),
    "ecs": ("ecs-tasks.amazonaws.com", "ecs.amazonaws.com"),
    "rds": ("rds.amazonaws.com", "monitoring.rds.amazonaws.com"),
}
"""Principals that a service takes a handed-over role as."""

_READS_SECRETS: Final = ("aws_secretsmanager_secret_version",)
"""Types whose value Terraform reads while it plans."""


class Access(Struct, frozen=True):
    """The services that some stacks use, and what in them Terraform reads besides configuration.

    `object_buckets` are those that Terraform puts objects into, none when that is not known. `unknown` are types whose
    service is not in the table. `makes_profiles`: hosts get their roles by profiles. `regions` are those of the stacks.
    """

    services: tuple[str, ...]
    reads_secrets: bool
    reads_objects: bool
    reads_parameters: bool
    unknown: tuple[str, ...]
    makes_profiles: bool = False
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
        makes_profiles="aws_iam_instance_profile" in known,
        object_buckets=tuple(sorted(object_buckets)),
    )


def read_actions(services: Iterable[str]) -> tuple[str, ...]:
    """Return the actions that read how things of these services are configured."""
    usual = ("Describe*", "Get*", "List*")
    return tuple(action for name in services for action in _READS.get(name, tuple(f"{name}:{verb}" for verb in usual)))


def manage_actions(services: Iterable[str]) -> tuple[str, ...]:
    """Return all actions of these services; those on roles and buckets are narrower and said elsewhere."""
    return every_action(name for name in services if name not in ("iam", "s3"))


def every_action(services: Iterable[str]) -> tuple[str, ...]:
    """Return all actions of these services, and those of other prefixes that they ask for."""
    return tuple(action for name in services for action in (f"{name}:*", *_BESIDE.get(name, ())))


def passed_to(services: Iterable[str]) -> tuple[str, ...]:
    """Return the principals that roles may be handed to."""
    return tuple(sorted({principal for name in services for principal in _RUNS_AS.get(name, ())}))


def _service(kind: str) -> str | None:
    """Return the service of a type: what the longest beginning that fits says."""
    return _BEGINNINGS.get(max((one for one in _BEGINNINGS if kind.startswith(one)), key=len, default=""))
