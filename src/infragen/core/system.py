"""The system, its domains, and one environment's own settings."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from string import ascii_lowercase
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from infragen.core.addresses import Cidr
from infragen.core.clock import DAY, DAYS, WEEK
from infragen.core.entry import DemandId, EntryId, Form, Model, Note, SettingPath, Slug, Text, Title, Usage
from infragen.core.measures import Level
from infragen.core.operating import Operations
from infragen.core.placeholders import EXAMPLE_CERTIFICATE_BEGINS
from infragen.core.units import ClockTime, Days, DocumentDollars, Dollars, Gigabytes, LogDays, Percent, Rate, Seconds
from infragen.prices import Amount, Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

ProtectionPlan = Literal["ebs", "lambda", "rds", "s3"]


class GuardDuty(Model):
    """Threat detection from calls of AWS's APIs, connections and DNS queries (Amazon GuardDuty)."""

    protection_plans: tuple[ProtectionPlan, ...] = ()
    """Additional plans, each billed separately: volumes after a finding, connections of functions, logins to databases,
    requests for objects."""


class CloudTrail(Model):
    """A trail of all management events in all regions, in a bucket of its own (AWS CloudTrail)."""

    retention: Days
    """How long the bucket keeps them; CloudTrail itself shows 90 days."""


class SessionLog(Model):
    """A record of the shells that Session Manager opens in the account and region, in CloudWatch Logs."""

    retention: Days
    """How long what was typed and answered is kept."""


ManagedRule = Literal[
    "cloudtrail-enabled",
    "ec2-ebs-encryption-by-default",
    "encrypted-volumes",
    "guardduty-enabled-centralized",
    "iam-root-access-key-check",
    "lambda-function-public-access-prohibited",
    "rds-instance-public-access-check",
    "rds-snapshots-public-prohibited",
    "rds-storage-encrypted",
    "restricted-ssh",
    "root-account-mfa-enabled",
    "s3-bucket-level-public-access-prohibited",
    "s3-bucket-ssl-requests-only",
    "vpc-default-security-group-closed",
    "vpc-flow-logs-enabled",
]
"""AWS Config Developer Guide, "List of AWS Config Managed Rules": a page for each, of its name."""


Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]


class Config(Model):
    """A record of how everything in the region is configured, checked against rules of AWS's (AWS Config)."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("record", "all_supported", "resources"), "all types that AWS Config supports are recorded"),
        **dict.fromkeys(("frequency", "recording_frequency"), "write `recording: daily`"),
        **dict.fromkeys(("managed_rules", "conformance_pack"), "write `rules: [s3-bucket-ssl-requests-only]`"),
    }

    retention: Annotated[Days, Field(ge=30, le=2557)]
    """How long the record is kept, by AWS Config and in the bucket."""
    recording: Literal["continuous", "daily"] = "continuous"
    """When changes are recorded: at once, or once a day, cheaper for what changes more than four times a day."""
    global_resources: bool | None = None
    """Whether IAM's users, groups, roles and policies are recorded, which every region would record again; when left
    out, in a primary environment and not in its standby."""
    rules: tuple[ManagedRule, ...] | None = None
    """The rules, as AWS calls them; when left out, those that all that infragen builds there keeps."""


class AccountSettings(Model):
    """Settings that exist once per account, or per account and region."""

    guardduty: GuardDuty | None = None
    """Enables threat detection in the environment's region."""
    cloudtrail: CloudTrail | None = None
    """Enables a trail of who did what, in all regions."""
    config: Annotated[Config | None, Field(examples=[{"retention": "365 days", "recording": "daily"}])] = None
    """Enables a record of all configuration in the environment's region, and rules."""
    session_log: SessionLog | None = None
    """Records the shells that Session Manager opens in the environment's region, on whatever host."""
    ebs_encryption: bool = False
    """Encrypt all new EBS volumes in the environment's region, whoever creates them; with a customer managed key if
    `customer_keys` is set."""
    image_replication: Annotated[Region | None, Field(examples=["ap-northeast-3"])] = None
    """The region into whose repositories of the same names Amazon ECR copies the environment's images; a standby there
    runs them."""


BoundaryPolicy = Annotated[
    str,
    Form(
        r"([A-Za-z0-9+=,.@_-]{1,128}|arn:aws:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@_/-]{1,640})",
        "`own`, or the name or the ARN of a policy of the account: `company-boundary`",
    ),
]
"""IAM API Reference, CreatePolicy: `PolicyName`, and a path of up to 512 characters."""


Zone = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]


def account_mend(given: str) -> str:
    """Return how to write an AWS account that is not written as its 12 digits."""
    digits = re.sub(r"[\s-]", "", given)
    if not re.fullmatch("[0-9]+", digits):
        return "write its 12 digits: `111122223333`; `aws sts get-caller-identity` shows those of your credentials"
    if not digits.strip("0"):
        return "no account has this number; `aws sts get-caller-identity` shows that of your credentials"
    if len(digits) != _ACCOUNT_DIGITS:
        zero = f"; if it begins with a zero, `{digits:0>12}`" if len(digits) == _ACCOUNT_DIGITS - 1 else ""
        return f"an account has 12 digits, and this {len(digits)}; `aws sts get-caller-identity` shows yours{zero}"
    return f"write its digits alone: `{digits}`"


def _account(text: str) -> str:
    if not re.fullmatch(_ACCOUNT, text):
        raise ValueError(account_mend(text))
    return text


_ACCOUNT: Final = "^(?!0{12})[0-9]{12}$"
_ACCOUNT_DIGITS: Final = 12
AccountId = Annotated[str, AfterValidator(_account), WithJsonSchema({"type": "string", "pattern": _ACCOUNT})]
DomainName = Annotated[str, StringConstraints(max_length=253, pattern=r"""^[^\s"'`$;&|<>(){}\\]*$""")]
"""What stands in commands, also of another environment, whose rules nobody runs."""
EndpointService = Annotated[
    str, Form(r"[a-z0-9]+([.-][a-z0-9]+)*", "a service as its endpoint is called: `ecr.api`", 64)
]
Email = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254),
]
"""HTML Living Standard: valid e-mail address; its length: RFC 5321, 4.5.3.1.3."""


def _not_taken(name: str) -> str:
    if name in ("", "modules"):
        raise ValueError("write another name for the stack, such as `base`: modules have a folder of that name")
    return name


StackName = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z][a-z0-9-]*)?(\{domain\})?[a-z0-9-]*$", max_length=60),
    AfterValidator(_not_taken),
]
BucketName = Annotated[
    str,
    StringConstraints(min_length=3),
    Form(
        r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]",
        "3 to 63 lower-case letters, digits, dots and hyphens: `acme-files`",
        63,
    ),
]
"""What a shell takes as it is; B111 and N103 say the rest (Amazon S3 User Guide, Bucket naming rules)."""


_SCHEME: Final = re.compile(
    r"(?!-)([a-z0-9-]|\{system\})*\{environment\}([a-z0-9-]|\{system\}|\{domain\})*\{name\}([a-z0-9-]|\{domain\})*(?<!-)"
)


def _scheme(text: str) -> str:
    if not _SCHEME.fullmatch(text) or "--" in text or not text.startswith(("{", *ascii_lowercase)):
        raise ValueError(
            "write letters, digits, hyphens, `{system}` and `{domain}` around `{environment}` and then `{name}`: "
            "`{system}-{environment}-data-{name}`"
        )
    return text


NameScheme = Annotated[str, StringConstraints(max_length=120), AfterValidator(_scheme)]


class NameSchemes(Model):
    """How AWS names are made if a system has its own scheme; `{environment}` comes before `{name}`."""

    databases: NameScheme | None = None
    """`{system}-{environment}-database-{name}` when left out; a database that moved keeps its former `{domain}`."""


_WORDS: Final = r"([A-Za-z0-9-]|\{(system|environment|name)\})*"
ClusterName = Annotated[
    str,
    Form(rf"{_WORDS[:-1]}+", "a name such as `{system}-cluster`; `{environment}` and `{name}` can be in it, too", 120),
]
EntryName = Annotated[
    str,
    Form(rf"{_WORDS}\{{name\}}{_WORDS}", "a name with `{name}` in it, that of the entry: `{name}-service`", 120),
]


SecretScheme = Annotated[
    str,
    Form(
        r"([A-Za-z0-9/_-]|\{(system|environment|key)\})*\{name\}([A-Za-z0-9/_-]|\{(system|environment|key)\})*",
        "a name with `{name}` in it, that of the entry, and `{key}`, of the one key that it has: `{name}/{key}`",
        120,
    ),
]


class ObjectNames(Model):
    """Names in AWS that an environment's document gives: `{name}` is the entry's."""

    clusters: ClusterName | None = None
    """ECS clusters; `{name}` is the domain's of one that has its own, and empty for the shared one."""
    services: EntryName | None = None
    """ECS services; task families, roles and logs keep their usual names."""
    target_groups: EntryName | None = None
    """Target groups of load balancers, by their service; of a blue/green service, the colour follows."""
    functions: EntryName | None = None
    """Lambda functions, and so their log groups; roles, alarms and queues keep their usual names."""
    repositories: EntryName | None = None
    """ECR repositories, by the entry whose images they have."""
    secrets: SecretScheme | None = None
    """Secrets of the kind `secrets`; `{key}` is the key of one that has one key, and empty for others."""
    databases: Annotated[
        str | None,
        Form(
            r"\{system\}-\{environment\}([A-Za-z0-9-]|\{name\})*",
            "a name that begins with `{system}-{environment}`",
            120,
        ),
        Field(examples=["{system}-{environment}-db-{name}"]),
    ] = None
    """Databases, and what is named after them; `{name}` can be left out where there is one."""


Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class DeclaredDatabases(Model):
    """Totals that the document states for its databases; `validate` compares them with the rows."""

    clusters: Count
    readers: Count
    data: Gigabytes
    connections: Count


class Declared(Model):
    """Totals that the document itself states."""

    databases: DeclaredDatabases | None = None
    throughput: Rate | None = None
    """Total requests."""


OwnerPattern = Annotated[
    str, Form(r"[a-z][a-z0-9-]*(/[a-z0-9*-]+)?", "an entry or a capability: `databases/main`, `services/*`, `nat`", 100)
]


class Demand(Model):
    """Something that the document demands: what costs money by itself, or the oldest version of TLS."""

    says: Text
    """What it demands, in its own words."""
    built: Annotated[
        tuple[SettingPath, ...], Field(max_length=20, examples=[["databases.*.proxy", "mesh.encrypted"]])
    ] = ()
    """The optional values that are there for it: of entries, `*` for any name, or of an environment. `infragen cost`
    says what the system would save without them."""
    tls: Annotated[
        Literal["1.2", "1.3"] | None, BeforeValidator(lambda value: None if value is None else str(value))
    ] = None
    """The oldest version of TLS that it allows; `validate` notes everything that accepts an older one."""
    of: Annotated[tuple[OwnerPattern, ...], Field(max_length=50, examples=[["balancers/*", "distributions/*"]])] = ()
    """Which entries `tls` is about, `*` for any name; all when left out."""

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.built and self.tls is None:
            raise ValueError('write `built: [databases.*.proxy]`, or `tls: "1.3"`')
        if self.of and self.tls is None:
            raise ValueError('write `tls: "1.3"` as well, or remove `of`')
        return self


def _choices(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < max(len(names), 2):
        raise ValueError("name what is built, and then what is not, each once: `[X-Ray, Jaeger]`")
    return names


class System(Model):
    """`system.yaml`: what the whole system shares."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    """The version of the catalogue's own format."""
    name: Slug
    """Its folder's name, which stands for it when left out."""
    title: Annotated[Title, StringConstraints(max_length=64)]
    """Also the organization in the root certificate, which has at most 64 characters (RFC 5280, appendix A.1)."""
    document: Text | None = None
    """The design document it comes from."""
    time_zone: Text = "UTC"
    """All clock times of the catalogue are in this zone (IANA name)."""
    layout: Literal["tiers", "domains"] | dict[EntryId | Slug, StackName] = "tiers"
    """How parts are divided into stacks: by tier, by domain, or a map of what a part is (`network`, `dns`,
    `security`, `registry`, `data`, `edge`, `firewall`, `compute`, `monitoring`) or whose it is (`buckets/logs`,
    `workers`, `guardduty`) to the name of its stack, in which `{domain}` is the domain of its entry."""
    names: NameSchemes = NameSchemes()
    """Names in AWS that are not made in the usual way."""
    declared: Declared = Declared()
    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By kind (`services`, `databases`, ..., `environments`): values for every entry of that kind."""
    demands: dict[DemandId, Demand] = Field(
        default_factory=dict,
        max_length=100,
        examples=[{"TN-11": {"says": "a pooler before every cluster", "built": ["databases.*.proxy"]}}],
    )
    """What the document demands and what costs money by itself, by its row in the requirements."""
    alternatives: dict[Text, Annotated[tuple[Text, ...], AfterValidator(_choices)]] = Field(
        default_factory=dict, examples=[{"tracing": ["X-Ray", "Jaeger"]}]
    )
    """What the document leaves open, by what it is for: the first is built, and the others are not."""
    operations: Annotated[
        Operations, Field(examples=[{"incidents": {"P0": {"impact": "nothing works", "within": "at once"}}}])
    ] = Operations()
    """How people operate it, as the document says; `infragen describe` and runbooks print it."""
    notes: tuple[Note, ...] = ()
    figures: dict[
        Annotated[Text, StringConstraints(max_length=60)], Annotated[tuple[SettingPath, ...], Field(min_length=1)]
    ] = Field(default_factory=dict, examples=[{"TN-03": ["services.*.sizes", "services.*.tasks"]}])
    """Which figures the document gives, by its row or chapter: paths as in `explain`, `*` for any name."""
    assumptions: Annotated[dict[str, Text], Field(examples=[{"*": "the document gives no figures"}])] = Field(
        default_factory=dict
    )
    """Values that no document gives, by path, with the reason; `*` is each figure that nothing else speaks about."""


class State(Model):
    """Where Terraform keeps its state: an S3 bucket with native locking."""

    bucket: BucketName
    region: Annotated[Region, Field(examples=["ap-northeast-3"])] | None = None
    """The bucket's region where it is not the environment's: while that fails, states are those of the copy."""


class Subnets(Model):
    """Address ranges by zone, for each tier."""

    MISSING: ClassVar = (
        "add `{}: {{ZONE: RANGE, ...}}` with the zones of the other tiers, and ranges of its own in `network.cidr`,"
        " or leave `subnets` out, and infragen slices it"
    )

    public: dict[Zone, Cidr]
    """NAT gateways, and tasks that have public addresses; nothing else has one."""
    app: dict[Zone, Cidr]
    """Tasks, load balancers and endpoints."""
    data: dict[Zone, Cidr] = Field(default_factory=dict)
    """Databases and proxies; no route out. Left out, they stand in `app`, beside the tasks."""


class Network(Model):
    """The VPC."""

    INSTEAD: ClassVar = dict.fromkeys(
        ("vpc", "vpc_id", "vpc_name", "existing_vpc", "subnet_ids", "vpc_arn"),
        "infragen makes the VPC, with the range of `cidr`; one that is there already can be imported: docs/state.md",
    )

    cidr: Cidr
    zones: tuple[Zone, ...] = ()
    """Availability zones; two of the region when left out."""
    subnets: Subnets | None = None
    """A sixteenth of `cidr` each when left out."""
    nat: Literal["per-zone", "single", "regional", "none"] = "none"
    """How tasks reach the internet; without it they have public addresses, or reach AWS through `endpoints` only.
    `regional` is one gateway for all zones that needs no public subnet, and AWS provider 6."""
    endpoints: tuple[EndpointService, ...] = ()
    """AWS services with an endpoint in the VPC, by their short name: `ecr.api`, `logs`; `dynamodb` gets a free gateway
    endpoint, as S3 always does."""
    foreign_buckets: Annotated[tuple[BucketName, ...], Field(examples=[["partner-orders"]])] = ()
    """Buckets of other accounts that the gateway endpoint of S3 leads to, beside the account's own."""
    flow_log_retention: LogDays | None = None
    """Enables a log of all connections in the VPC, kept this long; production has one, kept for `log_retention`."""
    flow_log_why: Annotated[Text | None, Field(examples=["a firewall of the company logs all connections"])] = None
    """Why production has no such log."""

    @property
    def only_zone(self) -> str | None:
        """The one zone that tasks are in, where AWS has the data tier have subnets in others, which stay empty."""
        subnets = self.subnets
        return next(iter(subnets.app)) if subnets and len(subnets.app) == 1 < len(subnets.data) else None


class Mesh(Model):
    """How services reach each other by name: ECS Service Connect."""

    encrypted: bool = False
    """TLS between tasks, with certificates of a private CA (AWS Private CA: about 400 USD a month)."""


EXAMPLE_CERTIFICATE: Final = f"""-----BEGIN CERTIFICATE-----
{EXAMPLE_CERTIFICATE_BEGINS}
KTEQMA4GA1UECgwHRXhhbXBsZTEVMBMGA1UEAwwMZXhhbXBsZSByb290MB4XDTI2
MTEzMDEzMjMwN1oXDTQ2MTEyNTEzMjMwN1owKTEQMA4GA1UECgwHRXhhbXBsZTEV
MBMGA1UEAwwMZXhhbXBsZSByb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
BXRktj/Llvm1YUucjv0k4gcXqhsriLhTx4+sxR0uODZxpEQ6EAkIDxyhXFCDXx4D
yGWbpAEDyzcs1tzY2GlxyKNjMGEwHQYDVR0OBBYEFCczQbhjVmgj8BF+/TFV8foL
7xtvMB8GA1UdIwQYMBaAFCczQbhjVmgj8BF+/TFV8foL7xtvMA8GA1UdEwEB/wQF
MAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0kAMEYCIQCiX5irvTYt
PWiHY1FKYrVWN+ZrrhO8VsnRelzt0R1Q2QIhAOXtTWMGrBJ8vqIf8Jt0Kfp9mIcI
bRB5Uj/QPChB+J2h
-----END CERTIFICATE-----
"""
"""A root certificate whose key nobody has."""
_PEM: Final = re.compile(
    r"\s*+-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]{200,16000}+)-----END CERTIFICATE-----\s*+"
)


def _certificate(text: str) -> str:
    if _PEM.fullmatch(text) is None:
        raise ValueError(
            "write one certificate as PEM, from `-----BEGIN CERTIFICATE-----` to `-----END CERTIFICATE-----`"
        )
    return text.strip()


class Grafana(Model):
    """Pages of metrics for people who sign in (Amazon Managed Grafana)."""

    sign_in: Annotated[tuple[Literal["sso", "saml"], ...], Field(min_length=1, examples=[["sso"]])] = ("sso",)
    """How: by IAM Identity Center, or an identity provider that people connect in Grafana."""
    version: Annotated[str, Form(r"[0-9]+\.[0-9]+", "a version such as `10.4`")] = "10.4"
    """Of Grafana; a lower one is another workspace."""

    @property
    def providers(self) -> list[str]:
        return [{"sso": "AWS_SSO", "saml": "SAML"}[one] for one in self.sign_in]


class Prometheus(Model):
    """Metrics of traced tasks, and those that code sends by OpenTelemetry (Amazon Managed Service for Prometheus)."""

    enabled: bool = True
    """Whether it is built; `false` for one that is a line away."""
    grafana: Annotated[Grafana | None, Field(examples=[{"sign_in": ["sso"]}])] = None
    """Also where people look at them (9 USD a month and more)."""


class InternalBalancer(Model):
    """An internal load balancer in front of all services."""

    mutual_tls: bool = False
    """Callers present a client certificate of the private CA."""
    verifier: Literal["per-service", "shared"] = "per-service"
    """What verifies them: a load balancer for each called service, which its declared callers alone reach, or one for
    all services, which is cheaper and leads every caller of one to each of them (G133)."""
    also_trusts: Annotated[
        tuple[Annotated[str, AfterValidator(_certificate)], ...],
        Field(max_length=24, examples=[[EXAMPLE_CERTIFICATE]]),
    ] = ()
    """Root certificates (PEM) of other private CAs, whose clients are let in as well: that of the environment that this
    one takes over from. A trust store has 25 (Elastic Load Balancing: Quotas for your Application Load Balancers)."""

    @model_validator(mode="after")
    def _trusts_clients(self) -> Self:
        if self.also_trusts and not self.mutual_tls:
            raise ValueError("write `mutual_tls: true` as well, or remove `also_trusts`")
        return self


class PrivateCa(Model):
    """The authority of all certificates inside the platform (AWS Private CA)."""

    subordinate: bool = False
    """Whether the root signs a subordinate CA alone, which issues in its place (about 400 USD a month more)."""


Waited = Annotated[str, Form(r"[1-9][0-9]{0,2} (min|h)", "a time such as `15 min` or `2 h`", 7)]


class Delivery(Model):
    """Who gets the alarms of one level."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("email", "emails", "mails"), "write `mail: [operations@example.com]`"),
        **dict.fromkeys(("phone", "sms", "call"), "write `pagerduty: true`: PagerDuty calls whoever is on duty"),
        **dict.fromkeys(("webhook", "url", "channel"), "write `slack: true`; the URL is the value of `secrets/slack`"),
    }

    topic: Slug | None = None
    """What its topic is called behind the environment's name; `alerts-LEVEL` when left out."""
    slack: bool | Slug = False
    """Post it in Slack: the webhook's URL is the value of `secrets/slack`, or of the secret with this name."""
    pagerduty: bool | Slug = False
    """Open an incident in PagerDuty: the key is the value of `secrets/pagerduty`, or of the secret with this name."""
    mail: Annotated[tuple[Email, ...], Field(examples=[["operations@example.com"]])] = ()
    """Email recipients; AWS asks each of them once to confirm."""
    escalation: dict[Waited, Text] = Field(default_factory=dict, examples=[{"15 min": "the lead of operations"}])
    """Whom people call next, by how long an alarm is still open: runbooks and the system's page print it."""

    @property
    def escalated(self) -> tuple[tuple[str, str], ...]:
        """How long an alarm is still open, and who is called then, in that order."""
        return tuple(sorted(self.escalation.items(), key=lambda one: _minutes(one[0])))

    @property
    def secrets(self) -> dict[str, str]:
        found = {"pagerduty": self.pagerduty, "slack": self.slack}
        return {what: what if name is True else str(name) for what, name in found.items() if name}


def _minutes(waited: str) -> int:
    number, unit = waited.split()
    return int(number) * (60 if unit == "h" else 1)


Share = Annotated[str, Form(r"[1-9][0-9]{0,3} ?%", "a share of the budget, such as `80 %`", 6)]


_OF_TAGS: Final = "A-Za-z0-9 +=._:/@-"
"""AWS General Reference, "Tagging your AWS resources": what all services take, and how many characters."""
TagKey = Annotated[str, Form(rf"[{_OF_TAGS}]+", "letters, digits, spaces and `+ - = . _ : / @`", 128)]
TagValue = Annotated[str, Form(rf"[{_OF_TAGS}]*", "letters, digits, spaces and `+ - = . _ : / @`", 256)]


Alerted = Level | Annotated[tuple[Email, ...], Field(max_length=10)]
"""A level, or addresses (AWS Budgets API: ten of each notification)."""


class Budget(Model):
    """What an environment may cost a month, and who is alerted at which share of it."""

    INSTEAD: ClassVar = dict.fromkeys(("limit", "amount", "usd", "month"), "write `monthly: 3500 USD`")

    monthly: Dollars
    alerts: Annotated[
        dict[Share, Alerted],
        Field(max_length=5, examples=[{"80 %": "low", "100 %": ["operations@example.com"]}]),
    ] = Field(default_factory=dict)
    """By share of it: the level, or the addresses, to alert when it is passed."""
    forecast: Annotated[dict[Share, Alerted], Field(max_length=5, examples=[{"100 %": ["operations@example.com"]}])] = (
        Field(default_factory=dict)
    )
    """The same, when AWS expects it to be passed by the end of the month."""
    of: Literal["environment", "account"] = "account"
    """What counts: all costs of the account, or those of resources with the tag `Environment` of this environment."""
    services: Annotated[tuple[Service, ...], Field(examples=[["Amazon Relational Database Service"]])] = ()
    """Which services count, as bills name them (Aurora is of RDS); all when left out."""
    regions: Annotated[tuple[Region, ...], Field(examples=[["ap-northeast-1"]])] = ()
    """Costs of which regions count; of all when left out."""
    tag_is_active: bool = False
    """Whether the account that pays tells costs apart by that tag: until then `of: environment` counts nothing."""

    @property
    def is_blind(self) -> bool:
        """Whether it counts by a tag of which nobody says that costs are told apart by it: it stays at 0 USD then."""
        return self.of == "environment" and not self.tag_is_active

    @property
    def counts(self) -> str:
        """Which services in which regions it counts, in words; empty for everything."""
        what, where = " and ".join(self.services), " and ".join(self.regions)
        return f"{what or 'everything'} in {where}" if where else what

    def every_alert(self) -> Iterator[tuple[str, str, Alerted]]:
        """Yield the field, the share and who is alerted, what is passed before what is expected."""
        for field in ("alerts", "forecast"):
            yield from ((field, share, told) for share, told in getattr(self, field).items())


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("write a day of the calendar: `2027-01-15`") from None
    return text


Day = Annotated[str, Form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day: `2027-01-15`"), AfterValidator(_day)]
ModuleName = Annotated[str, Form(r"[A-Za-z0-9][A-Za-z0-9_-]*", "the name of a module: `aurora_cluster`", 60)]


class DocumentCost(Model):
    """A row of a document's own estimate."""

    monthly: DocumentDollars
    up_to: DocumentDollars | None = None
    """The upper end, if the row gives a range."""
    says: Text | None = None
    """What the document prices, in its own words."""
    entries: Annotated[tuple[OwnerPattern, ...], Field(max_length=30, examples=[["services/*", "nat"]])]
    """What it covers in this environment: entries and capabilities, `*` for any name; none for what is not built."""
    lacks: Annotated[tuple[Text, ...], Field(max_length=30, examples=[["*proxy*"]])] = ()
    """What of these the document does not price: lines of the bill as `infragen cost --details` has them, `*` for
    any text."""
    lines: Annotated[tuple[Text, ...], Field(max_length=30, examples=[["logs", "*alarms"]])] = ()
    """The only lines of these that the document prices here: they count in this row, whatever others are for."""
    usage: Annotated[Usage, Field(examples=[{"stored": "2 TB"}])] = Usage()
    """How much the document says is used in a month: spread evenly over its entries that state nothing themselves."""
    in_each_zone: bool = False
    """Whether it counts once what AWS bills in each availability zone."""
    instead_of: Annotated[Text | None, Field(examples=["ECS Fargate"])] = None
    """The row of what is not built in whose place this is; it is in no sum."""
    why: Text | None = None
    """Why the figures differ."""

    @property
    def amount(self) -> Amount:
        return Amount(self.monthly, self.monthly if self.up_to is None else self.up_to)


class DocumentCosts(Model):
    """What a document says that an environment costs a month, row by row."""

    title: Text
    """Which of its tables it is."""
    rows: Annotated[dict[Text, DocumentCost], Field(max_length=50)]
    total: DocumentDollars | None = None
    """The sum that it states; `validate` compares it with the rows."""
    up_to: DocumentDollars | None = None
    """Its upper end, if the sum is a range."""
    yen_per_dollar: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Its exchange rate, if it also gives figures in yen."""

    @property
    def counted(self) -> dict[str, DocumentCost]:
        others = {row.instead_of for row in self.rows.values()}
        return {name: row for name, row in self.rows.items() if name not in others}

    @property
    def sum(self) -> Amount:
        return sum((row.amount for row in self.counted.values()), Amount())

    @property
    def stated(self) -> Amount | None:
        return None if self.total is None else Amount(self.total, self.total if self.up_to is None else self.up_to)


def _with_its_costs(data: dict[str, Any]) -> dict[str, Any]:
    if "document_costs" not in data:
        raise ValueError("add its `document_costs`, with which `infragen cost` compares it")
    return data


Configuration = Annotated[dict[str, Any], AfterValidator(_with_its_costs)]
"""Settings and overrides of entries, as an environment's file has them, on top of those that it has."""
_SMALL: Final = {"small": {"document_costs": {"title": "10.1, small"}, "databases": {"main": {"size": "db.t3.large"}}}}


class Hold(Model):
    """A module that stays as it is in this environment, even if its template has changed."""

    until: Day
    """The date after which `validate` warns that it is still there."""
    why: Text

    def is_past(self, today: date) -> bool:
        """Whether its day has come."""
        return date.fromisoformat(self.until) <= today


class Recovery(Model):
    """The second region."""

    INSTEAD: ClassVar = {"readers": "write `readers` of each database in the standby's file"}

    region: Region
    rpo_hours: Annotated[int, Field(ge=0, le=8760)]
    rto_hours: Annotated[int, Field(ge=0, le=8760)]
    failover: Literal["manual"]
    excludes: Annotated[
        dict[EntryId, Text], Field(examples=[{"caches/sessions": "users log in again, and nothing is lost"}])
    ] = Field(default_factory=dict)
    """What the promise does not cover, and why: entries whose data or keys may be lost with the region."""


_WEEKDAY: Final = f"({'|'.join(DAYS)})"
_HOURS: Final = {"days": "mon-fri", "start": "08:00", "end": "20:00", "why": "nobody tests at night"}


class WorkingHours(Model):
    """When an environment runs, in the system's time zone: at all other times, what can be stopped is stopped."""

    days: Annotated[str, Form(rf"{_WEEKDAY}(-{_WEEKDAY})?", "days of the week: `mon-fri`, or one, `sat`")]
    start: ClockTime
    """When tasks start again."""
    end: ClockTime
    """When they stop."""
    lead: Annotated[Seconds, Field(examples=["30 min"])] = 1800
    """How much earlier databases start: that takes about ten minutes. They stop ten minutes after the tasks."""
    why: Text

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days, Monday being 0; none where the last is before the first."""
        first, _, last = self.days.partition("-")
        numbers = {day: number for number, day in enumerate(DAYS)}  # what is tried in place of a day is none
        return tuple(range(numbers.get(first, 0), numbers.get(last or first, len(DAYS) - 1) + 1))

    @property
    def minutes(self) -> tuple[int, int]:
        """Their start and their end in minutes of the day."""
        begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (self.start, self.end))
        return begin, end

    @property
    def data_minutes(self) -> tuple[int, int]:
        """The same of databases: below 0 is the day before, above a day's the day after."""
        begin, end = self.minutes
        return begin - self.lead // 60, end + _DATA_STOPS_LATER

    def a_week(self, *, of_data: bool = False) -> Decimal:
        """Return how many hours of a week something runs: tasks, or what they store data in."""
        begin, end = self.data_minutes if of_data else self.minutes
        return Decimal(min(len(self.weekdays) * (end - begin), WEEK)) / 60

    def has(self, weekday: int, begin: int, end: int) -> bool:
        """Return whether a span of a day, in its minutes, lies in the time in which databases run."""
        first, last = self.data_minutes
        for day in self.weekdays:
            offset = ((day - weekday + 3) % 7 - 3) * DAY
            if first + offset <= begin and end <= last + offset:
                return True
        return len(self.weekdays) == len(DAYS) and last - first >= DAY


_DATA_STOPS_LATER: Final = 10
"""Minutes that tasks have to end what they are at, before what they store it in stops."""


class Settings(Model):
    """An environment file's own values: its location and its connections."""

    SINGULAR: ClassVar[str] = "environment"
    INSTEAD: ClassVar = {
        "platform": "leave it out for an environment on AWS; `platform: compose` is one of Docker Compose",
        **dict.fromkeys(
            ("containers", "development_defaults", "source_folder", "volumes"),
            "an environment of Docker Compose has that: write `platform: compose`",
        ),
    }

    environment: Slug
    """Its file's name, which stands for it when left out."""
    title: Title | None = None
    account: AccountId
    region: Region
    state: State | None = None
    """The state bucket; named after system, environment and account when left out."""
    network: Network
    domain_name: DomainName | None = None
    """Parent of the environment's public names."""
    internal_domain: DomainName | None = None
    """Cloud Map's private namespace; `<environment>.<system>.internal` when left out."""
    owns_account_settings: bool = True
    """Whether it creates what an account has only once per region, such as API Gateway's role for logs; `false` if
    another environment there does."""
    account_settings: AccountSettings | None = Field(
        default=None, examples=[{"guardduty": {}, "cloudtrail": {"retention": "365 days"}, "ebs_encryption": True}]
    )
    """Which account settings it creates; only one environment of an account may."""
    permissions_boundary: BoundaryPolicy | None = None
    """The permissions boundary of all roles that its stacks create: the name or the ARN of an existing IAM policy, or
    `own` for one that `infragen bootstrap` makes. CI's role can then create no role without it."""
    names: Annotated[ObjectNames, Field(examples=[{"clusters": "{system}-cluster", "services": "{name}-service"}])] = (
        ObjectNames()
    )
    """Names in AWS that are not made in the usual way, in this environment."""
    customer_keys: bool = False
    """Encrypt with customer managed KMS keys, one per purpose (1 USD a month each), instead of AWS's."""
    mesh: Mesh | None = None
    """Enables Service Connect even if no service calls another."""
    load_balancer: InternalBalancer | None = None
    """Adds an internal load balancer (about 20 USD a month); so do gateways."""
    private_ca: PrivateCa | None = None
    """How the private CA is built that encryption of the mesh and mutual TLS bring with them."""
    prometheus: Annotated[Prometheus | None, Field(examples=[{"grafana": {"sign_in": ["sso"]}}])] = None
    """Has the collectors of traced tasks also write metrics to a workspace of Prometheus."""
    container_insights: bool = False
    """Metrics of every task in CloudWatch (0.50 USD a month and more for each)."""
    alarms: bool | None = None
    """Watch everything that runs, even without a promise. When left out, anything that mentions alarms enables them;
    `false` watches nothing, regardless of the entries."""
    profiles: Annotated[tuple[Slug, ...], Field(examples=[["large"]])] = ()
    """Active situations: a service with a size of that name uses it."""
    production: bool = False
    """Stateful entries are protected, and rules are stricter."""
    deletion_protection: bool | None = None
    """Whether AWS refuses to delete load balancers: destroying takes two steps; like `production` when left out."""
    working_hours: Annotated[WorkingHours, Field(examples=[_HOURS])] | None = None
    """When it runs; at all other times, what can be stopped is stopped. Not for production."""
    log_retention: LogDays = 30
    alarm_email: Email | None = None
    """Who gets all alarms by email, if `alerts` has no levels."""
    alerts: Annotated[
        dict[Level, Delivery],
        Field(examples=[{"critical": {"slack": True, "pagerduty": True}, "low": {"mail": ["operations@example.com"]}}]),
    ] = Field(default_factory=dict)
    """Who gets alarms, by urgency: each level has its own topic."""
    availability: Percent | None = None
    recovery: Recovery | None = None
    standby_of: Slug | None = None
    """The environment that it takes over from: one in another region of the same account, whose names it shares and
    whose buckets' replicas it uses."""
    follows: Slug | None = None
    """The environment that it follows until this line is removed: its databases are replicas of that one's, and nothing
    runs. A standby follows its primary; during failback, the primary follows its standby."""
    waits: bool = False
    """Nothing runs until this line is removed, as with `follows`, but its data stay its own: a standby waits like this
    while the other environment takes over again."""
    holds: dict[ModuleName, Hold] = Field(default_factory=dict)
    """By module: those that stay as they are in `generated/`, while other environments follow the templates."""
    differs: dict[Slug, dict[SettingPath, Text]] = Field(
        default_factory=dict, examples=[{"prod": {"services.*.tasks": "half of the load"}}]
    )
    """What differs from another environment, and why, by its name and by path: `infragen parity` accepts these."""
    tags: dict[TagKey, TagValue] = Field(default_factory=dict, examples=[{"CostCenter": "retail"}])
    """What everything of it is tagged with, beside `Environment`, `ManagedBy` and `System`."""
    entry_tags: dict[OwnerPattern, dict[TagKey, TagValue]] = Field(
        default_factory=dict,
        examples=[{"services/*": {"Team": "web"}, "databases/main": {"Team": "data"}}],
        max_length=500,  # each is compared with every entry
    )
    """By entry, `*` for any name: further tags of what AWS bills of it; of several for one entry, the last holds."""
    budget: Annotated[
        Budget | None, Field(examples=[{"monthly": "3500 USD", "alerts": {"80 %": ["operations@example.com"]}}])
    ] = None
    """What it may cost a month; AWS sends alerts, and stops nothing."""
    document_costs: Annotated[
        DocumentCosts | None,
        Field(
            examples=[
                {"title": "10.1", "rows": {"Fargate": {"monthly": "365 USD", "entries": ["services/*", "workers/*"]}}}
            ]
        ),
    ] = None
    """Its cost according to the design document, which `infragen cost` shows next to its own estimate."""
    configurations: Annotated[dict[Slug, Configuration], Field(max_length=5, examples=[_SMALL])] = Field(
        default_factory=dict
    )
    """Other sizes and counts that the document prices: what this file would have besides, with their `document_costs`.
    `infragen cost` compares them; nothing is built from them."""
    dashboard: bool = False
    """Show everything that is watched on one CloudWatch dashboard; also enables alarms."""
    key_deletion_window: Days = 30
    """How long a deleted KMS key can be restored (7 to 30 days)."""
    notes: tuple[Note, ...] = ()
    assumptions: dict[str, Text] = Field(default_factory=dict)

    def tags_of(self, owner: str) -> dict[str, str]:
        """Return the tags of an entry's own, by its id."""
        fitting = (tags for pattern, tags in self.entry_tags.items() if fnmatchcase(owner, pattern))
        return {key: value for tags in fitting for key, value in tags.items()}

    @property
    def protected(self) -> bool:
        """Whether what has no protection of its own in the catalogue is protected against deletion."""
        return self.production if self.deletion_protection is None else self.deletion_protection

    @property
    def stands_still_by(self) -> Literal["follows", "waits"] | None:
        """Which of its lines has nothing run in it; None where what is to run does."""
        if self.follows is not None:
            return "follows"
        return "waits" if self.waits else None
