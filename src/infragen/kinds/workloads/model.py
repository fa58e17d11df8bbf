"""Services: containers on ECS Fargate."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, Literal, cast

from pydantic import BeforeValidator, Field, StringConstraints

from infragen.core.addresses import Cidr
from infragen.core.entry import Entry, EntryId, Form, Model, Output, Slug, Text, Use, written_as
from infragen.core.measures import Thresholds
from infragen.core.resolved_system import ResolvedSystem
from infragen.core.units import CpuUnits, LogDays, MebiBytes, Milliseconds, Percent, Seconds
from infragen.kinds.workloads import router
from infragen.kinds.workloads import tracing as xray
from infragen.kinds.workloads.blue_green import BlueGreen
from infragen.kinds.workloads.events import Events
from infragen.kinds.workloads.log_route import LogRoute, TaskLogRoute
from infragen.kinds.workloads.permissions import READ_REPORTS, Permission
from infragen.kinds.workloads.scaling_model import SCALING, Cron, Scaling, ServerScaling, Tasks
from infragen.kinds.workloads.sidecars import (
    Awaited,
    Command,
    Folder,
    OnOneLine,
    Port,
    SecretArn,
    Sidecar,
    StopTimeout,
    StoredImage,
    User,
    Variable,
    VariableValue,
    image_of,
)
from infragen.kinds.workloads.versions import SemanticVersion, Version, variables

EXAMPLE: Final = {
    "sizes": {"normal": {"cpu": "0.25 vCPU", "memory": "0.5 GB"}},
    "tasks": {"min": 1, "max": 1},
    "image": {"tag": "v1"},
}
FIRST_TAG: Final = "0000000"
"""The tag of an image that a pipeline has not released yet, in the form of a commit's: it releases by commit."""
NO_TASKS: Final = {"tasks": {"min": 0, "max": 0, "desired": None}, "scaling": None, "alarms": None}

Variables = dict[str, str | Output]

HOURS: Final = (
    '{start: {cron: "0 8 ? * MON-FRI *", min: 1, why: work begins}, '
    'end: {cron: "0 20 ? * MON-FRI *", min: 0, why: it ends}}'
)
"""Schedules of what works at certain hours, beside `tasks: {min: 0, max: 1}`."""
LogGroup = Annotated[
    str,
    Form(
        r"(?!aws/)([A-Za-z0-9._/#-]|\{environment\})+",
        "letters, digits and . - _ / #, also with `{environment}`: `/ecs/{environment}/web`",
        512,
    ),
]
"""Amazon CloudWatch Logs API: CreateLogGroup; AWS keeps `aws/` for itself."""


class Size(Model):
    """A named task size, in the document's own figures, rounded up to Fargate's next valid pair."""

    cpu: CpuUnits
    memory: MebiBytes
    when: Text | None = None
    """The situation, in the document's own words."""


class Call(Model):
    """A declared dependency on another service, required for a security group rule between the two."""

    access: Literal["api", "read", "event"]
    why: Text


class Health(Model):
    """How the load balancer checks whether a task is healthy."""

    INSTEAD: ClassVar = {
        "test": "write `path: /health`, which a load balancer asks for, or `command: [curl, ...]`, which the task runs",
        "retries": "write `unhealthy: 3`",
        "start_period": "write `grace: 60`, in seconds",
        "port": "write `port:` beside `health:`, not in it: its own port is asked",
    }
    _map = written_as(lambda value: f"{{path: {value}}}")

    path: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_.-]*$", max_length=200)] = "/health"
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds."""
    timeout: Annotated[int, Field(ge=2, le=120)] = 5
    """Seconds."""
    healthy: Annotated[int, Field(ge=2, le=10)] = 2
    unhealthy: Annotated[int, Field(ge=2, le=10)] = 3
    grace: Annotated[int, Field(ge=0, le=2_147_483_647)] = 60
    """Seconds after a task's start in which it may still fail."""
    command: Command = ()
    """A command in the container that ECS also runs; without a load balancer, it is the only check."""

    @property
    def of_target_group(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("path", "interval", "timeout", "healthy", "unhealthy")}


class Image(StoredImage):
    """Which container image runs."""

    keep: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many of the newest tagged images are kept, even if the running one is not among them; all when left out."""
    pull_secret: SecretArn | None = None
    """The secret with the login of the registry in `name` (JSON with `username` and `password`)."""


class Promise(Model):
    """What the service promises its callers; it becomes an alarm."""

    response_time: Milliseconds | None = None
    percentile: Annotated[
        Annotated[str, Form(r"p[0-9]{1,2}(\.[0-9])?", "a percentile such as `p95`", 5)] | None, Field(examples=["p95"])
    ] = None
    """How many of the requests are answered within `response_time`: `p95` are 95 of 100; p90 when left out."""
    notified_within: Milliseconds | None = None
    """How long an event may wait in the service's queue."""
    availability: Annotated[Percent | None, Field(lt=100)] = None
    """The share of its answers that are none of 5xx in 30 days; alarms tell when what may fail is used up too fast."""

    @property
    def of_requests(self) -> str:
        return self.percentile or "p90"


class Outside(Model):
    """Something on the internet that tasks connect to."""

    why: Text
    range: Cidr | None = None
    """Its addresses, as a range; any address when left out, because security groups know no names."""
    port: Port = 443


class Volume(Model):
    """A load figure from the document, used only in checks."""

    figure: Text
    """As the document writes it: `8,000 a day`, `1.8 TB a day`."""
    what: Text
    counts: Annotated[Literal["connections", "rows", "users"] | None, Field(examples=["connections"])] = None
    """What it is a number of, where something follows: connections that are open at once, which load balancers bill,
    rows that one task works on at once, or users who share the declared throughput."""
    each_task: Annotated[int, Field(ge=1, le=1_000_000_000, examples=[2000])] | None = None
    """How many of it one task carries, as measured or assumed."""


def _with_image(data: Any) -> Any:
    return {**data, "image": image_of(data["image"])} if isinstance(data, dict) and "image" in data else data


def _with_names(data: Any) -> Any:
    if isinstance(data, dict) and data.keys() & set(Size.model_fields):
        shown = ", ".join(f"{key}: {value}" for key, value in data.items() if isinstance(value, (str, int, float)))
        raise ValueError(f"give the size a name: `{{normal: {{{shown}}}}}`")
    return data


NIGHTLY: Final = {"nightly": {"cron": "0 3 * * ? *", "why": "nobody works"}}
ON_SCHEDULE: Final = 'write `schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}`'


class Run(Model):
    """When something is started, in the system's time zone."""

    _map = written_as(lambda value: f'{{cron: "{value}", why: ...}}')

    cron: Cron
    """AWS' six fields without `cron(...)`: minutes hours day-of-month month day-of-week year."""
    why: Text


@lru_cache(maxsize=4096)
def _use(why: str, **given: str) -> Use:
    """Rules ask for it thousands of times."""
    return Use(why=str(why), **given)


class Workload(Entry):
    """What all share that run code: what it uses and may do, where it connects to, what it is told, how it logs."""

    FETCHES_SECRETS: ClassVar[bool] = False
    """Whether its code reads secrets by their ARN; otherwise ECS puts their values in variables when a task starts."""

    domain: Slug | None = None
    """The business domain; it may have its own cluster, and determines the stack if the layout does that by domain."""
    uses: dict[EntryId, Use] = Field(default_factory=dict, max_length=500)
    """Other entries that it uses, by kind and name: `databases/main`, `queues/orders`. A task definition has room for
    the variables of some hundreds (Amazon ECS service quotas: 64 KiB)."""
    internet: dict[Slug, Outside] = Field(
        default_factory=dict, examples=[{"carriers": {"why": "labels are ordered from carriers"}}]
    )
    """What it connects to on the internet, by name. AWS's own APIs follow from what it uses."""
    permissions: dict[Slug, Permission] = Field(default_factory=dict, examples=[READ_REPORTS])
    """What else its code may do, as IAM statements, by purpose: `read-reports`."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    environment: dict[Variable, VariableValue | Output] = Field(default_factory=dict, examples=[{"LOG_LEVEL": "debug"}])
    """Environment variables of its code; `{output: data.redis_host}` is an output of `extra/data/`."""
    log_retention: LogDays | None = None
    """How long its output is kept; the environment's `log_retention` when left out."""
    tracing: bool = False
    """Send traces of requests to AWS X-Ray: each task gets a collector, which its size must have room for."""
    alarms: Thresholds = Field(default_factory=dict)
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    log_route: LogRoute | None = None
    """Also sends its output to a bucket, through Amazon Data Firehose."""

    def crons(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from ()

    def used(self) -> Iterator[tuple[str, Use, tuple[str, ...]]]:
        for owner, use in sorted(self.uses.items()):
            yield owner, use, ("uses", owner)

    @property
    def stores_images(self) -> bool:
        image = getattr(self, "image", None)
        return isinstance(image, StoredImage) and image.repository is None and image.name is None

    @property
    def own_variables(self) -> dict[str, str]:
        return {}

    def written_variables(self) -> Iterator[tuple[tuple[str, ...], Variables, Variables]]:
        yield (), self.environment, getattr(self, "secrets", {})


class Task(Workload):
    """What all share that run as a task on Fargate: a container, its sizes, and what it uses."""

    reason: Text | None = None
    """Why it has the size it has."""
    sizes: Annotated[
        dict[Slug, Size],
        Field(min_length=1, examples=[{"normal": {"cpu": "0.5 vCPU", "memory": "1 GB"}}]),
        BeforeValidator(_with_names),
    ]
    profile: Annotated[Slug | None, Field(examples=["normal"])] = None
    """The active size; `normal`, or the only one, when left out."""
    image: Annotated[Image, OnOneLine()]
    command: Annotated[Command, Field(examples=[["bin/web", "--port", "8080"]])] = ()
    """What the container runs, word by word: `[bin/web, --port, "8080"]`; the image's own when left out."""
    entry_point: Annotated[Command, Field(examples=[["/bin/sh", "-c"]])] = ()
    """What runs `command`; the image's own when left out."""
    user: User | None = None
    """The user it runs as, or `user:group`, by name or number; the image's own when left out."""
    log_group: LogGroup | None = None
    """The full name of its log group, such as `/ecs/{environment}/web`; made of system, environment and name when left
    out. It must be unique in an account's region: `{environment}` tells environments apart."""
    secrets: dict[Variable, SecretArn | Output] = Field(default_factory=dict)
    """Environment variables read from AWS Secrets Manager when a task starts: the ARN of a secret outside the
    catalogue, or of one key of its JSON (`<arn>:<key>`), or an output with such an ARN: `{output: data.token_arn}`."""
    writable_paths: Annotated[tuple[Folder, ...], Field(examples=[["/var/cache"]])] = ()
    """Folders besides `/tmp` that it may write to; all other files are read-only. They are lost with the task."""
    tmp: Annotated[MebiBytes | None, Field(examples=["0.25 GB"])] = None
    """The size of `/tmp`, which is kept in memory: a quarter of the task's when left out."""
    stop_timeout: StopTimeout | None = None
    """Seconds between SIGTERM and SIGKILL; Fargate's 30 when left out."""
    sidecars: dict[Slug, Sidecar] = Field(
        default_factory=dict, max_length=9, examples=[{"migrate": {"command": ["bin/migrate"], "essential": False}}]
    )
    """Additional containers in each task, by name. A task has at most ten (Amazon ECS service quotas)."""
    depends_on: Awaited = Field(default_factory=dict, examples=[{"migrate": "success"}])
    """Sidecars of the same task that it waits for (other services are `calls`), each with a condition: `start`,
    `complete` (has exited), `success` (has exited with 0) or `healthy`."""
    log_route: TaskLogRoute | None = None
    """Also sends its output to a bucket, through Amazon Data Firehose or a router in the task."""
    spot: bool = False
    """Run on Fargate Spot: cheaper, but may be stopped at two minutes' notice."""
    volumes: dict[Slug, Volume] = Field(default_factory=dict)

    @classmethod
    def written_out(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        found = dict(data)
        if isinstance(sidecars := found.get("sidecars"), dict):
            found["sidecars"] = {name: _with_image(one) for name, one in sidecars.items()}
        return cast("Mapping[str, Any]", _with_image(found))

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {} if data.get("sidecars") else {"depends_on": "`sidecars` of that name"}

    @property
    def beside(self) -> dict[str, Sidecar]:
        collector = {xray.SIDECAR: xray.collector(self.sidecars.get(xray.SIDECAR))} if self.tracing else {}
        routes = self.log_route.router if self.log_route is not None else None
        return {**self.sidecars, **collector, **({} if routes is None else {router.NAME: routes.sidecar})}

    @property
    def active_profile(self) -> str:
        if self.profile:
            return self.profile
        return "normal" if "normal" in self.sizes else next(iter(self.sizes))

    @property
    def path_parts(self) -> tuple[str, ...]:
        return (self.identity,)

    @property
    def room_for(self) -> int:
        """How many of its tasks need addresses and quotas at a time."""
        raise NotImplementedError

    @property
    def received(self) -> tuple[str, ...]:
        queues = {owner.partition("/")[2]: use for owner, use in self.uses.items() if owner.startswith("queues/")}
        return tuple(sorted(name for name, use in queues.items() if use.access in (None, "receive")))

    def written_variables(self) -> Iterator[tuple[tuple[str, ...], Variables, Variables]]:
        yield from super().written_variables()
        for name, one in self.sidecars.items():
            yield ("sidecars", name), one.environment, one.secrets


class Container(Task):
    """What services, BFFs and workers share: tasks that are kept running, how many of them, and whom they call."""

    INSTEAD: ClassVar = dict.fromkeys(
        ("cron", "rate", "runs", "schedule", "schedules", "timer", "timetable"),
        f"write `scaling: {{schedules: {HOURS}}}`, with `tasks: {{min: 0, max: 1}}`; what runs and ends is a job",
    )

    tasks: Tasks
    calls: dict[Slug, Call] = Field(default_factory=dict)
    """Services it depends on, by name; `null` removes one that a default gave."""
    deploy: Literal["terraform", "pipeline"] = "terraform"
    """Who sets the image: Terraform, or your pipeline, whose revisions plans leave alone. Its first image needs no
    `tag` here: until it is released, the revision names `0000000`."""
    scaling: Annotated[Scaling, Field(examples=[SCALING])] = Scaling()
    exec: bool = False
    """Allow a shell in the container through ECS Exec."""

    @classmethod
    def implied(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        # The tag is in Terraform's revision until a pipeline has released a first image
        image = data.get("image", {})
        is_pipeline_s = data.get("deploy") == "pipeline" and isinstance(image, dict) and not {"name", "tag"} & {*image}
        return {"image": {**image, "tag": FIRST_TAG}} if is_pipeline_s else {}

    @property
    def is_scaled(self) -> bool:
        return self.tasks.max > 0 and self.scaling.moves

    @property
    def is_deployed(self) -> bool:
        return self.tasks.max > 0

    @property
    def most_tasks(self) -> int:
        """As many as at least, if their number is fixed."""
        return self.tasks.max if self.is_scaled else self.tasks.min

    @property
    def room_for(self) -> int:
        return self.tasks.max

    def crons(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, schedule in self.scaling.schedules.items():
            yield schedule.cron, ("scaling", "schedules", name, "cron")

    def used(self) -> Iterator[tuple[str, Use, tuple[str, ...]]]:
        yield from super().used()
        for name, call in sorted(self.calls.items()):
            yield f"services/{name}", _use(call.why), ("calls", name)

    @property
    def direct_calls(self) -> dict[str, Call]:
        """Sorted by callee; events travel through queues."""
        return {name: call for name, call in sorted(self.calls.items()) if call.access != "event"}

    @property
    def consumers(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, call in self.calls.items() if call.access == "event"))

    @property
    def counted_queue(self) -> str | None:
        """None also for a service's own events."""
        if (wanted := self.scaling.queue) is None:
            return None
        return wanted.name or (self.received[0] if len(self.received) == 1 else None)


class Server(Container):
    """What answers requests: a port, a health check, and promises to who calls it."""

    port: Port = 8080
    health: Health = Health()
    scaling: Annotated[ServerScaling, Field(examples=[SCALING])] = ServerScaling()
    promise: Promise = Promise()
    request_timeout: Annotated[Seconds | None, Field(examples=["60 s"])] = None
    """How long callers in the mesh wait for a complete response; Service Connect's 15 s when left out."""
    versions: Annotated[
        dict[SemanticVersion, Version],
        Field(examples=[{"2.0.0": {}, "1.4.0": {"deprecated": "2030-01-15", "removed": "2030-07-15"}}]),
    ] = Field(default_factory=dict)
    """Versions of its API, each with its contract; a gateway serves each major one below a path of its own (`/v1`)."""

    @property
    def own_variables(self) -> dict[str, str]:
        return {"PORT": str(self.port), **variables(self.versions), **super().own_variables}

    @property
    def url_path(self) -> str:
        return self.identity

    def promised_response(self, resolved: ResolvedSystem) -> int | None:
        """Milliseconds for nine of ten requests: its own, else its gateways'."""
        if self.promise.response_time is not None:
            return self.promise.response_time
        gateways: Iterable[Any] = resolved.entries.get("gateways", {}).values()
        promised = [one.latency_p90 for one in gateways if one.reach == "vpc"]
        return min((latency for latency in promised if latency is not None), default=None)


ObjectPrefix = Annotated[
    str, Form(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", "a folder without `/` at its ends, such as `_next/static`", 255)
]


class StaticFiles(Model):
    """Files of the image that browsers get from a bucket: their names change with their contents."""

    path: Annotated[Folder, Field(examples=["/app/.next/static"])]
    """The folder in the image."""
    bucket: Annotated[Slug, Field(examples=["assets"])]
    """The bucket that a release uploads them to."""
    prefix: Annotated[ObjectPrefix | None, Field(examples=["_next/static"])] = None
    """The folder in the bucket."""


class Service(Server):
    """A business service with its own database."""

    KIND: ClassVar = "services"
    SINGULAR: ClassVar = "service"

    database: Slug | None = None
    """The name of the database whose address and user it gets; several services may share one."""
    blue_green: Annotated[BlueGreen | None, Field(examples=[{"shift": "linear", "percent": "10 %"}])] = None
    """Has AWS CodeDeploy deploy it: with `deploy: pipeline`, behind one balancer, and outside the mesh."""
    static_files: StaticFiles | None = None
    """Files of the image that a bucket has for browsers: uploaded before each release, and never deleted."""
    verified_port: Annotated[Port | None, Field(examples=[8081])] = None
    """A second port, only for the load balancer that verifies its callers; without it, that one uses `port`."""
    events: Annotated[Events, Field(examples=[{"schemas": {"order-placed": "1.0.0"}}])] = Events()
    """How events that others send to it are kept and tried, and what they look like."""

    @property
    def own_variables(self) -> dict[str, str]:
        verified = {} if self.verified_port is None else {"VERIFIED_PORT": str(self.verified_port)}
        return {**super().own_variables, **verified}

    @property
    def room_for(self) -> int:
        """How many of its tasks need addresses and quotas at a time."""
        return super().room_for * (1 if self.blue_green is None else 2)

    def used(self) -> Iterator[tuple[str, Use, tuple[str, ...]]]:
        if self.database is not None:
            yield f"databases/{self.database}", _use("its own database", prefix="DATABASE"), ("database",)
        yield from super().used()
