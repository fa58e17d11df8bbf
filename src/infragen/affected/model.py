"""What is affected, and why."""

from enum import StrEnum

from msgspec import Struct

from infragen.diagnostics import Location


class Status(StrEnum):
    """What became of a stack between two versions of the inputs."""

    NEW = "new"
    REMOVED = "removed"
    CHANGED = "changed"  # its own files, or modules that it calls
    DOWNSTREAM = "downstream"  # only outputs that it reads


class Kind(StrEnum):
    """What a reason is about."""

    ENTRY = "entry"
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    TEMPLATE = "template"
    MODULE = "module"
    HAND_WRITTEN = "hand-written"
    PROVIDERS = "providers"
    UPSTREAM = "upstream"
    INFRAGEN = "infragen"


class Reason(Struct, frozen=True):
    """One thing that a stack is affected by; `location` is a line of the inputs, where there is one.

    `field` is a path in an entry, the environment or the system, with its values before and after as text; for an
    output of another stack, `stack` and `output` name it, and `via` what can change it.
    """

    kind: Kind
    text: str
    location: Location | None = None
    entry: str | None = None
    field: str | None = None
    before: str | None = None
    after: str | None = None
    stack: str | None = None
    output: str | None = None
    via: str | None = None


class AffectedStack(Struct, frozen=True):
    """A stack that is not what it was, or that reads what may change."""

    name: str
    status: Status
    level: int
    upstreams: tuple[str, ...]
    reasons: tuple[Reason, ...]
