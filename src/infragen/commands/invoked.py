"""What the command line says to every command: the words, where they work, and how long to wait for locks."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform import locks

__all__ = ["ARGUMENTS", "LOCK_TIMEOUT", "WORKED_ON", "Place", "as_typed", "wait_for_locks"]


@dataclass(frozen=True, slots=True)
class Place:
    """The environment that a command works on (`technova/prod`), on AWS or on the emulated one."""

    target: str
    on_sandbox: bool


ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""The command line that runs, to name the command to go on with, or to run it again."""

LOCK_TIMEOUT: ContextVar[int] = ContextVar("lock_timeout", default=locks.LOCK_TIMEOUT)
"""Seconds to wait for somebody else's lock of a state."""

WORKED_ON: ContextVar[Place | None] = ContextVar("worked_on", default=None)
"""Where the command works, once it knows; lower floors write hints without knowing it."""

_COMMAND = re.compile(r"`infragen (?:plan|apply|destroy|unlock|drift|import|bootstrap|state moves)\b[^`]*`")
"""A command in a hint that takes `--sandbox`."""
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d{1,6})([smh]?)")


def wait_for_locks(text: str | None) -> None:
    """Take `--lock-timeout`: `90`, `90s`, `10m`, `1h`; InfragenError X013 for anything else."""
    if text is None:
        LOCK_TIMEOUT.set(locks.LOCK_TIMEOUT)
        return
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise InfragenError(
            Diagnostic("X013", f"--lock-timeout {text!r} is no duration", hint="write 30s, 10m or 1h; 0 does not wait")
        )
    LOCK_TIMEOUT.set(int(found[1]) * _SECONDS[found[2]])


def as_typed(hint: str) -> str:
    """Return a hint whose commands can be typed as they stand: with the environment's name, and on the same AWS."""
    place = WORKED_ON.get()
    return hint if place is None else _COMMAND.sub(lambda found: _typed(found[0], place), hint)


def _typed(command: str, place: Place) -> str:
    command = re.sub(r"\bTARGET\b", place.target, command)
    return f"{command[:-1]} --sandbox`" if place.on_sandbox and "--sandbox" not in command else command
