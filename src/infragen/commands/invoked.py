"""What the command line says to every command: the words themselves, and how long to wait for locks."""

from __future__ import annotations

import re
from contextvars import ContextVar

from infragen.diagnostics import Diagnostic, InfragenError

__all__ = ["ARGUMENTS", "LOCK_TIMEOUT", "wait_for_locks"]

ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""The command line that runs, to name the command to go on with, or to run it again."""

LOCK_TIMEOUT: ContextVar[int | None] = ContextVar("lock_timeout", default=None)
"""Seconds to wait for somebody else's lock of a state; None for the runner's own patience."""

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d{1,6})([smh]?)")


def wait_for_locks(text: str | None) -> None:
    """Take `--lock-timeout`: `90`, `90s`, `10m`, `1h`; InfragenError X013 for anything else."""
    if text is None:
        LOCK_TIMEOUT.set(None)
        return
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise InfragenError(
            Diagnostic("X013", f"--lock-timeout {text!r} is no duration", hint="write 30s, 10m or 1h; 0 does not wait")
        )
    LOCK_TIMEOUT.set(int(found[1]) * _SECONDS[found[2]])
