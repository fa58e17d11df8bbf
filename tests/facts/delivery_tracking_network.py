"""delivery-tracking's security groups (DT-03): 2.2 of the document, transcribed by hand, and what becomes of each row.

Every rule that is planned stands in this file once: below a row of the document, or among the additions. This module
imports nothing from infragen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A rule of a security group: what comes in from the peer, or goes out to it, by TCP at a port."""

    group: str
    direction: str
    port: int | str
    """A number, or "all"."""
    peer: str
    """Another group, a range of addresses, or the prefix list of a service of AWS."""


@dataclass(frozen=True, slots=True)
class Told:
    """A note in the catalogue that says where the document and what is built differ."""

    file: str
    line: str
    """What the line has that it is told at."""
    id: str
    built: str
    """How what is built begins, in the note."""


# 2.2, row by row. Outbound of sg-rds and sg-elasticache: none.
NOTHING_OUT: Final = {"database-main", "cache-main"}
DOCUMENT: Final = (
    Rule("sg-alb", "in", 80, "0.0.0.0/0"),
    Rule("sg-alb", "in", 443, "0.0.0.0/0"),
    Rule("sg-alb", "out", "all", "sg-ecs"),
    Rule("sg-ecs", "in", 3000, "sg-alb"),
    Rule("sg-ecs", "in", 3000, "sg-ecs"),
    Rule("sg-ecs", "out", 5432, "sg-rds"),
    Rule("sg-ecs", "out", 6379, "sg-elasticache"),
    Rule("sg-ecs", "out", 27017, "sg-documentdb"),
    Rule("sg-ecs", "out", 443, "0.0.0.0/0"),
    Rule("sg-rds", "in", 5432, "sg-ecs"),
    Rule("sg-rds", "in", 5432, "sg-bastion"),
    Rule("sg-elasticache", "in", 6379, "sg-ecs"),
    Rule("sg-bastion", "in", 22, "the company's addresses"),
    Rule("sg-bastion", "out", 5432, "sg-rds"),
    Rule("sg-bastion", "out", 22, "sg-ecs"),
)

# Which of the document's groups a planned one is: its tasks have a group each. The document has no group for the rest.
GROUPS: Final = {
    "balancer-public": "sg-alb",
    "backend-api": "sg-ecs",
    "route-optimizer": "sg-ecs",
    "worker-tracking-worker": "sg-ecs",
    "job-database-dump": "sg-ecs",
    "job-db-migrate": "sg-ecs",
    "database-main": "sg-rds",
    "cache-main": "sg-elasticache",
    "docdb-history": "sg-documentdb",
    "bastion-main": "sg-bastion",
}
NEW_GROUPS: Final = {
    "endpoints",
    "balancer-internal",
    "function-daily-report-generator",
    "function-data-archiver",
    "function-email-sender",
    "function-image-processor",
    "function-secret-rotator",
}
COMPANY: Final = {"203.0.113.0/24": "the company's addresses"}
"""The document gives none: a range for examples, which production refuses."""

BUILT: Final = {
    Rule("sg-alb", "out", "all", "sg-ecs"): {Rule("balancer-public", "out", 3000, "backend-api")},
    Rule("sg-ecs", "in", 3000, "sg-alb"): {Rule("backend-api", "in", 3000, "balancer-public")},
    Rule("sg-ecs", "out", 5432, "sg-rds"): {
        Rule("backend-api", "out", 5432, "database-main"),
        Rule("route-optimizer", "out", 5432, "database-main"),
        Rule("worker-tracking-worker", "out", 5432, "database-main"),
        Rule("job-database-dump", "out", 5432, "database-main"),
        Rule("job-db-migrate", "out", 5432, "database-main"),
    },
    Rule("sg-ecs", "out", 6379, "sg-elasticache"): {
        Rule("backend-api", "out", 6379, "cache-main"),
        Rule("worker-tracking-worker", "out", 6379, "cache-main"),
    },
    Rule("sg-ecs", "out", 27017, "sg-documentdb"): {
        Rule("backend-api", "out", 27017, "docdb-history"),
        Rule("worker-tracking-worker", "out", 27017, "docdb-history"),
    },
    Rule("sg-ecs", "out", 443, "0.0.0.0/0"): {
        Rule("backend-api", "out", 443, "0.0.0.0/0"),
        Rule("route-optimizer", "out", 443, "0.0.0.0/0"),
        Rule("worker-tracking-worker", "out", 443, "0.0.0.0/0"),
    },
    Rule("sg-rds", "in", 5432, "sg-ecs"): {
        Rule("database-main", "in", 5432, "backend-api"),
        Rule("database-main", "in", 5432, "route-optimizer"),
        Rule("database-main", "in", 5432, "worker-tracking-worker"),
        Rule("database-main", "in", 5432, "job-database-dump"),
        Rule("database-main", "in", 5432, "job-db-migrate"),
    },
    Rule("sg-rds", "in", 5432, "sg-bastion"): {Rule("database-main", "in", 5432, "bastion-main")},
    Rule("sg-bastion", "out", 5432, "sg-rds"): {Rule("bastion-main", "out", 5432, "database-main")},
    Rule("sg-bastion", "in", 22, "the company's addresses"): {Rule("bastion-main", "in", 22, "203.0.113.0/24")},
    Rule("sg-elasticache", "in", 6379, "sg-ecs"): {
        Rule("cache-main", "in", 6379, "backend-api"),
        Rule("cache-main", "in", 6379, "worker-tracking-worker"),
    },
}

_CATALOG: Final = "catalog/delivery-tracking"
_CLOUDFRONT: Final = Told(
    f"{_CATALOG}/balancers/public.yaml", "reach: cloudfront", "DT-12", "443 from CloudFront's servers alone"
)
_TO_TASKS: Final = Told(
    f"{_CATALOG}/balancers/public.yaml",
    "api: {service: backend-api}",
    "DT-03",
    "the port of the service behind each route",
)
_OWN_GROUPS: Final = Told(f"{_CATALOG}/system.yaml", "title:", "DT-03", "a group for each service, worker and job")
_NO_SSH: Final = Told(
    f"{_CATALOG}/bastions/main.yaml", "databases/main: {", "DT-03", "left out; tasks on Fargate take no SSH"
)
_SESSIONS: Final = Told(
    f"{_CATALOG}/bastions/main.yaml", "instance_connect: true", "DT-03", "that; EC2 Instance Connect installs a key"
)
_PEOPLE: Final = Told(f"{_CATALOG}/bastions/main.yaml", "document-databases/history: {", "DT-03", "27017 as well")
_BETWEEN_TASKS: Final = Told(
    f"{_CATALOG}/services/backend-api.yaml",
    "balancers/internal: {prefix",
    "DT-03",
    "80 out to the internal load balancer",
)
_DOCUMENTS: Final = Told(f"{_CATALOG}/document-databases/history.yaml", "title:", "DT-03", "the group, with 27017")
_INTERNAL: Final = Told(
    f"{_CATALOG}/balancers/internal.yaml",
    "route-optimizer: {service",
    "DT-03",
    "a group of its own; requests between tasks pass it",
)
_ENDPOINTS: Final = Told(
    "environments/delivery-tracking/prod.yaml", "endpoints: [", "DT-03", "a group for the interface endpoints"
)
_REPORT: Final = Told(
    f"{_CATALOG}/functions/daily-report-generator.yaml",
    "databases/main: {",
    "DT-03",
    "a group of its own, with PostgreSQL",
)
_ARCHIVER: Final = Told(
    f"{_CATALOG}/functions/data-archiver.yaml", "databases/main: {", "DT-03", "a group of its own, with PostgreSQL"
)
_MAIL: Final = Told(
    f"{_CATALOG}/functions/email-sender.yaml", "sendgrid: {why", "DT-03", "a group of its own, with HTTPS"
)
_IMAGES, _ROTATOR = (
    Told(f"{_CATALOG}/functions/{name}.yaml", "in_vpc: true", "DT-03", "a group of its own, with HTTPS")
    for name in ("image-processor", "secret-rotator")
)

CHANGED: Final = {
    Rule("sg-alb", "out", "all", "sg-ecs"): _TO_TASKS,
}
"""Rows that are built at another port than the document has."""

SPLIT: Final = _OWN_GROUPS
"""Why one row of sg-ecs is built as several rules, for those tasks alone that need it."""

LEFT_OUT: Final = {
    Rule("sg-alb", "in", 80, "0.0.0.0/0"): _CLOUDFRONT,
    Rule("sg-alb", "in", 443, "0.0.0.0/0"): _CLOUDFRONT,
    Rule("sg-bastion", "out", 22, "sg-ecs"): _NO_SSH,
    Rule("sg-ecs", "in", 3000, "sg-ecs"): _BETWEEN_TASKS,
}

S3: Final = "S3"
CLOUDFRONT: Final = "pl-58a04531"
"""CloudFront's servers in ap-northeast-1 (com.amazonaws.global.cloudfront.origin-facing)."""

ADDED: Final = {
    Rule("balancer-public", "in", 443, CLOUDFRONT): _CLOUDFRONT,
    # Session Manager, the bastion's way in, is asked for from inside.
    Rule("bastion-main", "out", 443, "0.0.0.0/0"): _SESSIONS,
    # What people type there is recorded in CloudWatch Logs, whose endpoint of 2.4 answers for its name in the VPC.
    Rule("bastion-main", "out", 443, "endpoints"): _SESSIONS,
    Rule("endpoints", "in", 443, "bastion-main"): _SESSIONS,
    # People make the users of DocumentDB, too.
    Rule("bastion-main", "out", 27017, "docdb-history"): _PEOPLE,
    Rule("docdb-history", "in", 27017, "bastion-main"): _PEOPLE,
    # sg-documentdb is a target in the document, and no group of it.
    Rule("docdb-history", "in", 27017, "backend-api"): _DOCUMENTS,
    Rule("docdb-history", "in", 27017, "worker-tracking-worker"): _DOCUMENTS,
    # The internal load balancer, of which 2.2 has nothing: the way from task to task.
    Rule("backend-api", "out", 80, "balancer-internal"): _BETWEEN_TASKS,
    Rule("balancer-internal", "in", 80, "backend-api"): _INTERNAL,
    Rule("balancer-internal", "out", 3000, "route-optimizer"): _INTERNAL,
    Rule("route-optimizer", "in", 3000, "balancer-internal"): _INTERNAL,
    # The endpoints of 2.4, of which 2.2 has nothing.
    Rule("backend-api", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("route-optimizer", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("worker-tracking-worker", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("job-database-dump", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("job-db-migrate", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("function-daily-report-generator", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("function-data-archiver", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("function-email-sender", "out", 443, "endpoints"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "backend-api"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "route-optimizer"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "worker-tracking-worker"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "job-database-dump"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "job-db-migrate"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "function-daily-report-generator"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "function-data-archiver"): _ENDPOINTS,
    Rule("endpoints", "in", 443, "function-email-sender"): _ENDPOINTS,
    Rule("job-database-dump", "out", 443, S3): _ENDPOINTS,
    Rule("job-db-migrate", "out", 443, S3): _ENDPOINTS,
    Rule("function-daily-report-generator", "out", 443, S3): _ENDPOINTS,
    Rule("function-data-archiver", "out", 443, S3): _ENDPOINTS,
    # Lambda, of which 2.2 has nothing.
    Rule("function-daily-report-generator", "out", 5432, "database-main"): _REPORT,
    Rule("database-main", "in", 5432, "function-daily-report-generator"): _REPORT,
    Rule("function-data-archiver", "out", 5432, "database-main"): _ARCHIVER,
    Rule("database-main", "in", 5432, "function-data-archiver"): _ARCHIVER,
    Rule("function-email-sender", "out", 443, "0.0.0.0/0"): _MAIL,
    Rule("function-image-processor", "out", 443, "endpoints"): _IMAGES,
    Rule("endpoints", "in", 443, "function-image-processor"): _IMAGES,
    Rule("function-image-processor", "out", 443, S3): _IMAGES,
    Rule("function-secret-rotator", "out", 443, "endpoints"): _ROTATOR,
    Rule("endpoints", "in", 443, "function-secret-rotator"): _ROTATOR,
}
