"""What the command line says to every command: the words, where they work, and how long to wait for locks."""

import os
import re
import shlex
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform import locks


class Place(Struct, frozen=True):
    """The environment that a command works on (`technova/prod`), on AWS or on the emulated one."""

    target: str
    on_sandbox: bool


ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""The command line that runs, to name the command to go on with, or to run it again."""
LOCK_TIMEOUT: ContextVar[int] = ContextVar("lock_timeout", default=locks.LOCK_TIMEOUT)
"""Seconds to wait for somebody else's lock of a state."""
WORKED_ON: ContextVar[Place | None] = ContextVar("worked_on", default=None)
"""Where the command works, once it knows; lower floors write hints without knowing it."""
PROJECT: ContextVar[Path | None] = ContextVar("project", default=None)
USER_FOLDER: ContextVar[Path | None] = ContextVar("stands", default=None)
"""Where the user is, if the command went to another folder to run."""
_COMMAND = re.compile(r"`(infragen (?!show\b)[a-z][^`]*)`")
"""A command in a hint; all but `show` take `--project`."""
_ON_AWS = re.compile(r"infragen (?:plan|apply|destroy|unlock|drift|import|bootstrap|outputs|release|state moves)\b")
_NAMES_PROJECT = re.compile(r" (?:-C|--project)")
_DURATION = re.compile(r"(\d{1,6})([smh]?)")


def set_lock_timeout(text: str | None) -> None:
    """Take `--lock-timeout`: `90`, `90s`, `10m`, `1h`; InfragenError X013 for anything else."""
    if text is None:
        LOCK_TIMEOUT.set(locks.LOCK_TIMEOUT)
        return
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        hint = "write 30s, 10m or 1h; 0 does not wait"
        raise InfragenError(Diagnostic("X013", f"--lock-timeout {text!r} is not a duration", hint=hint))
    LOCK_TIMEOUT.set(int(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]])


def typeable_hint(hint: str) -> str:
    """Return a hint whose commands can be typed as they stand: with the environment's name, and on the same AWS."""
    return _COMMAND.sub(lambda found: f"`{typeable_command(_placed(found[1]))}`", hint)


def typeable_command(command: str) -> str:
    """Return a command as the user types it: with `-C`, unless the project is found from where the user stands."""
    folder = "" if _NAMES_PROJECT.search(command) else _folder()
    return f"{command} -C {shlex.quote(folder)}" if folder else command


def same_command_line(arguments: Sequence[str]) -> str:
    line = f"infragen {shlex.join(arguments)}"
    return f"cd {shlex.quote(str(Path.cwd()))} && {line}" if USER_FOLDER.get() else line


def change_folder(folder: Path) -> None:
    stands = Path.cwd()
    os.chdir(folder)
    USER_FOLDER.set(USER_FOLDER.get() or stands)


def _placed(command: str) -> str:
    place = WORKED_ON.get()
    if place is None or not _ON_AWS.match(command):
        return command
    command = re.sub(r"\bTARGET\b", place.target, command)
    return f"{command} --sandbox" if place.on_sandbox and "--sandbox" not in command else command


def _folder() -> str:
    root = PROJECT.get()
    if root is None:
        return ""
    from infragen.catalog import Project  # not for commands that know of no catalogue

    stands = USER_FOLDER.get() or Path.cwd()
    with suppress(InfragenError):
        if Project.find(stands).root == root:
            return ""
    return str(root.relative_to(stands) if root.is_relative_to(stands) else root)
