"""Functions: code on AWS Lambda, started by a schedule, by messages of a queue, or by whoever invokes it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from infragen.core.entry import Form, MebiBytes, Model, Output, Seconds, Slug, written_as
from infragen.core.measures import Notify, Thresholds
from infragen.core.resolved_system import Environment
from infragen.core.system import Settings
from infragen.kinds import kinds
from infragen.kinds.dead_letters import DAY
from infragen.kinds.workloads.model import NIGHTLY, Run, Workload
from infragen.kinds.workloads.sidecars import Command, OnOneLine, StoredImage, Variable, image_of
from infragen.tables import own_table

Runtime = Literal[
    "dotnet8", "java11", "java17", "java21", "java8.al2", "nodejs18.x", "nodejs20.x", "nodejs22.x", "provided.al2",
    "provided.al2023", "python3.10", "python3.11", "python3.12", "python3.13", "python3.9", "ruby3.2", "ruby3.3",
    "ruby3.4",
]  # fmt: skip
"""Those that AWS's provider for Terraform knows, which knows none newer in its version 5."""

ENDS: Final[dict[Runtime, date]] = own_table(__file__, "runtimes.toml")["ends"]


def longest(runtime: Runtime) -> Runtime:
    """Return the runtime of the same language that AWS supports longest: `python3.13` for `python3.9`."""
    own = _language(runtime)
    return max((known for known in ENDS if _language(known) == own), key=lambda known: (ENDS[known], known))


def known(given: Any) -> Any:
    """Return a runtime as it is; ValueError with the best of its language for one that is not known."""
    own = [one for one in ENDS if isinstance(given, str) and _language(one) == _language(given)]
    if own and given not in ENDS:
        raise ValueError(f"write `{longest(own[0])}`, which AWS supports longest of that language")
    return given


def _language(runtime: str) -> str:
    return runtime.rstrip("0123456789.x") if not runtime.startswith(("java8", "provided")) else runtime[:4]


_SIZE: Final = "write `memory: 512 MB`: Lambda gives CPU in proportion to it"
_ON_SCHEDULE: Final = 'write `triggers: {schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}}`'
_A_QUEUE: Final = "write `triggers: {queues: {NAME: {}}}`"
_A_BUCKET: Final = "write `triggers: {objects: {NAME: {keys: [photos/*]}}}`"

_ZIPPED: Final = (
    "`infragen zip FOLDER` makes the file, and a pipeline uploads it: `code: {bucket: buckets/NAME, key: NAME-1.zip}`"
)

SecretName = Annotated[
    str,
    Form(
        r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+",
        "the ARN of a secret, such as `arn:aws:secretsmanager:us-east-1:111122223333:secret:stripe-a1b2c3`;"
        " its code reads the value, and takes the key out of the JSON itself",
    ),
]
BucketOfCode = Annotated[
    str,
    Form(
        r"(buckets/[a-z][a-z0-9]*(-[a-z0-9]+)*|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])",
        "an entry, such as `buckets/code`, or the name of a bucket that exists",
        81,
    ),
]


class Code(Model):
    """A zip file in a bucket, which a pipeline uploads."""

    INSTEAD: ClassVar = dict.fromkeys(("zip", "folder", "path"), _ZIPPED)
    _map = written_as(lambda value: f"{{bucket: buckets/NAME, key: {value}-1.zip}}")

    bucket: Annotated[BucketOfCode, Field(examples=["buckets/code"])]
    """A `buckets` entry, or the name of a bucket in the function's region."""
    key: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./=+@-]*$", max_length=1024),
        Field(examples=["thumbnail-1.4.2.zip"]),
    ]
    """The object's key, a new one for each release: AWS reads the code only when the key changes."""
    version: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = None
    """The object's version, in a bucket with `versioning`."""


class FunctionImage(StoredImage):
    """A container image for Lambda, in ECR."""

    INSTEAD: ClassVar = {"pull_secret": "Lambda takes images from ECR alone, with the rights of the account"}

    repository: Slug | None = None
    """A repository in the environment that others push to; its own when left out."""
    keep: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many of the newest tagged images are kept, even if the running one is not among them; all when left out."""


class FromQueue(Model):
    """How a function receives the messages of a queue (Lambda API: CreateEventSourceMapping)."""

    batch: Annotated[int, Field(ge=1, le=10_000)] = 10
    """The most messages that one invocation gets."""
    window: Annotated[Seconds, Field(le=300)] | None = None
    """How long to wait for a full batch (up to 5 min); not at all when left out."""
    reports_failures: bool = False
    """Its response names the failed messages (`batchItemFailures`), and only those are received again."""


KeyPattern = Annotated[
    str, Form(r"([^*\\]|\*(?!\*))+", "a key, with `*` for any characters of it: `photos/*.jpg`", 1024)
]


class FromBucket(Model):
    """Which new objects of a bucket start a function (Amazon S3 User Guide: Using EventBridge)."""

    INSTEAD: ClassVar = {
        "prefix": "write `keys: [photos/*]`",
        "suffix": "write `keys: ['*.jpg']`",
        "events": "a new object starts it, and nothing else",
    }

    keys: Annotated[tuple[KeyPattern, ...], Field(examples=[["photos/*.jpg"]])] = ()
    """Their keys, with `*` for any characters; all objects when left out."""


class KeptEvents(Model):
    """A queue for events that it could not handle."""

    INSTEAD: ClassVar = {
        "max_receive_count": "write `retries: {attempts: 1}` beside `dead_letters`: Lambda tries an event again twice"
    }

    retention: Annotated[Seconds, Field(ge=60, le=14 * DAY, examples=["4 days"])] = 14 * DAY
    """How long it is kept there (1 min to 14 days)."""


class Retries(Model):
    """How Lambda tries an event again (Lambda API: PutFunctionEventInvokeConfig)."""

    attempts: Annotated[int, Field(ge=0, le=2)] = 2
    """How many times it is tried again."""
    within: Annotated[Seconds, Field(ge=60, le=21_600, examples=["1 h"])] = 21_600
    """How old an event may become (1 min to 6 h) before it is given up."""


class Triggers(Model):
    """What starts a function by itself."""

    schedules: dict[Slug, Run] = Field(default_factory=dict, examples=[NIGHTLY])
    """When it is started, by name, in the system's time zone."""
    queues: dict[Slug, FromQueue] = Field(default_factory=dict, examples=[{"orders": {"batch": 10}}])
    """Queues whose messages start it, by name; this needs no `uses`."""
    objects: dict[Slug, FromBucket] = Field(default_factory=dict, examples=[{"photos": {"keys": ["raw/*"]}}])
    """Buckets whose new objects start it, by name; `uses` sets what it may do with them."""


class Function(Workload):
    """Code that runs for at most 15 minutes when something starts it."""

    KIND: ClassVar = "functions"
    SINGULAR: ClassVar = "function"
    FETCHES_SECRETS: ClassVar = True

    INSTEAD: ClassVar = {
        **dict.fromkeys(("cpu", "size", "sizes", "memory_size"), _SIZE),
        **dict.fromkeys(("cron", "rate", "schedule", "schedules", "timer"), _ON_SCHEDULE),
        **dict.fromkeys(("queue", "queues", "events", "sqs"), _A_QUEUE),
        **dict.fromkeys(("buckets", "objects", "s3"), _A_BUCKET),
        **dict.fromkeys(("concurrency", "reserved_concurrent_executions"), "write `reserved_concurrency: 5`"),
        **dict.fromkeys(("storage", "ephemeral_storage"), "write `tmp: 1 GB`"),
        **dict.fromkeys(("dead_letter_config", "on_failure"), "write `dead_letters: {retention: 14 days}`"),
        "calls": "a function is no client of Service Connect: let it use what the service uses, or send to its queue",
        "database": "write `uses: {databases/NAME: {prefix: DATABASE}}`",
        "filename": _ZIPPED,
        "vpc": "write `in_vpc: true`; a function that uses something in the VPC is there without it",
    }

    in_vpc: bool = False
    """In the subnets of tasks even if it uses nothing there: its way to AWS leads through endpoints and NAT then."""
    code: Code | None = None
    """A zip file in a bucket; with `runtime` and `handler`, and without `image`."""
    runtime: Annotated[Runtime | None, BeforeValidator(known), Field(examples=["python3.13"])] = None
    """The Lambda runtime of the zip file."""
    handler: Annotated[
        str | None, StringConstraints(pattern=r"^\S+$", max_length=128), Field(examples=["app.handler"])
    ] = None
    """The function that is called: `app.handler` is `handler` in `app.py`."""
    image: Annotated[FunctionImage, OnOneLine()] | None = None
    """A container image instead of a zip file: `{tag: v1}` is one in its own ECR repository."""
    command: Annotated[Command, Field(examples=[["app.handler"]])] = ()
    """What an image runs, word by word; its own when left out."""
    memory: Annotated[MebiBytes, Field(ge=128, le=10_240)] = 128
    """128 MB to 10,240 MB; CPU is proportional, one vCPU at 1,769 MB."""
    timeout: Annotated[Seconds, Field(le=900)] = 3
    """How long one invocation may take (up to 15 min)."""
    tmp: Annotated[MebiBytes, Field(ge=512, le=10_240)] = 512
    """The size of `/tmp`, 512 MB to 10,240 MB."""
    reserved_concurrency: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """The most concurrent invocations, reserved for it; 0 stops it."""
    secrets: dict[Variable, SecretName | Output] = Field(default_factory=dict)
    """Variables with the ARN of a secret outside the catalogue, which its code may read."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"duration": {"above": "20 s"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    triggers: Annotated[Triggers, Field(examples=[{"queues": {"orders": {"batch": 10}}}])] = Triggers()
    dead_letters: Annotated[KeptEvents | Literal["none"] | None, Field(examples=[{"retention": "4 days"}])] = None
    """Where events go that it could not handle after the last attempt: a queue in production, if a schedule or a new
    object starts it; `{}` for one elsewhere, `none` to lose them."""
    retries: Annotated[Retries | None, Field(examples=[{"attempts": 0}])] = None
    """How an event is tried again for which nobody waits; twice, within 6 h, when left out."""
    notify: Annotated[Notify, Field(examples=[{"success": "low"}])] = Notify()
    """Who is notified of the result, as alarm levels, if a schedule or a new object started it."""

    @classmethod
    def written_out(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**data, "image": image_of(data["image"])} if "image" in data else data

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        if data.get("code"):
            return {"image": "`code: null`", "command": "`image`"}
        of_code = dict.fromkeys(("runtime", "handler"), "`code`")
        return of_code if data.get("image") else {**of_code, "command": "`image`"}

    def crons(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, run in self.triggers.schedules.items():
            yield run.cron, ("triggers", "schedules", name, "cron")

    @property
    def is_unattended(self) -> bool:
        return bool(self.triggers.schedules or self.triggers.objects)

    def keeps_events(self, settings: Settings) -> bool:
        if self.dead_letters is not None:
            return self.dead_letters != "none"
        return settings.production and self.is_unattended

    def keeps_lost_events(self, settings: Settings) -> bool:
        return bool(self.watches) and self.keeps_events(settings)

    @property
    def takes_from(self) -> tuple[str, ...]:
        return tuple(f"queues/{name}" for name in sorted(self.triggers.queues))

    @property
    def watches(self) -> tuple[str, ...]:
        return tuple(f"buckets/{name}" for name in sorted(self.triggers.objects))

    def stands_in_vpc(self, environment: Environment) -> bool:
        """Outside of a VPC a function reaches the internet and AWS's APIs without anything else."""
        if self.in_vpc or (self.internet and environment.settings.network.nat != "none"):
            return True
        used = (kinds().get(owner.partition("/")[0]) for owner, _, _ in self.used())
        return any(kind is not None and kind.network.is_reached_in_vpc for kind in used)
