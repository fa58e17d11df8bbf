"""dandori-portal's figures, transcribed by hand from `documents/dandori-portal.txt`, in the document's order.

The rows' ids are those of the requirements (DP-01 ...). Figures are in AWS's own units, with the document's words
beside them where the two differ. This module imports nothing from infragen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

# 1. システム要件
TENANTS: Final = 50
"""10-50社, at the most."""
USERS_A_DAY: Final = 10_000
"""1日10,000人."""
USERS: Final = 3000
"""2,000-3,000人 at once."""
AVAILABILITY: Final = "99.9 %"
GOAL_SECONDS: Final = 0.2
"""95%ile < 200ms, also among the 成功指標."""
GOAL_PERCENTILE: Final = "p95"

# DP-01, DP-02: 2. 推奨AWSアーキテクチャ
TASKS: Final = (2, 10)
NAMES: Final = {
    "prod": ("dandori-portal.com", "api.dandori-portal.com"),
    "dev": ("dev.dandori-portal.com", "api.dev.dandori-portal.com"),
}
"""The document's own is api.dandori-portal.com, of its load test."""
BEHIND_THE_GATEWAY: Final = {"auth", "business"}
"""認証/認可サービス, ビジネスロジック."""
ROUTES: Final = {"auth": "auth", "dashboard": "business"}
"""/auth/login and /dashboard of the load test."""

ALTERNATIVES: Final = (
    ("ECS Fargate", "EKS"),
    ("ECS Services", "Lambda Functions"),
    ("REST API", "GraphQL"),
    ("RDS Proxy", "PgBouncer"),
    ("API Gateway", "アプリケーション層"),
)
"""What the document offers; built is the first."""

# DP-03: データ層 and 3.B
ENGINE: Final = "aurora-postgresql"
READERS: Final = (1, 5)
READER_CPU: Final = 70
POOL: Final = {"MAX": "20", "IDLE_TIMEOUT_MILLIS": "30000", "CONNECTION_TIMEOUT_MILLIS": "2000"}
"""node-postgres's names, as the document writes them: max, idleTimeoutMillis, connectionTimeoutMillis."""
STORAGE: Final = 1000 * 1000**3
"""max_capacity: 1000GB."""

# DP-04
USE_REDIS: Final = {"web", "auth", "business", "worker-background"}
DELIVERED: Final = {"static", "uploads"}
"""静的ファイル配信, ユーザーアップロードファイル."""
STORED: Final = DELIVERED | {"backups"}
TIER: Final = "INTELLIGENT_TIERING"

# DP-05: 4. スケーリング戦略
CPU: Final = 70
MEMORY: Final = 80
REQUESTS_PER_TARGET: Final = 1000

# DP-06: 3.D
LIMIT: Final = Decimal(100) / 60
"""windowMs 60 * 1000, max 100: API Gateway counts by the second."""

# DP-07: 5. 監視とアラート
NAMESPACE: Final = "DandoriPortal"
DIMENSIONS: Final = {
    "ResponseTime": {"TenantId", "Endpoint"},
    "ActiveUsers": {"TenantId"},
    "DatabaseConnections": {"DatabaseName"},
}
RESPONSE_TIME: Final = (500, 2)
"""Milliseconds, and evaluation periods."""
CONNECTIONS: Final = (80, 1)
"""Percent."""
CLIENT_ERRORS: Final = (1, 3)
"""Percent, of 4XXError."""
GOAL_ERRORS: Final = 0.1
"""Percent: エラー率 < 0.1%."""
CLASS_MEMORY: Final = 32 * 1024**3
"""db.r6g.xlarge; Aurora PostgreSQL's max_connections is LEAST(DBInstanceClassMemory/9531392, 5000)."""

# DP-08: 6. コスト最適化
COSTS: Final = {
    "CloudFront": (50, 100),
    "ALB": (25, 25),
    "ECS Fargate": (300, 600),
    "Aurora PostgreSQL": (500, 800),
    "ElastiCache": (150, 150),
    "S3 + データ転送": (100, 200),
}
STATED: Final = (1125, 2075)
ROWS_COME_TO: Final = (1125, 1875)
"""Ours."""
BUDGET: Final = 2000
ALARMS: Final = {"HighResponseTime", "DatabaseConnectionExhaustion", "ErrorRate"}
"""5, アラート設定: the names of its alarms."""
NOT_PRICED: Final = {"gateways/api", "databases/main", "nat", "alarms"}
"""API Gateway with its WAF, RDS Proxy, NAT and monitoring."""

# DP-09: 8. 負荷テスト計画
STAGES: Final = [("5m", 100), ("10m", 1000), ("5m", 3000), ("10m", 3000), ("5m", 0)]
THRESHOLDS: Final = {
    "goals": {"http_req_duration": ["p(95)<200"], "http_req_failed": ["rate<0.001"]},
    "limits": {"http_req_duration": ["p(95)<500"], "http_req_failed": ["rate<0.01"]},
}
"""The 成功指標, and what the document's own script has."""
REQUESTS: Final = [
    ("POST", "https://api.dandori-portal.com/auth/login"),
    ("GET", "https://api.dandori-portal.com/dashboard"),
]
PAUSE: Final = 1
SENT: Final = 4286
"""Requests a second, ours: 3,000 users, two requests of 200 ms each, and a second's pause."""

# DP-03: 3.B, インデックス戦略
INDEXES: Final = {
    "idx_tenant_created": ("records", '"tenant_id", "created_at" DESC'),
    "idx_user_tenant": ("users", '"tenant_id", "email"'),
}

# DP-10
TASK: Final = (4096, 8192)
"""4 vCPU, 8GB."""
DATABASE_CLASS: Final = "db.r6g.xlarge"
CACHE_CLASS: Final = "cache.m6g.large"
CACHED: Final = {"/api/master/*": 3600, "/api/users*": 300, "/api/dashboard*": 60}
"""マスターデータ 1時間, ユーザーリスト 5分, ダッシュボードデータ 1分; the paths are ours."""

# Which rows of the requirements have a contradiction, and how what is built begins.
TOLD: Final = (
    ("DP-03", "an alarm at 1000 GB"),
    ("DP-03", "a schema for each tenant"),
    ("DP-03", "RDS Proxy"),
    ("DP-04", "CloudFront alone"),
    ("DP-04", "nothing; code sets it"),
    ("DP-04", "a bucket that no distribution leads to"),
    ("DP-06", "an API key for each tenant"),
    ("DP-06", "a bucket of 100 that gets 100 a minute: 100 + 100 = 200"),
    ("DP-06", "both limits"),
    ("DP-06", "both, as a 4xx is the caller's mistake"),
    ("DP-07", "80 % of the max_connections"),
    ("DP-07", "a query over all of them"),
    ("DP-08", "30 million requests a month"),
    ("DP-08", "a budget of 2,000"),
    ("DP-08", "alarms on 200 ms at p95"),
    ("DP-08", "that share; services tell when they use up the 43.2 minutes"),
    ("DP-08", "neither; they are bought and not built"),
    ("DP-09", "both; measured by the goals"),
    ("DP-09", "a user of each tenant with a password"),
    ("DP-10", "Fargate Spot, which saves 70 % at most"),
    ("DP-10", "per task"),
    ("DP-10", "those times at paths"),
    ("DP-10", "two nodes in two zones"),
)
