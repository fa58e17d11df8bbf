"""TechNova's figures, transcribed by hand from `documents/technova.txt`, in the document's order.

One row of a table is one row of the document, so both can be read side by side. Two kinds of values are ours and not
the document's: the English names, and the pair of Fargate figures a requested size must become (AWS documentation,
"Amazon ECS task definition parameters for Fargate", task size). This module imports nothing from infragen.
"""

# ruff: noqa: E501 -- one row of the document is one line here

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Domain:
    """A business domain: one cluster, four services, four databases."""

    name: str
    services_title: str
    databases_title: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service; `min_tasks` and `max_tasks` are the document's 想定同時タスク数."""

    name: str
    domain: str
    min_tasks: int
    max_tasks: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Size:
    """What a service asks for in one situation, and the smallest Fargate task that holds it.

    `vcpu` and `memory_gb` are the document's; `cpu_units` (1024 a vCPU) and `memory_mb` are what AWS must be given.
    """

    service: str
    profile: str
    vcpu: float
    memory_gb: int
    cpu_units: int
    memory_mb: int
    situation: str


@dataclass(frozen=True, slots=True)
class Database:
    """A cluster: GB of data expected, connections, Read Replicas, and the document's words for both."""

    name: str
    domain: str
    data_gb: int
    connections: int
    readers: int
    connections_reason: str
    readers_purpose: str

    @property
    def cluster(self) -> str:
        """The document's own name of the production cluster."""
        return f"aurora-prod-{self.domain}-{self.name}"


@dataclass(frozen=True, slots=True)
class Dependency:
    """`caller` opens a connection or sends a message to `callee`; `document` is the line's own words."""

    caller: str
    callee: str
    access: str
    document: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway: `per_minute` is the document's limit for each `limited_by`, `per_second` what API Gateway can say."""

    name: str
    title: str
    per_minute: int
    per_second: float
    limited_by: str
    protections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bff:
    """A backend for one kind of front end."""

    name: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure that the service's or database's own row promises."""

    service: str
    measure: str
    value: float
    document: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A quantity that a row names: a load to be carried, not a limit to be set."""

    service: str
    what: str
    value: float
    document: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the summary states beside what its own rows add up to."""

    clusters_stated: int
    clusters: int
    readers_stated: int
    readers: int
    connections_stated: int
    connections: int
    data_tb_stated: float
    data_gb: int
    monthly_cost_usd: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Platform:
    """The figures that hold for all services and databases."""

    environments: tuple[str, ...]
    primary_region: str
    recovery_region: str
    cpu_target_percent: int
    memory_target_percent: int
    engine: str
    acu_min: float
    acu_max: float
    availability_percent: float
    backup_days: int
    rpo_hours: int
    rto_hours: int
    internal_p90_ms: int
    external_p90_ms: int
    requests_per_minute: int
    cached_by: str
    compressions: tuple[str, ...]
    versions_served: int
    deprecation_months: int


# fmt: off
DOMAINS = (
    Domain("manufacturing", "生産管理マイクロサービス群",     "生産管理系データベース群"),
    Domain("sales",         "販売管理マイクロサービス群",     "販売管理系データベース群"),
    Domain("service",       "保守サービスマイクロサービス群", "保守サービス系データベース群"),
    Domain("iot",           "IoTマイクロサービス群",          "IoT系データベース群"),
    Domain("common",        "共通マイクロサービス群",         "共通系データベース群"),
)

#       name            domain          min max title               reason
SERVICES = (
    Service("planning",     "manufacturing", 2,  8, "生産計画管理API", "複雑する計画最適化アルゴリズムで高CPU要求"),
    Service("inventory",    "manufacturing", 5, 15, "在庫管理API", "高頻度アクセス(8,000件/日)、リアルタイム性要求"),
    Service("tracking",     "manufacturing", 3, 10, "生産工程追跡API", "IoTセンサーデータのリアルタイム処理"),
    Service("material",     "manufacturing", 2,  6, "原材料管理API", "低頻度アクセス(1,200件/日)、文書管理メイン"),
    Service("order",        "sales",         3, 12, "受注管理API", "3秒以内のレスポンス要件、在庫確認処理"),
    Service("customer",     "sales",         4, 10, "顧客管理API", "検索性能要件(100ms以内)、GDPR対応処理"),
    Service("shipping",     "sales",         2,  8, "出荷管理API", "中程度アクセス(600件/日)、外部API連携"),
    Service("billing",      "sales",         2, 10, "請求管理API", "高精度要求(金額計算)、大量バッチ処理"),
    Service("equipment",    "service",       3, 12, "機器管理API", "文書管理(技術文書・動画)、検索性能要件"),
    Service("maintenance",  "service",       5, 20, "保守履歴API", "高頻度アクセス(3,000-8,000件/日)、モバイル対応"),
    Service("appointment",  "service",       3, 10, "予約管理API", "リアルタイム性、最適化アルゴリズム"),
    Service("parts",        "service",       2,  8, "部品管理API", "中程度アクセス(800件/日)、予測分析処理"),
    Service("connectivity", "iot",           5,  8, "デバイス接続API", "8,000台の同時接続管理、高可用性要求"),
    Service("telemetry",    "iot",           8, 15, "テレメトリAPI", "大容量データ(1.8TB/日)、リアルタイム処理"),
    Service("analytics",    "iot",           3, 10, "分析API", "機械学習処理、大量データ分析"),
    Service("alert",        "iot",           3, 12, "アラートAPI", "30秒以内の通知要件、高可用性(99.99%)"),
    Service("auth",         "common",        5, 20, "認証API", "全ユーザー(17,000名)の認証、100ms以内要件"),
    Service("notification", "common",        3, 15, "通知API", "20,000件/日の通知配信、多チャネル対応"),
    Service("master",       "common",        4,  8, "マスターデータAPI", "50ms以内のレスポンス、データ整合性要求"),
    Service("reporting",    "common",        2,  8, "レポーティングAPI", "大容量レポート(100万行)、複雑なデータ統合"),
)

#        service         profile              vCPU GB  units    MB   situation
SIZES = (
    Size("planning",     "normal",            2.0,  4,  2048,  4096, "通常時"),
    Size("planning",     "month-end",         4.0,  8,  4096,  8192, "月末計画策定時"),
    Size("inventory",    "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("inventory",    "realtime-peak",     3.0,  6,  4096,  8192, "リアルタイム更新ピーク時"),
    Size("tracking",     "normal",            1.5,  3,  2048,  4096, "通常時"),
    Size("tracking",     "iot-ingest",        3.0,  6,  4096,  8192, "IoTデータ大量取込時"),
    Size("material",     "normal",            0.5,  1,   512,  1024, "通常時"),
    Size("material",     "month-end",         2.0,  4,  2048,  4096, "月末調達計画時"),
    Size("order",        "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("order",        "exhibition-rush",   4.0,  8,  4096,  8192, "展示会後受注ラッシュ時"),
    Size("customer",     "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("customer",     "sales-peak",        2.5,  5,  4096,  8192, "営業活動ピーク時"),
    Size("shipping",     "normal",            0.5,  1,   512,  1024, "通常時"),
    Size("shipping",     "month-end",         2.0,  4,  2048,  4096, "月末出荷集中時"),
    Size("billing",      "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("billing",      "month-end",         4.0,  8,  4096,  8192, "月末請求処理時"),
    Size("equipment",    "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("equipment",    "release",           3.0,  6,  4096,  8192, "新製品リリース時"),
    Size("maintenance",  "normal",            1.5,  3,  2048,  4096, "通常時"),
    Size("maintenance",  "busy-season",       4.0,  8,  4096,  8192, "繁忙期"),
    Size("appointment",  "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("appointment",  "breakdowns",        3.0,  6,  4096,  8192, "設備トラブル多発時"),
    Size("parts",        "normal",            0.5,  1,   512,  1024, "通常時"),
    Size("parts",        "breakdowns",        2.0,  4,  2048,  4096, "故障多発時"),
    Size("connectivity", "fixed",             2.0,  4,  2048,  4096, "固定"),
    Size("telemetry",    "fixed",             4.0, 16,  4096, 16384, "固定"),
    Size("analytics",    "batch",             8.0, 32,  8192, 32768, "バッチ処理時"),
    Size("analytics",    "normal",            2.0,  8,  2048,  8192, "通常時"),
    Size("alert",        "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("alert",        "anomaly-peak",      4.0,  8,  4096,  8192, "異常検知ピーク時"),
    Size("auth",         "normal",            2.0,  4,  2048,  4096, "通常時"),
    Size("auth",         "login-rush",        6.0, 12,  8192, 16384, "ログインラッシュ時"),
    Size("notification", "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("notification", "mass-notification", 4.0,  8,  4096,  8192, "大量通知時"),
    Size("master",       "normal",            1.0,  2,  1024,  2048, "通常時"),
    Size("master",       "data-sync",         2.0,  4,  2048,  4096, "データ同期時"),
    Size("reporting",    "report-generation", 4.0, 16,  4096, 16384, "レポート生成時"),
    Size("reporting",    "normal",            1.0,  4,  1024,  4096, "通常時"),
)

#            name            domain            GB conn. readers  why the connections, what the readers are for
DATABASES = (
    Database("planning",     "manufacturing", 150,  50, 1, "計画最適化処理でCPU集約的", "レポート・分析用"),
    Database("inventory",    "manufacturing", 200, 100, 2, "高頻度アクセス8,000件/日", "リアルタイム参照・バックアップ用"),
    Database("tracking",     "manufacturing", 300,  80, 1, "IoTデータ大量書き込み", "工程分析用"),
    Database("material",     "manufacturing", 100,  30, 1, "低頻度アクセス、文書管理メイン", "調達分析用"),
    Database("order",        "sales",         120,  80, 1, "3秒レスポンス要件、トランザクション重要", "売上分析用"),
    Database("customer",     "sales",          80,  60, 1, "検索性能要件100ms以内", "営業分析・GDPR対応用"),
    Database("shipping",     "sales",          60,  40, 1, "中程度アクセス、外部API連携", "物流分析用"),
    Database("billing",      "sales",         100,  50, 2, "高精度要求、監査対応", "財務分析・監査用"),
    Database("equipment",    "service",       250,  70, 1, "技術文書・動画管理、14,500台の機器情報", "機器分析用"),
    Database("maintenance",  "service",       400, 120, 2, "高頻度アクセス8,000件/日、モバイル対応", "履歴分析・レポート用"),
    Database("appointment",  "service",        50,  60, 1, "リアルタイム性、最適化処理", "スケジュール分析用"),
    Database("parts",        "service",        80,  40, 1, "予測分析処理、在庫管理", "需要予測分析用"),
    Database("connectivity", "iot",            30, 100, 2, "8,000台デバイス管理、高可用性要求", "冗長性・分析用"),
    Database("telemetry",    "iot",            30, 150, 1, "", "メタデータ分析用"),
    Database("analytics",    "iot",           200,  60, 2, "機械学習結果、分析設定", "分析結果配信・バックアップ用"),
    Database("alert",        "iot",            40,  80, 2, "高可用性99.99%、30秒以内通知", "アラート分析・冗長性用"),
    Database("auth",         "common",         50, 200, 3, "17,000ユーザー、100ms要件", "負荷分散・高可用性・監査用"),
    Database("notification", "common",         80,  80, 1, "20,000件/日配信、履歴管理", "通知分析用"),
    Database("master",       "common",         60, 150, 3, "50ms要件、全システム参照", "負荷分散・データ整合性・バックアップ用"),
    Database("reporting",    "common",        500, 100, 2, "大容量レポート、複雑な統合処理", "レポート生成・分析用"),
)

# The telemetry database's row also has a store for time series; the service's own row gives another volume.
TIMESERIES_TB_PER_MONTH = 2.0
TIMESERIES_DATABASE = "telemetry"

DEPENDENCIES = (
    Dependency("order",       "inventory",    "read",  "受注管理 → 在庫管理 (在庫確認)"),
    Dependency("planning",    "inventory",    "read",  "生産計画 → 在庫管理 (材料確保)"),
    Dependency("maintenance", "equipment",    "read",  "保守履歴 → 機器管理 (機器情報参照)"),
    Dependency("inventory",   "notification", "event", "在庫管理 → 通知API (在庫アラート)"),
    Dependency("equipment",   "alert",        "event", "機器管理 → アラートAPI (異常通知)"),
    Dependency("order",       "reporting",    "event", "受注管理 → レポーティング (売上データ連携)"),
)

# Whose load follows machines and not people (8,000台の同時接続管理, 大容量データ(1.8TB/日)、リアルタイム処理): no office hours.
OF_DEVICES = ("connectivity", "telemetry")
# Whose answers are large reports (大容量レポート(100万行)): response times say nothing of it, its queue does.
OF_REPORTS = ("reporting",)

# Written provider → everyone: each other service is a caller of these two.
CALLED_BY_ALL = (
    Dependency("*", "auth",   "api", "認証API → 全サービス (認証情報検証)"),
    Dependency("*", "master", "read", "マスターデータAPI → 全サービス (マスター参照)"),  # 参照: they look up
)

GATEWAYS = (
    Gateway("external",   "External API Gateway (Internet-facing)",  1000,  16.67, "APIキー",  ("WAF", "DDoS Protection", "SSL/TLS")),
    Gateway("internal",   "Internal API Gateway (VPC内)",           10000, 166.67, "サービス", ("Service Mesh", "mTLS")),
    Gateway("management", "Management API Gateway (管理系)",          100,   1.67, "管理者",   ("IP制限", "強力な認証", "監査ログ")),
)

BFFS = (
    Bff("web",      "Web BFF",      "Webアプリケーション最適化API"),
    Bff("mobile",   "Mobile BFF",   "モバイルアプリ最適化API（データ軽量化）"),
    Bff("partner",  "Partner BFF",  "外部パートナー向けAPI（機能限定）"),
    Bff("internal", "Internal BFF", "社内システム向けAPI（フル機能）"),
)

PROMISES = (
    Promise("order",    "response_ms",          3000, "3秒以内のレスポンス要件"),
    Promise("customer", "search_ms",             100, "検索性能要件(100ms以内)"),
    Promise("alert",    "notification_ms",     30000, "30秒以内の通知要件"),
    Promise("alert",    "availability_percent", 99.99, "高可用性(99.99%)"),
    Promise("auth",     "response_ms",           100, "100ms以内要件"),
    Promise("master",   "response_ms",            50, "50ms以内のレスポンス"),
)

VOLUMES = (
    Volume("inventory",    "requests a day",         8000, "高頻度アクセス(8,000件/日)"),
    Volume("material",     "requests a day",         1200, "低頻度アクセス(1,200件/日)"),
    Volume("shipping",     "requests a day",          600, "中程度アクセス(600件/日)"),
    Volume("maintenance",  "requests a day, low",    3000, "高頻度アクセス(3,000-8,000件/日)"),
    Volume("maintenance",  "requests a day, high",   8000, "高頻度アクセス(3,000-8,000件/日)"),
    Volume("parts",        "requests a day",          800, "中程度アクセス(800件/日)"),
    Volume("connectivity", "devices at once",        8000, "8,000台の同時接続管理"),
    Volume("telemetry",    "TB a day",                1.8, "大容量データ(1.8TB/日)"),
    Volume("auth",         "users",                 17000, "全ユーザー(17,000名)の認証"),
    Volume("notification", "notifications a day",   20000, "20,000件/日の通知配信"),
    Volume("reporting",    "rows a report",       1000000, "大容量レポート(100万行)"),
    Volume("equipment",    "machines",              14500, "14,500台の機器情報"),
)
# fmt: on

TOTALS = Totals(
    clusters_stated=20,
    clusters=20,
    readers_stated=29,
    readers=31,
    connections_stated=1500,
    connections=1700,
    data_tb_stated=2.9,
    data_gb=2880,
    monthly_cost_usd=(15_000, 20_000),
)

PLATFORM = Platform(
    environments=("dev", "test", "staging", "prod"),
    primary_region="ap-northeast-1",
    recovery_region="ap-northeast-3",
    cpu_target_percent=70,
    memory_target_percent=80,
    engine="Aurora MySQL 8.0",
    acu_min=0.5,
    acu_max=128,
    availability_percent=99.95,
    backup_days=7,
    rpo_hours=1,
    rto_hours=4,
    internal_p90_ms=200,
    external_p90_ms=500,
    requests_per_minute=100_000,
    cached_by="CloudFront",
    compressions=("gzip", "brotli"),
    versions_served=2,
    deprecation_months=6,
)


def sizes_of(service: str) -> dict[str, Size]:
    """Return the sizes of a service by profile, in the document's order."""
    return {size.profile: size for size in SIZES if size.service == service}
