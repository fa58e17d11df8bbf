"""Physical names: what AWS sees, how it is derived, and how long it may be; and names in DNS.

Each kind says of its names which limit they have (`named` in `core.part`), so that the rule on lengths knows them all.
"""

import re
import zlib
from typing import Annotated, Any, Final, Literal

from msgspec import Struct
from pydantic import AfterValidator, StringConstraints

from infragen.core.entry import Entry
from infragen.core.resolved_system import Environment


class Limit(Struct, frozen=True):
    """What AWS allows for one kind of name: characters at most, where it says so, and where the name is unique."""

    what: str
    length: int
    source: str
    unique: Literal["network", "region", "account", "world"] = "region"
    """In an environment's network, in a region of an account, in all regions of an account, or in all accounts."""
    form: str = ""
    """What it looks like, as a regular expression, where a name that infragen makes may look otherwise."""
    form_is: str = ""
    """What a name of that length may lack of it, in words."""


SESSION_LOG_GROUP: Final = "/session-manager/shells"
"""Where shells of Session Manager are recorded: one name in each account and region, as hosts of all its environments
write there."""

LIMITS: Final = {
    "cluster": Limit("ECS cluster", 255, "Amazon ECS API: CreateCluster"),
    "service": Limit("ECS service and task family", 255, "Amazon ECS API: CreateService"),
    "ecs_service": Limit("ECS service", 255, "Amazon ECS API: CreateService", "network"),
    "repository": Limit("ECR repository", 256, "Amazon ECR API: CreateRepository"),
    "role": Limit("IAM role", 64, "IAM User Guide: IAM and AWS STS quotas", "account"),
    "target_group": Limit("target group", 32, "Elastic Load Balancing API: CreateTargetGroup"),
    "load_balancer": Limit("load balancer", 32, "Elastic Load Balancing API: CreateLoadBalancer"),
    "database": Limit("database cluster and instance", 63, "Amazon RDS API: CreateDBCluster"),
    "parameter_group": Limit("DB parameter group", 255, "Amazon RDS API: CreateDBParameterGroup"),
    "proxy": Limit("RDS Proxy", 63, "Amazon RDS API: CreateDBProxy"),
    "global_database": Limit("Aurora global cluster", 255, "Amazon RDS API: CreateGlobalCluster", "account"),
    "joined_global_database": Limit("Aurora global cluster", 255, "Amazon RDS API: CreateGlobalCluster", "network"),
    "timestream_database": Limit("Timestream database", 256, "Amazon Timestream API: CreateDatabase"),
    "secret": Limit("secret", 512, "AWS Secrets Manager API: CreateSecret"),
    "security_group": Limit("security group", 255, "Amazon EC2 API: CreateSecurityGroup", "network"),
    "log_group": Limit("log group", 512, "Amazon CloudWatch Logs API: CreateLogGroup"),
    "queue": Limit("SQS queue", 80, "Amazon SQS API: CreateQueue"),
    "budget": Limit("budget", 100, "AWS Budgets API: Budget, BudgetName", "account"),
    "dashboard": Limit("CloudWatch dashboard", 255, "Amazon CloudWatch API: PutDashboard", "account"),
    "prometheus": Limit("Grafana workspace", 255, "Amazon Managed Grafana API: CreateWorkspace, `workspaceName`"),
    "alarm": Limit("CloudWatch alarm", 255, "Amazon CloudWatch API: PutMetricAlarm"),
    "cache": Limit("ElastiCache replication group", 40, "Amazon ElastiCache API: CreateReplicationGroup"),
    "search_domain": Limit("OpenSearch domain", 28, "Amazon OpenSearch Service API: CreateDomain, `DomainName`"),
    "trust_store": Limit("trust store", 32, "Elastic Load Balancing API: CreateTrustStore"),
    "key": Limit("KMS key alias", 256, "AWS KMS API: CreateAlias"),
    "web_acl": Limit("web ACL", 128, "AWS WAF API: CreateWebACL"),
    "pattern_set": Limit("regex pattern set", 128, "AWS WAF API: CreateRegexPatternSet"),
    "vault": Limit("backup vault", 50, "AWS Backup API: CreateBackupVault"),
    "backup_plan": Limit("backup plan", 50, "AWS Backup API: BackupPlanInput"),
    "config_rule": Limit("AWS Config rule", 128, "AWS Config API: ConfigRule"),
    "trail": Limit("trail", 128, "AWS CloudTrail API: CreateTrail"),
    "bucket": Limit("S3 bucket", 63, "Amazon S3 User Guide: bucket naming rules", "world"),
    "origin_access_control": Limit(
        "origin access control", 64, "Amazon CloudFront API: CreateOriginAccessControl", "account"
    ),
    "page_policies": Limit(
        "CloudFront cache policy", 64, "Amazon CloudFront API: CreateFunction (CachePolicyConfig has none)", "account"
    ),
    "public_key": Limit(
        "CloudFront public key", 128, "Terraform AWS provider: aws_cloudfront_public_key, `name`", "account"
    ),
    "edge_function": Limit("CloudFront function", 64, "Amazon CloudFront API: CreateFunction", "account"),
    "function": Limit("Lambda function", 64, "AWS Lambda API: CreateFunction"),
    "frontend": Limit("Amplify application", 255, "AWS Amplify API: CreateApp"),
    "state_machine": Limit("state machine", 80, "AWS Step Functions API: CreateStateMachine"),
    "schedules": Limit("schedule group", 64, "Amazon EventBridge Scheduler API: CreateScheduleGroup"),
    "event_bus": Limit("EventBridge bus", 256, "Amazon EventBridge API: CreateEventBus"),
    "event_rule": Limit("EventBridge rule", 64, "Amazon EventBridge API: PutRule"),
    "identity_pool": Limit(
        "Google Cloud pool of identities",
        32,
        "Google Cloud IAM API: workloadIdentityPools.create",
        form=r"(?!gcp-)[a-z0-9-]{4,32}",
        form_is="a pool's id does not begin with `gcp-`",
    ),
    "workgroup": Limit("Athena workgroup", 128, "Amazon Athena API: CreateWorkGroup"),
    "catalog_database": Limit("Glue database", 255, "AWS Glue API: CreateDatabase, DatabaseInput"),
    "delivery_stream": Limit("Firehose stream", 64, "Amazon Data Firehose API: CreateDeliveryStream"),
    "configuration_set": Limit("SES configuration set", 64, "Amazon SES API v2: CreateConfigurationSet"),
    "mesh": Limit("Service Connect service", 64, "Amazon ECS API: ServiceConnectService, discoveryName"),
    "certificate": Limit(
        "certificate", 64, "AWS Certificate Manager User Guide: Quotas, domain name length", "network"
    ),
    "discovery": Limit("Cloud Map service", 127, "AWS Cloud Map API: CreateService", "network"),
}

_SUFFIXES: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def why_no_bucket(bucket: str) -> str | None:
    """Amazon S3 User Guide, General purpose bucket naming rules."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        return "3 to 63 lower-case letters, digits, hyphens and dots, a letter or digit at both ends"
    if ".." in bucket or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", bucket):
        return "it looks like an address or has two dots in a row"
    for part in ("xn--", "sthree-", "amzn-s3-demo-", *_SUFFIXES):
        if bucket.startswith(part) or (part in _SUFFIXES and bucket.endswith(part)):
            return f"`{part}` is reserved"
    return None


def short(name: str, most: int, *words: str, begins: int = 23) -> str:
    """Shorten a long name to its beginning, a hyphen with 8 characters of checksum, and other words."""
    if len(name) <= most:
        return name
    return f"{name[:begins].rstrip('-')}-{zlib.crc32(' '.join((*words, name)).encode()):08x}"


class Names(Struct, frozen=True):
    """Physical names of one environment, or of another one of its system, by that one's name (`_called`)."""

    _environment: Environment
    _called: str = ""

    @property
    def _name(self) -> str:
        return self._called or self._environment.name

    @property
    def prefix(self) -> str:
        return f"{self._environment.system.name}-{self._name}"

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How names of this environment begin, those of the system's own scheme too; with a hyphen at the end."""
        scheme = self._environment.system.names.databases
        own = self._filled(scheme.partition("{domain}")[0].partition("{name}")[0]) if scheme else ""
        usual = f"{self.prefix}-"
        return (usual,) if not own or own.startswith(usual) else (own, usual)

    def plain(self, *parts: str) -> str:
        return "-".join((self.prefix, *parts))

    def path(self, *parts: str) -> str:
        return "/" + "/".join((self._environment.system.name, self._name, *parts))

    def container(self, entry: Entry) -> str:
        """Return the name of an ECS service and all that belongs to it; other kinds than services say what they are."""
        return self.plain(entry.identity) if entry.KIND == "services" else self.of_entry(entry)

    def cluster(self, entry: Entry | None) -> str:
        usual = self.prefix if entry is None else self.plain(entry.identity)
        return self._given("clusters", "" if entry is None else entry.identity) or usual

    def service(self, entry: Entry) -> str:
        return self._given("services", entry.identity) or self.container(entry)

    def target_group(self, entry: Entry, usual: str, *colour: str) -> str:
        given = self._given("target_groups", entry.identity)
        return "-".join((given, *colour)) if given else usual

    def function(self, entry: Entry) -> str:
        return self._given("functions", entry.identity) or self.container(entry)

    def repository(self, name: str, usual: str) -> str:
        return self._given("repositories", name) or usual

    def secret(self, entry: Any) -> str:
        key = entry.keys[0] if len(entry.keys) == 1 else ""
        return self._given("secrets", entry.identity, key=key) or self.path(entry.identity)

    def _given(self, kind: str, name: str, **words: str) -> str:
        settings = self._environment.others.get(self._called, self._environment.settings)
        scheme = getattr(settings.names, kind)
        return self._filled(scheme, name=name, **words) if scheme else ""

    def of_entry(self, entry: Entry) -> str:
        """Return a name that says what the entry is, so that no other kind has the same: `shop-prod-database-order`."""
        return self.plain(entry.SINGULAR, entry.identity)

    def database(self, database: Any) -> str:
        scheme = self._environment.system.names.databases
        if given := self._given("databases", database.identity):
            return given
        if scheme is None:
            return self.of_entry(database)
        return self._filled(scheme, domain=database.moved_from or database.domain or "", name=database.identity)

    def _filled(self, scheme: str, **words: str) -> str:
        """Return a scheme with the words that it asks for; those that are empty are left out with their hyphen."""
        filled = scheme.format(system=self._environment.system.name, environment=self._name, **words)
        return re.sub("-{2,}", "-", filled).strip("-/") if words else filled


_RECORD: Final = re.compile(r"@|(\*|_?[a-z0-9]([a-z0-9_-]*[a-z0-9])?)(\._?[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")


def why_no_domain(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a domain name and how to mend it, or None (RFC 1035, 2.3.1; RFC 1123, 2.1)."""
    labels = name.split(".")
    wrong = next((label for label in labels if not re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(?<!-)", label)), None)
    if wrong is None and len(labels) > 1:
        return None
    why = f"`{wrong}` is not a label" if wrong is not None else "it has no dot"
    return why, "lower-case letters, digits and hyphens, with dots between: `shop.example.com`"


def _record_name(name: str) -> str:
    if not _RECORD.fullmatch(name):
        raise ValueError("write a name below the zone's, in lower case: `www`, `_dmarc`, or `@` for the zone itself")
    return name


RecordName = Annotated[str, StringConstraints(max_length=253), AfterValidator(_record_name)]
"""A name of a record below its zone, `@` for the zone's own; underscores are for what is no host (RFC 8552)."""


def within(name: str, zone: str) -> str:
    if name == "@":
        return zone
    return name if is_below(name, zone) else f"{name}.{zone}"


def is_below(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")
