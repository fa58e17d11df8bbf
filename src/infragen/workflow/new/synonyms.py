"""What people look for under another word than infragen's, and what infragen has no kind for."""

from __future__ import annotations

from typing import Final

from infragen.kinds.workloads.model import HOURS

_BY_HAND: Final = "docs/catalogue.md, Terraform of your own"

KINDS_BY_WORD: Final = {
    "balancer": ("alb", "elb", "lb", "load-balancer", "loadbalancer", "nlb"),
    "bastion": ("bastion-host", "jump-host", "jump-server", "jumphost", "ssh", "tunnel"),
    "bff": ("backend-for-frontend",),
    "bucket": ("blob", "s3", "store"),
    "cache": ("elasticache", "memcached", "redis", "valkey"),
    "database": ("aurora", "db", "mysql", "postgres", "postgresql", "rds", "sql"),
    "distribution": ("cdn", "cloudfront"),
    "function": ("lambda", "serverless"),
    "gateway": ("api", "api-gateway", "apigateway"),
    "queue": ("sqs",),
    "secret": ("credential", "parameter", "password", "secretsmanager", "ssm"),
    "service": ("app", "backend", "component", "container", "deployment", "ecs", "fargate", "microservice", "server"),
    "worker": ("consumer", "daemon", "processor"),
    "workgroup": ("athena", "glue", "log-query", "log-analysis", "query"),
    "zone": ("acm", "certificate", "dns", "hosted-zone", "record", "route53"),
    "environment": ("env", "stage"),
}
"""What infragen calls something, and what else people call it."""

TYPES_BY_WORD: Final = {
    "aws_cloudwatch_event_bus": ("bus", "event", "event-bus", "eventbridge"),
    "aws_cognito_user_pool": ("cognito", "user-pool"),
    "aws_dynamodb_table": ("dynamodb", "nosql", "table"),
    "aws_efs_file_system": ("efs", "file-system", "filesystem"),
    "aws_instance": ("ec2", "instance", "machine", "vm"),
    "aws_kinesis_stream": ("kinesis", "stream"),
    "aws_opensearch_domain": ("elasticsearch", "opensearch", "search"),
    "aws_sesv2_email_identity": ("email", "mail", "ses"),
    "aws_sfn_state_machine": ("state-machine", "step-function", "stepfunction", "workflow"),
    "aws_sns_topic": ("sns", "topic"),
}
"""What is written in Terraform by hand, as infragen has no kind for it: the type of its resource, and its words."""

TIMED: Final = (
    "batch",
    "cron",
    "cron-job",
    "cronjob",
    "schedule",
    "scheduled-task",
    "scheduler",
    "task",
    "timer",
)
"""What is done at a time."""


def elsewhere(word: str) -> str | None:
    """Return where to find what people call `word`; None where nothing is known of it."""
    asked = word.lower().replace("_", "-")
    for one in (asked, asked.removesuffix("s")):
        if one in TIMED:
            return (
                "what runs and ends is a job, `infragen new job NAME`, started by its `schedules` or by hand; "
                "what works at certain hours is a worker, `infragen new worker NAME`, with "
                f"`tasks: {{min: 0, max: 1}}` and `scaling: {{schedules: {HOURS}}}`"
            )
        for kind, words in KINDS_BY_WORD.items():
            if one in words:
                return f"infragen calls it {kind}: `infragen new {kind} NAME`"
        for type_, words in TYPES_BY_WORD.items():
            if one in words:
                return (
                    f"infragen has no such kind yet; write `{type_}` in Terraform, in "
                    f"`catalog/SYSTEM/extra/STACK/{one}.tf`: {_BY_HAND}"
                )
    return None
