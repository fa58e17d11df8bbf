"""webapp's figures, transcribed by hand from `documents/webapp.txt`, in the document's order.

The rows' ids are those of the requirements (WA-01 ...). Figures are in AWS's own units, with the document's words
beside them where the two differ. This module imports nothing from infragen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# WA-01: VPC設計, VPCエンドポイント, サブネット設計. The document gives no ranges.
REGION: Final = "ap-northeast-1"
ZONES: Final = 2
TIERS: Final = {"public", "app"}
"""The second is the document's プライベート."""
GATEWAY_ENDPOINTS: Final = {"s3"}
INTERFACE_ENDPOINTS: Final = {"ecr.api", "ecr.dkr", "secretsmanager", "logs"}

ENDPOINTS_COST: Final = "28.8"
NAT_COST: Final = "64"
SAVED: Final = "35.2"
"""約$35/月, of the two."""
SAVED_BY_THE_DOCUMENT: Final = "約$35/月（年間約$420）"
BY_ZONE: Final = ("57.6", "6.4")
"""Ours: the first for each of two zones, and what is saved then."""

# WA-02: サービス設計.
HEALTH: Final = "/health"
LEAST_TASKS: Final = 2
"""マルチAZ構成: one in each zone."""
SCALES_BY: Final = {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}

# WA-03: ECR.
KEPT_IMAGES: Final = 10

# WA-04: ALB.
DOMAINS: Final = {"prod": "api.example.com", "dev": "api.dev.example.com"}

# WA-05: Aurora.
ENGINE: Final = "aurora-postgresql"
CLASSES: Final = {"prod": "db.r6g.large", "dev": "db.t4g.medium"}
INSTANCES: Final = 2
"""プライマリ + レプリカ."""

# WA-06: Fluent Bit.
ROUTER_CPU: Final = 51
"""50m: thousandths of a CPU, of 1024 units."""
ROUTER_MEMORY: Final = 128

# WA-07: ログ保持期間.
LOG_DAYS: Final = {"prod": 30, "dev": 7}

# WA-08: ログバケット構成.
GLACIER_DAYS: Final = 90
EXPIRE_DAYS: Final = 365

# WA-09: トピック構成.
TOPICS: Final = {"prod": {"critical-alerts", "warning-alerts"}, "dev": {"warning-alerts"}}

# WA-13: 推奨スタック分割. The last two are 将来実装.
STACKS: Final = {"network", "database", "compute", "security", "monitoring"}
OUTSIDE: Final = {"dev": set[str](), "prod": {"compute-us-east-1"}}
"""What no stack of the document has: the check from outside, whose figures are in us-east-1 (a note says so)."""
LATER_STACKS: Final = {"frontend", "orchestration"}


@dataclass(frozen=True, slots=True)
class Home:
    """What a stack of the document has, by the type of resource that it is in Terraform."""

    stack: str
    type: str


HOMES: Final = (
    Home("network", "aws_vpc"),
    Home("network", "aws_subnet"),
    Home("database", "aws_rds_cluster"),
    Home("compute", "aws_ecs_cluster"),
    Home("compute", "aws_ecs_service"),
    Home("compute", "aws_ecr_repository"),
    Home("security", "aws_guardduty_detector"),
    Home("security", "aws_wafv2_web_acl"),
    Home("monitoring", "aws_cloudwatch_metric_alarm"),
    Home("monitoring", "aws_sns_topic"),
)

# Which rows of the requirements have a contradiction, and how what is built begins.
TOLD: Final = (
    ("WA-01", "a copy of its image in this region's ECR"),
    ("WA-02", "two tasks at least"),
    ("WA-05", "automated backups, and a final snapshot in prod"),
    ("WA-05", "that for connections"),
    ("WA-06", "both; every revision of the task definition stays active"),
    ("WA-07", "errors of the application; flow logs as they are, and what the document does not list"),
    ("WA-08", "no export; the router sends every line"),
    ("WA-08", "both; what is deleted after a year stays for another 30 days"),
    ("WA-08", "neither; Aurora's backups are no objects of a bucket"),
    ("WA-08", "a bucket of its own, encrypted with SSE-S3"),
    ("WA-09", "mail; `slack` true"),
    ("WA-09", "one topic, warning-alerts"),
    ("WA-09", "the size of its volume, which grows by itself"),
    ("WA-11", "not yet; this line away, and EventBridge"),
    ("WA-11", "not yet; this line away, and a connection by hand"),
    ("WA-11", "a batch of one step that is tried again"),
    ("WA-11", "an example; whoever enables it"),
    ("WA-11", "no record, as the document names no host of its pages"),
    ("WA-13", "those there; a security group stands in the network stack"),
    ("WA-13", "the bucket in the database stack"),
    ("WA-13", "the load balancer beside its service"),
    ("WA-13", "one more in us-east-1"),
    ("WA-15", "Terraform, in the seven stacks"),
    ("WA-15", "MAF is the web application firewall"),
    ("WA-15", "at the load balancer, by which every request"),
    ("WA-15", "the public name, which leads to the load balancer"),
    ("WA-15", "not yet, since nothing in the VPC calls the back end"),
)
