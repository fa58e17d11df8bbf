"""Environments that are Docker Compose on a developer's machine, and not AWS: their file, and the system with it."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from infragen.core.entry import EntryId, Form, Model, Note, Seconds, Slug, Text, Title, written_as
from infragen.core.resolved_system import ResolvedSystem
from infragen.kinds.workloads.sidecars import IMAGE, Command, Folder, Variable, VariableValue, listed

EngineWord = Literal["mongodb", "mysql", "postgresql", "redis", "valkey"]
"""The engines of which infragen knows how their official images are told what they need."""

_ELSEWHERE: Final = "an environment on Docker Compose has none: leave it out, or leave out `platform: compose`"
ImageText = Annotated[
    str,
    Form(
        rf"{IMAGE}(:[A-Za-z0-9_][A-Za-z0-9._-]{{0,127}})?(@sha256:[0-9a-f]{{64}})?",
        "an image with its tag, such as `redis:7-alpine`",
        512,
    ),
]
Path = Annotated[
    str,
    Form(
        r"(\./)?[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", "a path below it, such as `backend`", 255
    ),
]
VolumeName = Annotated[str, Form(r"[a-z][a-z0-9_-]*", "the name of a volume, such as `backend_logs`", 60)]
_PORTS: Final = "^([1-9][0-9]{0,4}:)?[1-9][0-9]{0,4}$"


def _digits(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PortPair = Annotated[
    str,
    BeforeValidator(_digits),
    Form(
        _PORTS.strip("^$"),
        'a port of the container, such as `3000`, or one of this machine before it, such as `"8082:8081"`',
        11,
    ),
    WithJsonSchema({"type": ["string", "integer"], "pattern": _PORTS, "examples": [3000, "8082:8081"]}),
]
Word = Annotated[str, Form(r"[A-Za-z0-9_.~-]+", "letters, digits, `.`, `_`, `~` and hyphens: `devpass`", 100)]
"""What may stand in an address without being written in another way (RFC 3986, 2.3)."""
_DEFAULT: Final = r"[A-Za-z0-9_.,:;/@+=~!?*%&()\[\] -]*"
DefaultValue = Annotated[
    str,
    BeforeValidator(_digits),
    Form(_DEFAULT, "letters, digits and signs but quotes, `$`, `{` and `}`: `dev-key`", 500),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{_DEFAULT}$", "maxLength": 500}),
]
Name = Annotated[str, Form(r"[A-Za-z_][A-Za-z0-9_]*", "letters, digits and underscores: `delivery_dev`", 63)]


class Build(Model):
    """What an image is built from on the developer's machine."""

    _map = written_as(lambda value: f"{{context: {value}}}")

    context: Path
    """The folder with the code, below `source_folder`."""
    dockerfile: Path = "Dockerfile"
    """Its Dockerfile, in that folder."""
    target: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=60)] | None = None
    """The stage of the Dockerfile."""


class HealthCheck(Model):
    """How Docker checks, inside the container, whether it is healthy."""

    INSTEAD: ClassVar = {"test": "write `command:` word by word, without `CMD`", "path": "write `command: [wget, ...]`"}

    command: Annotated[Command, Field(min_length=1, examples=[["wget", "-q", "--spider", "http://127.0.0.1:3000/"]])]
    """The command, word by word; `[sh, -c, "..."]` if it needs a shell."""
    interval: Seconds = 10
    timeout: Seconds = 5
    retries: Annotated[int, Field(ge=1, le=1000)] = 5
    start_period: Seconds | None = None
    """How long after the start failures do not count."""


class ComposeContainer(Model):
    """A container of `compose.yaml`: all of it, or additions to the catalogue."""

    INSTEAD: ClassVar = {
        "healthcheck": "write `health: {command: [pg_isready, -U, dev]}`",
        "container_name": "leave it out: it is made of the system's and the container's name",
        "networks": "leave it out: all are in one network, and reach each other by name",
        "env_file": "write `environment:`; what a developer may set stands in `development_defaults`",
        "secrets": "write its development default into `development_defaults`, and `${NAME}` where it is used",
        "restart": "leave it out: what fails on a developer's machine should be seen",
        "uses": "write `{NAME.url}` into `environment:`, which also says what to wait for",
    }

    title: Title | None = None
    entry: EntryId | None = None
    """The catalogue entry that it represents: `databases/main`, `services/web`."""
    engine: EngineWord | None = None
    """A store that is not in the catalogue: its image, variables, volume and health check follow from this."""
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)*$", max_length=20)] | None = None
    """The version of the engine; the entry's when left out."""
    image: ImageText | None = None
    """With its tag: `adminer:5.5.1`; that of the engine, or of the entry, when left out."""
    build: Annotated[Build | None, Field(examples=[{"context": "backend"}])] = None
    """Builds the image from a folder, instead of `image`."""
    command: Annotated[Command, Field(examples=[["npm", "run", "dev"]])] = ()
    """What the container runs, word by word; the entry's, or the image's own, when left out."""
    user: Word | None = None
    """The user of a store, `dev` when left out; for any other container, the user it runs as."""
    password: Word | None = None
    """The development default of a store's password; `dev` when left out. `.env` may set another."""
    database: Name | None = None
    """The database in a store; the entry's when left out."""
    locale: Annotated[str, Form(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", "a language as ICU writes it: `ja-JP`", 35)] | None = (
        None
    )
    """The ICU locale that PostgreSQL sorts by, from version 15 on; every image has it. `en_US.UTF-8` when left out."""
    environment: dict[Variable, VariableValue] = Field(default_factory=dict, examples=[{"LOG_LEVEL": "debug"}])
    """Additional variables; `{NAME.url}` (or `host`, `port`, `user`, `password`, `database`) refers to a container,
    `${KEY}` to a value of `development_defaults`."""
    ports: Annotated[tuple[PortPair, ...] | None, BeforeValidator(listed), Field(examples=[["3000", "8082:8081"]])] = (
        None
    )
    """Ports published on this machine only; that of the engine, or of the entry, when left out. `[]` for none."""
    volumes: Annotated[dict[VolumeName, Folder], Field(examples=[{"backend_logs": "/app/logs"}])] = Field(
        default_factory=dict
    )
    """Volumes of the environment's `volumes`, and their paths; a store also has its own."""
    mounts: Annotated[dict[Folder, Path], Field(examples=[{"/app": "backend"}])] = Field(default_factory=dict)
    """Folders of the container that are mounted from the code, below `source_folder`."""
    own_folders: Annotated[tuple[Folder, ...], BeforeValidator(listed), Field(examples=[["/app/node_modules"]])] = ()
    """Folders below a mount that keep the image's content."""
    files: Annotated[dict[Folder, Path], Field(examples=[{"/docker-entrypoint-initdb.d/30-init.js": "init.js"}])] = (
        Field(default_factory=dict)
    )
    """Files mounted read-only: the path, and the file in `environments/SYSTEM/ENVIRONMENT/`."""
    health: HealthCheck | None = None
    """The health check; the engine's, or the entry's, when left out."""
    depends_on: dict[Slug, Literal["started", "healthy", "completed"]] = Field(
        default_factory=dict, examples=[{"migrate": "completed"}]
    )
    """Containers it waits for, each with a condition; it always waits for stores that it uses."""
    profiles: Annotated[tuple[Slug, ...], BeforeValidator(listed), Field(examples=[["tools"]])] = ()
    """Start it only with one of these profiles: `docker compose --profile tools up`."""


class ComposeSettings(Model):
    """The file of an environment that runs on a developer's machine: `platform: compose`."""

    SINGULAR: ClassVar[str] = "environment"
    INSTEAD: ClassVar = {
        **dict.fromkeys(
            ("account", "region", "network", "state", "domain_name", "recovery", "alarm_email"), _ELSEWHERE
        ),
        "version": "leave it out: Compose has not read it since 2020",
        "networks": "leave it out: all containers are in one network, and reach each other by name",
    }

    platform: Literal["compose"]
    environment: Slug
    """Its file's name, which stands for it when left out."""
    title: Title | None = None
    source_folder: Annotated[
        str, Form(r"(\.\./)*(\.\.|[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)", "a path: `../../..`", 255)
    ] = "../../.."
    """Where the code is, relative to `compose.yaml`: the project's folder when left out. `SOURCE_FOLDER` in `.env`
    overrides it."""
    development_defaults: dict[Variable, DefaultValue] = Field(
        default_factory=dict, examples=[{"API_KEY": "development-only"}]
    )
    """Default values for keys and passwords that protect nothing; `.env` may set others."""
    volumes: dict[VolumeName, Text] = Field(default_factory=dict, examples=[{"backend_logs": "logs of the back end"}])
    """Volumes in addition to those of the stores, and what they contain."""
    containers: dict[Slug, ComposeContainer] = Field(
        default_factory=dict, examples=[{"mail": {"image": "axllent/mailpit:v1.20"}}]
    )
    """By name, under which the others reach it. Databases, caches and programs of the catalogue that are in none of
    these get their own."""
    notes: tuple[Note, ...] = ()
    assumptions: dict[str, Text] = Field(default_factory=dict)


def is_compose(data: Any) -> bool:
    return isinstance(data, dict) and data.get("platform") == "compose"


class ComposeEnvironment(ResolvedSystem, frozen=True, eq=False):
    """A system as it runs on Docker Compose: no `Environment`, so that nothing of AWS's takes it for one."""

    settings: ComposeSettings
    is_only_one: bool
    """Whether no other environment of the system is Docker Compose, so that its containers need no name of its own."""

    @property
    def name(self) -> str:
        return self.settings.environment

    @property
    def target(self) -> str:
        return f"{self.system.name}/{self.name}"

    @property
    def project(self) -> str:
        """What Docker's network and volumes begin with, so that no other environment's are taken for its own."""
        return f"{self.system.name}-{self.name}"

    @property
    def containers_begin(self) -> str:
        """Docker has each name once on a machine."""
        return self.system.name if self.is_only_one else self.project
