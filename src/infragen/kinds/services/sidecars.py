"""What stands beside a container in its task, and what both have in common: forms, health commands, sidecars."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from infragen.core.entry import Model, Output, Slug
from infragen.core.units import CpuUnits, MebiBytes

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=255)]


def _as_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


_MOST_CHARACTERS: Final = 65_536
"""A whole task definition has at most 64 KB (Amazon ECS endpoints and quotas: Task definition size)."""

VariableValue = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(max_length=_MOST_CHARACTERS),
    WithJsonSchema({"type": ["string", "number", "boolean"], "maxLength": _MOST_CHARACTERS}),
]
"""A text; of a number every digit stays, and `true` is the word."""
Argument = Annotated[str, StringConstraints(max_length=_MOST_CHARACTERS)]
SecretArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+(:[^:\s]+(:[^:\s]*:[^:\s]*)?)?$"
    ),
]
"""A secret in Secrets Manager, or one key of its JSON: `<arn>:<key>`."""
Folder = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_.-]+)+$", max_length=255)]
User = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$")]
StopTimeout = Annotated[int, Field(ge=2, le=120)]
"""Seconds between SIGTERM and SIGKILL (Amazon ECS API: ContainerDefinition, `stopTimeout`)."""
Port = Annotated[int, Field(ge=1, le=65535)]

_IMAGE: Final = r"[a-z0-9]+([._-][a-z0-9]+)*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
ImageName = Annotated[str, StringConstraints(pattern=rf"^{_IMAGE}$", max_length=255)]
"""An image in a registry, without its tag: `public.ecr.aws/nginx/nginx`."""
ImageTag = Annotated[str, StringConstraints(pattern=rf"^{_TAG}$")]
ImageReference = Annotated[
    str, StringConstraints(pattern=rf"^{_IMAGE}(:{_TAG}|@sha256:[0-9a-f]{{64}})$", max_length=512)
]
"""The same with its tag, or with the digest of its content: `public.ecr.aws/nginx/nginx:1.27`."""

Condition = Literal["start", "complete", "success", "healthy"]
"""What another container has to have done first (Amazon ECS API: ContainerDependency, `condition`)."""


class HealthCommand(Model):
    """A command in the container that ends with 0 as long as it is well."""

    command: Annotated[
        tuple[Argument, ...], Field(min_length=1, examples=[["curl", "-f", "http://localhost:8080/health"]])
    ]
    """The command, word by word: `[curl, -f, http://localhost:8080/health]`."""
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two runs."""
    timeout: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds that it may take."""
    unhealthy: Annotated[int, Field(ge=1, le=10)] = 3
    """Failures in a row after which the container counts as unhealthy, and its task is replaced."""
    grace: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds after the start in which failures do not count."""


class Sidecar(Model):
    """A container beside the entry's own, in the same task: they share address, roles, and end."""

    image: ImageReference | None = None
    """An image with its tag, from any registry; when left out, the entry's own, with its variables and secrets."""
    pull_secret: SecretArn | None = None
    """The secret with the login of the image's registry (JSON with `username` and `password`)."""
    command: tuple[Argument, ...] = ()
    """What it runs, word by word; the image's own when left out."""
    entry_point: tuple[Argument, ...] = ()
    """What `command` is handed to; the image's own when left out."""
    user: User | None = None
    """Whom it runs as: a user, or `user:group`."""
    environment: dict[Variable, VariableValue | Output] = Field(default_factory=dict)
    """Environment variables of its own."""
    secrets: dict[Variable, SecretArn | Output] = Field(default_factory=dict)
    """Environment variables read from AWS Secrets Manager, as those of the entry."""
    inherits: bool | None = None
    """Whether it gets the entry's variables and secrets, too; it does when it runs the entry's image."""
    port: Port | None = None
    """Where it listens; the containers of a task reach each other at `localhost`."""
    cpu: CpuUnits | None = None
    """Its share of the task's CPU, where others want it as well."""
    memory: MebiBytes | None = None
    """What it may use of the task's memory; beyond that it is stopped."""
    essential: bool = True
    """Whether the task ends when it does; not so for what only prepares."""
    depends_on: dict[Slug, Condition] = Field(default_factory=dict)
    """Whom it waits for: `start`, `complete` (has ended), `success` (with 0), `healthy`; the entry's is `app`."""
    health: HealthCommand | None = None
    writable_paths: tuple[Folder, ...] = ()
    """Folders besides `/tmp` that it may write to."""
    shared_paths: tuple[Folder, ...] = ()
    """Folders that it and the entry's container both see, and may write to, at the same path."""
    stop_timeout: StopTimeout | None = None
    """Seconds between SIGTERM and SIGKILL; Fargate's 30 when left out."""

    @property
    def has_variables_of_entry(self) -> bool:
        """Whether it gets what the entry's container gets."""
        return self.image is None if self.inherits is None else self.inherits


_OWN_REGISTRY: Final = re.compile(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)")


def repository_arn(image: str) -> str | None:
    """Return the ARN of the ECR repository that an image comes from; None where it comes from elsewhere."""
    match = _OWN_REGISTRY.match(image)
    return f"arn:aws:ecr:{match[2]}:{match[1]}:repository/{match[3]}" if match else None


def registry(image: str) -> str:
    """Return the registry of an image; Docker Hub's needs no name: `nginx`, `grafana/grafana`."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first) else "docker.io"
