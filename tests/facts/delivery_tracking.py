"""delivery-tracking's figures, transcribed by hand from `documents/delivery-tracking.txt`, in the document's order.

The rows' ids are those of the demands (DT-01 ...). Figures are in AWS's own units, with the document's words beside
them where the two differ. This module imports nothing from infragen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Subnet:
    """A row of 2.1, or of the picture in 1B.2."""

    tier: str
    zone: str
    cidr: str


@dataclass(frozen=True, slots=True)
class Task:
    """An ECS service of 3.1: CPU units, MB, and how many tasks run at least and at most."""

    name: str
    cpu: int
    memory: int
    least: int
    most: int | None
    """None where the document gives no maximum."""


@dataclass(frozen=True, slots=True)
class Function:
    """A row of 3.3."""

    name: str
    trigger: str
    memory: int
    timeout: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A row of 5.1, with what 8.1 and 8.3 say of it: days."""

    name: str
    moves: dict[str, int]
    expires: int | None
    encryption: str
    versioned: bool


# DT-01: 2.1 and 1B.2. The last two of stg are ours: load balancers and subnet groups have two zones.
PROD_VPC: Final = "10.0.0.0/16"
PROD_SUBNETS: Final = (
    Subnet("public", "ap-northeast-1a", "10.0.1.0/24"),
    Subnet("public", "ap-northeast-1c", "10.0.2.0/24"),
    Subnet("app", "ap-northeast-1a", "10.0.11.0/24"),
    Subnet("app", "ap-northeast-1c", "10.0.12.0/24"),
    Subnet("data", "ap-northeast-1a", "10.0.21.0/24"),
    Subnet("data", "ap-northeast-1c", "10.0.22.0/24"),
)
STG_VPC: Final = "10.1.0.0/16"
STG_SUBNETS: Final = (
    Subnet("public", "ap-northeast-1a", "10.1.1.0/24"),
    Subnet("app", "ap-northeast-1a", "10.1.11.0/24"),
    Subnet("data", "ap-northeast-1a", "10.1.21.0/24"),
    Subnet("public", "ap-northeast-1c", "10.1.2.0/24"),
    Subnet("data", "ap-northeast-1c", "10.1.22.0/24"),
)
# DT-03: 2.4.
INTERFACE_ENDPOINTS: Final = {"secretsmanager", "logs", "ecr.api", "ecr.dkr"}
GATEWAY_ENDPOINTS: Final = {"s3", "dynamodb"}

# DT-04, DT-21: 3.1 and 1B.3. The sizes of the last two are the cost row's: 1 vCPU x 2 GB x 5 tasks.
PROD_TASKS: Final = (
    Task("backend-api", 1024, 2048, 2, 20),
    Task("tracking-worker", 1024, 2048, 2, None),
    Task("route-optimizer", 1024, 2048, 1, None),
)
STG_BACKEND: Final = Task("backend-api", 512, 1024, 1, 4)
STG_DESIRED: Final = 2
STG_ZONE: Final = "ap-northeast-1a"
# DT-04: 3.1 and 1B.3; the document gives no target group of stg.
CLUSTERS: Final = {"prod": "delivery-tracking-cluster", "stg": "delivery-tracking-stg"}
SERVICES: Final = {
    "prod": {"backend-api-service", "tracking-worker-service", "route-optimizer-service"},
    "stg": {"backend-api-service-stg", "tracking-worker-service-stg"},
}
REPOSITORIES: Final = {"prod": "backend-api", "stg": "backend-api-stg"}
"""3.1 and 1B.4."""
SECRET_NAMES: Final = {"jwt/secret-key", "google-maps/api-key", "sendgrid/api-key"}
"""6.3; those of RDS and Redis are of what has them."""
STG_DATABASE: Final = "delivery-tracking-stg"
"""1B.6: DBInstanceIdentifier."""
REPORT_LOG_GROUP: Final = "/aws/lambda/daily-report-generator"
"""7.2."""
TARGET_GROUP: Final = "backend-api-tg"
PORT: Final = 3000
HEALTH: Final = {"interval": 30, "timeout": 5, "retries": 3}

# DT-05: 3.2 and 9.1.
CPU_TARGET, MEMORY_TARGET = 70, 80
SCALE_IN, SCALE_OUT = 300, 60
MORNING: Final = ("cron(0 8 ? * MON-FRI *)", 5, 15)
AFTER: Final = ("cron(0 10 ? * MON-FRI *)", 2, 20)
TIME_ZONE: Final = "Asia/Tokyo"
REQUESTS_PER_TARGET: Final = 1000
STEPS: Final = {("GreaterThanThreshold", 90, 1): 5, ("LessThanThreshold", 30, 10): -1}
"""What CPU is above or below, for how many minutes, and so many tasks."""

# DT-16: 1B.6; the start of RDS before the services', and the windows within the hours, are the requirements'.
WORKING_DAYS: Final = "MON-FRI"
STOPS, STARTS = "cron(0 20 ? * MON-FRI *)", "cron(0 8 ? * MON-FRI *)"
STOPPED_HOURS, HOURS_OF_A_WEEK = 108, 168

# DT-15: 8.1, "Manual Snapshot".
RELEASE_BACKUP_DAYS: Final = 30

# DT-06: 3.3.
FUNCTIONS: Final = (
    Function("daily-report-generator", "cron(0 6 * * ? *)", 1024, 300),
    Function("image-processor", "S3 Object Created", 2048, 60),
    Function("email-sender", "SQS Queue", 512, 30),
    Function("data-archiver", "monthly, the 1st", 3008, 900),
)

OWN_FUNCTIONS: Final = ("-alerts", "-rotation")
"""How functions are called that the document only implies: they pass alarms on (7.4), and rotate a password (6.3)."""

# DT-14: 7.4, the row "Low", and what 3.3 and 8.1 start by the clock.
DONE_LEVEL: Final = "low"
BATCHES: Final = ("function-daily-report-generator", "function-data-archiver", "job-database-dump")

# DT-07: 4.1. In AWS's units: 8 kB pages for shared_buffers and effective_cache_size, kB for the other two.
INSTANCE_CLASS: Final = "db.r6g.xlarge"
STORAGE: Final = {"allocated_storage": 500, "max_allocated_storage": 2000, "iops": 12000, "storage_throughput": 500}
PARAMETERS: Final = {
    "max_connections": "200",
    "shared_buffers": str(8 * 1024 * 1024 // 8),
    "effective_cache_size": str(24 * 1024 * 1024 // 8),
    "maintenance_work_mem": str(2 * 1024 * 1024),
    "work_mem": str(64 * 1024),
    "random_page_cost": "1.1",
    "effective_io_concurrency": "200",
}
READ_REPLICAS: Final = ("ap-northeast-1c", "ap-northeast-1a")
BACKUP_DAYS: Final = 7
BACKUP_WINDOW_UTC: Final = "18:00-19:00"  # 03:00-04:00 JST
MAINTENANCE_WINDOW_UTC: Final = "sat:19:00-sat:20:00"  # Sun 04:00-05:00 JST

# DT-13: 6.3, in days; the others by hand.
ROTATION_DAYS: Final = {"rds/postgresql/master": 30, "redis/auth-token": 90, "jwt/secret-key": 180}

# DT-08, DT-21: 4.2 and 1B.3.
REDIS: Final = {"engine_version": "7.0", "node_type": "cache.r6g.large", "shards": 3, "replicas": 1, "snapshots": 5}
DOCUMENTS: Final = {"engine_version": "5.0", "size": "db.r6g.large", "instances": 3, "backups": 7}
"""4.3."""
STG_DOCUMENTS: Final = {"size": "db.t3.medium", "instances": 1}
"""1B.3."""
REDIS_SNAPSHOT_WINDOW_UTC: Final = "18:00-19:00"

# DT-21: 1B.3.
STG_INSTANCE_CLASS: Final = "db.t3.large"
STG_STORAGE: Final = 100
STG_BACKUP_DAYS: Final = 3
STG_NODE_TYPE: Final = "cache.t3.medium"

# DT-09: 5.1, 8.1 and 8.3; replication asks for versions of backups and assets, too. DT-23: Intelligent-Tiering, 10.2.
BUCKETS: Final = (
    Bucket("assets", {}, None, "AES256", versioned=True),
    Bucket("uploads", {"GLACIER": 90, "DEEP_ARCHIVE": 365}, 2555, "aws:kms", versioned=True),
    Bucket("reports", {"INTELLIGENT_TIERING": 1}, 365, "AES256", versioned=True),
    Bucket("logs", {}, 180, "AES256", versioned=False),
    Bucket("backups", {}, 30, "aws:kms", versioned=True),
)

# DT-09: 8.2; the document does not say of which buckets: those that hold data (rows out of the database
# among them, for which it has no bucket), and the pages that are read.
REPLICA_REGION: Final = "ap-northeast-3"
REPLICATED: Final = {"uploads", "reports", "backups", "assets", "archives"}
REPLICATED_TOO: Final = {"code"}
"""Ours, the document has no bucket of code: functions in Osaka start from the same packages."""

# DT-23: 1.2 has Athena; 7.2 the keys of a line, 5.1 the bucket, 7.2 what is sent to it.
LINE_KEYS: Final = frozenset(
    {"timestamp", "level", "service", "trace_id", "user_id", "action", "plan_id", "duration_ms", "status"}
)
SENT_PREFIXES: Final = {"services/backend-api", "workers/tracking-worker"}
"""How the keys begin of what the two log groups send; ours, the document has a bucket and no keys."""
QUEUE_CONSUMER_SECONDS: Final = 30
"""3.3: email-sender."""
IMAGES: Final = {"backend-api", "tracking-worker", "route-optimizer"}
"""3.1 and 3.2: what runs on ECS, whose images the task definitions take from ECR."""

# DT-22: 7.2, in days.
LOG_GROUPS: Final = {"/ecs/backend-api": 30, "/ecs/tracking-worker": 30}
SENT_TO_S3: Final = {"/ecs/backend-api", "/ecs/tracking-worker"}
REPORT_LOG_DAYS: Final = 14
DATABASE_LOG_DAYS: Final = 90
ANSWER_DAYS: Final = 7
"""Ours, of Athena's answers; the document gives none."""
BALANCER_LOG_DAYS: Final = 180
"""7.2 archives them to S3, where 5.1 keeps logs so long; the log group of 7 days is none of AWS's."""
# DT-10: 5.2; the policies by the ids that AWS gave its own (CachingOptimized, CachingDisabled).
ORIGIN_PATH: Final = "/production"
PRICE_CLASS: Final = "PriceClass_200"
BEHAVIOURS: Final = {
    "/static/*": ("s3-assets", "658327ea-f89d-4fab-a63d-7e88639e58f6", True, {"GET", "HEAD"}),
    "/api/*": (
        "alb-api",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        False,
        {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"},
    ),
}

# DT-12: 6.2; SQL injection is asked of the core rule set, which has no such rules.
MANAGED_RULES: Final = {
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
}
REQUESTS_PER_ADDRESS: Final = 2000
SECONDS: Final = 300
COUNTRIES: Final = ["JP"]

# DT-13: 6.4, "HTTPS/TLS 1.3必須"; what accepts an older version, or none.
OLDER_TLS: Final = (
    ("DT-13", "plain HTTP between tasks, inside the VPC"),
    ("DT-13", "1.3 with all that speak it, and 1.2 with the rest"),
)
# DT-13: 9.2, and the parts of both URLs.
DATABASE_VARIABLES: Final = {
    "DATABASE_HOST",
    "DATABASE_READER_HOST",
    "DATABASE_READER_HOSTS",
    "DATABASE_PORT",
    "DATABASE_NAME",
    "DATABASE_USER",
}
DATABASE_SECRET: Final = "DATABASE_PASSWORD"
URLS: Final = {"DATABASE_URL_PRIMARY", "DATABASE_URL_REPLICA"}

# DT-14: 7.1 and 7.4, by what an alarm's name ends with: metric, comparison, threshold in AWS's units, level.
# "緊急通知" is critical; errors and response time are the document's examples of high, Auto Scaling of medium.
_GREATER, _LESS = "GreaterThanThreshold", "LessThanThreshold"
ALARMS: Final = {
    "backend-api-cpu": ("CPUUtilization", _GREATER, 80, "medium"),
    "backend-api-memory": ("MemoryUtilization", _GREATER, 85, "medium"),
    "worker-tracking-worker-cpu": ("CPUUtilization", _GREATER, 80, "medium"),
    "worker-tracking-worker-memory": ("MemoryUtilization", _GREATER, 85, "medium"),
    "route-optimizer-cpu": ("CPUUtilization", _GREATER, 80, "medium"),
    "route-optimizer-memory": ("MemoryUtilization", _GREATER, 85, "medium"),
    "database-main-cpu": ("CPUUtilization", _GREATER, 75, "high"),
    "database-main-free-memory": ("FreeableMemory", _LESS, 2 * 1024**3, "high"),
    "database-main-reader-1-cpu": ("CPUUtilization", _GREATER, 75, "high"),
    "database-main-reader-1-free-memory": ("FreeableMemory", _LESS, 2 * 1024**3, "high"),
    "database-main-reader-2-cpu": ("CPUUtilization", _GREATER, 75, "high"),
    "database-main-reader-2-free-memory": ("FreeableMemory", _LESS, 2 * 1024**3, "high"),
    "database-main-free-storage": ("FreeStorageSpace", _LESS, 500 * 1024**3 * 5 // 100, "medium"),
    "database-main-reports": ("DatabaseConnections", _LESS, 1, "critical"),
    "balancer-public-backend-api-unhealthy": (None, _GREATER, 0, "critical"),
    "balancer-public-errors": (None, _GREATER, 5, "high"),
    "balancer-public-response-time": ("TargetResponseTime", _GREATER, 3, "high"),
    "metric-database-errors-found": ("database-errors", _GREATER, 0, "high"),
}
"""Errors and unhealthy targets are worked out of several metrics; the database's errors are told by 7.2 (DT-22). Of the
examples of 7.4, データベース障害 is critical and ディスク使用率上昇 medium; their figures are ours."""
LEVELS: Final = {
    "critical": {"slack", "pagerduty"},
    "high": {"slack", "mail"},
    "medium": {"slack"},
    "low": {"mail"},
}
"""7.4; the telephone is PagerDuty's."""
METRIC: Final = ("DeliveryTracking/Business", "DeliveryCount")

# DT-18: 10.3, in USD and by percent; who hears of it.
BUDGET: Final = 3500
BUDGET_ALERTS: Final = {80: {"mail"}, 100: {"slack", "mail"}, 120: {"slack", "pagerduty"}}
"""10.3: Slack and mail is the level high, "緊急通知" is critical."""

# DT-17: 1B.4 and 11.1; the document has no workflow for prod's code, and 12.3 applies what is pushed to main.
BRANCHES: Final = {"stg": "develop", "prod": "main"}
BUILDS: Final = {"services/backend-api": "backend"}
"""The folder that 1B.4 builds in; those of the other images are ours."""
TESTS: Final = ("stg", "npm run test:integration", "API_URL", "https://stg-api.example.com")
MISTAKES: Final = ("--force-new-deployment", "aws ecs run-task", "latest")
"""What 1B.4 does after the push, and how 3.1 tags images: the new image never runs, nobody awaits the migration."""

# DT-17: 11.1, "Blue-Greenデプロイ（ECS）": five steps, and for all of ECS; what has no requests has none to move.
BLUE_GREEN: Final = {"backend-api", "route-optimizer"}
STEPS_OF_A_DELIVERY: Final = {
    "1. 新バージョンのタスクを起動（Green）": "BLUE_GREEN",
    "3. ALBのトラフィックを徐々にGreenへ切り替え": "TimeBasedLinear",
    "4. 問題なければBlueを停止": "TERMINATE",
    "5. 問題あればロールバック（Blueへ即座に切り戻し）": "DEPLOYMENT_FAILURE",
}
"""Steps of the document, and what CodeDeploy calls them; the second is the target groups' health check (3.1)."""

STATES_OF_A_DELIVERY: Final = ("FAILURE", "READY", "START", "STOP", "SUCCESS")
"""What an event of CodeDeploy says of a delivery (github.com/aws/aws-lambda-go, events/codedeploy.go)."""

# DT-19: 12.1 and 12.2; dev is Docker Compose alone, and dr has a tree as the others.
WITH_TERRAFORM: Final = {"stg", "prod", "dr"}
MODULES: Final = {"vpc": "vpc", "ecs": "ecs_", "rds": "rds_", "elasticache": "elasticache_", "alb": "load_balancer"}
"""Modules of the document, and how the names of those begin that are built."""

# DT-20: 12.3 and 1B.4.
STORED_KEYS: Final = ("aws-access-key-id", "aws-secret-access-key", "AWS_SECRET_ACCESS_KEY")
TERRAFORM_OF_THE_DOCUMENT: Final = (1, 6)
LOCKFILE_SINCE: Final = (1, 10)
"""Terraform: `use_lockfile` of the backend s3."""


# 8.2: the second region, what may be lost (hours) and how long it may take (hours), and the six steps
DR_REGION: Final = "ap-northeast-3"
RPO_HOURS: Final = 1
RTO_HOURS: Final = 4
DR_STEPS: Final = ("detect", "promote", "start", "names", "verify")
"""障害検知 and Health Check失敗検知, Read ReplicaをPromote, ECSサービスを起動, レコード切り替え, 稼働確認."""
WITHOUT_COPY: Final = {"caches/main", "document-databases/history"}
"""The document has no disaster recovery for these."""

# DT-18: 10.1 (medium and small) and 1B.5, USD a month, and the rate that both convert with
PROD_COSTS: Final = {
    "ECS Fargate": 365, "RDS PostgreSQL": 650, "ElastiCache Redis": 280, "DocumentDB": 900, "ALB": 100,
    "NAT Gateway": 200, "S3": 48, "CloudFront": 340, "CloudWatch": 100,
}  # fmt: skip
STG_COSTS: Final = {
    "ECS Fargate": 37, "RDS PostgreSQL": 120, "ElastiCache Redis": 43, "DocumentDB": 100, "ALB": 25,
    "NAT Gateway": 50, "S3": 3, "CloudWatch": 15,
}  # fmt: skip
PROD_USAGE: Final = {
    "ALB": {"processed": 2000}, "NAT Gateway": {"processed": 2 * 500}, "S3": {"stored": 2000},
    "CloudFront": {"sent": 5000}, "CloudWatch": {"logged": 200},
}  # fmt: skip
"""処理データ2TB, 2AZ x 500GB, 2TB Standard, 5TB転送, Logs 200GB: GB a month."""
STG_USAGE: Final = {
    "ALB": {"processed": 100}, "NAT Gateway": {"processed": 50}, "S3": {"stored": 100}, "CloudWatch": {"logged": 20},
}  # fmt: skip
"""処理データ100GB, 1AZ x 50GB, 100GB Standard, Logs 20GB."""
SMALL_COSTS: Final = {
    "ECS Fargate": 73, "RDS PostgreSQL": 240, "ElastiCache Redis": 85, "DocumentDB": 300, "ALB": 40,
    "NAT Gateway": 100, "S3": 12, "CloudFront": 85, "CloudWatch": 30, "Route 53": 1,
}  # fmt: skip
"""10.1, 小規模構成（配送車両20台、ユーザー50名）."""
SMALL_USAGE: Final = {
    "ALB": {"processed": 500}, "NAT Gateway": {"processed": 2 * 100}, "S3": {"stored": 500},
    "CloudFront": {"sent": 1000}, "CloudWatch": {"logged": 50},
}  # fmt: skip
"""処理データ500GB, 2AZ x 100GB, 500GB Standard, 1TB転送, Logs 50GB."""
SMALL_SIZES: Final = {
    "services.backend-api.sizes.normal.cpu": "0.5 vCPU",
    "services.backend-api.sizes.normal.memory": "1 GB",
    "services.backend-api.tasks.max": 2,
    "databases.main.size": "db.t3.large",
    "caches.main.size": "cache.t3.medium",
    "document-databases.history.size": "db.t3.medium",
}
"""0.5 vCPU x 1GB x 2タスク, db.t3.large, cache.t3.medium, db.t3.medium."""
SMALL_NODES: Final = {"databases": 2, "caches": 2, "document-databases": 3}
"""Multi-AZ, cache.t3.medium x 2, db.t3.medium x 3."""
COST_SUMS: Final = {"prod": 2983, "stg": 393, "small": 966}
YEN_PER_DOLLAR: Final = 150

# DT-24: 9.3, 11.1, 11.2, 11.3 and 13.2
CACHE_SECONDS: Final = {
    "マスタデータ": ("CACHE_TTL_MASTER_DATA", 3600),
    "リアルタイム車両位置": ("CACHE_TTL_POSITIONS", 30),
    "配送進捗": ("CACHE_TTL_PROGRESS", 300),
    "レポートデータ": ("CACHE_TTL_REPORTS", 600),
}
"""1時間, 30秒, 5分, 10分; the names of the variables are ours."""
OLD_COLUMNS_DAYS: Final = 7
"""古いカラム/テーブルの削除（1週間後）."""
RECURRING: Final = {
    "daily": ("ヘルスチェック確認", "エラーログレビュー", "バックアップ成功確認"),
    "weekly": ("パフォーマンスレビュー", "セキュリティアラート確認", "コストレビュー"),
    "monthly": ("容量計画見直し", "バックアップリストアテスト", "脆弱性スキャン"),
    "quarterly": ("DRテスト実施", "インフラコスト最適化レビュー", "アーキテクチャ見直し"),
}
"""日次, 週次, 月次, 四半期."""
INCIDENTS: Final = {
    "P0": ("サービス全停止", "at once", "データベース障害"),
    "P1": ("主要機能停止", "within 1 h", "配車計画作成不可"),
    "P2": ("一部機能停止", "within 4 h", "レポート生成遅延"),
    "P3": ("軽微な問題", "within 1 working day", "表示の乱れ"),
}
"""即座, 1時間以内, 4時間以内, 1営業日以内."""
ESCALATION: Final = {"30 min": "チームリーダー", "1 h": "マネージャー", "2 h": "ベンダーサポート"}
"""解決不可 after that long."""
COMPLIANCE: Final = {
    "GDPR": ("データ暗号化（保存時）", "データ暗号化（通信時）", "アクセスログ記録", "データ削除機能実装"),
    "ISMS (ISO 27001)": ("アクセス制御", "変更管理プロセス", "インシデント対応手順"),
}
"""13.2, the first point in two."""

# Where the document contradicts itself or AWS, and how what is built begins, by the row of the requirements.
CONTRADICTIONS: Final = {
    "maximum tasks of 10, 15 and 20": (("DT-05", "2 to 20"),),
    "backend and worker in the picture of stg, backend alone in 1B.3 and in the script": (
        ("DT-21", "both; the worker"),
    ),
    "stg in one zone, where load balancers and subnet groups have two": (("DT-01", "tasks, databases and cache in"),),
    "sg-documentdb, which is not defined": (("DT-03", "the group, with 27017"),),
    "sg-ecs to sg-ecs, inbound alone": (("DT-03", "80 out to the internal load balancer"),),
    "SSH from the bastion to sg-ecs, outbound alone": (("DT-03", "left out; tasks on Fargate take no SSH"),),
    "thresholds of 80 and 85 that scale, and targets of 70 and 80": (("DT-14", "Auto Scaling at 70 % and 80 %"),),
    "retention of logs in 7.2 and in 10.2": (("DT-22", "30 days, as chapter 7 says"),),
    "logs of the load balancer as a log group": (("DT-22", "the archive alone, a bucket"),),
    "a topic that subscribes to a log group": (("DT-22", "a metric of the lines with an error"),),
    "a name of RDS's log group": (("DT-22", "90 days in the groups that RDS names"),),
    "SQL injection in the core rule set": (("DT-12", "the rule set against SQL injection beside it"),),
    "Japan alone, and Route 53's checkers": (("DT-12", "a block of all that is not JP"),),
    "a web ACL behind CloudFront": (("DT-12", "all of it at CloudFront"), ("DT-12", "443 from CloudFront's servers")),
    "a replica for failover": (("DT-07", "a replica there, to read from"),),
    "a secret db-url, and two variables": (("DT-13", "both variables, from the secret"),),
    "SES and SendGrid": (("DT-23", "SendGrid, of which there is a key"),),
    "X-Ray of an API Gateway": (("DT-14", "of services, workers and functions"),),
    'ecs-task-role and ecsTaskRole, and `Resource: "*"`': (("DT-11", "two roles for each service, worker and job"),),
    "AllowECSTasksOnly without a Deny": (("DT-09", "a policy that refuses objects"),),
    "stored keys of AWS in the workflow of prod": (("DT-20", "two roles, one to plan and one to apply"),),
    "OIDC without its permission in the workflow of stg": (("DT-20", "that permission, for the jobs"),),
    "a deployment that never starts the new image": (("DT-17", "a new revision of the task definition"),),
    "migrations after the deployment, which nobody awaits": (("DT-17", "a job that a pipeline starts first"),),
    "pg_dump of 500 GB in a function": (("DT-15", "a task on Fargate that streams to S3"),),
    "manual snapshots that end": (("DT-15", "a backup of AWS Backup"),),
    "copies of buckets without versions": (
        ("DT-09", "versioning of backups, too"),
        ("DT-15", "copies of the assets, too"),
    ),
    "the prefix uploads/, and Glacier alone in 5.1": (("DT-09", "all of 8.3, for the whole bucket"),),
    "dev in the tree of Terraform, and no dr": (("DT-19", "trees of stg, prod and dr"),),
    "a Compose file that does not start": (
        ("DT-02", "the Japanese order of ICU"),
        ("DT-02", "extensions alone are made there"),
        ("DT-02", "with authSource=admin"),
        ("DT-02", "it signs in, and PONG is asked for"),
        ("DT-02", "variables of the container, with MailHog's name"),
    ),
    "curl in an image of Alpine": (("DT-04", "wget, because curl is not in node:20-alpine"),),
    "cron without a zone and without an end": (
        ("DT-05", "08:00 Asia/Tokyo, and back to 2"),
        ("DT-06", "five in the morning"),
    ),
    "a stop without a start, and 50 % for 64 %": (("DT-16", "every service and worker to min and max 0"),),
    "windows of the database while it is stopped": (("DT-16", "both at noon of a working day"),),
    "37 and 73 USD for the same line, and no price of replicas": (("DT-18", "list prices beside each of its figures"),),
    "73 USD for two tasks, and three services": (("DT-18", "the one that chapters 3 and 4 have the figures of"),),
    "two nodes of Redis and six": (("DT-18", "3,500 USD; what the document describes costs more"),),
    "savings of Reserved Instances and of Savings Plans that do not follow from the rows": (
        ("DT-18", "neither; they are bought and not built. 40 %"),
        ("DT-18", "none; they are bought and not built. 20 %"),
    ),
    "usage by row, and not of what": (("DT-18", "costs are worked out with these figures"),),
    "savings by Spot of more than it costs": (("DT-23", "services and workers on Fargate Spot"),),
    "CloudFront without a default": (("DT-10", "the bucket, with index.html"),),
    "storage that grows at 90 % by 10 %": (("DT-07", "up to 2 TB; RDS itself decides the rest"),),
    "PostgreSQL 16.1": (("DT-07", "16.15"),),
    "no copy of DocumentDB and Redis, with an RPO of one hour": (("DT-15", "those; sessions in Redis"),),
}

# What else differs from the document, or is more exact; DT-02, DT-03 and DT-11 have tables of their own.
NOTED: Final = (
    ("DT-04", "delivery-tracking-prod-backend-api, -worker-tracking-worker and -route-optimizer"),
    ("DT-13", "those two by the names of the database and of the cache that have them"),
    ("DT-13", "in prod; RDS sets no password while it is stopped"),
    ("DT-13", "those names in prod; here with system and environment"),
    ("DT-14", "a function for Slack and PagerDuty"),
    ("DT-14", "at the load balancer, as that"),
    ("DT-14", "for RDS's primary and its copy in Osaka; DocumentDB, Redis and the readers in prod"),
    ("DT-14", "in prod and dr, in dr those of tasks, and what functions"),
    ("DT-19", "a copy of each module in each environment"),
    ("DT-19", "names that say environment and zone"),
    ("DT-02", "nothing; these are the developer's machine's"),
    ("DT-02", "the same over TCP"),
    ("DT-02", "they wait until the store is healthy"),
    ("DT-02", "20-extensions.sql, seed.sql and collections.js"),
    ("DT-02", "a compose.yaml below generated/"),
    ("DT-02", "the same server with the database that it opens"),
    ("DT-02", "neither; Vite reads that file itself"),
    ("DT-04", "a tag for each commit"),
    ("DT-04", "that for each of the five tasks"),
    ("DT-05", "1000 a minute"),
    ("DT-07", "in dev 3.4, and on AWS the version that RDS has"),
    ("DT-07", "the same; Terraform has AWS's units"),
    ("DT-08", "nothing to set; the volume of a cluster grows"),
    ("DT-08", "the same; `readers` are those beside"),
    ("DT-09", "a bucket for that"),
    ("DT-09", "those words with the environment and the account"),
    ("DT-10", "PriceClass_200"),
    ("DT-10", "both, so that the address of the API"),
    ("DT-12", "browsers send them to the bucket itself"),
    ("DT-13", "code reads this one by its ARN"),
    ("DT-13", "that secret, every 30 days"),
    ("DT-13", "that secret, with the password of the user"),
    *OLDER_TLS,
    ("DT-14", "what the code sends with each value"),
    ("DT-14", "Slack and PagerDuty"),
    ("DT-14", "an alarm where RDS has counted no connections"),
    ("DT-14", "nothing where scaling works"),
    ("DT-15", "`runbook restore` makes a copy beside each database"),
    ("DT-15", "a health check that reads the balancer's own metric"),
    ("DT-15", "as a user of its own"),
    ("DT-15", "none; the bastion alone has an image"),
    ("DT-15", "the same format with zstd"),
    ("DT-17", "a tenth of the requests more each minute"),
    ("DT-17", "for what has requests"),
    ("DT-17", "in prod alone"),
    ("DT-18", "that class for reports alone"),
    ("DT-18", "the retention of chapter 7"),
    ("DT-19", "a bucket for each environment's states"),
    ("DT-19", "a stack with a state of its own for each part"),
    ("DT-20", "a plan of each pull request"),
    ("DT-21", "for stg what RDS sets by itself"),
    ("DT-21", "the service starts with 2"),
    ("DT-24", "a variable each, in seconds"),
    ("DT-23", "Tokyo and Osaka with one database"),
    ("DT-23", "a budget of the whole account"),
    ("DT-23", "a column for each of its keys"),
    ("DT-23", "nothing; AWS protects CloudFront"),
    ("DT-23", "of reports, which are read for a while"),
    ("DT-23", "phase 1"),
    ("DT-23", "prod's, which has no open port"),
    ("DT-23", "what lies in buckets already as tables"),
)
WITH_TABLES: Final = {"DT-02", "DT-03", "DT-11"}
# DT-18: 10.2, by row of 10.1: the share that a year's contract saves, and what the document says that is in a year
SAVINGS: Final = {
    3000: {"RDS PostgreSQL": 40, "ElastiCache Redis": 35},
    500: {"ECS Fargate": 20},
}
"""年間約$3,000削減, 年間約$500削減."""
