"""delivery-tracking's IAM statements (DT-11): 6.1 of the document, transcribed by hand, and who has what in prod.

Every permission of the roles of tasks and functions stands in this file once: below an action of the document, or among
the additions. This module imports nothing from infragen.
"""

from __future__ import annotations

from typing import Final

from .delivery_tracking_network import Told

Permissions = dict[str, dict[str, set[str]]]
"""Whose, which actions, on what."""

# 6.1: the one statement of ecsTaskExecutionRole, for Resource "*", and the two of ecsTaskRole.
EXECUTION: Final = {
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "secretsmanager:GetSecretValue",
}
TASK_OBJECTS: Final = {"s3:GetObject", "s3:PutObject"}
TASK_MESSAGES: Final = {"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"}
UPLOADS: Final = "[buckets/uploads s3 bucket]/*"
QUEUES: Final = {"[queues/delivery-emails sqs queue]", "[queues/delivery-locations sqs queue]"}
"""delivery-*: the document gives no name."""


def _start(images: str, log: str, *secrets: str) -> dict[str, set[str]]:
    """What starts a task: its own images and the collector of X-Ray's traces, its own log, its own secrets."""
    collector = {"[repositories/aws-otel-collector ecr repository]"} if not log.startswith("jobs/") else set()
    repository, group = {f"[{images} ecr repository]", *collector}, {f"[{log} cloudwatch log group]:*"}
    return {
        "ecr:GetAuthorizationToken": {"*"},
        "ecr:BatchCheckLayerAvailability": repository,
        "ecr:GetDownloadUrlForLayer": repository,
        "ecr:BatchGetImage": repository,
        "logs:CreateLogStream": group,
        "logs:PutLogEvents": group,
        "secretsmanager:GetSecretValue": {f"[{secret} secretsmanager secret]" for secret in secrets},
    }


_SQL, _DOCUMENTS, _MAPS, _JWT = "databases/main", "document-databases/history", "secrets/google-maps", "secrets/jwt"
_CACHE: Final = "caches/main"
_API, _ROUTES, _WORKER = "services/backend-api", "services/route-optimizer", "workers/tracking-worker"
_DUMP, _MIGRATION = "jobs/database-dump", "jobs/db-migrate"
_REPORT, _ARCHIVER = "functions/daily-report-generator", "functions/data-archiver"
_MAIL, _IMAGES, _ROTATOR = "functions/email-sender", "functions/image-processor", "functions/secret-rotator"
_EMAILS, _LOCATIONS = "[queues/delivery-emails sqs queue]", "[queues/delivery-locations sqs queue]"

BUILT: Final[Permissions] = {
    f"{_API} execution role": _start(_API, _API, _SQL, _CACHE, _DOCUMENTS, _MAPS),
    f"{_ROUTES} execution role": _start(_ROUTES, _ROUTES, _SQL, _MAPS),
    f"{_WORKER} execution role": _start(_WORKER, _WORKER, _SQL, _CACHE, _DOCUMENTS),
    f"{_DUMP} execution role": _start(_DUMP, _DUMP, _SQL),
    f"{_MIGRATION} execution role": _start(_API, _MIGRATION, _SQL),
    f"{_API} task role": {
        "s3:GetObject": {UPLOADS},
        "s3:PutObject": {UPLOADS},
        "sqs:SendMessage": {_EMAILS, _LOCATIONS},
    },
    f"{_WORKER} task role": {"sqs:ReceiveMessage": {_LOCATIONS}, "sqs:DeleteMessage": {_LOCATIONS}},
    f"{_ROUTES} task role": {},
    f"{_DUMP} task role": {},
    f"{_MIGRATION} task role": {},
}
"""What the document allows every task, for those that use it."""

_CATALOG: Final = "catalog/delivery-tracking"
OWN_ROLES: Final = Told(f"{_CATALOG}/system.yaml", "title:", "DT-11", "two roles for each service, worker and job")
KEYS: Final = Told(f"{_CATALOG}/system.yaml", "title:", "DT-11", "kms:Decrypt, and kms:GenerateDataKey")
TRACES: Final = Told(f"{_CATALOG}/system.yaml", "title:", "DT-11", "the actions that X-Ray's collector needs")
SHELLS: Final = Told(f"{_CATALOG}/system.yaml", "title:", "DT-11", "ECS Exec")
FUNCTIONS: Final = Told(f"{_CATALOG}/system.yaml", "title:", "DT-11", "a role for each function")
API_USES: Final = Told(f"{_CATALOG}/{_API}.yaml", "buckets/uploads: {", "DT-11", "both for what it uses")
WORKER_USES: Final = Told(f"{_CATALOG}/{_WORKER}.yaml", "queues/delivery-locations: {", "DT-11", "both for the queue")
SIGNING: Final = Told(f"{_CATALOG}/{_API}.yaml", "secrets/jwt: {", "DT-13", "code reads this one by its ARN")
DUMPS: Final = Told(f"{_CATALOG}/{_DUMP}.yaml", "buckets/backups: {", "DT-11", "PutObject")

_SECRETS, _OBJECTS, _MESSAGES = "[key-secrets kms key]", "[key-objects kms key]", "[key-messages kms key]"
_SEND: Final = {"xray:PutTelemetryRecords": {"*"}, "xray:PutTraceSegments": {"*"}}
_SAMPLE: Final = {
    "xray:GetSamplingRules": {"*"},
    "xray:GetSamplingStatisticSummaries": {"*"},
    "xray:GetSamplingTargets": {"*"},
}
_NETWORK: Final = {
    "ec2:AssignPrivateIpAddresses": {"*"},
    "ec2:CreateNetworkInterface": {"*"},
    "ec2:DeleteNetworkInterface": {"*"},
    "ec2:DescribeNetworkInterfaces": {"*"},
    "ec2:DescribeSubnets": {"*"},
    "ec2:UnassignPrivateIpAddresses": {"*"},
}
_REFUSED: Final = {**_NETWORK, "ec2:DetachNetworkInterface": {"*"}}
"""What the code of a function may not: all that Lambda does with its interfaces, and detach them."""

_ENDS: Final = {"events:PutEvents": {"arn:aws:events:ap-northeast-1:123456789012:event-bus/default"}}
"""Lambda tells how a run ended (7.4, the row Low)."""


def _log(function: str) -> dict[str, set[str]]:
    group = {f"[{function} cloudwatch log group]:*"}
    return {"logs:CreateLogStream": group, "logs:PutLogEvents": group}


def _secret(name: str) -> dict[str, set[str]]:
    secret = {f"[{name} secretsmanager secret]"}
    return {"secretsmanager:DescribeSecret": secret, "secretsmanager:GetSecretValue": secret}


def _kept(function: str) -> dict[str, set[str]]:
    """Lambda puts an event that the function could not handle into a queue of its own."""
    return {"sqs:SendMessage": {f"[{function} sqs queue]"}}


def _write(bucket: str) -> dict[str, set[str]]:
    """A large object is put in parts."""
    objects = {f"[{bucket} s3 bucket]/*"}
    return {"s3:AbortMultipartUpload": objects, "s3:ListMultipartUploadParts": objects, "s3:PutObject": objects}


_SESSION: Final = {"[cluster exec cloudwatch log group]:*"}
_SHELL: Final = {
    "ssmmessages:CreateControlChannel": {"*"},
    "ssmmessages:CreateDataChannel": {"*"},
    "ssmmessages:OpenControlChannel": {"*"},
    "ssmmessages:OpenDataChannel": {"*"},
    "logs:DescribeLogGroups": {"*"},
    "logs:CreateLogStream": _SESSION,
    "logs:DescribeLogStreams": _SESSION,
    "logs:PutLogEvents": _SESSION,
    "kms:Decrypt": {"[cluster-key kms key]"},
}

ADDED: Final[dict[Told, Permissions]] = {
    KEYS: {
        f"{_API} execution role": {"kms:Decrypt": {_SECRETS}},
        f"{_ROUTES} execution role": {"kms:Decrypt": {_SECRETS}},
        f"{_WORKER} execution role": {"kms:Decrypt": {_SECRETS}},
        f"{_DUMP} execution role": {"kms:Decrypt": {_SECRETS}},
        f"{_MIGRATION} execution role": {"kms:Decrypt": {_SECRETS}},
        f"{_API} task role": {
            "kms:Decrypt": {_MESSAGES, _OBJECTS, _SECRETS},
            "kms:GenerateDataKey": {_MESSAGES, _OBJECTS},
        },
        f"{_WORKER} task role": {"kms:Decrypt": {_MESSAGES}},
        f"{_DUMP} task role": {"kms:Decrypt": {_OBJECTS}, "kms:GenerateDataKey": {_OBJECTS}},
        f"{_REPORT} role": {"kms:Decrypt": {_MESSAGES, _SECRETS}, "kms:GenerateDataKey": {_MESSAGES}},
        f"{_ARCHIVER} role": {
            "kms:Decrypt": {_MESSAGES, _OBJECTS, _SECRETS},
            "kms:GenerateDataKey": {_MESSAGES, _OBJECTS},
        },
        f"{_MAIL} role": {"kms:Decrypt": {_MESSAGES, _SECRETS}},
        f"{_IMAGES} role": {"kms:Decrypt": {_MESSAGES, _OBJECTS}, "kms:GenerateDataKey": {_MESSAGES, _OBJECTS}},
        f"{_ROTATOR} role": {"kms:Decrypt": {_SECRETS}, "kms:GenerateDataKey": {_SECRETS}},
    },
    TRACES: {
        f"{_API} task role": _SEND | _SAMPLE,
        f"{_ROUTES} task role": _SEND | _SAMPLE,
        f"{_WORKER} task role": _SEND | _SAMPLE,
        f"{_REPORT} role": _SEND,
        f"{_ARCHIVER} role": _SEND,
        f"{_MAIL} role": _SEND,
        f"{_IMAGES} role": _SEND,
        f"{_ROTATOR} role": _SEND,
    },
    SHELLS: {f"{name} task role": _SHELL for name in (_API, _ROUTES, _WORKER)},
    API_USES: {
        f"{_API} task role": {
            "cloudwatch:PutMetricData": {"*"},
            "s3:AbortMultipartUpload": {UPLOADS},
            "s3:DeleteObject": {UPLOADS},
            "s3:GetObject": {"[buckets/reports s3 bucket]/*"},
            "s3:ListBucket": {"[buckets/reports s3 bucket]", "[buckets/uploads s3 bucket]"},
            "s3:ListMultipartUploadParts": {UPLOADS},
            "sqs:GetQueueAttributes": {_EMAILS, _LOCATIONS},
            "sqs:GetQueueUrl": {_EMAILS, _LOCATIONS},
        },
    },
    SIGNING: {f"{_API} task role": _secret(_JWT)},
    WORKER_USES: {
        f"{_WORKER} task role": {
            "sqs:ChangeMessageVisibility": {_LOCATIONS},
            "sqs:GetQueueAttributes": {_LOCATIONS},
            "sqs:GetQueueUrl": {_LOCATIONS},
        },
    },
    DUMPS: {f"{_DUMP} task role": _write("buckets/backups")},
    FUNCTIONS: {
        f"{_REPORT} role": _NETWORK | _log(_REPORT) | _secret(_SQL) | _write("buckets/reports") | _ENDS
        | _kept(_REPORT),
        f"{_ARCHIVER} role": _NETWORK | _log(_ARCHIVER) | _secret(_SQL) | _write("buckets/archives") | _ENDS
        | _kept(_ARCHIVER),
        f"{_MAIL} role": _NETWORK | _log(_MAIL) | _secret("secrets/sendgrid") | {
            "sqs:DeleteMessage": {_EMAILS},
            "sqs:GetQueueAttributes": {_EMAILS},
            "sqs:ReceiveMessage": {_EMAILS},
        },
        f"{_IMAGES} role": _NETWORK | _log(_IMAGES) | _write("buckets/uploads") | _kept(_IMAGES) | {
            "s3:DeleteObject": {UPLOADS},
            "s3:GetObject": {UPLOADS},
            "s3:ListBucket": {"[buckets/uploads s3 bucket]"},
        },
        f"{_ROTATOR} role": _NETWORK | _log(_ROTATOR) | _secret(_JWT) | {
            "secretsmanager:GetRandomPassword": {"*"},
            "secretsmanager:PutSecretValue": {"[secrets/jwt secretsmanager secret]"},
            "secretsmanager:UpdateSecretVersionStage": {"[secrets/jwt secretsmanager secret]"},
        },
    },
}  # fmt: skip

FOR_EVERYTHING: Final = {
    "cloudwatch:PutMetricData",  # of one namespace: a condition
    "ecr:GetAuthorizationToken",
    "secretsmanager:GetRandomPassword",
    *_NETWORK,
    *_SEND,
    *_SAMPLE,
    *(action for action, on in _SHELL.items() if on == {"*"}),
}
"""Actions that AWS allows for all resources or none."""

DENIED: Final[Permissions] = {
    f"{_REPORT} role": _REFUSED,
    f"{_ARCHIVER} role": _REFUSED,
    f"{_MAIL} role": _REFUSED,
    f"{_IMAGES} role": _REFUSED,
    f"{_ROTATOR} role": _REFUSED,
}
"""To the function's code: Lambda itself makes its network interfaces."""

OTHER_ROLES: Final = {
    f"{_REPORT} schedules role": "EventBridge Scheduler's, to start it",
    f"{_ARCHIVER} schedules role": "EventBridge Scheduler's, to start it",
    f"{_DUMP} schedules role": "EventBridge Scheduler's, to start it",
    f"{_API} sender role": "CloudWatch's, which sends its log to Firehose",
    f"{_API} delivery role": "Firehose's, which writes its log to a bucket",
    f"{_WORKER} sender role": "CloudWatch's, which sends its log to Firehose",
    f"{_WORKER} delivery role": "Firehose's, which writes its log to a bucket",
    f"{_API} deployment role": "CodeDeploy's, to deliver it",
    f"{_ROUTES} deployment role": "CodeDeploy's, to deliver it",
}
"""Roles beside those of tasks and functions; 7.2, 3.3 and 11.1 ask for what they do."""
