"""The command line that runs, for whoever has to name the command to go on with, or run it again."""

from __future__ import annotations

from contextvars import ContextVar

__all__ = ["ARGUMENTS"]

ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
