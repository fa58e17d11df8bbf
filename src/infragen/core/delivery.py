"""How new code comes into force: images, deployments, releases; and what stands for an entry in Docker Compose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from msgspec import Struct


class Image(Struct, frozen=True):
    """An image that an entry runs: its repository, and its tag or its digest (`sha256:...`).

    `push` is the command that builds and pushes it.
    """

    region: str
    repository: str
    reference: str
    push: str

    @property
    def text(self) -> str:
        return f"{self.repository}{'@' if ':' in self.reference else ':'}{self.reference}"


class Content(Struct, frozen=True):
    """What people bring before an entry starts: an object with its code, or the value of a secret.

    `bucket` is empty for a secret, of which `name` is the name, and else the object's key. `holder` is the entry that
    it is put into, if one of the catalogue is; `put` is the command, `field` where the entry asks for it.
    """

    region: str
    bucket: str
    name: str
    holder: str
    put: str
    field: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"s3://{self.bucket}/{self.name}" if self.bucket else f"the value of the secret {self.name}"


class EcsService(Struct, frozen=True):
    """An ECS service by AWS's names."""

    region: str
    cluster: str
    name: str


class Rollout(Struct, frozen=True):
    """A service that ECS deploys, and the services that its tasks find by name.

    A task of ECS Service Connect knows the endpoints that were there when its deployment began (Amazon ECS Developer
    Guide, "Service Connect components", Client alias and deployment order).
    """

    service: EcsService
    finds: tuple[EcsService, ...] = ()
    is_terraform_s: bool = True
    """Whether Terraform starts its deployments; else a pipeline of somebody's does, but for the first one."""


class TaskRun(Struct, frozen=True):
    """How a task is started, by AWS's names.

    `subnets` are those in their tag `Name`, `groups` the security groups' names.
    """

    cluster: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    has_public_address: bool
    capacity_provider: str


class Shift(Struct, frozen=True):
    """How AWS CodeDeploy brings a revision into force: the application, which is called as its deployment group is.

    `container` and `port` are where requests go in a task, `start` is how tasks are started. The requests take
    `seconds` to move to new tasks, and the old ones stay for `keep_minutes` after that. `alarms` bring them back, by
    CloudWatch's names.
    """

    application: str
    container: str
    port: int
    start: TaskRun
    seconds: int
    keep_minutes: int
    alarms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """The names of its two target groups, the one first that Terraform starts its tasks in."""


class StaticFiles(Struct, frozen=True):
    """A folder of an image that is uploaded to a bucket before a release, and by whose key it is encrypted there."""

    path: str
    bucket: str
    prefix: str
    region: str
    has_key: bool

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".removesuffix("/")

    def upload(self, image: str, folder: str = "static-files") -> str:
        """Return the commands that take them out of an image and upload them: those of other releases stay there."""
        return (
            f'id="$(docker create {image} -)" && docker cp "$id:{self.path}/." {folder} && docker rm "$id"'
            f" && ! find {folder} ! -type d ! -type f | grep ."  # a link leads to any file of the machine
            f" && aws s3 sync {folder} {self.uri} --no-follow-symlinks --region {self.region}"
            f' --cache-control "{CACHE_CONTROL}"'
        )


CACHE_CONTROL: Final = "public, max-age=31536000, immutable"
"""What names that change with their contents allow (RFC 8246: HTTP Immutable Responses)."""


class Release(Struct, frozen=True):
    """A task family whose containers run images of a repository of the account's, and the service or run that has it.

    A family with a `run` is started once and awaited, before any service changes: a migration. A service with a `shift`
    is delivered by CodeDeploy, any other is changed over by ECS. `roles` are the names of
    those that its tasks start and work with, `log_group` is where its output goes. Images that ECR copies from the
    primary's registry (`is_copied`) are pushed by nobody.
    """

    region: str
    repository: str
    family: str
    service: EcsService | None = None
    run: TaskRun | None = None
    shift: Shift | None = None
    roles: tuple[str, ...] = ()
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    log_group: str = ""
    is_copied: bool = False
    static_files: StaticFiles | None = None


class Backup(Struct, frozen=True):
    """A backup by AWS Backup that is taken before a release, by AWS's names and ARNs, and how many days it is kept."""

    region: str
    vault: str
    resource: str
    role: str
    keep_days: int


class Store(Struct, frozen=True, kw_only=True):
    """A container of an engine that keeps data: a database, a cache.

    `engine` is a word of `infragen.compose.engines`; `database` is the one inside, where the engine has such a thing.
    """

    engine: str
    version: str
    database: str = ""
    extensions: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    """The ends of the variables with which AWS tells who uses it other addresses, for reading alone: `READER_HOST`."""


class Used(Struct, frozen=True, kw_only=True):
    """Another entry that a program uses or calls: its id, and how the variables begin that tell of it."""

    owner: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A container of the project's own code.

    `image` is one that everybody may pull; what only the account's registry has is built from a folder instead.
    """

    port: int | None = None
    image: str | None = None
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    health: tuple[str, ...] = ()
    """The command that tells, inside the container, whether it is well."""
    used: tuple[Used, ...] = ()
    ends: bool = False
    """Whether it does its work and ends, and so is started by hand."""


class Secrets(Struct, frozen=True, kw_only=True):
    """No container: values that who uses it finds in variables, by the ends of their names."""

    variables: tuple[str, ...]


ComposeService = Store | Program | Secrets
