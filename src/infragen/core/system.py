"""The system, its domains, and one environment's own settings."""

import re
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from infragen.core.account_settings import AccountSettings, Region
from infragen.core.budgets import Budget, Configuration, DocumentCosts, Email, OwnerPattern
from infragen.core.clock import DAY, DAYS, WEEK
from infragen.core.entry import DemandId, EntryId, Form, Model, Note, SettingPath, Slug, Text, Title
from infragen.core.measures import Level
from infragen.core.name_schemes import NameSchemes, ObjectNames
from infragen.core.network_settings import BucketName, InternalBalancer, Mesh, Network, PrivateCa, Prometheus
from infragen.core.operating import Operations
from infragen.core.units import ClockTime, Days, Gigabytes, LogDays, Percent, Rate, Seconds

BoundaryPolicy = Annotated[
    str,
    Form(
        r"([A-Za-z0-9+=,.@_-]{1,128}|arn:aws:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@_/-]{1,640})",
        "`own`, or the name or the ARN of a policy of the account: `company-boundary`",
    ),
]
"""IAM API Reference, CreatePolicy: `PolicyName`, and a path of up to 512 characters."""


def account_mend(given: str) -> str:
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


def _not_taken(name: str) -> str:
    if name in ("", "modules"):
        raise ValueError("write another name for the stack, such as `base`: modules have a folder of that name")
    return name


StackName = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z][a-z0-9-]*)?(\{domain\})?[a-z0-9-]*$", max_length=60),
    AfterValidator(_not_taken),
]
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
        minutes = {waited: int(waited.split()[0]) * (60 if waited.endswith("h") else 1) for waited in self.escalation}
        return tuple(sorted(self.escalation.items(), key=lambda one: minutes[one[0]]))

    @property
    def secrets(self) -> dict[str, str]:
        found = {"pagerduty": self.pagerduty, "slack": self.slack}
        return {what: what if name is True else str(name) for what, name in found.items() if name}


_OF_TAGS: Final = "A-Za-z0-9 +=._:/@-"
"""AWS General Reference, "Tagging your AWS resources": what all services take, and how many characters."""
TagKey = Annotated[str, Form(rf"[{_OF_TAGS}]+", "letters, digits, spaces and `+ - = . _ : / @`", 128)]
TagValue = Annotated[str, Form(rf"[{_OF_TAGS}]*", "letters, digits, spaces and `+ - = . _ : / @`", 256)]


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("write a day of the calendar: `2027-01-15`") from None
    return text


Day = Annotated[str, Form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day: `2027-01-15`"), AfterValidator(_day)]
ModuleName = Annotated[str, Form(r"[A-Za-z0-9][A-Za-z0-9_-]*", "the name of a module: `aurora_cluster`", 60)]
_SMALL: Final = {"small": {"document_costs": {"title": "10.1, small"}, "databases": {"main": {"size": "db.t3.large"}}}}


class Hold(Model):
    """A module that stays as it is in this environment, even if its template has changed."""

    until: Day
    """The date after which `validate` warns that it is still there."""
    why: Text

    def is_past(self, today: date) -> bool:
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
        begin, end = self.data_minutes if of_data else self.minutes
        return Decimal(min(len(self.weekdays) * (end - begin), WEEK)) / 60

    def has(self, weekday: int, begin: int, end: int) -> bool:
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
        fitting = (tags for pattern, tags in self.entry_tags.items() if fnmatchcase(owner, pattern))
        return {key: value for tags in fitting for key, value in tags.items()}

    @property
    def protected(self) -> bool:
        return self.production if self.deletion_protection is None else self.deletion_protection

    @property
    def stands_still_by(self) -> Literal["follows", "waits"] | None:
        if self.follows is not None:
            return "follows"
        return "waits" if self.waits else None
