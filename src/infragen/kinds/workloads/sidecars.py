"""What stands beside a container in its task, and what both have in common: forms, health commands, sidecars."""

from __future__ import annotations

import json
import re
import shlex
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from infragen.core.entry import Form, Model, Output, Slug, written_as
from infragen.core.units import ContainerCpu, ContainerMemory


def listed(value: Any) -> Any:
    if isinstance(value, str):
        message = f"write a list: `[{json.dumps(value)}]`"
        raise ValueError(message)  # noqa: TRY004  # what Pydantic takes for a wrong value
    return value


Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=255)]

_MOST_CHARACTERS: Final = 65_536
"""A whole task definition has at most 64 KB (Amazon ECS endpoints and quotas: Task definition size)."""

VariableValue = Annotated[
    str,
    StringConstraints(max_length=_MOST_CHARACTERS),
    WithJsonSchema({"type": ["string", "number", "boolean"], "maxLength": _MOST_CHARACTERS}),
]
"""A text; numbers and words such as `True` keep every character."""
Argument = Annotated[str, StringConstraints(max_length=_MOST_CHARACTERS)]

IN_A_SHELL: Final = "write `[/bin/sh, -c, 'exec bin/web --host \"$DATABASE_HOST\"']`, with your own words"


def _words(value: Any) -> Any:
    """There is no shell that would take a line apart."""
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:
            words = value.split()
        plain = re.compile(r"[A-Za-z/_.-][A-Za-z0-9/_.=+-]*")  # what YAML reads as a text without quotes
        said = ", ".join(word if plain.fullmatch(word) else json.dumps(word) for word in words)
        message = f"write it word by word: `[{said}]`; there is no shell that takes it apart"
        if "$" in value:
            message = f"no shell takes it apart, and a variable has no value there: {IN_A_SHELL}"
        raise ValueError(message)  # noqa: TRY004  # what Pydantic takes for a wrong value
    return value


Command = Annotated[tuple[Argument, ...], BeforeValidator(_words)]
SecretArn = Annotated[
    str,
    Form(
        r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+(:[^:\s]+(:[^:\s]*:[^:\s]*)?)?",
        "the ARN of a secret, such as `arn:aws:secretsmanager:us-east-1:111122223333:secret:stripe-a1b2c3`,"
        " with `:key` behind it for one key of its JSON; an entry of the kind secrets comes by"
        " `uses: {secrets/NAME: {}}`",
    ),
]
Folder = Annotated[str, Form(r"(/[A-Za-z0-9_.-]+)+", "an absolute path, such as `/var/cache/app`", 255)]
User = Annotated[
    str,
    Form(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?",
        "a user, such as `1000`, or with its group `1000:1000`",
    ),
]
StopTimeout = Annotated[int, Field(ge=2, le=120)]
"""Seconds between SIGTERM and SIGKILL (Amazon ECS API: ContainerDefinition, `stopTimeout`)."""
Port = Annotated[int, Field(ge=1, le=65535, examples=[8080])]

IMAGE: Final = r"[a-z0-9]+([._-][a-z0-9]+)*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
ImageName = Annotated[
    str,
    Form(IMAGE, "an image without its tag, such as `public.ecr.aws/nginx/nginx`; the tag has a line of its own", 255),
]
_DIGEST: Final = "sha256:[0-9a-f]{64}"
ImageTag = Annotated[
    str, Form(rf"({_TAG}|{_DIGEST})", "one tag, such as `1.4.2`, or a digest, `sha256:` and 64 digits", 128)
]
_ON_ONE_LINE: Final = re.compile(rf"(?P<name>{IMAGE})(?::(?P<tag>{_TAG})|@(?P<digest>{_DIGEST}))")


def is_tag_or_digest(text: str) -> bool:
    return re.fullmatch(f"{_TAG}|{_DIGEST}", text) is not None


def image_of(text: Any) -> Any:
    found = _ON_ONE_LINE.fullmatch(text) if isinstance(text, str) else None
    return {"name": found["name"], "tag": found["tag"] or found["digest"]} if found else text


class OnOneLine:
    """Says in the schema that a map may be written on one line."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        text = {"type": "string", "pattern": f"^{IMAGE}(:{_TAG}|@{_DIGEST})$", "maxLength": 512}
        return {"anyOf": [handler(core), {**text, "examples": ["public.ecr.aws/nginx/nginx:1.27"]}]}


class Reference(Model):
    """An image and its tag: a map, or on one line, `public.ecr.aws/nginx/nginx:1.27`."""

    IS_NAMED: ClassVar[bool] = False
    """Whether it says where the image comes from, as nothing has a repository of its own for it."""

    name: ImageName | None = None
    """An image in another registry, `public.ecr.aws/nginx/nginx`: no ECR repository is created."""
    tag: ImageTag
    """A tag that never moves, such as a release or a commit, or the digest of the content: `sha256:...`."""

    @model_validator(mode="before")
    @classmethod
    def _on_one_line(cls, data: Any) -> Any:
        found = image_of(data)
        if isinstance(found, dict | BaseModel):
            return found
        is_tag = not cls.IS_NAMED and re.fullmatch(_TAG, str(data))
        with_tag = "an image with its tag, such as `public.ecr.aws/nginx/nginx:1.27`"
        raise ValueError("write " + (f'it as a map: `{{tag: "{data}"}}`' if is_tag else with_tag))

    @property
    def suffix(self) -> str:
        return f"@{self.tag}" if self.has_digest else f":{self.tag}"

    @property
    def has_digest(self) -> bool:
        return ":" in self.tag

    @property
    def text(self) -> str:
        return f"{self.name}{self.suffix}"


class NamedImage(Reference):
    """An image of another registry."""

    IS_NAMED = True

    name: ImageName
    """The image: `public.ecr.aws/nginx/nginx`."""


class StoredImage(Reference):
    """An image of another registry, or of an ECR repository in the environment."""

    repository: Slug | None = None
    """The service's own ECR repository when left out."""


class SidecarImage(StoredImage):
    """The image of a sidecar, from any registry."""

    IS_NAMED = True
    INSTEAD: ClassVar = {"pull_secret": "write `pull_secret:` beside `image:`, not in it"}

    name: ImageName | None = None
    """The image: `public.ecr.aws/nginx/nginx`."""
    repository: Slug | None = None
    """Instead of `name`, an ECR repository in the environment: one of the kind repositories, or another entry's."""

    @model_validator(mode="after")
    def _comes_from_one(self) -> SidecarImage:
        if (self.name is None) == (self.repository is None):
            message = "write `name`, an image of any registry, or `repository`, an ECR repository of the environment's"
            raise ValueError(message)
        return self


Condition = Literal["start", "complete", "success", "healthy"]
"""What another container has to have done first (Amazon ECS API: ContainerDependency, `condition`)."""


def _of_one_task(value: Any) -> Any:
    """Names in a list mostly are services'."""
    if not isinstance(value, str | list):
        return value
    names = [value] if isinstance(value, str) else [one for one in value if isinstance(one, str)]
    own, others = ", ".join(f"{name}: start" for name in names), ", ".join(f"{name}: {CALLED}" for name in names)
    message = f"write sidecars of the same task as a map, `{{{own}}}`; other services are `calls: {{{others}}}`"
    raise ValueError(message)


CALLED: Final = "{access: api, why: it asks}"

Awaited = Annotated[dict[Slug, Condition], BeforeValidator(_of_one_task)]


class HealthCommand(Model):
    """A command in the container that exits with 0 while the container is healthy."""

    _map = written_as(lambda _: "{command: [curl, -f, http://127.0.0.1:8080/health]}")

    command: Annotated[Command, Field(min_length=1, examples=[["curl", "-f", "http://127.0.0.1:8080/health"]])]
    """The command, word by word: `[curl, -f, http://127.0.0.1:8080/health]`."""
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two runs."""
    timeout: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds it may take."""
    unhealthy: Annotated[int, Field(ge=1, le=10)] = 3
    """Failures in a row after which the container counts as unhealthy, and its task is replaced."""
    grace: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds after the start in which failures do not count."""


class Sidecar(Model):
    """An additional container in the entry's task: they share address, roles and lifetime."""

    _map = written_as(lambda value: f'{{image: "{value}"}}')

    image: Annotated[SidecarImage, OnOneLine()] | None = None
    """An image with its tag, from any registry; when left out, the entry's own, with its variables and secrets."""
    pull_secret: SecretArn | None = None
    """The secret with the login of the image's registry (JSON with `username` and `password`)."""
    command: Command = ()
    """What it runs, word by word; the image's own when left out."""
    entry_point: Command = ()
    """What runs `command`; the image's own when left out."""
    user: User | None = None
    """The user it runs as, or `user:group`."""
    environment: dict[Variable, VariableValue | Output] = Field(default_factory=dict)
    """Environment variables of its own."""
    secrets: dict[Variable, SecretArn | Output] = Field(default_factory=dict)
    """Environment variables read from AWS Secrets Manager, like those of the entry."""
    inherits: bool | None = None
    """Whether it also gets the entry's variables and secrets; when left out, if it runs the entry's image."""
    port: Annotated[Port | None, Field(examples=[4317])] = None
    """Where it listens; the containers of a task reach each other at `localhost`."""
    cpu: ContainerCpu | None = None
    """Its share of the task's CPU when others need it as well."""
    memory: ContainerMemory | None = None
    """How much of the task's memory it may use; beyond that it is stopped."""
    essential: bool = True
    """Whether the task stops when it does; `false` for one that only prepares, or that ECS starts again."""
    depends_on: Awaited = Field(default_factory=dict)
    """What it waits for: `start`, `complete` (has exited), `success` (with 0), `healthy`; the entry's is `app`."""
    health: HealthCommand | None = None
    writable_paths: tuple[Folder, ...] = ()
    """Folders besides `/tmp` that it may write to."""
    shared_paths: tuple[Folder, ...] = ()
    """Folders shared with the entry's container, writable, at the same path in both."""
    stop_timeout: StopTimeout | None = None
    """Seconds between SIGTERM and SIGKILL; Fargate's 30 when left out."""

    @property
    def has_variables_of_entry(self) -> bool:
        return self.image is None if self.inherits is None else self.inherits


TIME_LIMIT: Final = "time-limit"
"""The container that ends by itself when the time of a task is up; a sidecar of that name in the catalogue takes its
place."""


def time_limit(seconds: int) -> Sidecar:
    # As it is essential, ECS stops all others of the task when it ends (Amazon ECS API, ContainerDefinition,
    # `essential`). Its only process ignores SIGTERM: where others end first, it is killed, and ends with another code
    # than 0
    return Sidecar(entry_point=("sleep",), command=(str(seconds),), inherits=False, stop_timeout=2)


def repository_arn(image: str) -> str | None:
    found = own_registry(image)
    return f"arn:aws:ecr:{found[1]}:{found[0]}:repository/{found[2]}" if found else None


def own_registry(image: str) -> tuple[str, str, str] | None:
    """Account, region and repository; None outside of ECR."""
    match = re.match(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)", image)
    return (match[1], match[2], match[3]) if match else None


def registry(image: str) -> str:
    """Docker Hub's needs no name: `nginx`, `grafana/grafana`."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first) else "docker.io"
