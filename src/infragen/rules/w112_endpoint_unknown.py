"""W112: an endpoint of a service that infragen does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.catalog.loader import did_you_mean
from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_KNOWN: Final = frozenset(
    {
        "application-autoscaling", "athena", "autoscaling", "backup", "cloudtrail", "codedeploy", "dynamodb", "ec2",
        "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "elasticache", "elasticloadbalancing",
        "events", "execute-api", "firehose", "glue", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rds",
        "rds-data", "s3", "scheduler", "secretsmanager", "servicediscovery", "sns", "sqs", "ssm", "ssmmessages",
        "states", "sts", "sync-states", "synthetics", "timestream.ingest-cell1", "timestream.query-cell1", "xray",
    }
)  # fmt: skip
"""Short names of services that tasks commonly reach inside a VPC."""


def _check(environment: Environment) -> Iterator[Finding]:
    for index, service in enumerate(environment.settings.network.endpoints):
        if service not in _KNOWN:
            message = f"`{service}` is not a service with an interface endpoint that infragen knows"
            hint = (
                did_you_mean(service, _KNOWN)
                or "write the part after the region in the endpoint's name: `ecr.api`, `logs`"
            )
            yield Finding(message, environment.at("environment", "network", "endpoints", index), hint)


RULE = Rule(
    "W112",
    "an interface endpoint's service is unknown",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "AWS PrivateLink Guide: AWS services that integrate",
)
