"""Document databases: what the catalogue says of one."""

from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from infragen.core.entry import Entry, Form, Model, Slug, Text
from infragen.core.units import LogDays, Milliseconds, Percent
from infragen.kinds.databases.model import Audit, AutomaticBackup, InstanceClass, Maintenance, PasswordVersions

Version = Annotated[str, Form(r"[0-9]+\.[0-9]+(\.[0-9]+)?", 'the version of the engine: `"5.0"`')]
Parameter = Annotated[str, Form(r"[a-z][a-z_]*", "a parameter as AWS writes it: `ttl_monitor`", 255)]

PORT: Final = 27017


class Profiler(Model):
    """A log of slow operations, in CloudWatch."""

    slower_than: Annotated[Milliseconds, Field(ge=50, le=2_147_483_646)] = 100
    """Log operations that take at least this long."""
    sampling: Percent = Decimal(100)
    """Share of such operations that are logged."""
    retention: LogDays | None = None
    """How long the log is kept; like the environment's other logs when left out."""


class DocumentDatabase(Entry):
    """An Amazon DocumentDB cluster: one instance for writing, and readers; its storage grows by itself."""

    KIND: ClassVar = "document-databases"
    SINGULAR: ClassVar = "document-database"
    service: ClassVar = "Amazon DocumentDB"
    INSTEAD: ClassVar = {
        "instances": "write `readers: 2` for three instances: one writes, the others are read and take over",
        "engine": "leave it out: Amazon DocumentDB is the only one",
        "class": "write `size: db.r6g.large`",
        "storage": "leave it out: the storage of a cluster grows by itself",
        "password": "leave it out: infragen draws one for each user, into a secret",
    }

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    version: Version
    """`5.0` is its first minor version, 5.0.0: AWS does not install others automatically."""
    size: InstanceClass
    """The class of each instance: `db.r6g.large`."""
    readers: Annotated[int, Field(ge=0, le=15)] = 0
    """Additional instances for reading; one of them takes over if the writer fails."""
    readers_for: Text | None = None
    """What the readers are for, in the document's words."""
    connections: Annotated[int, Field(examples=[50], ge=1, le=30_000)] | None = None
    """Expected concurrent connections to an instance: more raise an alarm."""
    parameters: dict[Parameter, str] = Field(default_factory=dict, examples=[{"ttl_monitor": "enabled"}])
    """Cluster parameters in addition to infragen's own: `ttl_monitor: enabled`."""
    ca: Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] = "rds-ca-rsa2048-g1"
    """The CA of its TLS certificate."""
    backup: AutomaticBackup = AutomaticBackup()
    maintenance: Maintenance = Maintenance()
    audit: Audit | None = None
    """Enables an audit log of every operation in CloudWatch."""
    profiler: Profiler | None = None
    """Enables a log of slow operations in CloudWatch."""
    master_password: Literal["managed", "write-only"] = "managed"  # noqa: S105  # a way to keep one
    """`managed`: AWS keeps and rotates it, with AWS's own key. `write-only`: infragen generates it, into a secret with
    the environment's key."""
    password_versions: PasswordVersions = Field(default_factory=dict, examples=[{"orders": 2}])
    """By the user of the database whose password shall change: a number, one more each time. Others keep theirs."""
    deletion_protection: bool | None = None
    """Whether AWS refuses to delete it; production's are protected when left out."""
    final_snapshot: bool | None = None
    """Whether its deletion leaves a final snapshot; production's does when left out."""
    schema_name: Annotated[
        str, Form(r"[a-z][a-z0-9_]*", "lower-case letters, digits and underscores: `tracking`", 63)
    ] | (None) = None
    """The database inside that its users work in; the entry's name with underscores when left out."""

    @property
    def inner_name(self) -> str:
        return self.schema_name or self.identity.replace("-", "_")

    @property
    def engine_version(self) -> str:
        return self.version if self.version.count(".") == 2 else f"{self.version}.0"

    @property
    def major(self) -> str:
        return ".".join(self.version.split(".")[:2])

    @property
    def instances(self) -> int:
        return 1 + self.readers
