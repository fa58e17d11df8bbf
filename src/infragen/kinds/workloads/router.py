"""Routers: a Fluent Bit container in a task that all others of it write to, by FireLens for Amazon ECS."""

import re
import warnings
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from infragen.core.entry import Form, Model, Slug
from infragen.core.units import ContainerCpu, ContainerMemory
from infragen.kinds.workloads.sidecars import OnOneLine, Sidecar, SidecarImage

IMAGE: Final = "public.ecr.aws/aws-observability/aws-for-fluent-bit"
VERSION: Final = "3.4.16"
"""AWS for Fluent Bit (aws/aws-for-fluent-bit: releases, September 2026)."""
NAME: Final = "log-router"
CONFIGURATION: Final = "FLUENT_BIT_CONFIGURATION"
"""The variable that holds what the router does: each revision of a task definition has its own."""
FILE: Final = "/tmp/fluent-bit.conf"  # noqa: S108 -- of the container
_PARSERS: Final = "/tmp/parsers.conf"  # noqa: S108 -- of the container
BUFFER: Final = "/var/fluent-bit"
"""Where lines wait for their upload: on disk, as `/tmp` is in memory."""

_GIVEN: Final = "/fluent-bit/etc/fluent-bit.conf"
"""What ECS writes: the input with the socket of FireLens, and the name of the file (amazon-ecs-agent, firelens)."""
_ON_DISK: Final = (
    f"sed 's|^\\( *\\)unix_path .*|&\\n\\1storage.type filesystem|' {_GIVEN} > /tmp/given.conf"
    f" && cat /tmp/given.conf > {_GIVEN} || echo 'lines wait in memory: {_GIVEN} cannot be written'"
)
"""Has lines wait on disk and not in memory, which the input's own section alone says (Fluent Bit: Official Manual,
Buffering and storage); where the file cannot be written, it starts all the same."""
_START: Final = (
    f"{{ {_ON_DISK}; }}; printf '[PARSER]\\n    Name   json_line\\n    Format json\\n' > {_PARSERS}"
    f" && printf '%s\\n' \"${CONFIGURATION}\" > {FILE} && exec /bin/sh /entrypoint.sh"
)
"""Fargate takes the configuration from a file in the container alone (Amazon ECS API: FirelensConfiguration), and the
image that loads one from S3 needs files that it may write to (aws/aws-for-fluent-bit: issue 824). So the container
writes it before it starts as its image does (aws/aws-for-fluent-bit: entrypoint.sh)."""
_FLUSHES: Final = 60
"""Seconds to send what it has, of which it waits for half itself (`Grace`). It is stopped after all others (Amazon ECS
Developer Guide: Send Amazon ECS logs to an AWS service or AWS Partner)."""

Level = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
_LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "TRACE": ("TRACE",),
    "DEBUG": ("DEBUG",),
    "INFO": ("INFO", "NOTICE"),
    "WARN": ("WARN", "WARNING"),
    "ERROR": ("ERROR", "ERR"),
    "FATAL": ("FATAL", "CRITICAL", "CRIT", "ALERT", "EMERGENCY", "EMERG", "PANIC"),
}
"""What loggers call each level, the lowest first (RFC 5424, 6.2.1; Python, Go and Java add the rest)."""


def _compiles(text: str) -> str:
    try:
        with warnings.catch_warnings(action="ignore"):  # of what another version of Python may read otherwise
            re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


Pattern = Annotated[
    str,
    Form(r"(?!.*\$\{)[\x20-\x7e]+", "a regular expression in ASCII without `${`, such as `^\\S+ (ERROR|FATAL) `", 1024),
    AfterValidator(_compiles),
]
"""As Fluent Bit has them: Onigmo, in Ruby's syntax."""
LevelKey = Annotated[str, Form(r"[A-Za-z0-9_.@-]+", "a key of your JSON, such as `level` or `log.level`", 100)]


class Router(Model):
    """A Fluent Bit container (FireLens): everything goes to the bucket, and errors also to the log group."""

    image: Annotated[SidecarImage, OnOneLine()]
    """AWS for Fluent Bit with its tag; without internet access, a copy in a repository of the environment."""
    cpu: ContainerCpu | None = None
    """Its share of the task's CPU when others need it as well."""
    memory: ContainerMemory | None = None
    """How much of the task's memory is its own; it is stopped beyond twice as much, and not below 256 MiB."""
    to_log_group: Level = "ERROR"
    """The lowest level of JSON lines that also go to the log group; lines without a level are in the bucket only."""
    level_key: LevelKey = "level"
    """The key of JSON lines with their level."""
    pattern: Pattern | None = None
    """Lines that also go to the log group, of any form: those that match this regular expression."""
    as_json: bool = False
    """Add the time, container and task to each line in the bucket, and make JSON of lines that are not."""
    search_domain: Annotated[Slug | None, Field(examples=["main"])] = None
    """A `search-domains` entry that also gets all lines, in an index for each day; one that the entry `uses`."""

    @property
    def limit(self) -> int | None:
        """MiB: a burst takes more (aws-samples/amazon-ecs-firelens-examples: oomkill-prevention, 100 MB at rest)."""
        return None if self.memory is None else max(256, 2 * self.memory)

    @property
    def words(self) -> tuple[str, ...]:
        """The lowest first."""
        wanted = [*_LEVELS][[*_LEVELS].index(self.to_log_group) :]
        return tuple(word for level in wanted for word in _LEVELS[level])

    @property
    def selected(self) -> str:
        words = ", ".join(f"`{word}`" for word in self.words)
        said = f"lines with JSON whose `{self.level_key}` is one of the texts {words}, in any case"
        return said if self.pattern is None else f"{said}, and those that match `{self.pattern}`"

    @property
    def expression(self) -> str:
        """Without the spaces and quotes that end an expression (Fluent Bit: Official Manual, Rewrite Tag)."""
        found = rf'"{re.escape(self.level_key)}"\s*:\s*"(?i:{"|".join(self.words)})"'
        if self.pattern is not None:
            found = f"(?:{found})|(?:{self.pattern})"
        return found.replace(" ", r"\x20").replace('"', r"\x22")

    @property
    def sidecar(self) -> Sidecar:
        """ECS starts it before those that write to it, and stops the task when it ends."""
        return Sidecar(
            entry_point=("/bin/sh", "-c"),
            command=(_START,),
            inherits=False,
            writable_paths=(BUFFER,),
            stop_timeout=_FLUSHES,
        ).model_copy(update={"image": self.image, "cpu": self.cpu, "memory": self.memory})
