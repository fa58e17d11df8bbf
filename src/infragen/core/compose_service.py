"""What stands for an entry on a developer's machine, where an environment is Docker Compose and not AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping


class Store(Struct, frozen=True, kw_only=True):
    """A container of an engine that keeps data: a database, a cache.

    `engine` is a word of `infragen.compose.engines`; `database` is the one inside, where the engine has such a thing.
    """

    engine: str
    version: str
    database: str = ""
    extensions: tuple[str, ...] = ()
    has_readers: bool = False
    """Whether AWS tells who uses it a second address, for reading alone."""


class Used(Struct, frozen=True, kw_only=True):
    """Another entry that a program uses or calls: its id, how the variables begin that tell of it, and its line."""

    owner: str
    prefix: str
    path: tuple[str, ...]


class Program(Struct, frozen=True, kw_only=True):
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
