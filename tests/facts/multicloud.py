"""What multicloud's document says, transcribed by hand from `documents/multicloud.txt`, in the document's order.

The rows' ids are those of the requirements (MC-01 ...). The document gives no figures: what is here are its words, with
AWS's own names beside them where the two differ. This module imports nothing from infragen.
"""

from __future__ import annotations

from typing import Final

# MC-01: 1.1 and 2.1. `Public`, `Private` and `Data` are the tiers, and what stands in each.
TIERS: Final = {"public", "app", "data"}
STANDS_IN: Final = {
    "balancer-public": "public",
    "service-app": "app",
    "cache-main": "app",
    "search-domain-main": "data",
}
CONNECTIONS: Final = {
    ("service-app", "cache-main", 6379),
    ("service-app", "database-main", 5432),
    ("service-app", "search-domain-main", 443),
    ("balancer-public", "service-app", 8080),
}
"""App --> Cache, DB and ES, ALB --> App; the ports are those of the engines, the last one ours."""

# MC-02: 1.3, 3.1, 3.2.
ENGINE: Final = "postgres"

# MC-05: 1.3. Each is versioned, has a lifecycle (3.2) and a copy in another region (3.1).
BUCKETS: Final = {"assets", "backups", "lake"}

# MC-06: 2.2, in AWS's names: SQLインジェクション対策, and クロスサイトスクリプティング対策 of the core rule set.
RULE_GROUPS: Final = {"AWSManagedRulesSQLiRuleSet", "AWSManagedRulesCommonRuleSet"}

# MC-07: 2.3. What AWS calls a policy of TLS 1.3 alone at a load balancer, and the strictest ones elsewhere.
TLS_OF_BALANCER: Final = "ELBSecurityPolicy-TLS13-1-3-2021-06"
TLS_OF_DISTRIBUTION: Final = "TLSv1.2_2021"
TLS_OF_SEARCH: Final = "Policy-Min-TLS-1-2-PFS-2023-10"

# MC-09: 5.1, 5.2.
THRESHOLDS: Final = {"CPUUtilization", "MemoryUtilization", "TargetResponseTime", "HTTPCode_Target_5XX_Count"}
"""リソース使用率, レイテンシー, エラー率."""

# MC-11: 5.1, 5.3. What is named twice: the first is built.
DOUBLES: Final = (
    ("CloudWatch", "Prometheus and Grafana"),
    ("X-Ray", "Jaeger"),
    ("GitHub Actions", "AWS CodePipeline"),
    ("Terraform", "AWS CDK"),
)

# Which rows of the requirements have a contradiction, and how what is built begins.
TOLD: Final = (
    ("MC-01", "CloudFront alone"),
    ("MC-01", "prod in Tokyo, and dr in Osaka"),
    ("MC-01", "a NAT gateway in each zone"),
    ("MC-02", "the replicas, and a way in for people"),
    ("MC-03", "OpenSearch and OpenSearch Dashboards"),
    ("MC-03", "people sign in at an identity provider, with SAML"),
    ("MC-03", "all lines of the application to OpenSearch"),
    ("MC-06", "at CloudFront"),
    ("MC-07", "TLS 1.2 and 1.3 for browsers"),
    ("MC-07", "TLS 1.2 and 1.3; OpenSearch Service"),
    ("MC-07", "TLS alone, of which PostgreSQL"),
    ("MC-07", "TLS alone, of which ElastiCache"),
    ("MC-08", "workload identity federation"),
    ("MC-09", "anomaly detection of CloudWatch"),
    ("MC-10", "none of them; people look"),
    ("MC-10", "Fargate Spot for what may be stopped"),
    ("MC-11", "X-Ray of the service and the worker"),
    ("MC-11", "CloudWatch; the other two are this line away"),
    ("MC-11", "whom alarms reach and who is told next"),
    ("MC-11", "a function that saves what people made in Dashboards"),
    ("MC-11", "a batch that writes documents to the data lake"),
    ("MC-11", "the addresses of both; the pool is the code's"),
    ("MC-11", "an alarm when RDS tells nothing of it"),
)
